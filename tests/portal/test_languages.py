"""Shoppers are spoken to in nine languages: every page, error and mail, without a French sentence left."""

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import trans_real

from comptoir.campaigns.links import stop_url
from comptoir.conversations.models import Conversation
from comptoir.core import throttle
from comptoir.customers.languages import LANGUAGES, OWN_NAMES
from comptoir.lib import language as heard
from comptoir.orders.links import order_link, person_link
from comptoir.orders.models import Order, OrderLine, ParcelState, Payment, Product, Refund, Shipment, TrackingEvent
from comptoir.outbox.models import Mail
from comptoir.portal.chat.widget import words_in
from tests import world

pytestmark = pytest.mark.django_db
BASE = "/s/maison-alba/"
ORDER = f"{BASE}account/orders/MA-24817/"
ADDRESS = {"name": "Claire Vasseur", "street": "3 Haute", "postcode": "44000", "city": "Nantes", "country": "FR"}
TEXT = re.compile(r">([^<>]+)<|(?:alt|aria-label|placeholder|title)=\"([^\"]+)\"")
FURTHER = [code for code in OWN_NAMES if code != "fr"]


class Missed:
    """Stands behind a language: notes what was asked for and is not there."""

    def __init__(self, behind: Any) -> None:
        self.behind, self.texts = behind, set[str]()

    def gettext(self, text: str) -> str:
        self.texts.add(text)
        return str(self.behind.gettext(text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        self.texts.add(one)
        return str(self.behind.ngettext(one, many, number))


@pytest.fixture
def order() -> Order:
    """Claire's order with a parcel in every state, a payment and a refund in every state, and a shop to ask."""
    world.inbox("form", topics=["Topic"], mail_inbox=world.inbox("email"))
    today, now = timezone.localdate(), timezone.now()
    made = world.order(world.claire(), state="partly_shipped", address=ADDRESS, discount=100, tax=200, total=5_000)
    for title in ("Alba", "Brume", "Cassis"):
        OrderLine.objects.create(
            order=made, title=title, unit_price=5_000, total=5_000, serials=["S1", "S2"], refunded=2
        )
    relay = {"name": "Tabac", "city": "Nantes", "hours": ["9-12"], "until": f"{today + timedelta(days=5)}"}
    for place, state in enumerate(ParcelState.values):
        days = {"promised_on": today, "estimated_on": today + timedelta(days=1 + place % 2)} if place % 3 else {}
        parcel = Shipment.objects.create(
            order=made, carrier="Colissimo", number=f"6A{place}", state=state, relay=relay if place % 4 else {},
            delivered_at=now if state == "delivered" else None, shipped_at=now, **days,
        )  # fmt: skip
        TrackingEvent.objects.create(shipment=parcel, occurred_at=now, state=state, text="HUB 44", place="Nantes")
    for state in Payment.State.values:
        Payment.objects.create(order=made, external_id=state, amount=5_000, state=state, method="CB")
    for state in Refund.State.values:
        Refund.objects.create(order=made, external_id=state, amount=100, refunded_at=now, state=state)
    for state in Order.State.values:
        world.order(world.claire(), f"MA-1{state[:9]}", state=state)
    Product.objects.create(shop=made.shop, title="Alba", price=900, stock=1, category="Lin", description="Lin")
    return made


def paths(order: Order) -> list[str]:
    """Every page that Claire can open."""
    asks = [f"{ORDER}help/{reason}/" for reason in ("transit", "not_received", "damaged", "question")]
    early = [f"{BASE}account/orders/MA-1paid/help/{reason}/" for reason in ("cancel", "address")]
    account = [f"{BASE}account/{name}/" for name in ("profile", "preferences", "data", "erased")]
    stops = [stop_url(order.shop, order.identity_id, purpose) for purpose in ("orders", "news", "surveys", "measure")]
    return [
        BASE, f"{BASE}produits/{Product.objects.get().pk}/", f"{BASE}contact/", f"{BASE}contact/sent/",
        f"{BASE}account/?all=1", ORDER, f"{ORDER}tracking/", *asks, *early, *account,
        *(f"/s/{url.partition('/s/')[2]}" for url in stops), f"{BASE}nothing/", f"{BASE}produits/999999/",
        *(f"{BASE}account/orders/MA-1{state[:9]}/" for state in ("cancelled", "refunded", "pending", "delivered")),
    ]  # fmt: skip


def posts() -> list[tuple[str, dict[str, str]]]:
    """What is refused, and what is taken."""
    return [
        (f"{BASE}contact/", {"email": "x", "order": "!"}),
        (f"{BASE}account/data/erase/", {"step": "erase"}),
        (f"{BASE}account/profile/", {"language": "xx"}),
        (f"{ORDER}help/question/", {}),
        (f"{ORDER}help/question/", {"text": "?", "key": "one"}),
    ]


def signing_in() -> Iterator[Any]:
    """What somebody who is not signed in sees on the way in."""
    stranger = Client()
    yield lambda **more: stranger.get(f"{BASE}account/signin/?why=link", **more)
    yield lambda **more: stranger.post(f"{BASE}account/signin/", {"email": "claire.vasseur@orange.example"}, **more)
    yield lambda **more: stranger.post(f"{BASE}account/code/", {"code": "12"}, **more)
    yield lambda **more: stranger.post(f"{BASE}account/signin/", {"email": "x@y.example"}, **more)
    yield lambda **more: stranger.post(f"{BASE}chat/start", {}, content_type="application/json", **more)


@pytest.fixture
def missed(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """By language, what pages have asked for that is not there. English has no fallback: bin/messages looks after it."""
    told = {}
    for code in FURTHER:
        spoken = trans_real.translation(code)
        behind = Missed(spoken._fallback)
        told[code] = behind.texts
        if code != "en":
            monkeypatch.setattr(spoken, "_fallback", behind)
    return told


def french_left(page: str, code: str) -> set[str]:
    """The texts of a page that are French ones which the language says otherwise."""
    spoken = {key: text for key, text in trans_real.translation(code)._catalog.items() if isinstance(key, str)}
    shown = {html.unescape(" ".join((a or b).split(" "))).strip() for a, b in TEXT.findall(page)}
    own = {*spoken.values(), *OWN_NAMES.values(), ""}
    return {text for text in shown - own if spoken.get(text, text) != text}


def test_every_page_error_and_mail_is_there_in_polish(order: Order, missed: dict[str, set[str]]) -> None:
    claire, guest, polish = Client(), Client(), {"headers": {"accept-language": "pl-PL,pl;q=0.9,fr;q=0.5"}}
    claire.get("/s/" + person_link(order.identity, order.shop).partition("/s/")[2])
    guest.get("/s/" + order_link(order).partition("/s/")[2])
    for _ in range(10):
        throttle.hit(f"account:export:{order.identity_id}", limit=10, seconds=3600)
    answers = [claire.get(path, **polish) for path in paths(order)]
    answers += [claire.post(path, given, **polish) for path, given in posts()]
    answers += [make(**polish) for make in signing_in()]
    answers += [guest.get(f"{ORDER}{page}", **polish) for page in ("", "tracking/")]
    answers.append(claire.get(f"{BASE}account/messages/{Conversation.objects.get().public_id}/", **polish))
    answers.append(claire.post(f"{BASE}account/data/download/", **polish))
    assert {answer.status_code for answer in answers} == {200, 302, 404, 422, 429}
    assert {answer["Content-Language"] for answer in answers} == {"pl"}
    texts = [answer.content.decode() for answer in answers]
    mails = list(Mail.objects.filter(kind__startswith="account_"))
    assert len(mails) == 2
    texts += [part for mail in mails for part in (mail.html, mail.text)]
    assert set().union(*(french_left(text, "pl") for text in texts)) == set()
    assert missed["pl"] == set()
    assert '<html lang="pl"' in texts[0]


def test_the_main_pages_are_there_in_each_language(order: Order, missed: dict[str, set[str]]) -> None:
    claire = Client()
    claire.get("/s/" + person_link(order.identity, order.shop).partition("/s/")[2])
    for code in FURTHER:
        pages = [f"{BASE}contact/", ORDER, f"{ORDER}tracking/", f"{BASE}account/preferences/", f"{BASE}nothing/"]
        answers = [claire.get(path, headers={"accept-language": code}) for path in pages]
        assert {answer["Content-Language"] for answer in answers} == {code}
        assert set().union(*(french_left(answer.content.decode(), code) for answer in answers)) == set(), code
        assert missed[code] == set() or code == "en", code


def test_a_language_is_chosen_by_its_own_name(client: Client) -> None:
    world.inbox("form")
    page = client.get(f"{BASE}contact/").content.decode()
    for code, name in OWN_NAMES.items():
        assert (f'href="?lang={code}" lang="{code}">{name}</a>' in page) is (code != "fr")
    assert '<html lang="pl"' in client.get(f"{BASE}contact/?lang=pl").content.decode()
    assert '<html lang="pl"' in client.get(BASE).content.decode()  # remembered
    assert set(OWN_NAMES) == set(dict(LANGUAGES)) == set(heard.SPOKEN)


def test_numbers_have_their_plural_in_polish() -> None:
    with translation.override("pl"):
        said = [
            translation.ngettext("En retard d’un jour", "En retard de %(days)s jours", days) % {"days": days}
            for days in (1, 2, 5, 22)
        ]
    assert [text.split()[1] for text in said] == ["dzień", "dni", "dni", "dni"]
    with translation.override("pl"):
        orders = [translation.ngettext("%(counter)s article", "%(counter)s articles", many) for many in (1, 3, 5, 22)]
    assert len(set(orders)) == 3
    assert orders[1] == orders[3]


def test_the_chat_window_speaks_the_pages_language(client: Client) -> None:
    world.inbox("chat")
    program = client.get(f"{BASE}chat.js").content.decode()
    given = json.loads(program.split("const SHOP = ")[1].split(";\n")[0])
    assert list(given["words"]) == ["fr", "en"]  # the others are fetched by pages that speak them
    assert given["spoken"] == list(OWN_NAMES)
    french = words_in("fr")
    for code in OWN_NAMES:
        said = client.get(f"{BASE}chat/words/{code}.json").json()
        assert list(said) == list(french)
        for name, text in french.items():
            assert set(re.findall(r"\{\d\}", said[name])) == set(re.findall(r"\{\d\}", text)), (code, name)
    assert client.get(f"{BASE}chat/words/xx.json").status_code == 404
