"""Messages that speak first: what calls for them, what keeps them back, and that each is said once."""

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from comptoir.campaigns import sweeps
from comptoir.campaigns.actions.deciding import confirm, take_back
from comptoir.campaigns.actions.stopping import stop
from comptoir.campaigns.kinds import VERBS
from comptoir.campaigns.models import Announcement, Manner
from comptoir.care.models import Case
from comptoir.core import erasure
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event, Origin
from comptoir.customers.actions import erase
from comptoir.customers.consents import Proof, give
from comptoir.orders.actions import take_many
from comptoir.orders.data import tidied
from comptoir.orders.models import Connection, Order, Shipment
from comptoir.orders.tracking.taking import take
from comptoir.outbox import apart, suppression
from comptoir.outbox import sweeps as outbox_sweeps
from comptoir.outbox.actions import send_mail
from comptoir.outbox.models import Mail
from comptoir.ports import registry
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import OrderData
from tests import world
from tests.campaigns.ground import Post, passes, wish
from tests.orders import ground as orders
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def carrier() -> Connection:
    return Connection.objects.create(shop=world.shop(), port="carrier", vendor="simulator", name="S", active=True)


def parcel(order: Order | None = None, number: str = "6A1", **more: Any) -> Shipment:
    values = {"state": "announced", "shipped_at": timezone.now() - HOUR} | more
    return Shipment.objects.create(order=order or world.order(), carrier="Colissimo", number=number, **values)


def happens(account: Connection, state: str, number: str = "6A1", ago: float = 0.1, origin: str = "live") -> None:
    """The carrier tells a step."""
    step = {"at": (timezone.now() - ago * HOUR).isoformat(), "state": state, "text": state}
    body = json.dumps({"parcels": [{"number": number, "steps": [step]}]}).encode()
    take(account, registry.get("carrier", "simulator")({}).parse(body), origin=origin)


def sent(number: str = "6A1") -> ShipmentData:
    """A parcel that left an hour ago, as the platform tells it."""
    return ShipmentData(
        carrier="Colissimo", number=number, external_id=number, state="accepted", shipped_at=timezone.now() - HOUR
    )


def told_order(key: str, state: str, parcels: tuple[ShipmentData, ...] = ()) -> OrderData:
    """Claire's order, as the platform tells it now."""
    values = {"external_id": key, "number": f"MA-{key}", "state": state, "shipments": parcels, "refunds": ()}
    return tidied(orders.order(placed_at=timezone.now() - 2 * HOUR, updated_at=timezone.now(), **values))


def test_a_parcel_that_leaves_is_told_once(carrier: Connection) -> None:
    wish("shipped")
    parcel()
    happens(carrier, "accepted", ago=1)
    happens(carrier, "in_transit", ago=0.5)
    [mail] = passes()
    assert mail.to[0].email == "claire.vasseur@orange.example"
    assert mail.subject == "Votre commande MA-24817 est en route"
    assert mail.reply_to[0].email == "bonjour@maison-alba.example"
    assert "Claire" in mail.text
    assert "6A1" in mail.html
    assert "List-Unsubscribe" not in mail.headers
    happens(carrier, "out_for_delivery", ago=0.2)
    assert len(passes()) == 1
    assert Event.objects.filter(verb="announcement.left").count() == 1


def test_every_verb_that_calls_for_a_message_is_listened_to(settings: Any) -> None:
    deaf = [verb for verb in VERBS if "comptoir.campaigns.reactions.consider" not in settings.SUBSCRIBERS.get(verb, ())]
    assert deaf == []


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("customs", "customs"), ("delayed", "delayed"), ("out_for_delivery", "out_for_delivery"),
        ("attempt_failed", "attempt_failed"), ("available_for_pickup", "at_relay"), ("delivered", "delivered"),
        ("exception", "exception"), ("lost", "exception"), ("returning", "returned"), ("returned", "returned"),
    ],
)  # fmt: skip
def test_each_step_of_a_parcel_has_its_message_once(carrier: Connection, state: str, kind: str) -> None:
    wish(kind)
    parcel(state="in_transit")
    happens(carrier, state)
    happens(carrier, state)
    passes()
    assert [row.kind for row in Announcement.objects.all()] == [kind]
    Announcement.objects.update(due_at=timezone.now())  # those that wait a minute for the case
    assert len(passes()) == 1
    assert len(passes()) == 1


def test_what_is_off_or_said_by_others_or_unknown_says_nothing(carrier: Connection) -> None:
    wish("out_for_delivery", "off")
    wish("delivered", said_by=["carrier"])
    parcel(state="in_transit")
    for state in ("unknown", "out_for_delivery", "delivered"):
        happens(carrier, state, ago=0.1 if state == "delivered" else 0.5)
    assert passes() == []
    assert list(Announcement.objects.values_list("kind", "reason")) == [("delivered", "said")]


def test_an_import_of_two_thousand_orders_sends_and_queues_nothing() -> None:
    for kind in ("confirmed", "preparing", "shipped", "delivered", "refunded", "review", "well_received"):
        wish(kind)
    told = [told_order(str(number), "delivered", parcels=(sent(),)) for number in range(2_000)]
    for at in range(0, 2_000, 500):
        take_many(world.shop(), told[at : at + 500], actor=SYSTEM, origin=Origin.IMPORT)
    assert Order.objects.count() == 2_000
    assert passes() == []
    assert (Announcement.objects.count(), Mail.objects.count(), waiting_jobs()) == (0, 0, [])


def test_a_change_of_an_imported_order_is_no_occasion_to_confirm_it() -> None:
    wish("confirmed")
    wish("preparing")
    take_many(world.shop(), [told_order("1", "paid")], actor=SYSTEM, origin=Origin.IMPORT)
    take_many(world.shop(), [told_order("1", "preparing")], actor=SYSTEM, origin=Origin.LIVE)
    assert passes() == []


def test_an_order_is_told_from_its_confirmation_to_its_parcel(settings: Any) -> None:
    for kind in ("confirmed", "preparing", "shipped"):
        wish(kind)
    for state, parcels in (("paid", ()), ("preparing", ()), ("shipped", (sent(),))):
        take_many(world.shop(), [told_order("1", state, parcels=parcels)], actor=SYSTEM, origin=Origin.LIVE)
        passes()
    assert [mail.subject for mail in Post.left] == [
        "Votre commande MA-1 est confirmée",
        "Nous préparons votre commande MA-1",
        "Votre commande MA-1 est en route",
    ]
    assert settings.APART_MAIL["per_minute"] > 0


def test_a_part_that_leaves_is_not_told_parcel_by_parcel() -> None:
    wish("partly_shipped")
    wish("shipped")
    take_many(world.shop(), [told_order("1", "paid")], actor=SYSTEM, origin=Origin.LIVE)
    take_many(world.shop(), [told_order("1", "partly_shipped", parcels=(sent(),))], actor=SYSTEM, origin=Origin.LIVE)
    assert len(passes()) == 1
    rest = (sent(), sent("6A2"))
    take_many(world.shop(), [told_order("1", "shipped", parcels=rest)], actor=SYSTEM, origin=Origin.LIVE)
    passes()
    assert [mail.subject[:14] for mail in Post.left] == ["Une partie de ", "Votre commande"]


def test_a_relay_reminds_two_days_and_one_day_before_and_no_more_once_collected(carrier: Connection) -> None:
    wish("relay_reminder")
    last = timezone.localdate() + timedelta(days=5)
    row = parcel(state="in_transit", relay={"name": "Tabac de la Paix", "city": "Nantes", "until": last.isoformat()})
    happens(carrier, "available_for_pickup")
    passes()
    rows = list(Announcement.objects.order_by("due_at"))
    assert [(one.step, (last - one.due_at.date()).days) for one in rows] == [("J-2", 2), ("J-1", 1)]
    Announcement.objects.filter(step="J-2").update(due_at=timezone.now())
    assert "Tabac de la Paix" in passes()[0].html
    Shipment.objects.filter(pk=row.pk).update(state="delivered")
    Announcement.objects.filter(step="J-1").update(due_at=timezone.now())
    assert len(passes()) == 1
    assert Announcement.objects.get(step="J-1").reason == "passed"


def test_a_shop_that_refuses_follow_up_gets_none_and_a_bounce_ends_it(carrier: Connection) -> None:
    wish("out_for_delivery")
    who = world.claire()
    stop(who, world.shop(), "orders", words="x", actor=SYSTEM)
    parcel(state="in_transit")
    happens(carrier, "out_for_delivery")
    assert passes() == []
    assert Announcement.objects.get().reason == "opted_out"
    Post.refused = {"karim.benali@free.example": "550 unknown"}
    parcel(world.order(world.karim(), "MA-2"), "6A2", state="in_transit")
    happens(carrier, "out_for_delivery", "6A2")
    assert len(passes()) == 1
    assert Mail.objects.get().state == "failed"
    parcel(world.order(world.karim(), "MA-3"), "6A3", state="in_transit")
    happens(carrier, "out_for_delivery", "6A3")
    assert len(passes()) == 1
    assert Announcement.objects.latest("pk").reason == "suppressed"


def test_a_bounce_by_mail_marks_the_message_and_ends_it(carrier: Connection) -> None:
    wish("out_for_delivery")
    parcel(state="in_transit")
    happens(carrier, "out_for_delivery")
    [left] = passes()
    suppression.bounced([left.message_id], permanent=False)
    assert not suppression.suppressed(left.to[0].email)
    suppression.bounced([left.message_id], permanent=True)
    assert suppression.suppressed("Claire.Vasseur@orange.example")
    assert Mail.objects.get().bounced_at is not None


def test_somebody_who_stops_after_it_was_queued_gets_nothing(carrier: Connection) -> None:
    wish("out_for_delivery")
    parcel(state="in_transit")
    happens(carrier, "out_for_delivery")
    run_jobs()
    sweeps.leave()
    stop(world.claire(), world.shop(), "orders", words="x", actor=SYSTEM)
    assert passes() == []
    assert Mail.objects.get().error == "automatic: opted_out"


def test_no_opinion_is_asked_for_without_a_yes_or_while_something_is_open(carrier: Connection) -> None:
    wish("review")
    who, shop = world.claire(), world.shop()
    row = parcel(world.order(state="delivered"), state="in_transit")
    happens(carrier, "delivered")
    passes()
    announced = Announcement.objects.get()
    assert (announced.due_at - timezone.now()).days in (9, 10)
    again = {"state": "waiting", "reason": "", "due_at": timezone.now()}
    for reason in ("opted_out", "open_case", ""):
        Announcement.objects.update(**again)
        passes()
        announced.refresh_from_db()
        assert announced.reason == reason
        if reason == "opted_out":
            give(who, shop, ("email", "surveys"), proof=Proof(form="account"), actor=SYSTEM)
            talk = world.conversation()
        else:
            talk.state = "closed"
            talk.save()
    [mail] = Post.left
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["List-Unsubscribe"].startswith("<http")
    assert row.pk


def test_the_customers_night_is_quiet_by_their_own_clock(carrier: Connection) -> None:
    hour = timezone.now().astimezone(ZoneInfo("Asia/Tokyo")).hour  # eight hours or seven from the shop's own
    Manner.objects.update(quiet_from=(hour - 1) % 24, quiet_until=(hour + 2) % 24)
    wish("out_for_delivery")
    order = world.order(address={"country": "JP"})
    parcel(order, state="in_transit")
    happens(carrier, "out_for_delivery")
    assert passes() == []
    row = Announcement.objects.get()
    assert (row.state, row.reason) == ("waiting", "quiet")
    assert timezone.now() < row.due_at < timezone.now() + timedelta(hours=2)


def test_what_a_case_told_is_not_said_again_and_the_case_hears_of_ours(carrier: Connection) -> None:
    wish("delayed")
    parcel(state="in_transit")
    happens(carrier, "delayed")
    passes()
    assert Case.objects.get().letter == "proposed"
    Announcement.objects.update(due_at=timezone.now())
    assert len(passes()) == 1
    case = Case.objects.get()
    assert (case.letter, case.told) == ("sent", ["late"])


def test_proposed_waits_for_a_person(carrier: Connection) -> None:
    wish("out_for_delivery", "propose")
    parcel(state="in_transit")
    happens(carrier, "out_for_delivery")
    assert passes() == []
    row = Announcement.objects.get()
    assert row.state == "proposed"
    made = confirm([row.pk], agent=world.camille())
    assert made is not None
    assert passes() == []  # the time to undo
    Announcement.objects.update(due_at=timezone.now())
    run_jobs()
    sweeps.leave()
    assert take_back(made, agent=world.camille()) == 1  # queued, not gone
    assert passes() == []
    assert Announcement.objects.get().state == "proposed"
    again = confirm([row.pk], agent=world.camille())
    Announcement.objects.update(due_at=timezone.now())
    assert len(passes()) == 1
    assert again is not None
    assert take_back(again, agent=world.camille()) == 0


def test_replies_do_not_wait_behind_campaigns(settings: Any) -> None:
    settings.APART_MAIL = {"smtp_url": "", "per_minute": 10}
    who, shop = world.karim(), world.shop()
    for at in range(300):
        apart.queue("proactive:shipped", identity=who, shop=shop, subject=str(at), text="x", html="")
    send_mail("account_code", to="a@b.example", context={"code": "1", "minutes": 2}, language="fr", shop=shop)
    outbox_sweeps.release()
    jobs = waiting_jobs()
    assert jobs[0] == "outbox.actions.deliver"  # the reply's road, a queue with slots of its own
    assert jobs.count("outbox.apart.carry_apart") == 10
    outbox_sweeps.release()
    assert waiting_jobs().count("outbox.apart.carry_apart") == 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT queue_name FROM procrastinate_jobs WHERE task_name LIKE '%%carry_apart'")
        assert cursor.fetchall() == [("bulk",)]


def test_the_file_holds_them_and_erasing_takes_them(carrier: Connection) -> None:
    wish("out_for_delivery")
    parcel(state="in_transit")
    happens(carrier, "out_for_delivery")
    passes()
    who = world.claire().customer
    assert [row["kind"] for row in erasure.export(who.pk)["announcements"]] == ["out_for_delivery"]
    erase(who, actor=SYSTEM)
    assert Announcement.objects.count() == 0
