"""What can be asked of a conversation, a customer, an order or a parcel: fields that rooms offer to views and filters.

Each room lists its fields; settings.FILTER_FIELDS names the lists. A field takes a cleaned value and gives a condition
on a row of what it is about (`subject`). Conversations put the conditions together (conversations.queries.conditions).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from comptoir.core.models import Agent
from comptoir.lib.text import one_line

# kind -> its operators, the first one is offered first
OPERATORS: dict[str, tuple[str, ...]] = {
    "choices": ("is", "is_not"),
    "tags": ("is", "all", "is_not"),
    "number": ("at_least", "at_most"),
    "money": ("at_least", "at_most"),
    "age": ("over", "under"),
    "text": ("contains", "lacks"),
    "codes": ("is", "is_not"),
    "yes": ("is",),
    "decimal": ("at_least", "at_most"),
    "date": ("on", "before", "after"),
}
NEGATIVE = {"is_not": "is", "lacks": "contains"}
LISTED = 40  # values of one condition
LONGEST_TEXT = 80
MOST = 10**12
HOURS = 24 * 366 * 10

Choices = Callable[[Agent], list[tuple[str, Any]]]
Build = Callable[[Any, Agent], Any]


class BadCondition(ValueError):
    """A filter cannot be used; `code` says why, `what` names the field or value."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code, what)
        self.code, self.what = code, what


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked.

    `build` gets the cleaned value, or (operator, value) where the kind has several positive operators, and the reader.
    `probe` builds the same condition as a look at one row, where `build` finds all rows by key.
    `fixed`: no values but its choices. `cheap`: told by the conversation's own row or a short index, so that a list's
    number may be counted with the page. `each`: the answer differs from reader to reader. `retired`: goes on where it
    is asked, and is offered no more.
    """

    name: str
    label: Any
    kind: str
    build: Build
    subject: str = "conversation"
    choices: Choices | None = None
    probe: Build | None = None
    fixed: bool = False
    cheap: bool = False
    each: bool = False
    check: Callable[[Any], bool] | None = None
    retired: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        """What can be asked."""
        return OPERATORS[self.kind]

    def condition(self, op: str, value: Any, agent: Agent, *, probe: bool = False) -> Any:
        """The condition of a positive operator."""
        plain = self.kind in ("choices", "codes", "text", "yes")
        build = self.probe if probe and self.probe is not None else self.build
        return build(value if plain else (op, value), agent)


def fields() -> Mapping[str, Field]:
    """All fields by name, in the order in which they are offered."""
    found: dict[str, Field] = {}
    for offered in _offers():
        for field in offered() if callable(offered) else offered:
            found[field.name] = field
    return found


@cache
def _offers() -> list[Any]:
    """What the rooms offer: lists, and functions whose answer changes as people define fields."""
    return [import_string(path) for path in settings.FILTER_FIELDS]


def clean(field: Field, op: str, value: Any) -> Any:
    """The value as it is kept; raises BadCondition."""
    if op not in field.operators:
        raise BadCondition("bad_operator", str(field.label))
    cleaned = _CLEANERS[field.kind](value)
    if cleaned is None:
        raise BadCondition("bad_value", str(field.label))
    if field.fixed and field.choices is not None:
        known = {code for code, _label in field.choices(Agent())}
        if not set(cleaned) <= known:
            raise BadCondition("bad_value", str(field.label))
    if field.check is not None and not field.check(cleaned):
        raise BadCondition("bad_value", str(field.label))
    return cleaned


def since(pair: tuple[str, int]) -> tuple[str, Any]:
    """An age in hours as a comparison of its moment: ("lte" | "gte", moment), told by the database at each reading."""
    op, hours = pair
    return ("lte" if op == "over" else "gte"), Now() - timedelta(hours=hours)


def ahead(pair: tuple[str, int]) -> tuple[str, Any]:
    """The same for a moment to come."""
    op, hours = pair
    return ("gte" if op == "over" else "lte"), Now() + timedelta(hours=hours)


def compared(pair: tuple[str, int]) -> tuple[str, int]:
    """A number's comparison: ("gte" | "lte", number)."""
    return ("gte" if pair[0] == "at_least" else "lte"), pair[1]


def _listed(value: Any) -> list[str] | None:
    if not isinstance(value, list | tuple) or not value or len(value) > LISTED:
        return None
    if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in value):
        return None
    words = [one_line(str(one)).strip()[:LONGEST_TEXT] for one in value]
    return list(dict.fromkeys(word for word in words if word)) or None


def _codes(value: Any) -> list[str] | None:
    words = _listed(value)
    return words if words and all(len(word) == 2 and word.isascii() and word.isalpha() for word in words) else None


def _number(most: int) -> Callable[[Any], int | None]:
    def cleaned(value: Any) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int | str):
            return None
        text = str(value).strip()
        found = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
        return found if found is not None and found <= most else None

    return cleaned


def _decimal(value: Any) -> str | None:
    text = str(value).strip().replace(",", ".").replace("\u202f", "").replace(" ", "")
    found = re.fullmatch(r"-?\d{1,13}(?:\.\d{1,6})?", text, re.ASCII)
    return text if found and isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _date(value: Any) -> str | None:
    text = str(value).strip()
    if french := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text, re.ASCII):
        text = f"{french[3]}-{int(french[2]):02}-{int(french[1]):02}"
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    text = one_line(value.replace("\0", "")).strip()
    return text if 0 < len(text) <= LONGEST_TEXT else None


def _yes(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "choices": _listed,
    "tags": _listed,
    "codes": lambda value: [word.upper() for word in _codes(value) or ()] or None,
    "number": _number(MOST),
    "money": _number(MOST),
    "age": _number(HOURS),
    "text": _text,
    "yes": _yes,
    "decimal": _decimal,
    "date": _date,
}


def keys(values: Iterable[str]) -> list[int]:
    """The numbers among the values."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def in_use(table: str, column: str, most: int = 60) -> list[tuple[str, Any]]:
    """The values that stand in an indexed column of text, found by jumping from one to the next, as choices."""
    first = f"SELECT {column} FROM {table} WHERE {column} <> '' ORDER BY {column} LIMIT 1"
    following = f"SELECT {column} FROM {table} WHERE {column} <> '' AND {column} > s.v ORDER BY {column} LIMIT 1"
    sql = (
        f"WITH RECURSIVE s(v) AS (({first}) UNION ALL SELECT ({following}) FROM s WHERE s.v IS NOT NULL) "
        "SELECT v FROM s WHERE v IS NOT NULL LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [most])
        return [(value, value) for (value,) in cursor.fetchall()]
