"""« Tell me when it is back »: asked on the shop's page, confirmed from the mailbox, told once."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.campaigns import sweeps
from comptoir.campaigns.actions import watching, wishing
from comptoir.campaigns.models import Announcement, StockWish
from comptoir.core import erasure
from comptoir.core.actors import SYSTEM
from comptoir.customers.actions import erase
from comptoir.customers.models import Customer
from comptoir.orders.links import person_link
from comptoir.orders.models import Connection, Product
from comptoir.outbox.models import Mail
from comptoir.portal import stock
from comptoir.ports.channel import OutgoingMessage
from comptoir.ports.fake_shop import FakePlatform
from comptoir.ports.shop import ProductData
from tests import world
from tests.campaigns import shops
from tests.campaigns.ground import Post, passes, wish
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
KIND, WHO = "back_in_stock", "marie@example.org"
PAGE = "/s/maison-alba/stock/"


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    with shops.connected() as platform:
        platform.products["91"] = ProductData("91", "Vase Marée", stock=0)
        yield platform


def ask(address: str = WHO, client: Client | None = None, **more: str) -> str:
    """Fill the form in; the page that follows."""
    browser = client or Client()
    shown = browser.get(PAGE, {"product": "91"}).content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', shown)
    assert stamp
    answer = browser.post(PAGE, {"product": "91", "email": address, "stamp": stamp[1], **more})
    assert answer.status_code == 200
    return answer.content.decode()


def link() -> str:
    """The address in the newest mail."""
    run_jobs()
    found = re.search(r"https?://\S+/stock/\S+/", Post.left[-1].text)
    assert found
    return found[0].partition("testserver")[2]


def waits() -> None:
    """Marie asked and confirmed."""
    ask()
    assert Client().post(link()).status_code == 200


def news() -> list[OutgoingMessage]:
    """What was told, without the mail that asks to confirm."""
    return [mail for mail in passes() if "stock/" not in mail.text]


def test_asked_confirmed_told_once(platform: FakePlatform) -> None:
    wish(KIND)
    shops.product()
    assert WHO in ask()
    assert not StockWish.objects.exists()
    assert not Customer.objects.exists()  # anybody can type an address: nothing is kept of it
    url = link()
    assert "Vase Marée" in Post.left[-1].subject
    assert "Oui, me prévenir" in Client().get(url).content.decode()
    assert not StockWish.objects.exists()  # mail filters open links
    assert "Nous vous écrirons" in Client().post(url).content.decode()
    Client().post(url)
    row = StockWish.objects.get()
    assert row.until - timezone.now() > timedelta(days=180)
    shops.look()
    assert news() == []
    platform.products["91"] = ProductData("91", "Vase Marée", stock=3)
    shops.look()
    shops.look()
    [mail] = news()
    assert (mail.to[0].email, mail.subject) == (WHO, "Vase Marée est de retour")
    assert "https://alba.example/vase" in mail.html
    row.refresh_from_db()
    assert row.told_at is not None
    shops.look()
    assert len(news()) == 1


def test_the_answer_is_the_same_for_everybody(platform: FakePlatform) -> None:
    """A known address, an unknown one, one that had many mails today: one page; and no mail beyond the limit."""
    wish(KIND)
    shops.product()
    known = world.claire().value
    pages = {ask(address).replace(address, "…") for address in (known, WHO)}
    assert len({re.sub(r'value="[^"]+"|nonce="[^"]+"', "", page) for page in pages}) == 1
    for _ in range(stock.BY_ADDRESS + 2):
        assert WHO in ask()
    assert Mail.objects.filter(to=WHO).count() == stock.BY_ADDRESS
    ask("bot@example.org", website="http://spam.example")
    assert not Mail.objects.filter(to="bot@example.org").exists()


def test_hostile_input_and_what_is_not_offered(platform: FakePlatform) -> None:
    product, browser = shops.product(), Client()
    assert browser.get(PAGE, {"product": "91"}).status_code == 404  # off: nobody is promised anything
    wish(KIND)
    unknown = browser.get(PAGE, {"product": "x\0' OR 1=1", "name": "<script>alert(1)</script>" * 9})
    assert unknown.status_code == 404
    assert b"<script>alert" not in unknown.content
    assert browser.get(PAGE, {"product": "vase"}).status_code == 200  # by its reference, in any case
    assert browser.post(PAGE, {"product": "91", "email": WHO, "stamp": "forged"}).status_code == 422
    for token in ("x", "1.gAAAA", "é" * 50):
        assert browser.post(f"{PAGE}{token}/").status_code == 404
    other = stock.link_for(world.shop("rivage"), stock.Asked(product.pk, WHO, "fr")).partition("testserver")[2]
    assert browser.post(other).status_code == 404
    assert not StockWish.objects.exists()
    Product.objects.update(stock=4)
    assert "est en stock" in browser.get(PAGE, {"product": "91"}).content.decode()


def test_a_network_that_asks_for_everything_is_held_up(platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    wish(KIND)
    shops.product()
    monkeypatch.setattr(stock, "BY_NETWORK", 1)
    ask()
    shown = Client().get(PAGE, {"product": "91"}).content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', shown)
    assert stamp
    assert Client().post(PAGE, {"product": "91", "email": WHO, "stamp": stamp[1]}).status_code == 429


def test_gone_again_before_the_mail_left_they_wait_on(platform: FakePlatform) -> None:
    wish(KIND)
    shops.product()
    waits()
    platform.products["91"] = ProductData("91", "Vase Marée", stock=3)
    shops.look()
    Product.objects.update(stock=0)
    platform.products["91"] = ProductData("91", "Vase Marée", stock=0)
    assert news() == []
    assert Announcement.objects.get().reason == "passed"
    platform.products["91"] = ProductData("91", "Vase Marée", stock=1)
    shops.look()
    assert len(news()) == 1


def test_sold_out_again_while_the_mail_stood_in_the_queue_they_wait_on(platform: FakePlatform) -> None:
    wish(KIND)
    shops.product()
    waits()
    platform.products["91"] = ProductData("91", "Vase Marée", stock=3)
    shops.look()
    sweeps.leave()
    assert StockWish.objects.get().told_at is not None
    Product.objects.update(stock=0)  # the others were quicker than the quota
    platform.products["91"] = ProductData("91", "Vase Marée", stock=0)
    assert news() == []
    shops.look()
    assert StockWish.objects.get().ended_at is None
    platform.products["91"] = ProductData("91", "Vase Marée", stock=1)
    shops.look()
    assert len(news()) == 1
    shops.look()
    assert len(news()) == 1


def test_more_articles_than_one_run_asks_for_come_in_turn(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishing, "MOST", 2)
    for name in ("91", "92", "93", "94", "95"):
        product = Product.objects.create(shop=world.shop(), external_id=name, title=name, sku=name, price=1, stock=0)
        wishing.wish(product, WHO, language="fr")
    account, now = Connection.objects.get(), timezone.now()
    asked = {name for turn in range(5) for name in wishing.asked_now(account, now + turn * watching.EVERY)}
    assert asked == {"91", "92", "93", "94", "95"}


def test_only_what_somebody_waits_for_is_asked_and_old_wishes_end(platform: FakePlatform) -> None:
    wish(KIND)
    shops.product()
    reads = platform.reads
    shops.look()
    assert platform.reads == reads
    waits()
    StockWish.objects.update(until=timezone.now() - timedelta(days=1))
    platform.products["91"] = ProductData("91", "Vase Marée", stock=3)
    shops.look()
    assert platform.reads == reads
    assert StockWish.objects.get().ended_at is not None
    assert news() == []


def test_colleagues_see_who_waits_and_the_customer_has_a_way_out(platform: FakePlatform) -> None:
    wish(KIND)
    shops.product()
    waits()
    row = StockWish.objects.select_related("identity").get()
    agent = world.client_for(world.camille())
    shown = agent.get("/proactive/").content.decode()
    assert "Vase Marée" in shown
    assert WHO in shown
    assert "Vase Marée" not in world.client_for(world.stranger()).get("/proactive/").content.decode()
    world.conversation(row.identity)
    file = f"/customers/{row.identity.customer_id}/"
    assert "Vase Marée" in agent.get(f"{file}side/").content.decode()
    removal = f"{file}wishes/{row.pk}/removal/"
    assert world.client_for(world.stranger()).post(removal).status_code == 404
    assert world.client_for(world.reader()).post(removal).status_code == 403
    assert agent.post(removal).status_code == 200
    row.refresh_from_db()
    assert row.ended_at is not None
    assert agent.post(removal).status_code == 404


def test_the_mailed_link_takes_the_wish_back_too(platform: FakePlatform) -> None:
    wish(KIND)
    shops.product()
    ask()
    url = link()
    Client().post(url)
    assert "ne vous écrirons pas" in Client().post(url, {"end": "yes"}).content.decode()
    platform.products["91"] = ProductData("91", "Vase Marée", stock=3)
    shops.look()
    assert news() == []


def test_the_account_has_a_way_out_of_ones_own_wishes_alone(platform: FakePlatform) -> None:
    wish(KIND)
    product, shop = shops.product(), world.shop()
    mine = wishing.wish(product, world.claire().value, language="fr")
    other = wishing.wish(product, WHO, language="fr")
    assert mine
    assert other
    browser, page = Client(), "/s/maison-alba/account/preferences/"
    browser.get(person_link(world.claire(), shop).partition("testserver")[2])
    assert "Vase Marée" in browser.get(page).content.decode()
    for key in (str(other.pk), "x", str(mine.pk)):
        browser.post(page, {"end": key})
    assert list(StockWish.objects.filter(ended_at=None)) == [other]
    assert "Vase Marée" not in browser.get(page).content.decode()


def test_a_wish_goes_with_the_person(platform: FakePlatform) -> None:
    wish(KIND, "propose")
    shops.product()
    waits()
    platform.products["91"] = ProductData("91", "Vase Marée", stock=3)
    shops.look()
    sweeps.leave()
    assert "Vase Marée" in world.client_for(world.camille()).get("/proactive/").content.decode()
    who = StockWish.objects.get().identity.customer
    told = erasure.export(who.pk)
    assert [each["product"] for each in told["stock_wishes"]] == ["Vase Marée"]
    erase(who, actor=SYSTEM)
    assert (StockWish.objects.count(), Announcement.objects.count()) == (0, 0)
