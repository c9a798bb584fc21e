"""Moments and durations as people read them, in the nine languages of shoppers. Language and zone are always given.

French: « 10 h 00 » with no-break spaces (U+00A0). English: "10:00". Other languages get CLDR's form from babel.
"""

import re
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_time, format_timedelta

from comptoir.lib.locales import locale_of

_NBSP = "\xa0"
_WORDS = {
    "fr": {"yesterday": "hier", "tomorrow": "demain", "today": "aujourd’hui", "at": " à ", "now": "à l’instant"},
    "en": {"yesterday": "yesterday", "tomorrow": "tomorrow", "today": "today", "at": " at ", "now": "just now"},
    "de": {"yesterday": "gestern", "tomorrow": "morgen", "today": "heute", "at": ", ", "now": "gerade eben"},
    "es": {"yesterday": "ayer", "tomorrow": "mañana", "today": "hoy", "at": ", ", "now": "ahora mismo"},
    "it": {"yesterday": "ieri", "tomorrow": "domani", "today": "oggi", "at": ", ", "now": "proprio ora"},
    "nl": {"yesterday": "gisteren", "tomorrow": "morgen", "today": "vandaag", "at": ", ", "now": "zojuist"},
    "pt": {"yesterday": "ontem", "tomorrow": "amanhã", "today": "hoje", "at": ", ", "now": "agora mesmo"},
    "pl": {"yesterday": "wczoraj", "tomorrow": "jutro", "today": "dzisiaj", "at": ", ", "now": "przed chwilą"},
    "sv": {"yesterday": "i går", "tomorrow": "i morgon", "today": "i dag", "at": ", ", "now": "just nu"},
}


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language[:2], _WORDS["en"])


def _locale(language: str) -> Locale:
    if language in ("en", "en-gb", "en_GB"):
        return Locale("en", "GB")
    return locale_of(language, "en_GB")


def _local(at: datetime, zone: str | tzinfo) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def clock(at: datetime, language: str, zone: str | tzinfo) -> str:
    """The time of day: « 10 h 00 », "10:00"."""
    local = _local(at, zone)
    if language.startswith("fr"):
        return f"{local.hour}{_NBSP}h{_NBSP}{local.minute:02}"
    return format_time(local, "HH:mm", locale=_locale(language))


def moment(at: datetime, language: str, zone: str | tzinfo, *, now: datetime) -> str:
    """A moment in a list, as short as it is clear: « 10 h 00 » today, « hier », « lun. 18 h 20 » within six days,
    « 12 nov. » this year, « 12/11/2025 » before."""
    local, today = _local(at, zone), _local(now, zone).date()
    days = (today - local.date()).days
    if days == 0:
        return clock(at, language, zone)
    if days == 1:
        return _words(language)["yesterday"]
    if days == -1:
        return f"{_words(language)['tomorrow']} {clock(at, language, zone)}"
    if -6 <= days <= 6:
        return f"{_date_text(local.date(), 'EEE', language)} {clock(at, language, zone)}"
    if local.year == today.year:
        return _date_text(local.date(), "d MMM", language)
    return _date_text(local.date(), "dd/MM/yyyy" if language.startswith("fr") else "short", language)


def long_date(at: datetime | date, language: str, zone: str | tzinfo = "UTC", *, weekday: bool = False) -> str:
    """A whole date: « 24 novembre 2026 », with its day if asked: « mardi 24 novembre 2026 »; first of month: « 1er »."""
    day = _local(at, zone).date() if isinstance(at, datetime) else at
    return _date_text(day, "full" if weekday else "long", language)


@lru_cache(maxsize=4096)
def _date_text(day: date, form: str, language: str) -> str:
    """A date in one of Babel's forms. Kept: a page writes the same days over and over."""
    text = format_date(day, form, locale=_locale(language))
    if form in ("full", "long") and language.startswith("fr") and day.day == 1 and "1er" not in text:
        text = text.replace("1 ", "1er ", 1)
    return text


def long_day(day: date, language: str) -> str:
    """A day of these weeks, with its name and without its year: « jeudi 26 novembre »."""
    bare = re.sub(rf"(,| de)?\s*\b{day.year}\b", "", long_date(day, language, weekday=True)).strip()
    return bare.replace(". ", f".{_NBSP}")  # German: « 26. November » stays on one line


def long_moment(at: datetime, language: str, zone: str | tzinfo, *, weekday: bool = False) -> str:
    """Date and time: « 24 novembre 2026 à 10 h 00 », "24 November 2026 at 10:00"."""
    date_text = long_date(at, language, zone, weekday=weekday)
    between = _words(language)["at"] if language[:2] in _WORDS else ", "
    return f"{date_text}{between}{clock(at, language, zone)}"


def duration(span: timedelta, language: str = "fr") -> str:
    """How long someone has waited, in two units at most: « 36 min », « 1 h 12 », « 2 j 4 h »; below a minute « < 1 min »."""
    minutes = max(0, int(span.total_seconds())) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    day = "j" if language.startswith("fr") else "d"
    if days:
        return f"{days}{_NBSP}{day}{f'{_NBSP}{hours}{_NBSP}h' if hours and days < 7 else ''}"
    if hours:
        return f"{hours}{_NBSP}h{f'{_NBSP}{rest:02}' if rest else ''}"
    return f"{rest}{_NBSP}min" if rest else f"<{_NBSP}1{_NBSP}min"


def relative(at: datetime, language: str, *, now: datetime) -> str:
    """Distance from now: « à l’instant », « il y a 12 minutes », « dans 3 heures »."""
    span = at - now
    if abs(span) < timedelta(seconds=45):
        return _words(language)["now"]
    return format_timedelta(span, add_direction=True, locale=_locale(language), threshold=0.95)


def weekday(day: int, language: str) -> str:
    """The name of a day of the week, 0 is Monday: « lundi »."""
    return format_date(date(2024, 1, 1) + timedelta(days=day), "EEEE", locale=_locale(language))


def day_heading(at: datetime, language: str, zone: str | tzinfo, *, now: datetime) -> str:
    """The heading above the messages of one day: « aujourd’hui », « hier », « mardi 17 novembre 2026 »."""
    days = (_local(now, zone).date() - _local(at, zone).date()).days
    if days in (0, 1):
        return _words(language)["today" if days == 0 else "yesterday"]
    return long_date(at, language, zone, weekday=True)
