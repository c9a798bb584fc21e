"""Taking what a carrier tells: history is filled, the state moves on, and what is new is told once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Upper
from django.utils import timezone

from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.core.models import Origin, Shop
from comptoir.orders.data import RELAY_FIELDS
from comptoir.orders.models import Connection, Order, ParcelState, Shipment, TrackingEvent
from comptoir.orders.tracking import arrivals
from comptoir.orders.tracking.merging import Stand, Step, merged
from comptoir.orders.tracking.telling import tell_state
from comptoir.ports.carrier import Followed
from comptoir.ports.parcels import ShipmentData, TrackingData

AHEAD = timedelta(days=2)  # a clock that is further ahead is wrong, and its step would stay the newest for ever
SAME = timedelta(seconds=90)  # the shop and the carrier tell the same step with a little between them


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: parcels that were found here, and those of them in which something changed."""

    found: int
    changed: int
    customers: tuple[int, ...] = ()


@transaction.atomic
def take(account: Connection, followed: Followed, *, origin: str = Origin.LIVE) -> Taken:
    """Take these parcels, each for every order of the shop that has its number. Late and doubled news are harmless."""
    count_codes(account.vendor, followed.codes)
    told = {data.number.strip().upper(): data for data in followed.parcels if data.number.strip()}
    rows = _locked(account.shop, told)
    steps = _history(rows)
    changed = sum(_apply(row, told[row.number.upper()], steps.get(row.pk, []), account.vendor, origin) for row in rows)
    customers = {row.order.identity.customer_id for row in rows}
    return Taken(len(rows), changed, tuple(sorted(customers)))


def count_codes(vendor: str, codes: Iterable[str]) -> None:
    """Count codes that no table names; the settings list them."""
    with connection.cursor() as cursor:
        for code, number in Counter(code[:60] for code in codes).items():
            cursor.execute(
                "INSERT INTO orders_carriercode (vendor, code, seen, first_at, last_at) VALUES (%s, %s, %s, now(), now()) "
                "ON CONFLICT (vendor, code) DO UPDATE SET seen = orders_carriercode.seen + excluded.seen, last_at = now()",
                [vendor, code, number],
            )


def _locked(shop: Shop, told: Mapping[str, ShipmentData]) -> list[Shipment]:
    if not told:
        return []
    rows = Shipment.objects.annotate(upper=Upper("number")).filter(order__shop=shop, upper__in=list(told))
    rows = rows.select_related("order__identity").select_for_update(of=("self",))
    return list(rows.filter(order__identity__customer__erased_at=None).order_by("pk"))


def _history(rows: Sequence[Shipment]) -> dict[int, list[TrackingEvent]]:
    found: dict[int, list[TrackingEvent]] = {}
    for event in TrackingEvent.objects.filter(shipment__in=rows):
        found.setdefault(event.shipment_id, []).append(event)
    return found


def _apply(row: Shipment, data: ShipmentData, known: list[TrackingEvent], source: str, origin: str) -> bool:
    new = _new_steps(known, data.events, source)
    TrackingEvent.objects.bulk_create(
        [TrackingEvent(shipment=row, source=source, **_values(event)) for event in new], ignore_conflicts=True
    )
    before = Stand(row.state, row.state_since)
    stand = merged(
        before,
        [Step(event.occurred_at, event.state) for event in known],
        [Step(event.occurred_at, event.state) for event in new],
        data.state if not data.events or _says_more(data) else ParcelState.UNKNOWN,
    )
    altered = _alter(row, data, stand, new)
    if altered:
        row.save(update_fields=altered)
    if stand.state != before.state:
        tell_state(row, stand, origin=origin)
        _settle_order(row.order, origin)
    arrivals.look_ahead([row], origin=origin)
    return bool(new or altered)


def _says_more(data: ShipmentData) -> bool:
    """Whether the carrier's word on the whole is another than its newest step's."""
    return data.state != next((step.state for step in data.events if step.state != ParcelState.UNKNOWN), data.state)


def _new_steps(known: list[TrackingEvent], told: Sequence[TrackingData], source: str) -> list[TrackingData]:
    """The steps that are not there: by source, code and time; another source's same step is not told twice."""
    horizon = timezone.now() + AHEAD
    there = {(event.source, event.code, event.occurred_at) for event in known}
    others = [(event.state, event.occurred_at) for event in known if event.source != source]
    new = []
    for event in told:
        key = (source, _code(event), event.occurred_at)
        doubled = any(state == event.state and abs(at - event.occurred_at) <= SAME for state, at in others)
        if event.occurred_at > horizon or key in there or (doubled and event.state != ParcelState.UNKNOWN):
            continue
        there.add(key)
        new.append(event)
    return new


def _code(event: TrackingData) -> str:
    """The carrier's code; of a step without one, its text tells it apart."""
    return (event.code or event.text)[:40]


def _values(event: TrackingData) -> dict[str, Any]:
    return {
        "occurred_at": event.occurred_at,
        "state": event.state,
        "code": _code(event),
        "text": event.text[:300],
        "place": event.place[:160],
    }


def _alter(row: Shipment, data: ShipmentData, stand: Stand, new: Sequence[TrackingData]) -> list[str]:
    """Bring the parcel's fields up to date; the names of those that changed. What is not told stays."""
    scanned = max((event.occurred_at for event in new), default=None)
    delivered = (data.delivered_at or stand.since) if stand.state == ParcelState.DELIVERED else None
    told: dict[str, Any] = {
        "url": data.url or row.url,
        "service": data.service[:80] or row.service,
        "destination": data.destination[:12] or row.destination,
        "shipped_at": min(filter(None, (row.shipped_at, data.shipped_at)), default=None),
        "promised_on": row.promised_on or data.promised_on,  # what was promised first was promised
        "estimated_on": data.estimated_on or row.estimated_on,
        "relay": row.relay | {name: data.relay[name][:300] for name in RELAY_FIELDS if data.relay.get(name)},
        "scanned_at": max(filter(None, (row.scanned_at, scanned)), default=None),
        "state": stand.state,
        "state_since": stand.since,
        "delivered_at": (row.delivered_at or delivered) if stand.state == ParcelState.DELIVERED else None,
    }
    changed = [name for name, value in told.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, told[name])
    return changed


def _settle_order(order: Order, origin: str) -> None:
    """An order whose parcels are all delivered is delivered, once it was shipped whole."""
    if order.state != Order.State.SHIPPED:
        return
    if Shipment.objects.filter(order=order).exclude(state=ParcelState.DELIVERED).exists():
        return
    moved = Order.objects.filter(pk=order.pk, state=Order.State.SHIPPED).update(state=Order.State.DELIVERED)
    if moved:
        order.state = Order.State.DELIVERED
        record(
            order,
            "order.delivered",
            actor=SYSTEM,
            customer=order.identity.customer_id,
            shop=order.shop_id,
            origin=origin,
            state=order.state,
        )
