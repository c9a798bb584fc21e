"""What an order is made of, brought up to date: lines replaced, parcels and tracking only ever added to.

A parcel never steps back: an old file that says "on its way" does not undo "delivered".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from comptoir.orders.data import RELAY_FIELDS
from comptoir.orders.models import Order, OrderLine, ParcelState, Product, Shipment, TrackingEvent
from comptoir.orders.payments import alter
from comptoir.orders.writing import insert_many, update_many
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import LineData, OrderData

FINAL = {ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.LOST, ParcelState.CANCELLED}
RANK = {state: rank for rank, state in enumerate(ParcelState.values)}
Pairs = list[tuple[Order, OrderData | None]]


@dataclass
class Work:
    """Rows to write once all orders of a batch were compared."""

    new: list[Any] = field(default_factory=list)
    altered: list[Any] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)


def take(products: dict[str, Product], pairs: Pairs) -> set[str]:
    """Write the parts of these orders; gives back the keys of the orders in which something changed."""
    told = [(order, data) for order, data in pairs if data is not None]
    orders = [order.pk for order, _ in told]
    lines = _lines(told, orders, products)
    shipments = _shipments(told, orders)
    changed = lines | shipments
    changed |= _contents(told, orders)
    return changed | _tracking(told, orders)


LINE_FIELDS = (
    "product_id", "sku", "title", "variant", "quantity", "unit_price", "total", "position", "external_id", "tax",
    "discount", "image_url", "refunded", "serials", "specification",
)  # fmt: skip


def _line_values(line: LineData, position: int, products: dict[str, Product]) -> dict[str, Any]:
    """A line's fields. A file has no keys for its lines and knows less: what the platform told of them stays."""
    product = products.get(f"key:{line.product}") or products.get(f"sku:{line.sku}")
    values = {
        "product_id": product.pk if product else None,
        "sku": line.sku[:80],
        "title": line.title.strip()[:300],
        "variant": line.variant[:120],
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "total": line.amount,
        "position": position,
    }
    if not line.external_id:
        return values
    return values | {
        "external_id": line.external_id[:120],
        "tax": line.tax,
        "discount": line.discount,
        "image_url": line.image[:500],
        "refunded": line.refunded,
        "serials": [serial[:120] for serial in line.serials],
        "specification": dict(line.specification),
    }


def _lines(told: list[tuple[Order, OrderData]], orders: list[int], products: dict[str, Product]) -> set[str]:
    """Lines are as told; a row keeps its key where its line's key stays, or its place where lines have no keys."""
    known: dict[int, list[OrderLine]] = {}
    for row in OrderLine.objects.filter(order__in=orders):
        known.setdefault(row.order_id, []).append(row)
    work = Work()
    for order, data in told:
        mine = known.get(order.pk, [])
        pairs = _paired(mine, data.lines)
        for position, (kept, line) in enumerate(zip(pairs, data.lines, strict=True)):
            values = _line_values(line, position, products)
            if kept is None:
                work.new.append(OrderLine(order=order, **values))
            elif alter(kept, values):
                work.altered.append(kept)
            else:
                continue
            work.changed.add(order.external_id)
        if gone := {row.pk for row in mine} - {row.pk for row in pairs if row is not None}:
            work.gone += gone
            work.changed.add(order.external_id)
    OrderLine.objects.filter(pk__in=work.gone).delete()
    insert_many(work.new)
    update_many(work.altered, LINE_FIELDS)
    return work.changed


def _paired(mine: list[OrderLine], lines: Sequence[LineData]) -> list[OrderLine | None]:
    """The row of each line: by the platform's key, else by its place where one of both has no key."""
    named = {row.external_id: row for row in mine if row.external_id}
    found = [named.pop(line.external_id[:120], None) if line.external_id else None for line in lines]
    taken = {row.pk for row in found if row is not None}
    placed = {row.position: row for row in mine if row.pk not in taken}
    for position, line in enumerate(lines):
        row = placed.get(position)
        if found[position] is None and row is not None and not (line.external_id and row.external_id):
            found[position] = row
    return found


def match(known: list[Shipment], data: ShipmentData, position: int) -> Shipment | None:
    """The parcel that `data` speaks of: by the platform's key, else by its number, else by its place."""
    for row in known:
        if data.external_id and row.external_id == data.external_id:
            return row
    for row in known:
        if data.number and row.number == data.number[:60] and row.carrier == data.carrier[:60]:
            return row
    for row in known:
        unnamed = not row.number or not data.number
        if row.position == position and row.carrier == data.carrier[:60] and unnamed and not data.external_id:
            return row
    return None


def _shipments(told: list[tuple[Order, OrderData]], orders: list[int]) -> set[str]:
    known = _by_order(orders)
    latest: dict[int, Any] = {}
    for key, moment in TrackingEvent.objects.filter(shipment__order__in=orders).values_list("shipment", "occurred_at"):
        latest[key] = max(latest.get(key, moment), moment)
    work = Work()
    for order, data in told:
        mine = known.get(order.pk, [])
        for position, parcel in enumerate(data.shipments):
            kept = match(mine, parcel, position)
            if kept is None:
                work.new.append(Shipment(order=order, position=len(mine), **_parcel_values(None, parcel, None)))
                mine.append(work.new[-1])
            elif alter(kept, _parcel_values(kept, parcel, latest.get(kept.pk))):
                work.altered.append(kept)
            else:
                continue
            work.changed.add(order.external_id)
    Shipment.objects.bulk_create(work.new)
    for row in work.altered:
        if row.pk is not None:
            row.save()
    return work.changed


def _by_order(orders: list[int]) -> dict[int, list[Shipment]]:
    known: dict[int, list[Shipment]] = {}
    for row in Shipment.objects.filter(order__in=orders).order_by("position", "pk"):
        known.setdefault(row.order_id, []).append(row)
    return known


def _parcel_values(kept: Shipment | None, data: ShipmentData, latest: Any) -> dict[str, Any]:
    """The parcel's fields: what is told wins over what is known, what is not told stays."""
    told = {
        "external_id": data.external_id[:120],
        "carrier": data.carrier.strip()[:60],
        "service": data.service[:80],
        "destination": data.destination[:12],
        "counts": {str(line): count for line, count in zip(data.lines, data.quantities, strict=False)},
        "number": data.number[:60],
        "url": data.url,
        "shipped_at": data.shipped_at,
        "promised_on": data.promised_on,
        "estimated_on": data.estimated_on,
        "delivered_at": data.delivered_at,
        "relay": {name: data.relay[name][:300] for name in RELAY_FIELDS if data.relay.get(name)},
    }
    if kept is None:
        return told | {"state": data.state}
    return {name: value or getattr(kept, name) for name, value in told.items()} | {"state": _state(kept, data, latest)}


def _state(kept: Shipment, data: ShipmentData, latest: Any) -> str:
    newest = max((event.occurred_at for event in data.events), default=None)
    if newest and (latest is None or newest > latest):
        return data.state
    if kept.state in FINAL or data.state == ParcelState.UNKNOWN:
        return kept.state
    return data.state if RANK[data.state] >= RANK[kept.state] else kept.state


def _contents(told: list[tuple[Order, OrderData]], orders: list[int]) -> set[str]:
    """Which lines travel in which parcel: added, never taken out."""
    if not any(parcel.lines for _, data in told for parcel in data.shipments):
        return set()
    through = Shipment.lines.through
    there = set(through.objects.filter(shipment__order__in=orders).values_list("shipment_id", "orderline_id"))
    lines = {
        (order, position): key
        for key, order, position in OrderLine.objects.filter(order__in=orders).values_list("pk", "order", "position")
    }
    known, new, changed = _by_order(orders), [], set()
    for order, data in told:
        for position, parcel in enumerate(data.shipments):
            row = match(known.get(order.pk, []), parcel, position)
            for line in parcel.lines if row else ():
                pair = (row.pk, lines[order.pk, line])  # type: ignore[union-attr]
                if pair not in there:
                    there.add(pair)
                    new.append(through(shipment_id=pair[0], orderline_id=pair[1]))
                    changed.add(order.external_id)
    through.objects.bulk_create(new, ignore_conflicts=True)
    return changed


def _tracking(told: list[tuple[Order, OrderData]], orders: list[int]) -> set[str]:
    if not any(parcel.events for _, data in told for parcel in data.shipments):
        return set()
    known = _by_order(orders)
    there = set(
        TrackingEvent.objects.filter(shipment__order__in=orders).values_list("shipment", "occurred_at", "code", "text")
    )
    new, changed = [], set()
    for order, data in told:
        for position, parcel in enumerate(data.shipments):
            row = match(known.get(order.pk, []), parcel, position)
            for event in parcel.events if row else ():
                key = (row.pk, event.occurred_at, event.code[:40], event.text[:300])  # type: ignore[union-attr]
                if key in there:
                    continue
                there.add(key)
                changed.add(order.external_id)
                new.append(
                    TrackingEvent(
                        shipment=row,
                        occurred_at=key[1],
                        code=key[2],
                        text=key[3],
                        state=event.state,
                        place=event.place[:160],
                    )
                )
    TrackingEvent.objects.bulk_create(new, ignore_conflicts=True)
    return changed
