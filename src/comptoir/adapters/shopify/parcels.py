"""Parcels as Shopify tells them: a fulfilment is one parcel for each of its tracking numbers."""

from collections.abc import Mapping
from typing import Any

from comptoir.lib.payload import day, items, key, link, mapping, moment, nodes, plain, text, whole
from comptoir.ports.parcels import ParcelState, ShipmentData, TrackingData

# https://shopify.dev/docs/api/admin-graphql/latest/enums/FulfillmentEventStatus and FulfillmentDisplayStatus
_STATES = {
    "label_printed": ParcelState.ANNOUNCED,
    "label_purchased": ParcelState.ANNOUNCED,
    "confirmed": ParcelState.ANNOUNCED,  # the carrier knows of it and does not have it yet
    "fulfilled": ParcelState.ANNOUNCED,
    "marked_as_fulfilled": ParcelState.ANNOUNCED,
    "submitted": ParcelState.ANNOUNCED,
    "carrier_picked_up": ParcelState.ACCEPTED,
    "in_transit": ParcelState.IN_TRANSIT,
    "delayed": ParcelState.DELAYED,
    "out_for_delivery": ParcelState.OUT_FOR_DELIVERY,
    "attempted_delivery": ParcelState.ATTEMPT_FAILED,
    "ready_for_pickup": ParcelState.AVAILABLE_FOR_PICKUP,
    "picked_up": ParcelState.DELIVERED,
    "delivered": ParcelState.DELIVERED,
    "not_delivered": ParcelState.EXCEPTION,
    "canceled": ParcelState.CANCELLED,
    "label_voided": ParcelState.CANCELLED,
    # "failure" says that nothing could be learnt of the parcel: UNKNOWN
}
_VOID = frozenset({"cancelled", "canceled", "error", "failure"})  # of the fulfilment itself: nothing was sent


def state(word: Any) -> str:
    """Shopify's word for where a parcel is, normalised."""
    return _STATES.get(text(word, 40).lower(), ParcelState.UNKNOWN)


def event(told: Mapping[str, Any]) -> TrackingData | None:
    """One thing that happened to a parcel."""
    when = moment(told.get("happened_at")) or moment(told.get("created_at"))
    if when is None:
        return None
    place = ", ".join(filter(None, (plain(told.get("city"), 80), plain(told.get("country"), 60))))
    code = text(told.get("status"), 40).lower()
    return TrackingData(when, plain(told.get("message")) or code, state(code), code, place)


def parcels(fulfillments: list[dict[str, Any]], positions: Mapping[str, int]) -> list[ShipmentData]:
    """The parcels of fulfilments; `positions` says where a line of the order stands, by its id."""
    return [parcel for told in fulfillments for parcel in _of(told, positions)]


def _of(told: Mapping[str, Any], positions: Mapping[str, int]) -> list[ShipmentData]:
    events = [found for found in (event(entry) for entry in nodes(told.get("events"))) if found]
    events.sort(key=lambda found: found.occurred_at)
    lines, quantities = _contents(told, positions)
    name = key(told.get("id"))
    delivered = moment(told.get("delivered_at"))
    where = _state(told, events)
    if delivered is None and where == ParcelState.DELIVERED:
        delivered = max((step.occurred_at for step in events if step.state == ParcelState.DELIVERED), default=None)
    found = []
    for at, (carrier, number, url) in enumerate(_trackings(told)):
        found.append(
            ShipmentData(
                carrier=carrier,
                number=number,
                external_id=name if at == 0 else f"{name}:{at + 1}",
                url=url,
                state=where,
                shipped_at=moment(told.get("created_at")) if where != ParcelState.CANCELLED else None,
                estimated_on=day(told.get("estimated_delivery_at")),
                delivered_at=delivered,
                lines=lines,
                quantities=quantities,
                events=tuple(events) if at == 0 else (),
                service=plain(told.get("service"), 60) if text(told.get("service")) not in ("", "manual") else "",
            )
        )
    return found


def _state(told: Mapping[str, Any], events: list[TrackingData]) -> str:
    if text(told.get("status")).lower() in _VOID:
        return ParcelState.CANCELLED
    if told.get("shipment_status"):
        return state(told.get("shipment_status"))
    return events[-1].state if events else ParcelState.ANNOUNCED


def _trackings(told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Carrier, number and link of each parcel; one without a number when none is told."""
    if tracked := items(told.get("tracking"), 50):
        return [
            (plain(each.get("company"), 60), plain(each.get("number"), 60), link(each.get("url"))) for each in tracked
        ]
    carrier = plain(told.get("tracking_company"), 60)
    numbers = [plain(number, 60) for number in _list(told.get("tracking_numbers"))] or [
        plain(told.get("tracking_number"), 60)
    ]
    urls = [link(url) for url in _list(told.get("tracking_urls"))] or [link(told.get("tracking_url"))]
    return [(carrier, number, urls[at] if at < len(urls) else "") for at, number in enumerate(numbers[:50])]


def _contents(told: Mapping[str, Any], positions: Mapping[str, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    counted: dict[int, int] = {}
    for entry in nodes(told.get("line_items")):
        name = key(mapping(entry.get("line_item")).get("id")) or key(entry.get("id"))
        if name in positions:
            at = positions[name]
            counted[at] = counted.get(at, 0) + max(whole(entry.get("quantity")), 0)
    return tuple(counted), tuple(counted.values())


def _list(value: Any) -> list[Any]:
    return [entry for entry in value if entry] if isinstance(value, list) else []
