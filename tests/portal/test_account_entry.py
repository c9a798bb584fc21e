"""The ways into the account: never an order to the wrong person."""

import base64
import hashlib
import hmac
import html
import json
import re
import time
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from comptoir.conversations.models import Conversation
from comptoir.core.actors import SYSTEM
from comptoir.customers.actions import erase
from comptoir.customers.models import Identity
from comptoir.customers.signin import renew_key
from comptoir.orders.links import order_link, person_link, tracking_link
from comptoir.orders.models import Order
from comptoir.outbox.models import Mail
from tests import world

pytestmark = pytest.mark.django_db
BASE = "/s/maison-alba/account/"
ADDRESS = {"name": "Claire Vasseur", "street": "3, rue Haute", "postcode": "44000", "city": "Nantes"}


def path_of(link: str) -> str:
    return "/s/" + link.partition("/s/")[2]


def claires(number: str = "MA-24817", **more: Any) -> Order:
    return world.order(world.claire(), number, address=ADDRESS, payment="Visa 4271", **more)


def find(client: Client, order: str, clue: str) -> Any:
    return client.post(f"{BASE}signin/", {"order": order, "clue": clue})


@pytest.mark.parametrize("clue", ["44 000", "Claire.Vasseur@orange.example"])
def test_an_order_and_what_its_buyer_knows_bring_a_code_to_its_address(client: Client, clue: str) -> None:
    claires()
    assert find(client, "ma-24817", clue)["Location"] == f"{BASE}code/"
    mail = Mail.objects.get()
    assert (mail.kind, mail.to) == ("account_code", "claire.vasseur@orange.example")
    assert "orange.example" not in client.get(f"{BASE}code/").content.decode()  # who asks may be a stranger
    code = "".join(re.search(r"\b(\d{3}) (\d{3})\b", mail.text).groups())  # type: ignore[union-attr]
    assert client.post(f"{BASE}code/", {"code": code})["Location"] == f"{BASE}orders/MA-24817/"
    assert "3, rue Haute" in client.get(f"{BASE}orders/MA-24817/").content.decode()


@pytest.mark.parametrize(("order", "clue"), [("MA-24818", "44000"), ("MA-24817", "69001"), ("MA-24817", "x@y.example")])
def test_a_guess_gets_the_same_answer_and_nobody_gets_a_mail(client: Client, order: str, clue: str) -> None:
    claires()
    right = Client()
    answers = [find(right, "MA-24817", "44000"), find(client, order, clue)]
    assert len({(one.status_code, one["Location"], len(one.cookies["portal_code"].value)) for one in answers}) == 1
    hidden = re.compile(r'value="[^"]{30,}"|nonce="[^"]*"')  # tokens against forged forms
    pages = [hidden.sub("", one.get(f"{BASE}code/").content.decode()) for one in (right, client)]
    assert pages[0] == pages[1]
    assert Mail.objects.count() == 1
    assert client.post(f"{BASE}code/", {"code": "123456"}).status_code == 422
    assert client.get(BASE).status_code == 302


def test_guessing_is_limited_by_order(client: Client) -> None:
    claires()
    answers = [find(Client(), "MA-24817", f"4400{digit}").status_code for digit in range(6)]
    assert answers == [302] * 5 + [429]


def test_a_link_opens_its_order_alone_without_what_a_forwarded_mail_should_not_show(client: Client) -> None:
    order, other = claires(state="preparing"), claires("MA-20001")
    world.inbox("email")
    answer = client.get(path_of(order_link(order)))
    assert answer["Location"] == f"{BASE}orders/MA-24817/"
    page = client.get(answer["Location"]).content.decode()
    assert "MA-24817" in page
    assert "44000 Nantes" in page
    for secret in ("rue Haute", "Vasseur", "Visa", "orange.example"):
        assert secret not in page
    for path in (
        "",
        f"orders/{other.number}/",
        f"orders/{other.number}/tracking/",
        "data/",
        "profile/",
        "preferences/",
    ):
        refused = client.get(BASE + path)
        assert (refused.status_code, refused["Location"].partition("?")[0]) == (302, f"{BASE}signin/")
    assert client.post(f"{BASE}data/erase/", {"step": "erase", "sure": "yes"}).status_code == 302
    assert client.post(f"{BASE}orders/MA-24817/help/cancel/", {"text": "x"})["Location"].startswith(f"{BASE}signin/")
    assert not Conversation.objects.exists()
    world.claire().customer.refresh_from_db()
    assert world.claire().customer.erased_at is None


def test_links_end(client: Client) -> None:
    order, claire = claires(), world.claire()
    one, whole, now = path_of(order_link(order)), path_of(person_link(claire, order.shop)), time.time()
    assert client.get(whole)["Location"] == BASE
    for link, days in ((one, 31), (whole, 3)):
        with mock.patch("django.core.signing.time.time", return_value=now + days * 86_400):
            assert Client().get(link)["Location"] == f"{BASE}signin/?why=link"
    world.shop("rivage")
    for broken in (one[:-4] + "x/", one.replace("maison-alba", "rivage"), whole.replace("maison-alba", "rivage")):
        assert "?why=link" in Client().get(broken)["Location"]
    order.identity = world.karim()  # the platform says now that it is another's
    order.save()
    assert "?why=link" in Client().get(one)["Location"]
    erase(claire.customer, actor=SYSTEM)
    assert "?why=link" in Client().get(whole)["Location"]


def test_a_forwarded_link_does_not_end_ones_own_session(client: Client) -> None:
    karims = world.order(world.karim(), "MA-3")
    mine = claires()
    client.get(path_of(person_link(world.claire(), mine.shop)))
    world.claire()
    Identity.objects.update(verified_at="2026-01-01T00:00Z")
    client.get(path_of(order_link(mine)))
    assert "rue Haute" in client.get(f"{BASE}orders/MA-24817/").content.decode()
    assert client.get(f"{BASE}orders/{karims.number}/").status_code == 404


def jwt(secret: str, **claims: Any) -> str:
    now = int(time.time())
    whole = {
        "email": "claire.vasseur@orange.example",
        "email_verified": True,
        "iat": now,
        "exp": now + 60,
        "jti": "once-once",
    }
    header = {"alg": claims.pop("alg", "HS256"), "typ": "JWT"}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, whole | claims)
    ]
    mac = hmac.new(secret.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=").decode()])


def test_the_shops_own_site_vouches_for_its_customer_once(client: Client) -> None:
    order = claires()
    token = jwt(renew_key(order.shop, actor=SYSTEM), order="MA-24817")
    assert client.get(f"{BASE}enter/?token={token}")["Location"] == f"{BASE}orders/MA-24817/"
    assert "rue Haute" in client.get(f"{BASE}orders/MA-24817/").content.decode()
    assert Client().get(f"{BASE}enter/?token={token}")["Location"] == f"{BASE}signin/?why=site"


def asked(answer: Any) -> dict[str, str]:
    """What the page « Changer de compte » would send."""
    page = answer.content.decode()
    assert (answer.status_code, "Changer de compte" in page) == (200, True)
    found = re.findall(r'name="(csrfmiddlewaretoken|to)" value="([^"]+)"', page)
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.parametrize("way", ["site", "mail", "order"])
def test_another_s_account_is_opened_over_ones_own_only_when_one_says_so(way: str) -> None:
    """Who lures Claire to a link of theirs would else read what she writes into their account."""
    hers, his = claires(), world.order(world.karim(), "MA-3", address={"city": "Lyon"})
    token = jwt(renew_key(hers.shop, actor=SYSTEM), email=world.karim().value)
    links = {"site": f"{BASE}enter/?token={token}", "mail": path_of(person_link(his.identity, his.shop))}
    lure = links.get(way) or path_of(order_link(his))
    browser = Client(enforce_csrf_checks=True)
    browser.get(path_of(person_link(hers.identity, hers.shop)))
    to = asked(browser.get(lure))
    assert "MA-24817" in browser.get(BASE).content.decode()
    assert browser.post(f"{BASE}enter/change/", {"to": to["to"]}).status_code == 403  # from another site
    assert "MA-24817" in browser.get(BASE).content.decode()
    for other in (Client(), browser):  # it is good in her browser alone
        answer = other.post(f"{BASE}enter/change/", to)
    where = {"site": BASE, "mail": BASE, "order": f"{BASE}orders/MA-3/"}
    assert answer["Location"] == where[way]
    page = browser.get(answer["Location"]).content.decode()
    assert ("MA-3" in page, "MA-24817" in page) == (True, False)
    again = browser.post(f"{BASE}enter/change/", to)
    assert "why=link" in again["Location"]


def test_a_change_that_was_not_asked_about_is_refused(client: Client) -> None:
    order, shop = claires(), world.shop()
    client.get(path_of(person_link(order.identity, shop)))
    to = asked(client.get(path_of(person_link(world.karim(), shop))))
    erase(world.karim().customer, actor=SYSTEM)
    for given in (to, {}, {"to": to["to"][:-2] + "xx"}):
        assert "why=link" in client.post(f"{BASE}enter/change/", given)["Location"]
    assert "MA-24817" in client.get(BASE).content.decode()


def test_a_letter_about_a_parcel_opens_its_way(client: Client) -> None:
    order = claires()
    assert client.get(path_of(tracking_link(order)))["Location"] == f"{BASE}orders/MA-24817/tracking/"
    assert "Vasseur" not in client.get(f"{BASE}orders/MA-24817/tracking/").content.decode()


@pytest.mark.parametrize(
    "claims",
    [{"alg": "none"}, {"email_verified": False}, {"email_verified": "true"}, {"iat": 1}, {"exp": 1}, {"exp": None},
     {"jti": ""}, {"email": "nobody"}, {"iat": 9e12}],
)  # fmt: skip
def test_a_token_that_is_not_right_opens_nothing(client: Client, claims: dict[str, Any]) -> None:
    secret = renew_key(claires().shop, actor=SYSTEM)
    assert "why=site" in client.get(f"{BASE}enter/", {"token": jwt(secret, **claims)})["Location"]
    assert client.get(BASE).status_code == 302


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 9_000, "é.é.é", "e30.e30.", "W10.W10.W10"])
def test_rubbish_and_a_former_key_open_nothing(client: Client, token: str) -> None:
    shop = claires().shop
    old = renew_key(shop, actor=SYSTEM)
    renew_key(shop, actor=SYSTEM)
    for given in (token, jwt(old)):
        assert "why=site" in client.get(f"{BASE}enter/", {"token": given})["Location"]
