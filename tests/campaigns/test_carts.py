"""Abandoned carts: only with consent, once, read anew before leaving, and dropped as soon as they are no longer true."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.campaigns import sweeps
from comptoir.campaigns.actions.stopping import stop
from comptoir.campaigns.models import Announcement, Watch
from comptoir.core import erasure
from comptoir.core.actors import SYSTEM
from comptoir.customers.actions import erase
from comptoir.customers.consents import Proof, give
from comptoir.orders.models import Cart, OrderLine
from comptoir.outbox import sweeps as outbox
from comptoir.ports.fake_shop import FakePlatform
from tests import world
from tests.campaigns import shops
from tests.campaigns.ground import Post, passes, wish
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
KIND = "abandoned_cart"


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    with shops.connected() as platform:
        yield platform


def agrees() -> None:
    give(world.claire(), world.shop(), ("email", "news"), proof=Proof(form="account"), actor=SYSTEM)


def put(platform: FakePlatform, **changes: object) -> None:
    told = shops.cart(**changes)  # type: ignore[arg-type]
    platform.carts[told.external_id] = told


def reason() -> str:
    return Announcement.objects.get().reason


def test_a_cart_is_spoken_of_once_after_four_hours_with_the_way_back(platform: FakePlatform) -> None:
    wish(KIND)
    agrees()
    put(platform, hours=5)
    shops.look()
    shops.look()
    [mail] = passes()
    assert (mail.to[0].email, mail.subject) == (world.claire().value, "Votre panier vous attend")
    for part in (mail.text, mail.html):
        assert "https://alba.example/cart/c1" in part
        assert "Bol en grès" in part
        assert "49,80" in part
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    platform.carts["c1"] = replace(shops.cart(hours=0), total=2490)  # touched again: the same cart, no second message
    shops.look()
    Announcement.objects.update(due_at=timezone.now())
    assert len(passes()) == 1


def test_not_before_the_hours_that_the_shop_wishes(platform: FakePlatform) -> None:
    wish(KIND, hours=12)
    agrees()
    put(platform, hours=5)
    shops.look()
    assert passes() == []
    row = Announcement.objects.get()
    assert timedelta(hours=6) < row.due_at - timezone.now() < timedelta(hours=8)


def test_without_a_yes_nothing_is_asked_for_or_kept(platform: FakePlatform) -> None:
    """Off: the shop is not even asked. On: the cart of whoever did not agree, or is not known, leaves no trace."""
    put(platform)
    put(platform, key="c2", email="nobody@example.org", customer_id="")
    reads = platform.reads
    shops.look()
    wish(KIND, said_by=["platform"])
    shops.look()
    assert platform.reads == reads
    wish(KIND, said_by=[])
    shops.look()
    assert platform.reads > reads
    assert (Cart.objects.count(), Announcement.objects.count(), passes()) == (0, 0, [])


def test_an_order_since_then_says_it_all(platform: FakePlatform) -> None:
    wish(KIND)
    agrees()
    put(platform)
    shops.look()
    world.order(placed_at=timezone.now() - timedelta(hours=1))
    assert passes() == []
    assert reason() == "ordered"


def test_not_while_something_is_open(platform: FakePlatform) -> None:
    wish(KIND)
    agrees()
    put(platform)
    shops.look()
    world.conversation()
    assert passes() == []
    assert reason() == "open_case"


def test_it_is_asked_for_again_right_before_it_leaves(platform: FakePlatform) -> None:
    """Ordered in the shop, which we do not know yet: gone from there, so nothing leaves."""
    wish(KIND)
    agrees()
    put(platform)
    shops.look()
    Cart.objects.update(looked_at=timezone.now() - timedelta(minutes=5))
    del platform.carts["c1"]
    assert passes() == []
    assert reason() == "passed"
    assert Cart.objects.get().lines == []


def test_touched_meanwhile_it_waits_anew_and_a_silent_shop_holds_it_back(platform: FakePlatform) -> None:
    wish(KIND)
    agrees()
    put(platform)
    shops.look()
    long_ago = timezone.now() - timedelta(minutes=5)
    Cart.objects.update(looked_at=long_ago)
    platform.down = True
    assert passes() == []
    row = Announcement.objects.get()
    assert (row.state, row.reason) == ("waiting", "unread")
    assert row.due_at > timezone.now()
    platform.down = False
    platform.carts["c1"] = shops.cart(hours=1)
    Announcement.objects.update(due_at=timezone.now())
    assert passes() == []
    row.refresh_from_db()
    assert timedelta(hours=2) < row.due_at - timezone.now() < timedelta(hours=4)


def test_a_cart_of_four_days_ago_is_too_old_and_is_emptied(platform: FakePlatform) -> None:
    wish(KIND)
    agrees()
    put(platform, hours=80)
    shops.look()
    assert not Cart.objects.exists()
    Watch.objects.all().delete()
    put(platform)
    shops.look()
    Cart.objects.update(changed_at=timezone.now() - timedelta(days=5))
    sweeps.forget_old()
    assert (Cart.objects.get().lines, Cart.objects.get().url) == ([], "")
    assert passes() == []


def test_a_shop_that_asks_for_a_pause_gets_it(platform: FakePlatform) -> None:
    wish(KIND)
    agrees()
    put(platform)
    platform.throttle(900)
    shops.look()
    assert not Cart.objects.exists()
    assert Watch.objects.get().next_at - timezone.now() > timedelta(minutes=14)


def test_proposed_decided_and_taken_back(platform: FakePlatform) -> None:
    wish(KIND, "propose")
    agrees()
    put(platform)
    shops.look()
    assert passes() == []
    row, agent = Announcement.objects.get(), world.client_for(world.camille())
    shown = agent.get("/proactive/").content.decode()
    assert "Panier abandonné" in shown
    assert "Claire Vasseur" in shown
    assert "Bol en grès" in agent.get(f"/proactive/{row.pk}/mail/").content.decode()
    assert world.client_for(world.stranger()).get(f"/proactive/{row.pk}/mail/").status_code == 404
    agent.post("/proactive/decisions/", {"row": [row.pk], "decision": "confirm"})
    Announcement.objects.update(due_at=timezone.now())
    assert len(passes()) == 1


def test_a_no_after_it_was_queued_still_counts(platform: FakePlatform) -> None:
    wish(KIND)
    agrees()
    put(platform)
    shops.look()
    sweeps.leave()
    stop(world.claire(), world.shop(), "news", words="x", actor=SYSTEM)
    outbox.release()
    run_jobs()
    assert Post.left == []


def test_what_is_kept_goes_with_the_person(platform: FakePlatform) -> None:
    wish(KIND, "propose")
    agrees()
    put(platform)
    shops.look()
    who = world.claire().customer
    told = erasure.export(who.pk)
    assert told["carts"][0]["lines"][0]["title"] == "Bol en grès"
    assert [row["kind"] for row in told["announcements"]] == [KIND]
    erase(who, actor=SYSTEM)
    assert (Cart.objects.count(), Announcement.objects.count()) == (0, 0)
    shops.look()
    assert Cart.objects.count() == 0


def test_the_text_is_set_and_tried_with_a_real_order() -> None:
    order = world.order()
    OrderLine.objects.create(order=order, title="Carafe", quantity=1, unit_price=3900, total=3900)
    shops.product()
    owner, url = world.client_for(world.owner()), f"/settings/proactive/{world.shop().pk}/{KIND}/"
    page = owner.get(url)
    assert 'name="hours"' in page.content.decode()
    done = owner.post(url, {"wish": "1", "mode": "propose", "hours": "12", "language": "fr"})
    assert done.status_code == 302
    assert owner.post(url, {"wish": "1", "mode": "send", "hours": "900", "language": "fr"}).status_code == 422
    for kind, article in ((KIND, "Carafe"), ("back_in_stock", "Vase Marée")):
        shown = owner.post(url.replace(KIND, kind) + "preview/", {"language": "en"})
        assert article in shown.content.decode()
    assert (Cart.objects.count(), Announcement.objects.count()) == (0, 0)
