"""The shopper's stop link and counters, and the console's queue and texts, through their doors."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.campaigns import links
from comptoir.campaigns.models import Announcement, Manner, Setting, Tally, Text
from comptoir.campaigns.queries.letters import letter
from comptoir.core.actors import SYSTEM
from comptoir.customers.consents import Proof, agreed, give
from comptoir.orders.models import Order, OrderLine, Product, Shipment
from comptoir.outbox.models import Mail
from tests import world
from tests.campaigns.ground import Post, passes, wish
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


def proposed() -> Announcement:
    wish("shipped", "propose")
    order = world.order()
    parcel = Shipment.objects.create(order=order, carrier="Colissimo", number="6A1", state="in_transit")
    return Announcement.objects.create(
        shop=order.shop, order=order, shipment=parcel, kind="shipped", state="proposed", due_at=timezone.now()
    )


def path(url: str) -> str:
    return url.partition("testserver")[2]


def test_one_click_stops_without_a_cookie_and_a_look_stops_nothing() -> None:
    who, shop = world.claire(), world.shop()
    give(who, shop, ("email", "news"), proof=Proof(form="account"), actor=SYSTEM)
    url = path(links.stop_url(shop, who.pk, "news"))
    stranger = Client(enforce_csrf_checks=True)
    shown = stranger.get(url)
    assert shown.status_code == 200
    assert "c…@orange.example" in shown.content.decode()
    assert "claire.vasseur" not in shown.content.decode()
    assert agreed(who.customer_id, shop.pk, "email", "news")
    done = stranger.post(url, {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, "Location" in done.headers) == (200, False)
    assert not agreed(who.customer_id, shop.pk, "email", "news")
    assert agreed(who.customer_id, shop.pk, "email", "orders")
    assert stranger.post(url[:-4] + "xxx/").status_code == 404
    elsewhere = url.replace("maison-alba", world.shop("rivage").slug)
    assert stranger.post(elsewhere).status_code == 404


def test_opens_and_clicks_are_totals_and_of_a_person_only_with_their_yes() -> None:
    row, who, shop = proposed(), world.claire(), world.shop()
    client = Client()
    goal = "https://maison-alba.example/x"
    for token in (links.counted(shop, "shipped", goal, None), links.counted(shop, "shipped", goal, row.pk)):
        answer = client.get(path(token))
        assert (answer.status_code, answer.headers["Location"]) == (302, goal)
    client.get(path(links.pixel(shop, "shipped", row.pk)))
    row.refresh_from_db()
    assert (row.opened_at, row.clicked_at) == (None, None)
    assert Tally.objects.values_list("opened", "clicked").get() == (1, 2)
    give(who, shop, ("email", "measure"), proof=Proof(form="account"), actor=SYSTEM)
    client.get(path(links.pixel(shop, "shipped", row.pk)))
    row.refresh_from_db()
    assert row.opened_at is not None
    assert client.get(path(links.counted(shop, "shipped", "javascript:alert(1)", None))).status_code == 404
    assert client.get("/s/maison-alba/m/forged/").status_code == 404


def test_nothing_is_counted_in_a_mail_unless_the_shop_wishes_it() -> None:
    row, agent = proposed(), world.client_for(world.owner())
    assert "/m/" not in agent.get(f"/proactive/{row.pk}/mail/").content.decode()
    Manner.objects.update(measures=True)
    assert "/o.gif" in letter(row).html
    shown = agent.get(f"/proactive/{row.pk}/mail/").content.decode()
    assert ("/m/" in shown, "/o.gif" in shown) == (True, False)  # who decides about it has not opened it


def test_the_queue_is_confirmed_and_taken_back() -> None:
    row = proposed()
    agent = world.client_for(world.camille())
    assert "MA-24817" in agent.get("/proactive/").content.decode()
    answer = agent.post("/proactive/decisions/", {"row": [row.pk, "x", "9" * 30], "decision": "confirm"})
    assert "undo" in answer.headers["HX-Trigger"]
    row.refresh_from_db()
    assert (row.state, row.confirmed_by) == ("waiting", world.camille())
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert world.client_for(world.lead()).post(undo).status_code == 404
    agent.post(undo)
    row.refresh_from_db()
    assert row.state == "proposed"
    agent.post("/proactive/decisions/", {"row": [row.pk], "decision": "confirm"})
    Announcement.objects.update(due_at=timezone.now())
    assert len(passes()) == 1


@pytest.mark.parametrize("who", ["stranger", "store_manager", "reader"])
def test_others_decide_nothing(who: str) -> None:
    row = proposed()
    client = world.client_for(getattr(world, who)())
    client.post("/proactive/decisions/", {"row": [row.pk], "decision": "confirm"})
    seen = client.get(f"/proactive/{row.pk}/mail/").status_code
    row.refresh_from_db()
    assert (row.state, seen) == ("proposed", 200 if who == "reader" else 404)


def test_a_text_has_versions_that_can_be_undone_and_is_tried_with_a_real_order() -> None:
    proposed()
    shop, owner = world.shop(), world.client_for(world.owner())
    url = f"/settings/proactive/{shop.pk}/shipped/"
    said = {"text": "1", "language": "fr", "subject": "Parti, {{ order.number }}", "title": "Parti", "body": "Oui <b>"}
    bad = owner.post(url, said | {"body": "{{ order.numbr }}"})
    assert (bad.status_code, "order.number" in bad.content.decode()) == (422, True)
    for subject in ("Un", "Deux"):
        assert owner.post(url, said | {"subject": subject}).status_code == 302
    owner.post(f"{url}withdrawal/", {"language": "fr"})
    assert list(Text.objects.filter(withdrawn_at=None).values_list("subject", "version")) == [("Un", 1)]
    shown = owner.post(f"{url}preview/", said | {"scheme": "dark"}).content.decode()
    assert "Oui &lt;b&gt;" in shown
    assert "@media (prefers-color-scheme: dark)" not in shown
    owner.post(f"{url}trial/", said)
    run_jobs()
    assert [(mail.to[0].email, mail.subject) for mail in Post.left] == [(world.owner().email, "Parti, MA-24817")]
    owner.post(url, {"wish": "1", "mode": "send", "said_by": ["platform"]})
    assert Setting.objects.get(kind="shipped").said_by == ["platform"]
    assert owner.get(f"/settings/proactive/?shop={shop.pk}&spared").status_code == 200


def confirmed(model: str, **more: object) -> Announcement:
    wish("confirmed", model=model, **more)
    order = world.order(state="paid", placed_at=timezone.now() - timedelta(minutes=5))
    shelf = {"shop": order.shop, "category": "Table", "price": 100, "url": "https://x.example/p"}
    bought, _other = (Product.objects.create(title=name, external_id=name, **shelf) for name in ("Carafe", "Bol"))
    OrderLine.objects.create(order=order, product=bought, title="Carafe", unit_price=100, total=100)
    return Announcement.objects.create(shop=order.shop, order=order, kind="confirmed", due_at=timezone.now())


@pytest.mark.parametrize(("model", "words"), [("coupon", "MERCI10"), ("similar", "Bol")])
def test_offers_go_only_to_who_accepts_them(model: str, words: str) -> None:
    row = confirmed(model, offer={"code": "MERCI10"})
    [plain] = passes()
    assert words not in plain.html + plain.text
    assert "List-Unsubscribe" not in plain.headers
    give(world.claire(), world.shop(), ("email", "news"), proof=Proof(form="account"), actor=SYSTEM)
    Announcement.objects.filter(pk=row.pk).update(state="waiting", mail=None)
    passes()
    assert words in Post.left[1].html
    assert words in Post.left[1].text
    assert Post.left[1].headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_order_of_five_hundred_lines_and_hostile_words_makes_a_small_safe_mail() -> None:
    row = confirmed("welcome")
    lines = [OrderLine(order=row.order, title="<script>x</script>", unit_price=1, total=1) for _ in range(499)]
    OrderLine.objects.bulk_create(lines)
    Order.objects.update(currency="JPY", total=5000)
    [mail] = passes()
    assert mail.subject.startswith("Bienvenue")
    assert "<script" not in mail.html
    assert "488" in mail.html
    assert len(mail.html) < 30_000
    assert Mail.objects.get().reply_to == "bonjour@maison-alba.example"
