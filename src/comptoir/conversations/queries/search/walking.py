"""Matching messages from the newest backward, exactly, without ever sorting all matches of a common word (ADR 0021).

1. Among the latest LATEST messages, one by one: whatever is common of late is found there at once.
2. Through the index, when at most MANY match in all: whatever is rare, whole and sorted (first, if PostgreSQL expects so).
3. Otherwise (common once, or for another shop) span by span of 32 days, through marks inside the index.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

LATEST = 10_000
MANY = 5_000
PART = 400
RARE = 2_500
SPAN_DAYS, LONG_DAYS = 32, 256
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """Where a message stands: its moment, then its key. (A tuple: thousands are made for one answer.)"""

    at: datetime
    message: int


class Hit(NamedTuple):
    """A message that matches."""

    place: Place
    conversation: int


@dataclass(frozen=True, slots=True)
class Walk:
    """What to look for. `shops` are the keys to which the index is narrowed (None: all); `below` and `since` bound it."""

    query: str
    shops: tuple[int, ...] | None = None
    below: Place | None = None
    since: datetime | None = None

    @property
    def narrowed(self) -> str:
        """The query with the shops' marks."""
        if self.shops is None:
            return self.query
        marks = " | ".join(f"'~s{key}'" for key in self.shops) or "'~none'"
        return f"({self.query}) & ({marks})"


def hits(walk: Walk) -> Iterator[list[Hit]]:
    """Lists of hits, newest first, none twice."""
    lowest: Place | None = None
    rest = _rows(walk, walk.narrowed, MANY + 1) if _expected(walk) < min(RARE, MANY) else None
    if rest is None or len(rest) > MANY:
        for found in _latest(walk):
            lowest = found[-1].place
            yield found
        rest = _rows(walk, walk.narrowed, MANY + 1) if rest is None else rest
    if len(rest) <= MANY:
        yield _older(rest, lowest)
        return
    for found in _spans(walk):
        if left := _older(found, lowest):
            lowest = left[-1].place
            yield left


def of_conversations(walk: Walk, keys: list[int]) -> list[Hit]:
    """The hits in these conversations, newest first: for filters that leave few."""
    bounds, params = _bounds(walk)
    sql = (
        "SELECT at, message_id, conversation_id FROM conversations_searchentry "
        f"WHERE conversation_id = ANY(%s) AND search @@ %s::tsquery {bounds} ORDER BY at DESC, message_id DESC"
    )
    return _fetched(sql, [keys, walk.query, *params])


def _latest(walk: Walk) -> Iterator[list[Hit]]:
    bounds, params = _bounds(walk)
    latest = (
        "SELECT at, message_id, conversation_id, search FROM conversations_searchentry "
        f"WHERE true {bounds} ORDER BY at DESC, message_id DESC LIMIT {LATEST}"
    )
    # a window that stops by itself as soon as enough is read
    sql = f"SELECT at, message_id, conversation_id FROM ({latest}) latest WHERE search @@ %s::tsquery LIMIT %s"
    few = _fetched(sql, [*params, walk.narrowed, PART])
    if few:
        yield few
    if len(few) == PART:
        more = _fetched(sql, [*params, walk.narrowed, LATEST])[PART:]
        if more:
            yield more


def _rows(walk: Walk, query: str, limit: int) -> list[Hit]:
    """Through the index of words, at most `limit` in no order asked of it, then sorted."""
    bounds, params = _bounds(walk, "(at + interval '0')")  # else a limit tempts the planner to read by time
    sql = (
        "SELECT at, message_id, conversation_id FROM conversations_searchentry "
        f"WHERE search @@ %s::tsquery {bounds} LIMIT %s"
    )
    return sorted(_fetched(sql, [query, *params, limit]), key=lambda hit: hit.place, reverse=True)


def _spans(walk: Walk) -> Iterator[list[Hit]]:
    """Span by span from the newest; after an empty one, all that is left of its long span is asked for at once."""
    newest, oldest = _edges(walk)
    day, last = (newest - EPOCH).days, (oldest - EPOCH).days
    held = -1  # the long span that is known to hold something
    while day >= last:
        start = day - day % SPAN_DAYS
        found = _rows(walk, f"({walk.narrowed}) & '~m{day // SPAN_DAYS}'", MANY + 1)
        if len(found) > MANY:
            yield from _within(walk, EPOCH + timedelta(days=start), EPOCH + timedelta(days=start + SPAN_DAYS))
        elif found:
            yield found
        elif start % LONG_DAYS and held != start // LONG_DAYS:
            if _holds(walk, start):
                held = start // LONG_DAYS
            else:
                start -= start % LONG_DAYS
        day = start - 1


def _holds(walk: Walk, day: int) -> bool:
    """Whether anything lies before that day in its long span."""
    earlier = Place(EPOCH + timedelta(days=day), 0)
    below = min(walk.below, earlier) if walk.below else earlier
    return bool(_rows(replace(walk, below=below), f"({walk.narrowed}) & '~y{day // LONG_DAYS}'", 1))


def _within(walk: Walk, start: datetime, end: datetime) -> Iterator[list[Hit]]:
    """Many matches in one span: they are met soon when messages are read one by one."""
    while True:
        bounds, params = _bounds(walk)
        sql = (
            "SELECT at, message_id, conversation_id FROM (SELECT at, message_id, conversation_id, search "
            f"FROM conversations_searchentry WHERE at >= %s AND at < %s {bounds} "
            "ORDER BY at DESC, message_id DESC OFFSET 0) span WHERE search @@ %s::tsquery LIMIT %s"
        )
        found = _fetched(sql, [start, end, *params, walk.narrowed, PART])
        if found:
            yield found
        if len(found) < PART:
            return
        walk = replace(walk, below=found[-1].place)


def _edges(walk: Walk) -> tuple[datetime, datetime]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(at), min(at) FROM conversations_searchentry")
        newest, oldest = cursor.fetchone()
    if newest is None:
        return EPOCH, EPOCH + timedelta(days=1)
    newest = min(newest, walk.below.at) if walk.below else newest
    return newest, max(oldest, walk.since) if walk.since else oldest


def _expected(walk: Walk) -> int:
    """How many messages PostgreSQL believes to match: it only decides which road is tried first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT FROM conversations_searchentry WHERE search @@ %s::tsquery", [walk.narrowed]
        )
        plan = cursor.fetchone()[0]
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


def _older(found: list[Hit], lowest: Place | None) -> list[Hit]:
    return found if lowest is None else [hit for hit in found if hit.place < lowest]


def _bounds(walk: Walk, at: str = "at") -> tuple[str, list[Any]]:
    sql, params = "", []
    if walk.below is not None:
        sql, params = f"AND ({at}, message_id) < (%s, %s)", [walk.below.at, walk.below.message]
    if walk.since is not None:
        sql, params = f"{sql} AND {at} >= %s", [*params, walk.since]
    return sql, params


def _fetched(sql: str, params: list[Any]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Hit(Place(at, message), conversation) for at, message, conversation in cursor.fetchall()]
