"""Parcels of a WooCommerce order: core has none, so they are what the usual plugins keep in its metadata."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from comptoir.lib.payload import Unreadable, items, key, link, load, mapping, moment, plain, text, whole
from comptoir.ports.parcels import ParcelState, ShipmentData

_NUMBERS = {  # metadata that holds one number: the metadata beside it that names carrier and link
    "_tracking_number": ("_tracking_provider", "_tracking_url"),
    "tracking_number": ("tracking_provider", "tracking_url"),
    "_aftership_tracking_number": ("_aftership_tracking_provider_name", ""),
    "ywot_tracking_code": ("ywot_carrier_name", "ywot_carrier_url"),
    "lpc_outward_parcel_number": ("", ""),
}
_CARRIERS = {"lpc_outward_parcel_number": "Colissimo"}
_STATES = {  # TrackShip, beside Advanced Shipment Tracking
    "pre_transit": ParcelState.ANNOUNCED,
    "label_created": ParcelState.ANNOUNCED,
    "in_transit": ParcelState.IN_TRANSIT,
    "on_hold": ParcelState.DELAYED,
    "out_for_delivery": ParcelState.OUT_FOR_DELIVERY,
    "available_for_pickup": ParcelState.AVAILABLE_FOR_PICKUP,
    "failure": ParcelState.ATTEMPT_FAILED,
    "failed_attempt": ParcelState.ATTEMPT_FAILED,
    "delivered": ParcelState.DELIVERED,
    "return_to_sender": ParcelState.RETURNING,
    "exception": ParcelState.EXCEPTION,
    "label_cancelled": ParcelState.CANCELLED,
}


def parcels(told: Mapping[str, Any], positions: Mapping[str, int], arrived: bool) -> list[ShipmentData]:
    """The parcels that an order's metadata names, each number once; `positions` says where a line stands, by its id.
    `arrived` says that the order itself was delivered."""
    meta = {text(entry.get("key"), 120): entry.get("value") for entry in items(told.get("meta_data"))}
    found: dict[str, ShipmentData] = {}
    for parcel in (*_listed(meta, positions), *_of_lines(told, positions), *_single(meta)):
        if parcel.number and parcel.number.upper() not in found:
            found[parcel.number.upper()] = parcel
    if not arrived:
        return list(found.values())
    return [_delivered(parcel) if parcel.state == ParcelState.ANNOUNCED else parcel for parcel in found.values()]


def tracked(told: Mapping[str, Any]) -> ShipmentData:
    """One entry of Shipment Tracking's own endpoint."""
    return _parcel(
        told.get("tracking_provider"), told.get("tracking_number"), told.get("tracking_link"),
        name=text(told.get("tracking_id"), 80), shipped=_moment(told.get("date_shipped")),
    )  # fmt: skip


def _delivered(parcel: ShipmentData) -> ShipmentData:
    return ShipmentData(
        parcel.carrier, parcel.number, parcel.external_id, parcel.url, ParcelState.DELIVERED, parcel.shipped_at,
        lines=parcel.lines, quantities=parcel.quantities,
    )  # fmt: skip


def _listed(meta: Mapping[str, Any], positions: Mapping[str, int]) -> Iterator[ShipmentData]:
    """Advanced Shipment Tracking, WooCommerce Shipment Tracking, AfterShip, WooCommerce Shipping."""
    states = items(_value(meta.get("shipment_status")))
    for at, entry in enumerate(items(_value(meta.get("_wc_shipment_tracking_items")), 200)):
        word = text(mapping(states[at]).get("status"), 40) if at < len(states) else ""
        products = items(entry.get("products_list"))
        lines = {key(each.get("item_id")): whole(each.get("qty")) for each in products}
        yield _parcel(
            entry.get("formatted_tracking_provider") or entry.get("custom_tracking_provider") or entry.get("tracking_provider"),
            entry.get("tracking_number"),
            entry.get("ast_tracking_link") or entry.get("formatted_tracking_link") or entry.get("custom_tracking_link"),
            name=text(entry.get("tracking_id"), 80),
            state=_STATES.get(word, ParcelState.UNKNOWN) if word else ParcelState.ANNOUNCED,
            shipped=_moment(entry.get("date_shipped")),
            lines=lines,
            positions=positions,
        )  # fmt: skip
    for entry in items(_value(meta.get("_aftership_tracking_items")), 200):
        lines = {key(each.get("id")): whole(each.get("quantity")) for each in items(entry.get("line_items"))}
        created = mapping(entry.get("metrics")).get("created_at")
        yield _parcel(entry.get("slug"), entry.get("tracking_number"), "", shipped=_moment(created), lines=lines, positions=positions)  # fmt: skip
    for entry in items(_value(meta.get("wc_connect_labels")), 200):
        yield _parcel(entry.get("carrier_id"), entry.get("tracking"), "", shipped=_moment(entry.get("created")))


def _of_lines(told: Mapping[str, Any], positions: Mapping[str, int]) -> Iterator[ShipmentData]:
    """Orders Tracking for WooCommerce keeps its numbers at the lines."""
    for line in items(told.get("line_items")):
        for entry in items(line.get("meta_data")):
            if text(entry.get("key")) != "_vi_wot_order_item_tracking_data":
                continue
            for track in items(_value(entry.get("value")), 50):
                yield _parcel(
                    track.get("carrier_name") or track.get("carrier_slug"), track.get("tracking_number"), track.get("carrier_url"),
                    shipped=_moment(track.get("time")), lines={key(line.get("id")): whole(line.get("quantity"))}, positions=positions,
                )  # fmt: skip


def _single(meta: Mapping[str, Any]) -> Iterator[ShipmentData]:
    for name, (carrier, url) in _NUMBERS.items():
        numbers = meta.get(name)
        for number in numbers if isinstance(numbers, list) else [numbers]:
            yield _parcel(_CARRIERS.get(name) or meta.get(carrier), number, meta.get(url))


def _parcel(
    carrier: Any, number: Any, url: Any, *, name: str = "", state: str = ParcelState.ANNOUNCED,
    shipped: datetime | None = None, lines: Mapping[str, int] | None = None, positions: Mapping[str, int] | None = None,
) -> ShipmentData:  # fmt: skip
    at = {(positions or {})[line]: count for line, count in (lines or {}).items() if line in (positions or {})}
    told = plain(number, 60)
    return ShipmentData(
        carrier=plain(carrier, 60), number=told, external_id=name or told, url=link(url), state=state, shipped_at=shipped,
        lines=tuple(at), quantities=tuple(max(count, 0) for count in at.values()),
    )  # fmt: skip


def _value(value: Any) -> Any:
    """Metadata as it was meant: some plugins write JSON into a text, some an object of numbered entries."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            value = load(value)
        except Unreadable:
            return []
    return list(value.values()) if isinstance(value, dict) else value


def _moment(value: Any) -> datetime | None:
    """A Unix time or a date."""
    seconds = whole(value, -1)
    if seconds >= 631_152_000:  # 1990; later than any whole number that is a year
        return datetime.fromtimestamp(seconds, UTC)
    return moment(value)
