"""When an answer shall leave: the usual times, a typed date, or the agent's own words, in the agent's zone."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from comptoir.agent.search import moments
from comptoir.conversations.actions import scheduling
from comptoir.conversations.actions.scheduling import BadTime

EARLY, EVENING = time(8), time(18)
LONGEST = 100  # characters of a typed moment


def chosen(given: Any) -> datetime | None:
    """The time that a form chose: a button's own, or the typed words or date; None when it chose none. Raises BadTime."""
    wanted = str(given.get("send_at", ""))[:LONGEST]
    if not wanted:
        return None
    if wanted == "typed":
        text = str(given.get("send_text", ""))[:LONGEST]
        wanted = str(given.get("send_moment", ""))[:LONGEST]
        at = moments.read(text, timezone.localtime()) if text.strip() else _typed(wanted)
    else:
        at = _typed(wanted)
    if at is None:
        raise BadTime(wanted)
    scheduling.check_time(at)
    return at


def _typed(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def offered(now: datetime | None = None) -> list[tuple[str, datetime]]:
    """The usual times: this evening, tomorrow, Monday."""
    here = timezone.localtime(now)
    found = []
    if here.time() < time(17, 30):
        found.append((_("Ce soir"), _at(here, EVENING, 0)))
    found.append((_("Demain matin"), _at(here, EARLY, 1)))
    if here.weekday() != 6:  # on a Sunday, tomorrow is Monday
        found.append((_("Lundi matin"), _at(here, EARLY, 7 - here.weekday())))
    return found


def _at(here: datetime, hour: time, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(here.date() + timedelta(days=days), hour))
