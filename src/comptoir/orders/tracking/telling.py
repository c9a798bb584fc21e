"""What happens to a parcel, told: once, and live only while it is new."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.core.models import Origin
from comptoir.orders.models import Shipment
from comptoir.orders.tellings import NEWS
from comptoir.orders.tracking.merging import Stand

VERBS: dict[str, str] = {
    "announced": "parcel.announced",
    "accepted": "parcel.accepted",
    "in_transit": "parcel.in_transit",
    "customs": "parcel.customs",
    "delayed": "parcel.delayed",
    "out_for_delivery": "parcel.out_for_delivery",
    "attempt_failed": "parcel.attempt_failed",
    "available_for_pickup": "parcel.available_for_pickup",
    "delivered": "parcel.delivered",
    "exception": "parcel.exception",
    "returning": "parcel.returning",
    "returned": "parcel.returned",
    "lost": "parcel.lost",
    "cancelled": "parcel.cancelled",
}  # `unknown` says nothing to anybody


def tell_state(row: Shipment, stand: Stand, *, origin: str) -> None:
    """The parcel has come into another state."""
    _tell(row, VERBS[stand.state], origin=origin, since=stand.since, state=stand.state)


def tell_late(row: Shipment, *, origin: str) -> None:
    """By our own reckoning it begins to run late."""
    _tell(row, "parcel.trending_late", origin=origin, expected=str(row.expected_on))


def _tell(row: Shipment, verb: str, *, origin: str, since: datetime | None = None, **codes: Any) -> None:
    """One event about a parcel: live if it is new, else written down at its moment and told to nobody."""
    old = since is not None and timezone.now() - since > NEWS
    record(
        row.order,
        verb,
        actor=SYSTEM,
        customer=row.order.identity.customer_id,
        shop=row.order.shop_id,
        origin=Origin.RECONCILIATION if old and origin == Origin.LIVE else origin,
        occurred_at=since if old else None,
        parcel=row.pk,
        **codes,
    )
