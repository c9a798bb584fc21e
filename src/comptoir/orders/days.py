"""The days that we tell a parcel's customer: the same in a mail, on the tracking page and in the calendar."""

from datetime import date

from comptoir.orders.models import Shipment


def expected_day(parcel: Shipment) -> date | None:
    """The carrier's day, our own reckoning when it is later and the parcel runs late, else the promise; None unknown."""
    told = [day for day in (parcel.estimated_on, parcel.expected_on if parcel.runs_late else None) if day]
    return max(told, default=None) or parcel.promised_on or parcel.expected_on


def kept_until(parcel: Shipment) -> date | None:
    """The last day at the pick-up point, when the carrier tells it."""
    try:
        return date.fromisoformat(str(parcel.relay.get("until") or "")[:10])
    except ValueError:
        return None
