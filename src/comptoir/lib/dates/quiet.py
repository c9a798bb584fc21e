"""Hours in which nobody is written to, by the clock of the country where they are."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global


@cache
def zones(country: str, fallback: str) -> tuple[str, ...]:
    """The time zones of a country (ISO code), from CLDR; the fallback for one that nobody knows."""
    known = get_global("territory_zones").get(country.upper(), [])
    usable = available_timezones()
    return tuple(zone for zone in known if zone in usable) or (fallback,)


def quiet_until(now: datetime, country: str, fallback: str, begins: int, ends: int) -> datetime | None:
    """When the quiet ends, or None when one may write now. It is quiet from the hour `begins` to the hour `ends`; in a
    country of several zones, as long as it is so in any of them."""
    if begins == ends:
        return None
    waits = [_wait(now.astimezone(ZoneInfo(zone)), begins, ends) for zone in zones(country, fallback)]
    later = [end for end in waits if end is not None]
    return max(later) if later else None


def _wait(local: datetime, begins: int, ends: int) -> datetime | None:
    inside = begins <= local.hour < ends if begins < ends else local.hour >= begins or local.hour < ends
    if not inside:
        return None
    day = local if local.hour < ends else local + timedelta(days=1)
    return day.replace(hour=ends, minute=0, second=0, microsecond=0)
