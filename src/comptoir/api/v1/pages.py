"""Lists by keyset: `cursor` says after which row to go on, so a page costs the same wherever it lies."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from comptoir.api.v1.filters import Paging
from comptoir.api.v1.problems import Problem


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by one column and the key; `falling` begins with the greatest."""

    name: str
    column: str
    falling: bool = False

    def place(self, row: Any) -> Any:
        """What the cursor keeps of a row."""
        value = getattr(row, self.column)
        return value.isoformat() if isinstance(value, datetime) else value


def page(rows: QuerySet[Any], sort: Sort, asked: Paging, shown: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """{"data": [...], "next": cursor or null}."""
    sign = "-" if sort.falling else ""
    ordered = rows.order_by(f"{sign}{sort.column}", f"{sign}pk")
    if asked.cursor:
        ordered = ordered.filter(_after(sort, asked.cursor))
    limit = asked.limit
    found = list(ordered[: limit + 1])
    following = _written(sort, found[limit - 1]) if len(found) > limit else None
    return {"data": [shown(row) for row in found[:limit]], "next": following}


def _after(sort: Sort, cursor: str) -> Q:
    name, place, key = _read(cursor)
    value = parse_datetime(place) if isinstance(place, str) else place
    if name != sort.name or not isinstance(key, int) or value is None:
        raise Problem(400, "bad_cursor", "This cursor is not of this list and order.")
    way = "lt" if sort.falling else "gt"
    near = Q(**{f"{sort.column}__{way}e": value})
    return near & (Q(**{f"{sort.column}__{way}": value}) | Q(**{f"pk__{way}": key}))


def _written(sort: Sort, row: Any) -> str:
    text = json.dumps([sort.name, sort.place(row), row.pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[Any, Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, place, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii", "replace")))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Problem(400, "bad_cursor", "This cursor is not one of ours.") from None
    if not isinstance(place, str | int) or isinstance(place, bool) or (isinstance(place, int) and abs(place) > 2**62):
        raise Problem(400, "bad_cursor", "This cursor is not one of ours.")
    return name, place, key if isinstance(key, int) and abs(key) < 2**62 else None
