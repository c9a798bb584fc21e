"""Parcels as every port speaks of them: normalised states, steps, places (reference: carriers' code tables)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ParcelState(StrEnum):
    """A parcel's normalised state, in the order in which they usually come. What a carrier says in another way is
    UNKNOWN: kept, shown and reported, never guessed."""

    ANNOUNCED = "announced"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    DELAYED = "delayed"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TrackingData:
    """One thing that happened to a parcel: `text` in the carrier's words, `code` the carrier's own."""

    occurred_at: datetime
    text: str
    state: str = ParcelState.UNKNOWN
    code: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentData:
    """A parcel. `lines` are the positions (from 0) of the order's lines that travel in it; `quantities` say how many of
    each, where the platform tells. `relay` has name, street, postcode, city, hours, until, latitude, longitude."""

    carrier: str
    number: str = ""
    external_id: str = ""
    url: str = ""
    state: str = ParcelState.ANNOUNCED
    shipped_at: datetime | None = None
    promised_on: date | None = None
    estimated_on: date | None = None
    delivered_at: datetime | None = None
    relay: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    events: tuple[TrackingData, ...] = ()
    quantities: tuple[int, ...] = ()
    service: str = ""
    destination: str = ""  # ISO country, with the postcode's region behind it where it is told: "FR-44"
