"""What may stand in a field: text of people and values of programs, judged by kind and made what is kept."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from comptoir.core.custom.reading import Definition
from comptoir.core.models import LONGEST
from comptoir.lib.money import NotMoney, parse_minor
from comptoir.lib.text import one_line, storable, unaccent

SHORT, LINK = 300, 500
MOST = Decimal(10) ** 12
CHOSEN = 50
_DAY = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})"),
)
_YES = {
    "1": True,
    "on": True,
    "oui": True,
    "yes": True,
    "true": True,
    "0": False,
    "": False,
    "non": False,
    "no": False,
    "false": False,
}
Kept = str | Decimal | date | bool | tuple[int, ...] | None


class BadValue(ValueError):
    """A value cannot stand in a field; `code` says why: type, long, number, big, money, date, yes, choice, many, link."""

    def __init__(self, code: str, definition: Definition, given: str = "") -> None:
        super().__init__(code)
        self.code, self.definition, self.given = code, definition, given[:60]


def judged(definition: Definition, given: Any) -> Kept:
    """The value as it is kept; None when nothing stands there any more. Raises BadValue."""
    if given is None or given == "" or given == []:
        return None
    kept: Kept = _JUDGES[definition.kind](definition, given)
    return None if kept is False or kept in ("", ()) else kept  # a zero is a value


def said(problem: BadValue) -> str:
    """Why it cannot stand there, in words."""
    texts = {
        "type": _("« %(field)s » ne prend pas une valeur de cette sorte."),
        "long": _("« %(field)s » : ce texte est trop long."),
        "number": _("« %(field)s » : « %(given)s » n’est pas un nombre."),
        "big": _("« %(field)s » : ce nombre est trop grand, ou a plus de six décimales."),
        "money": _("« %(field)s » : « %(given)s » n’est pas un montant comme 24,90."),
        "date": _("« %(field)s » : « %(given)s » n’est pas une date comme 24/11/2026."),
        "yes": _("« %(field)s » : répondez par oui ou non."),
        "choice": _("« %(field)s » : « %(given)s » n’est pas parmi les choix."),
        "many": _("« %(field)s » : cinquante choix au plus."),
        "link": _("« %(field)s » : il faut une adresse qui commence par https:// ou http://."),
    }
    return texts[problem.code] % {"field": problem.definition.name, "given": problem.given}


def _text(definition: Definition, given: Any) -> str:
    if not isinstance(given, str):
        raise BadValue("type", definition)
    text = storable(given).strip() if definition.kind == "long" else one_line(storable(given)).strip()
    if len(text) > (LONGEST if definition.kind == "long" else SHORT):
        raise BadValue("long", definition)
    return text


def _number(definition: Definition, given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise BadValue("type", definition)
    text = re.sub(r"[\s\u00a0\u202f']", "", str(given)[:60])
    if isinstance(given, str) and "," in text:
        text = text.replace(".", "").replace(",", ".") if text.count(",") == 1 else text
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadValue("number", definition, str(given)) from None
    if not number.is_finite():
        raise BadValue("number", definition, str(given))
    if abs(number) > MOST or number != number.quantize(Decimal("0.000001")):
        raise BadValue("big", definition)
    return number


def _money(definition: Definition, given: Any) -> Decimal:
    """Minor units: from programs as they are, from people as they write amounts."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise BadValue("type", definition)
    if isinstance(given, str):
        try:
            given = parse_minor(given[:60], definition.currency or "EUR")
        except NotMoney:
            raise BadValue("money", definition, str(given)) from None
    if abs(given) > MOST:
        raise BadValue("big", definition)
    return Decimal(given)


def _day(definition: Definition, given: Any) -> date:
    if isinstance(given, date):
        return given
    if not isinstance(given, str):
        raise BadValue("type", definition)
    for form in _DAY:
        if found := form.fullmatch(given.strip()):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                break
    raise BadValue("date", definition, given)


def _yes(definition: Definition, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    answer = _YES.get(given.strip().lower()) if isinstance(given, str) else None
    if answer is None:
        raise BadValue("yes", definition)
    return answer


def _choice(definition: Definition, given: Any) -> tuple[int, ...]:
    """Keys of options, told by their names; one key among people's forms is a text of digits after #."""
    asked = given if isinstance(given, list | tuple) else [given]
    if len(asked) > (CHOSEN if definition.many else 1):
        raise BadValue("many" if definition.many else "type", definition)
    keys: dict[int, None] = {}
    for one in asked:
        if not isinstance(one, str):
            raise BadValue("type", definition)
        by_key = [option.key for option in definition.options if one == f"#{option.key}"]
        same = [option.key for option in definition.options if unaccent(option.name) == unaccent(one)]
        if not (by_key or same):
            raise BadValue("choice", definition, one)
        keys[(by_key or same)[0]] = None
    return tuple(sorted(keys))


def _link(definition: Definition, given: Any) -> str:
    text = _text(definition, given)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise BadValue("link", definition) from None
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in text or len(text) > LINK:
        raise BadValue("link", definition)
    return text


_JUDGES: dict[str, Any] = {
    "text": _text, "long": _text, "number": _number, "money": _money, "date": _day, "yes": _yes,
    "choice": _choice, "choices": _choice, "link": _link,
}  # fmt: skip
