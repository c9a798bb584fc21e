"""When a matter that rests comes back, in the agent's own zone."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from comptoir.ui import words as ui_words

MORNING, EVENING = time(9), time(18)


def moment(choice: str, now: datetime | None = None) -> datetime | None:
    """The moment of "hours", "evening", "tomorrow", "monday" or of a typed date and time; None for neither."""
    here = timezone.localtime(now)
    if choice == "hours":
        return here + timedelta(hours=3)
    if choice == "evening":
        return _at(here, EVENING, 0 if here.time() < EVENING else 1)
    if choice == "tomorrow":
        return _at(here, MORNING, 1)
    if choice == "monday":
        return _at(here, MORNING, 7 - here.weekday())
    try:
        typed = parse_datetime(choice)
    except ValueError:
        return None
    if typed is None:
        return None
    return typed if timezone.is_aware(typed) else timezone.make_aware(typed)


def words(until: datetime) -> str:
    """The moment as a list says it."""
    return ui_words.moment(until, "list")


def _at(here: datetime, hour: time, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(here.date() + timedelta(days=days), hour))
