"""Times as people type them, in French and English: « demain 9h », « lundi », "in 2 hours", « 25/12 14h30 ».

`read` gives a moment in the zone of `now`; a day without a time means nine in the morning.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MORNING, NOON, AFTERNOON, EVENING = time(9), time(12), time(14), time(18)
PARTS = {
    "matin": MORNING, "morning": MORNING, "midi": NOON, "noon": NOON, "apres-midi": AFTERNOON, "aprem": AFTERNOON,
    "afternoon": AFTERNOON, "soir": EVENING, "evening": EVENING,
}  # fmt: skip
DAYS = (
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "monday tuesday wednesday thursday friday saturday sunday",
)
MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "january february march april may june july august september october november december",
)
UNITS = {
    "min": "minutes", "mn": "minutes", "minute": "minutes", "minutes": "minutes", "h": "hours", "heure": "hours",
    "heures": "hours", "hour": "hours", "hours": "hours", "j": "days", "jour": "days", "jours": "days", "day": "days",
    "days": "days", "d": "days", "semaine": "weeks", "semaines": "weeks", "week": "weeks", "weeks": "weeks",
    "mois": "months", "month": "months", "months": "months",
}  # fmt: skip
NUMBERS = {
    "un": 1,
    "une": 1,
    "a": 1,
    "an": 1,
    "one": 1,
    "deux": 2,
    "two": 2,
    "trois": 3,
    "three": 3,
    "quatre": 4,
    "four": 4,
}
FILLER = {
    "a",
    "at",
    "le",
    "la",
    "on",
    "the",
    "vers",
    "jusqu",
    "jusque",
    "until",
    "till",
    "ce",
    "cet",
    "cette",
    "this",
    "au",
}
_CLOCK = re.compile(r"^(\d{1,2})(?:h|:)(\d{2})?$|^(\d{1,2})(?::(\d{2}))?(am|pm)$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_SLASHED = re.compile(r"^(\d{1,2})[/.](\d{1,2})(?:[/.](\d{2,4}))?$")
FURTHEST = timedelta(days=3 * 366)


def fold(text: str) -> str:
    """Lower case without accents."""
    bare = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in bare if not unicodedata.combining(character))


@dataclass(slots=True)
class _Reading:
    now: datetime
    words: list[str]
    day: date | None = None
    clock: time | None = None
    moment: datetime | None = None
    rolls: bool = False  # the day may be a week later when it has gone by


def read(text: str, now: datetime) -> datetime | None:
    """The moment that the text means, in the future; None when it means none or cannot be wholly understood."""
    reading = _Reading(now, _words(text))
    if not reading.words:
        return None
    while reading.words:
        if not (_relative(reading) or _clock(reading) or _named_day(reading) or _dated(reading) or _filler(reading)):
            return None
    return _future(reading)


def _words(text: str) -> list[str]:
    folded = fold(text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'").replace("'", " "))
    folded = re.sub(r"\bapres[ -]demain\b|\bday after tomorrow\b", "apres-demain", folded)
    folded = re.sub(r"\bapres midi\b", "apres-midi", folded)
    folded = re.sub(r"\b(\d{1,2}) h (\d{2})\b", r"\1h\2", folded)
    if not re.search(r"\b(dans|in)\b", folded):
        folded = re.sub(r"\b(\d{1,2}) h\b", r"\1h", folded)
        folded = re.sub(r"\b(\d{1,2}) (am|pm)\b", r"\1\2", folded)
    return folded.replace(",", " ").split()[:12]


def _relative(reading: _Reading) -> bool:
    """« dans 2 heures », "in 3 days"."""
    words = reading.words
    if words[0] not in ("dans", "in") or len(words) < 2:
        return False
    glued = re.match(r"^(\d{1,3})([a-z]+)$", words[1])
    amount, unit, used = (glued[1], glued[2], 2) if glued else (words[1], words[2] if len(words) > 2 else "", 3)
    count = NUMBERS.get(amount) or (int(amount) if amount.isdecimal() and len(amount) < 4 else 0)
    kind = UNITS.get(unit)
    if not count or kind is None:
        return False
    del words[:used]
    if kind in ("minutes", "hours"):
        reading.moment = reading.now + timedelta(**{kind: count})
    elif kind == "months":
        reading.day = _months_later(reading.now.date(), count)
    else:
        reading.day = reading.now.date() + timedelta(**{kind: count})
    return True


def _clock(reading: _Reading) -> bool:
    word = reading.words[0]
    if word in PARTS:
        reading.clock = reading.clock or PARTS[word]
    elif word in ("tonight",):
        reading.clock, reading.day = reading.clock or EVENING, reading.day or reading.now.date()
    elif found := _CLOCK.match(word):
        hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
        if found[5]:
            hour = hour % 12 + (12 if found[5] == "pm" else 0)
        if hour > 23 or minute > 59:
            return False
        reading.clock = time(hour, minute)
    elif word in ("at", "a") and len(reading.words) > 1 and re.fullmatch(r"\d{1,2}", reading.words[1]):
        if int(reading.words[1]) > 23:
            return False
        reading.clock = time(int(reading.words[1]))
        del reading.words[0]
    else:
        return False
    del reading.words[0]
    return True


def _named_day(reading: _Reading) -> bool:
    words, today = reading.words, reading.now.date()
    shifts = {"aujourd": 0, "today": 0, "demain": 1, "tomorrow": 1, "tmr": 1, "apres-demain": 2}
    if words[0] in shifts:
        reading.day = today + timedelta(days=shifts[words[0]])
        del words[: 2 if words[:2] == ["aujourd", "hui"] else 1]
        return True
    if words[:2] in (["semaine", "prochaine"], ["next", "week"]):
        reading.day = today + timedelta(days=7 - today.weekday())
        del words[:2]
        return True
    if words[:2] in (["mois", "prochain"], ["next", "month"]):
        reading.day = _months_later(today.replace(day=1), 1)
        del words[:2]
        return True
    if words[0] == "next" and len(words) > 1 and _weekday(words[1]) is not None:
        del words[0]
    weekday = _weekday(words[0])
    if weekday is None:
        return False
    reading.day, reading.rolls = today + timedelta(days=(weekday - today.weekday()) % 7), True
    del words[: 2 if words[1:2] == ["prochain"] else 1]
    return True


def _dated(reading: _Reading) -> bool:
    """« 25/12 », « 25 décembre 2026 », "dec 25", "2026-12-25"."""
    words = reading.words
    if found := _ISO.match(words[0]):
        return _set_day(reading, int(found[1]), int(found[2]), int(found[3]), used=1)
    if found := _SLASHED.match(words[0]):
        year = int(found[3]) if found[3] else 0
        return _set_day(reading, year + 2000 if 0 < year < 100 else year, int(found[2]), int(found[1]), used=1)
    if len(words) < 2:
        return False
    first, second = words[0].removesuffix("er"), words[1]
    day, month = (
        (first, _month(second)) if first.isdecimal() else (re.sub(r"(st|nd|rd|th)$", "", second), _month(words[0]))
    )
    if month is None or not day.isdecimal() or len(day) > 2:
        return False
    year, used = (int(words[2]), 3) if len(words) > 2 and re.fullmatch(r"20\d\d", words[2]) else (0, 2)
    return _set_day(reading, year, month, int(day), used=used)


def _set_day(reading: _Reading, year: int, month: int, day: int, *, used: int) -> bool:
    today = reading.now.date()
    try:
        found = date(year or today.year, month, day)
        if not year and found < today:
            found = date(today.year + 1, month, day)
    except ValueError:
        return False
    reading.day = found
    del reading.words[:used]
    return True


def _filler(reading: _Reading) -> bool:
    if reading.words[0] not in FILLER or len(reading.words) == 1:
        return False
    del reading.words[0]
    return True


def _future(reading: _Reading) -> datetime | None:
    now = reading.now
    if reading.moment is not None:
        return reading.moment if reading.day is None and reading.clock is None else None
    if reading.day is None and reading.clock is None:
        return None
    day = reading.day or now.date()
    at = datetime.combine(day, reading.clock or MORNING, now.tzinfo)
    if at <= now and reading.rolls:
        at = datetime.combine(day + timedelta(days=7), reading.clock or MORNING, now.tzinfo)
    elif at <= now and reading.day is None:
        at = datetime.combine(day + timedelta(days=1), reading.clock or MORNING, now.tzinfo)
    return at if now < at < now + FURTHEST else None


def _weekday(word: str) -> int | None:
    return _place(word.rstrip("."), DAYS)


def _month(word: str) -> int | None:
    found = _place(word.rstrip("."), MONTHS)
    return None if found is None else found + 1


def _place(word: str, languages: tuple[str, ...]) -> int | None:
    """The place of a name, or of its first three letters or more."""
    if len(word) < 3:
        return None
    for language in languages:
        matches = [place for place, name in enumerate(language.split()) if name.startswith(word)]
        if len(matches) == 1:
            return matches[0]
    return None


def _months_later(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return day
