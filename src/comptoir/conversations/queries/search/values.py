"""What filters' values mean in both languages: states, channels, languages, days."""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from comptoir.conversations.models import InboxKind, State
from comptoir.lib.text import unaccent

STATES: dict[str, str] = {
    "ouverte": State.OPEN, "ouvert": State.OPEN, "open": State.OPEN,
    "attente": State.PENDING, "en attente": State.PENDING, "pending": State.PENDING,
    "pause": State.SNOOZED, "en pause": State.SNOOZED, "snoozed": State.SNOOZED,
    "close": State.CLOSED, "closed": State.CLOSED, "clos": State.CLOSED, "fermee": State.CLOSED,
    "indesirable": State.SPAM, "spam": State.SPAM,
    "corbeille": State.TRASH, "trash": State.TRASH,
}  # fmt: skip
MARKS = {
    "non-lue": "unread", "nonlue": "unread", "non lue": "unread", "unread": "unread",
    "attend": "waiting", "waiting": "waiting", "sans-reponse": "waiting",
    "urgente": "urgent", "urgent": "urgent",
}  # fmt: skip
CHANNELS: dict[str, str] = {
    "mail": InboxKind.EMAIL, "email": InboxKind.EMAIL, "e-mail": InboxKind.EMAIL, "courriel": InboxKind.EMAIL,
    "chat": InboxKind.CHAT, "formulaire": InboxKind.FORM, "form": InboxKind.FORM,
    "telephone": InboxKind.PHONE, "tel": InboxKind.PHONE, "phone": InboxKind.PHONE,
    "boutique": InboxKind.SHOP, "messagerie": InboxKind.SHOP, "shop": InboxKind.SHOP,
}  # fmt: skip
LANGUAGES = {
    "francais": "fr", "french": "fr", "anglais": "en", "english": "en", "allemand": "de", "german": "de",
    "espagnol": "es", "spanish": "es", "italien": "it", "italian": "it", "neerlandais": "nl", "dutch": "nl",
    "portugais": "pt", "portuguese": "pt", "suedois": "sv", "swedish": "sv", "polonais": "pl", "polish": "pl",
    "danois": "da", "danish": "da", "norvegien": "no", "norwegian": "no", "finnois": "fi", "finnish": "fi",
    "tcheque": "cs", "czech": "cs", "slovaque": "sk", "slovak": "sk", "slovene": "sl", "slovenian": "sl",
    "croate": "hr", "croatian": "hr", "hongrois": "hu", "hungarian": "hu", "roumain": "ro", "romanian": "ro",
    "bulgare": "bg", "bulgarian": "bg", "grec": "el", "greek": "el", "russe": "ru", "russian": "ru",
    "ukrainien": "uk", "ukrainian": "uk", "turc": "tr", "turkish": "tr", "lituanien": "lt", "lithuanian": "lt",
    "letton": "lv", "latvian": "lv", "estonien": "et", "estonian": "et", "catalan": "ca", "arabe": "ar",
    "arabic": "ar", "hebreu": "he", "hebrew": "he", "chinois": "zh", "chinese": "zh", "japonais": "ja",
    "japanese": "ja", "coreen": "ko", "korean": "ko",
}  # fmt: skip
MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split(),
    "january february march april may june july august september october november december".split(),
)
_AGO = re.compile(r"(\d{1,4}) ?(j|jours?|d|days?|semaines?|w|weeks?|mois|months?|ans?|years?)")
_DAYS = {"j": 1, "d": 1, "s": 7, "w": 7, "m": 30, "a": 365, "y": 365}


def day(text: str) -> datetime | None:
    """The beginning of the day that is meant, in the reader's zone: 24/11/2026, 2026-11, novembre, hier, 7j."""
    plain, today = unaccent(text), timezone.localdate()
    named = {"hier": 1, "yesterday": 1, "aujourd'hui": 0, "aujourdhui": 0, "today": 0}
    try:
        found = _ago(plain, today) or _dated(plain, today) or _month(plain, today)
        if plain in named:
            found = today - timedelta(days=named[plain])
        if found is None:
            return None
        return timezone.make_aware(datetime.combine(found, time()))
    except (ValueError, OverflowError):
        return None


def _ago(plain: str, today: date) -> date | None:
    found = _AGO.fullmatch(plain)
    return today - timedelta(days=int(found[1]) * _DAYS[found[2][0]]) if found else None


def _dated(plain: str, today: date) -> date | None:
    if found := re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", plain):
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{4})", plain):
        return date(int(found[2]), int(found[1]), 1)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{2}|\d{4}))?", plain):
        year = int(found[3] or today.year)
        named = date(year + 2000 if year < 100 else year, int(found[2]), int(found[1]))
        return named if found[3] or named <= today else named.replace(year=today.year - 1)
    return None


def _month(plain: str, today: date) -> date | None:
    words = plain.split()
    first = re.sub(r"\D", "", words[0]) if len(words) > 1 and words[0][:1].isdigit() else ""
    words = words[1:] if first else words
    for months in MONTHS:
        if words and words[0] in months and len(words) < 3:
            place = months.index(words[0]) + 1
            if len(words) == 2:
                return date(int(words[1]), place, int(first or 1))
            named = date(today.year, place, int(first or 1))
            return named if named <= today else named.replace(year=today.year - 1)
    return None
