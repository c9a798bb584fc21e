"""Moments, durations, amounts and weights in the viewer's language and zone (Babel's data; Django says which)."""

from datetime import datetime

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import timezone, translation

from comptoir.lib.dates import human
from comptoir.lib.locales import COUNTRY
from comptoir.lib.money import format_minor

NARROW = "\u202f"


def locale() -> str:
    """The viewer's language as Babel names it."""
    language = translation.get_language() or "fr"
    return COUNTRY.get(language, translation.to_locale(language))


def moment(value: datetime, form: str) -> str:
    """A moment in words. `form`: ago, since, left, clock (10 h 00), day (20 nov.), list (as short as clear), full."""
    language, zone, now = translation.get_language() or "fr", timezone.get_current_timezone(), timezone.now()
    if form in ("since", "left"):
        return duration(abs((now - value).total_seconds()))
    if form == "day":
        return format_date(value.astimezone(zone), "d MMM", locale=locale())
    forms = {
        "ago": lambda: human.relative(value, language, now=now),
        "clock": lambda: human.clock(value, language, zone),
        "list": lambda: human.moment(value, language, zone, now=now),
        "full": lambda: human.long_moment(value, language, zone, weekday=True),
    }
    return forms[form]()


def duration(seconds: float) -> str:
    """Seconds as a person says them, at most two units: « 1 min 36 », « 1 h 42 », « 3 j »."""
    total = int(seconds)
    day = "j" if locale().startswith("fr") else "d"
    if total < 60:
        return f"{total}{NARROW}s"
    if total < 300 and total % 60:
        return f"{total // 60}{NARROW}min{NARROW}{total % 60:02d}"
    if total < 3600:
        return f"{total // 60}{NARROW}min"
    hours, minutes = total // 3600, total % 3600 // 60
    if total < 36000 and minutes:
        return f"{hours}{NARROW}h{NARROW}{minutes:02d}"
    return f"{hours}{NARROW}h" if hours < 48 else f"{hours // 24}{NARROW}{day}"


def money(minor: int, currency: str) -> str:
    """Minor units (centimes) as an amount: 128450 EUR gives « 1 284,50 € »."""
    return format_minor(minor, currency, translation.get_language() or "fr")


def size(octets: int) -> str:
    """Octets as a weight, in steps of a thousand."""
    unit = "o" if locale().startswith("fr") else "B"
    amount, prefixes = float(octets), ["", "k" if unit == "B" else "K", "M", "G"]
    while amount >= 999.5 and len(prefixes) > 1:
        amount, prefixes = amount / 1000, prefixes[1:]
    rounded = round(amount) if amount >= 10 or prefixes[0] == "" else round(amount, 1)
    return f"{format_decimal(rounded, locale=locale())}{NARROW}{prefixes[0]}{unit}"
