"""The orders that a list can have: each with its keyset, so that page 400 costs what page 1 costs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from comptoir.conversations.models.conversations import ACCENTED, ANSWERED_FROM, PLAIN

WAITING_FIRST, NEWEST_FIRST, OLDEST_FIRST = "waiting", "newest", "oldest"
PRIORITY_FIRST, SNOOZED_FIRST, BY_NAME = "priority", "snoozed", "name"
_FOLDED = f"translate(lower(%s), '{ACCENTED}', '{PLAIN}')"
_NAME = _FOLDED % "b.customer_name"
_VALUE = r"v(-?\d{1,14}(?:\.\d{1,6})?|\d{4}-\d\d-\d\d)"
_TEXT = re.compile(rf"(?:(n[0-9a-f]{{0,1600}})|(z)|{_VALUE}|(?:p([0-4])\.)?(\d{{1,18}}))-(\d{{1,18}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after a row: its rank or its moment in microseconds, and its key.

    `first` goes before them where something else does (a priority); `name` is the place among names, `value` the one among
    the values of a custom field (queries.ordering), and `nowhere` says that the row has no moment.
    """

    place: int
    key: int
    first: int | None = None
    name: str | None = None
    nowhere: bool = False
    value: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """From "1732…-42"; None for what is none."""
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        named, nowhere, value, first, place, key = found.groups()
        try:
            name = bytes.fromhex(named[1:]).decode() if named else None
        except ValueError:
            return None
        if name is not None and "\0" in name:
            return None
        return cls(int(place or 0), int(key), int(first) - 1 if first else None, name, bool(nowhere), value)

    @classmethod
    def after(cls, row: Any, sort: str) -> "Cursor":
        """The place right after a row of a list, or a conversation."""
        key = row.key if hasattr(row, "key") else row.pk
        if sort == WAITING_FIRST:
            return cls(row.rank, key)
        if sort == PRIORITY_FIRST:
            return cls(row.rank, key, first=row.priority)
        if sort == BY_NAME:
            return cls(0, key, name=row.customer_name)
        if sort not in ORDERS:
            return cls.valued(row.rank, key, row.sorted)
        moment = {OLDEST_FIRST: row.created_at, SNOOZED_FIRST: row.snoozed_until}.get(sort, row.last_message_at)
        return cls(0, key, nowhere=True) if moment is None else cls(_micro(moment), key)

    @classmethod
    def valued(cls, rank: int, key: int, value: Any) -> "Cursor":
        """The place after a row with that value of a field; after its rank among those without."""
        return cls(rank, key) if value is None else cls(0, key, value=str(value))

    @property
    def waiting_since(self) -> datetime | None:
        """Since when the row at a waiting-first place waited; None for an answered one."""
        return None if self.place >= ANSWERED_FROM // 2 else _moment(self.place)

    @property
    def moment(self) -> datetime:
        """When the row at a newest-first place had its last message."""
        return _moment(self.place)

    def __str__(self) -> str:
        if self.name is not None:
            return f"n{self.name.encode().hex()}-{self.key}"
        if self.nowhere:
            return f"z-{self.key}"
        if self.value is not None:
            return f"v{self.value}-{self.key}"
        return f"{'' if self.first is None else f'p{self.first + 1}.'}{self.place}-{self.key}"


@dataclass(frozen=True, slots=True)
class Order:
    """`by` sorts rows of `b`; `after` makes (condition, parameters) of a place, None for a place of another order."""

    by: str
    after: Callable[[Cursor], tuple[str, list[Any]] | None]


def _moments(column: str, sign: str) -> Callable[[Cursor], tuple[str, list[Any]] | None]:
    def after(place: Cursor) -> tuple[str, list[Any]] | None:
        if place.name is not None or place.nowhere or place.first is not None or place.value is not None:
            return None
        return f"(b.{column}, b.id) {sign} (%s, %s)", [place.moment, place.key]

    return after


def _rank(place: Cursor) -> tuple[str, list[Any]] | None:
    return ("(b.rank, b.id) > (%s, %s)", [place.place, place.key]) if place.name is place.value is None else None


def _priority(place: Cursor) -> tuple[str, list[Any]] | None:
    if place.first is None:
        return None
    text = "b.priority <= %s AND (b.priority < %s OR (b.rank, b.id) > (%s, %s))"
    return text, [place.first, place.first, place.place, place.key]


def _snoozed(place: Cursor) -> tuple[str, list[Any]] | None:
    if place.nowhere:
        return "b.snoozed_until IS NULL AND b.id > %s", [place.key]
    if place.name is not None or place.value is not None:
        return None
    return "((b.snoozed_until, b.id) > (%s, %s) OR b.snoozed_until IS NULL)", [place.moment, place.key]


def _name(place: Cursor) -> tuple[str, list[Any]] | None:
    if place.name is None:
        return None
    return f"({_NAME}, b.id) > ({_FOLDED}, %s)", [place.name, place.key]


ORDERS = {
    WAITING_FIRST: Order("b.rank, b.id", _rank),
    NEWEST_FIRST: Order("b.last_message_at DESC, b.id DESC", _moments("last_message_at", "<")),
    OLDEST_FIRST: Order("b.created_at, b.id", _moments("created_at", ">")),
    PRIORITY_FIRST: Order("b.priority DESC, b.rank, b.id", _priority),
    SNOOZED_FIRST: Order("b.snoozed_until, b.id", _snoozed),
    BY_NAME: Order(f"{_NAME}, b.id", _name),
}


def _micro(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(min(microseconds, 10**16) / 1_000_000, UTC)
