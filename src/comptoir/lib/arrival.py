"""When a parcel arrives, reckoned from how long others took on the same road; and whether it will be late.

Times are hours from the first scan to delivery. Pure: nothing is looked up.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Road:
    """How long `count` parcels took: quantiles in hours. `error` is the mean distance in days between the day that
    was expected and the day that came, of parcels that the quantiles had not seen."""

    count: int
    p10: float
    p50: float
    p80: float
    p90: float
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The day that is expected, the day before which it hardly comes and after which it hardly comes, and whether it
    runs late although its carrier has said nothing."""

    expected_on: date
    earliest_on: date
    latest_on: date
    late: bool


def outlook(
    shipped_at: datetime, now: datetime, road: Road, promised_on: date | None, *, at_the_door: bool = False
) -> Outlook:
    """Expect the median; once it has gone by, the next quantile that has not, and beyond all of them as much again.

    Late is what is expected after its promised day; without a promise, what takes longer than nine in ten. A parcel
    `at_the_door` (out for delivery) arrives today.
    """
    passed = max((now - shipped_at).total_seconds() / 3600, 0.0)
    ahead = [hours for hours in (road.p50, road.p80, road.p90) if hours >= passed]
    spread = max(road.p90 - road.p50, 12.0)
    hours = ahead[0] if ahead else passed + spread
    expected = now.date() if at_the_door else _day(shipped_at, hours, now)
    earliest = min(expected, _day(shipped_at, max(road.p10, passed), now))
    latest = max(expected, _day(shipped_at, max(road.p90, hours), now))
    late = expected > promised_on if promised_on else passed > road.p90 and not at_the_door
    return Outlook(expected, earliest, latest, late)


def _day(shipped_at: datetime, hours: float, now: datetime) -> date:
    """A local day, never one that is over; no parcel comes on a Sunday."""
    moment = (shipped_at + timedelta(hours=min(hours, 24 * 365))).astimezone(now.tzinfo)
    day = max(moment.date(), now.date())
    return day + timedelta(days=1) if day.weekday() == 6 else day
