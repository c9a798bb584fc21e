"""Parcels followed through the door: webhooks and questions in, rows and events out."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.customers.actions import erase
from comptoir.orders.filters import FIELDS
from comptoir.orders.models import (
    CarrierCode,
    Following,
    Order,
    RawNotice,
    Shipment,
    TrackingEvent,
    TransitTime,
)
from comptoir.orders.tracking import arrivals, polling
from comptoir.ports.carrier import CarrierCapabilities
from comptoir.ports.errors import PortError
from comptoir.ports.parcels import ShipmentData, TrackingData
from tests import world
from tests.orders.tracking.conftest import Desk, DeskCarrier
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


def parcel(order: Order | None = None, number: str = "6A1", **more) -> Shipment:
    order = order or world.order()
    return Shipment.objects.create(order=order, carrier="Colissimo", number=number, **more)


def step(state: str, ago: float, code: str = "", text: str = "") -> dict:
    at = (NOW - ago * HOUR).isoformat()
    return {"at": at, "state": state, "code": code or state.upper(), "text": text or state}


def tell(account, *steps: dict, number: str = "6A1", proof: str = "ours", **more) -> int:
    body = json.dumps({"parcels": [{"number": number, "steps": list(steps)} | more]})
    where = f"/api/connections/{account.public_id}/webhook"
    answer = Client(enforce_csrf_checks=True).post(
        where, body, content_type="application/json", headers={"x-proof": proof}
    )
    run_jobs()
    return answer.status_code


def verbs(origin: str = "live") -> list[str]:
    return list(
        Event.objects.filter(verb__startswith="parcel.", origin=origin).order_by("pk").values_list("verb", flat=True)
    )


def test_a_webhook_moves_the_parcel_and_is_told_once(account) -> None:
    row = parcel()
    assert tell(account, step("accepted", 9), step("in_transit", 5), estimated="2026-12-01") == 200
    row.refresh_from_db()
    assert (row.state, row.scanned_at, row.state_since) == ("in_transit", NOW - 5 * HOUR, NOW - 5 * HOUR)
    assert (str(row.estimated_on), row.shipped_at) == ("2026-12-01", NOW - 9 * HOUR)
    tell(account, step("accepted", 9), step("in_transit", 5), {"x": 1})
    assert (verbs(), TrackingEvent.objects.count()) == (["parcel.in_transit"], 2)
    event = Event.objects.get(verb="parcel.in_transit")
    assert (event.codes["parcel"], event.customer_key) == (row.pk, row.order.identity.customer_id)


def test_late_news_fill_the_history_and_move_nothing_back(account) -> None:
    row = parcel()
    tell(account, step("out_for_delivery", 2))
    tell(account, step("in_transit", 8), step("announced", 30))
    row.refresh_from_db()
    assert (row.state, verbs(), TrackingEvent.objects.count()) == ("out_for_delivery", ["parcel.out_for_delivery"], 3)


def test_a_forged_webhook_changes_nothing(account) -> None:
    row = parcel()
    assert tell(account, step("delivered", 1), proof="forged") in (401, 403)
    row.refresh_from_db()
    assert (row.state, RawNotice.objects.count()) == ("announced", 0)


def test_an_unknown_code_is_kept_counted_and_makes_nothing_react(account) -> None:
    row = parcel(state="in_transit")
    tell(account, step("teleported", 3, text="Ailleurs"))
    tell(account, step("teleported", 2, text="Ailleurs"))
    row.refresh_from_db()
    assert (row.state, verbs()) == ("in_transit", [])
    assert list(TrackingEvent.objects.values_list("state", "text")) == [("unknown", "Ailleurs")] * 2
    assert list(CarrierCode.objects.values_list("vendor", "code", "seen")) == [("desk", "teleported", 2)]


def test_a_clock_far_ahead_is_not_believed(account) -> None:
    row = parcel(state="in_transit")
    tell(account, step("delivered", -24 * 30), step("out_for_delivery", 1))
    row.refresh_from_db()
    assert (row.state, TrackingEvent.objects.count()) == ("out_for_delivery", 1)


def test_old_news_are_written_down_and_told_to_nobody(account) -> None:
    parcel()
    tell(account, step("delivered", 24 * 9))
    assert (verbs(), verbs("reconciliation")) == ([], ["parcel.delivered"])


def test_a_number_of_two_orders_moves_both_and_none_of_another_shop(account) -> None:
    one, two = parcel(), parcel(world.order(world.karim(), "MA-2"), number="6a1")
    elsewhere = Order.objects.create(
        shop=world.shop("rivage"), identity=world.claire(), external_id="R1", number="R1", placed_at=NOW, total=1
    )
    other = parcel(elsewhere)
    tell(account, step("in_transit", 1))
    assert [Shipment.objects.get(pk=row.pk).state for row in (one, two, other)] == ["in_transit"] * 2 + ["announced"]
    assert RawNotice.objects.get().customer_key is None  # of two people: erased with its days


def test_the_order_is_delivered_with_its_last_parcel(account) -> None:
    order = world.order()
    parcel(order), parcel(order, "6A2")
    tell(account, step("delivered", 1))
    order.refresh_from_db()
    assert order.state == "shipped"
    tell(account, step("delivered", 1), number="6A2")
    order.refresh_from_db()
    assert (order.state, Event.objects.filter(verb="order.delivered").count()) == ("delivered", 1)


def test_the_step_that_the_shop_told_is_not_told_twice(account) -> None:
    row = parcel(state="in_transit")
    TrackingEvent.objects.create(shipment=row, occurred_at=NOW - 5 * HOUR, state="in_transit", text="Parti")
    tell(account, step("in_transit", 5.01))
    assert TrackingEvent.objects.count() == 1


def test_an_erased_person_s_parcel_is_followed_no_more(account) -> None:
    row = parcel()
    polling.begin()
    erase(row.order.identity.customer, actor=SYSTEM)
    assert Following.objects.count() == 0
    tell(account, step("delivered", 1))
    assert TrackingEvent.objects.count() == 0


def told(number: str, state: str, ago: float = 1) -> ShipmentData:
    return ShipmentData("Colissimo", number, state=state, events=(TrackingData(NOW - ago * HOUR, state, state, state),))


def test_numbers_are_followed_asked_in_batches_and_planned_by_their_state(account, desk: Desk) -> None:
    for number in ("6A1", "6A2", "6A3"):
        parcel(world.order(number=f"MA-{number}"), number, shipped_at=NOW - 20 * HOUR)
    parcel(world.order(number="MA-old"), "6A4", shipped_at=NOW - timedelta(days=70))
    parcel(world.order(number="MA-over"), "6A5", state="delivered")
    desk.parcels = {"6A1": told("6A1", "out_for_delivery"), "6A2": told("6A2", "delivered")}
    assert (polling.begin(), polling.begin()) == (3, 0)
    polling.queue_due()
    run_jobs()
    assert sorted(map(len, desk.asked)) == [1, 2]
    waits = {
        row.number: row.due_at and round((row.due_at - timezone.now()) / HOUR, 1) for row in Following.objects.all()
    }
    assert waits == {"6A1": 0.5, "6A2": None, "6A3": 6.0}
    assert Shipment.objects.get(number="6A2").state == "delivered"


def test_a_carrier_that_tells_by_itself_is_asked_to_and_then_left_alone(account, desk: Desk) -> None:
    DeskCarrier.capabilities = CarrierCapabilities(polls=True, webhooks=True, registers=True, batch=40)
    parcel(shipped_at=NOW - HOUR)
    desk.parcels = {"6A1": told("6A1", "in_transit")}
    polling.begin()
    polling.ask(account.pk)
    Following.objects.update(due_at=NOW)
    polling.ask(account.pk)
    assert (desk.followed, len(desk.asked)) == (["6A1"], 2)


def test_the_day_s_questions_are_not_exceeded_and_a_pause_is_kept(account, desk: Desk) -> None:
    DeskCarrier.capabilities = CarrierCapabilities(polls=True, batch=1, daily=2)
    for at in range(5):
        parcel(world.order(number=f"MA-{at}"), f"6A{at}", shipped_at=NOW - HOUR)
    polling.begin()
    polling.ask(account.pk)
    polling.ask(account.pk)
    assert len(desk.asked) == 2
    DeskCarrier.capabilities = CarrierCapabilities(polls=True, batch=50)
    Following.objects.update(due_at=NOW)
    desk.error = PortError("Attendez.", retry_after=7_200)
    polling.ask(account.pk)
    account.refresh_from_db()
    assert (account.problem, Following.objects.filter(due_at__lt=NOW + 1.9 * HOUR).count()) == ("Attendez.", 0)


def history(count: int, hours: float = 44, **more) -> None:
    order = world.order(number="MA-history", address={"country": "FR", "postcode": "44000"})
    for at in range(count):
        delivered = NOW - timedelta(days=2 + at % 60)
        took = timedelta(hours=hours + (at % 5) * 4)
        parcel(order, f"H{at}", state="delivered", shipped_at=delivered - took, delivered_at=delivered, **more)


def test_roads_are_measured_with_their_error_and_coarser_where_there_are_few(account) -> None:
    history(100)
    assert arrivals.measure() == 2
    road = TransitTime.objects.get(carrier="Colissimo", region="FR-44")
    assert (road.count, 44 <= road.p50 <= 60, road.tested > 5, road.error < 1) == (100, True, True, True)
    row = parcel(world.order(number="MA-2"), "6A9", state="in_transit", shipped_at=NOW - 10 * HOUR)
    assert arrivals.roads([row])[row.pk].count == 100


def test_what_waits_for_its_customer_has_come_and_is_not_late(account) -> None:
    """The promise was a day ago and nobody has fetched it yet: no estimate, nothing told, not in « late »."""
    history(40)
    arrivals.measure()
    yesterday = (NOW - timedelta(days=1)).date()
    row = parcel(
        world.order(number="MA-2"), "6A9", state="in_transit", shipped_at=NOW - 90 * HOUR, promised_on=yesterday
    )
    waits = parcel(world.order(number="MA-3"), "6A8", state="available_for_pickup", shipped_at=NOW - 90 * HOUR,
                   promised_on=yesterday, runs_late=True)  # fmt: skip
    arrivals.look_at_all()
    waits.refresh_from_db()
    assert (waits.runs_late, waits.expected_on) == (False, None)
    assert {told.subject_id for told in Event.objects.filter(verb="parcel.trending_late")} == {row.order_id}
    late = next(field for field in FIELDS if field.name == "parcel.late")
    late_ones = Shipment.objects.filter(late.build(True, world.owner()), promised_on=yesterday)
    assert [one.number for one in late_ones] == ["6A9"]


def test_a_parcel_runs_late_before_its_carrier_says_so_and_that_is_told_once(account) -> None:
    history(40)
    arrivals.measure()
    row = parcel(world.order(number="MA-2"), "6A9", state="in_transit", shipped_at=NOW - 10 * HOUR,
                 promised_on=(NOW + timedelta(days=9)).date())  # fmt: skip
    assert arrivals.look_at_all() == 1
    row.refresh_from_db()
    assert (row.runs_late, row.expected_on is not None) == (False, True)
    Shipment.objects.filter(pk=row.pk).update(promised_on=(NOW - timedelta(days=1)).date())
    arrivals.look_at_all()
    arrivals.look_at_all()
    row.refresh_from_db()
    assert (row.runs_late, verbs()) == (True, ["parcel.trending_late"])
    tell(account, step("delivered", 0), number="6A9")
    row.refresh_from_db()
    assert (row.runs_late, row.expected_on) == (False, None)
