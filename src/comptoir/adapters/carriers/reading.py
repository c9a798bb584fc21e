"""Carriers' answers as parcels: moments with the carrier's own offset, places, and the state that the newest known step
gives. A code that no table names stays `unknown` and is reported."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.lib.payload import Unreadable, plain, text
from comptoir.ports.carrier import Followed
from comptoir.ports.parcels import ParcelState, ShipmentData, TrackingData

MOST = 500  # steps of one parcel
_SILENT = frozenset({ParcelState.UNKNOWN})
# Carriers that tell local time without its offset mean the place of the scan. Countries of one zone only.
_ZONES = {
    "FR": "Europe/Paris", "DE": "Europe/Berlin", "BE": "Europe/Brussels", "NL": "Europe/Amsterdam",
    "LU": "Europe/Luxembourg", "IT": "Europe/Rome", "AT": "Europe/Vienna", "CH": "Europe/Zurich",
    "GB": "Europe/London", "IE": "Europe/Dublin", "PL": "Europe/Warsaw", "SE": "Europe/Stockholm",
    "DK": "Europe/Copenhagen", "NO": "Europe/Oslo", "CZ": "Europe/Prague", "MC": "Europe/Monaco",
}  # fmt: skip


@dataclass
class Codes:
    """A carrier's table while one answer is read: what it does not name is remembered."""

    states: Mapping[str, ParcelState]
    unnamed: dict[str, None] = field(default_factory=dict)

    def state(self, *codes: str) -> ParcelState:
        """The state of the first code that the table names; UNKNOWN, and the first code reported, when none is."""
        told = [code for code in codes if code]
        for code in told:
            if code in self.states:
                return self.states[code]
        if told:
            self.unnamed[told[0]] = None
        return ParcelState.UNKNOWN


def followed(parcels: Iterable[ShipmentData], codes: Codes, unknown: Iterable[str] = (), problem: str = "") -> Followed:
    """What was read, put together."""
    return Followed(tuple(parcels), tuple(dict.fromkeys(filter(None, unknown))), tuple(codes.unnamed), problem)


def moment(value: Any, country: str = "") -> datetime | None:
    """A moment of ISO 8601 with the offset that was told; without one, the zone of the country, else UTC."""
    written = text(value, 40)
    if len(written) < 10:
        return None
    try:
        read = datetime.fromisoformat(written)
        read = read if read.tzinfo else read.replace(tzinfo=_zone(country))
        read.astimezone(UTC)  # out of range at the edges of the calendar
    except (ValueError, OverflowError):
        return None
    return read if 1990 <= read.year < 2200 else None


def compact(day_told: Any, time_told: Any, offset: Any = "", country: str = "") -> datetime | None:
    """A moment of 20240131 and 071356, as UPS writes it."""
    day_text, time_text = text(day_told, 8), text(time_told, 6).ljust(6, "0")
    if not (day_text.isdigit() and time_text.isdigit() and len(day_text) == 8):
        return None
    clock = f"{time_text[:2]}:{time_text[2:4]}:{time_text[4:6]}"
    return moment(f"{day_text[:4]}-{day_text[4:6]}-{day_text[6:]}T{clock}{text(offset, 6)}", country)


def day(value: Any) -> date | None:
    """The day of a date or a moment, as it was told: 2024-01-31, 2024-01-31T08:00:00+01:00 or 20240131."""
    written = text(value, 40)
    try:
        read = date.fromisoformat(written[:10] if "-" in written[:8] else written[:8])
    except ValueError:
        return None
    return read if 1990 <= read.year < 2200 else None


def _zone(country: str) -> tzinfo:
    name = _ZONES.get(country.upper())
    return ZoneInfo(name) if name else UTC


def place(*parts: Any) -> str:
    """Where it happened, on one line."""
    return ", ".join(filter(None, (plain(part, 80) for part in parts)))[:160]


def destination(country: Any, postcode: Any = "") -> str:
    """Country and region as the port has them: FR-44. The region is what the postcode begins with."""
    code = text(country, 2).upper()
    bare = text(postcode, 12).replace(" ", "")
    if len(code) != 2 or not code.isalpha():
        return ""
    return f"{code}-{bare[:2].upper()}" if len(bare) >= 4 and bare.isalnum() else code


def step(when: datetime | None, said: Any, state: ParcelState, code: Any = "", where: str = "") -> TrackingData | None:
    """One thing that happened; None without a moment."""
    if when is None:
        return None
    code = text(code, 40)
    return TrackingData(when, plain(said) or code or "—", state, code, where)


def parcel(
    told: ShipmentData, steps: Iterable[TrackingData | None], state: ParcelState = ParcelState.UNKNOWN
) -> ShipmentData:
    """The parcel with its steps, newest first, and what follows from them.

    `state` is what the carrier says of the parcel as a whole; where it says nothing that is known, the newest known
    step tells. A parcel without any is `unknown`.
    """
    events = _newest_first([each for each in steps if each is not None][:MOST])
    where = state if state not in _SILENT else _newest(events)
    moments = [each.occurred_at for each in events]
    delivered = told.delivered_at
    if where == ParcelState.DELIVERED and delivered is None:
        arrivals = [each.occurred_at for each in events if each.state == ParcelState.DELIVERED]
        delivered = max(arrivals, default=max(moments, default=None))
    shipped = told.shipped_at or min(
        (each.occurred_at for each in events if each.state not in (*_SILENT, ParcelState.ANNOUNCED)), default=None
    )
    return replace(
        told,
        number=told.number[:60],
        state=where,
        events=tuple(events),
        delivered_at=delivered if where == ParcelState.DELIVERED else None,
        shipped_at=shipped,
    )


def _newest(events: Sequence[TrackingData]) -> ParcelState:
    return next((ParcelState(each.state) for each in events if each.state not in _SILENT), ParcelState.UNKNOWN)


def _newest_first(events: list[TrackingData]) -> list[TrackingData]:
    """By time; two steps of one minute stay as the carrier has them, whichever way round its list is."""
    if len(events) > 1 and events[0].occurred_at < events[-1].occurred_at:
        events.reverse()
    return sorted(events, key=lambda each: each.occurred_at, reverse=True)


def xml(body: bytes) -> ElementTree.Element:
    """XML without namespaces. Raises Unreadable; a document type is refused, since entities can grow without end."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unreadable("Le contenu n’est pas du XML que l’on peut lire.")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  # entities are refused above
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise Unreadable("Le contenu n’est pas du XML lisible.") from error
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def inner(element: ElementTree.Element | None, path: str, longest: int = 300) -> str:
    """The text at a path under an element; empty without."""
    return plain(element.findtext(path), longest) if element is not None else ""
