"""When a shop is open: a weekly plan with split shifts, closed days, and a time zone, as one immutable value."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOOK_AHEAD = 400  # days; a shop without any opening in that time has none
MAX_SHIFTS = 8  # a day

_DAYS = ("Le lundi", "Le mardi", "Le mercredi", "Le jeudi", "Le vendredi", "Le samedi", "Le dimanche")


class BadOpeningHours(ValueError):
    """The plan makes no sense; the message is a plain sentence for the person who wrote it."""


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """From `start` until `end`, in minutes after midnight; `end` may be 1440 (midnight)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`week` holds the shifts of Monday to Sunday, in order and apart from each other; nothing is open on `closed` days.

    `special` replaces the week's shifts on single days (a late opening before Christmas).
    """

    week: tuple[tuple[Shift, ...], ...]
    zone: str = "Europe/Paris"
    closed: frozenset[date] = frozenset()
    special: dict[date, tuple[Shift, ...]] = field(default_factory=dict)

    def shifts(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a calendar day."""
        if day in self.special:
            return self.special[day]
        return () if day in self.closed else self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether the shop is open at that moment."""
        return self._current(at) is not None

    def closes_at(self, at: datetime) -> datetime | None:
        """When the opening that holds at that moment ends; None while closed, or if it never ends."""
        current = self._current(at)
        if current is None:
            return None
        end = current[1]
        for start, until in self._spans(end.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1), 16):
            if start <= end < until:
                end = until
        return end if end - current[0] < timedelta(days=8) else None

    def next_opening(self, at: datetime) -> datetime | None:
        """The moment itself while open, else when the next opening begins; None if there is none in sight."""
        if self.is_open(at):
            return at
        first = at.astimezone(ZoneInfo(self.zone)).date()
        return next((start for start, _ in self._spans(first, LOOK_AHEAD) if start > at), None)

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments the shop is open: for waiting times in opening hours."""
        if end <= start:
            return timedelta()
        first = start.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)
        days = min((end - start).days + 3, LOOK_AHEAD * 10)
        total = timedelta()
        for opens, closes in self._spans(first, days):
            total += max(timedelta(), min(closes, end) - max(opens, start))
        return total

    def _current(self, at: datetime) -> tuple[datetime, datetime] | None:
        if at.tzinfo is None:
            raise ValueError("a moment needs its zone")
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return next(((start, end) for start, end in self._spans(day - timedelta(days=1), 2) if start <= at < end), None)

    def _spans(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Openings as moments (UTC), so that the two hours of a clock change come out right."""
        for offset in range(days):
            day = first + timedelta(days=offset)
            for shift in self.shifts(day):
                yield self._moment(day, shift.start), self._moment(day, shift.end)

    def _moment(self, day: date, minutes: int) -> datetime:
        if minutes >= 1440:
            day, minutes = day + timedelta(days=1), minutes - 1440
        local = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON: {"zone": ..., "week": [[["09:00", "12:30"]], ...], "closed": ["2026-12-25"], "special": {}}."""
        return {
            "zone": self.zone,
            "week": [[[_clock(s.start), _clock(s.end)] for s in day] for day in self.week],
            "closed": [day.isoformat() for day in sorted(self.closed)],
            "special": {
                day.isoformat(): [[_clock(s.start), _clock(s.end)] for s in self.special[day]]
                for day in sorted(self.special)
            },
        }

    @classmethod
    def from_json(cls, value: object) -> "OpeningHours":
        """Read what `to_json` writes; raises BadOpeningHours with a sentence that names the day."""
        if not isinstance(value, dict):
            raise BadOpeningHours("Les horaires ne sont pas lisibles.")
        zone = value.get("zone", "Europe/Paris")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
            raise BadOpeningHours(f"Le fuseau horaire «\u202f{str(zone)[:40]}\u202f» n’existe pas.") from error
        week = value.get("week")
        if not isinstance(week, list) or len(week) != 7:
            raise BadOpeningHours("Il faut les horaires des sept jours de la semaine.")
        closed, special = value.get("closed", []), value.get("special", {})
        if not isinstance(closed, list) or not isinstance(special, dict):
            raise BadOpeningHours("Les jours de fermeture ne sont pas lisibles.")
        return cls(
            week=tuple(_shifts(day, name) for day, name in zip(week, _DAYS, strict=True)),
            zone=zone,
            closed=frozenset(_day(day) for day in closed),
            special={_day(day): _shifts(shifts, str(day)) for day, shifts in special.items()},
        )


ALWAYS = OpeningHours(week=((Shift(0, 1440),),) * 7, zone="UTC")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadOpeningHours(f"«\u202f{str(value)[:20]}\u202f» n’est pas une date (il faut AAAA-MM-JJ).") from error


def _minutes(value: object, who: str) -> int:
    hours, colon, minutes = str(value).partition(":")
    if not (
        colon
        and hours.isascii()
        and hours.isdigit()
        and minutes.isascii()
        and minutes.isdigit()
        and len(minutes) == 2
        and len(hours) <= 2
    ):
        raise BadOpeningHours(f"{who}\u202f: «\u202f{str(value)[:20]}\u202f» n’est pas une heure (il faut HH:MM).")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 1440:
        raise BadOpeningHours(f"{who}\u202f: «\u202f{str(value)[:20]}\u202f» n’est pas une heure de la journée.")
    return total


def _shifts(value: object, who: str) -> tuple[Shift, ...]:
    if (
        not isinstance(value, list)
        or len(value) > MAX_SHIFTS
        or any(not isinstance(pair, list | tuple) or len(pair) != 2 for pair in value)
    ):
        raise BadOpeningHours(f'{who}\u202f: les plages ne sont pas lisibles (il faut [["09:00", "12:30"], ...]).')
    shifts = sorted(Shift(_minutes(start, who), _minutes(end, who)) for start, end in value)
    for shift in shifts:
        if shift.end <= shift.start:
            raise BadOpeningHours(
                f"{who}\u202f: la fermeture ({_clock(shift.end)}) doit venir après l’ouverture ({_clock(shift.start)})."
            )
    for earlier, later in pairwise(shifts):
        if later.start < earlier.end:
            raise BadOpeningHours(
                f"{who}\u202f: deux plages se recouvrent ({_clock(later.start)} est avant {_clock(earlier.end)})."
            )
    return tuple(shifts)
