"""Rows of a list, by keyset, with all that a row shows in one query; or the same list in parts.

A list whose conditions may match very few is answered by keys: what matches is found first, in no order, and sorted when
it is little; only a list that matches much is read in its order until the page is full.
"""

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from comptoir.conversations.models.conversations import PRESENCE_FRESH_FOR
from comptoir.conversations.queries import columns
from comptoir.conversations.queries.conditions import is_light
from comptoir.conversations.queries.limits import within
from comptoir.conversations.queries.ordering import FieldOrder, order_of
from comptoir.conversations.queries.orders import (
    BY_NAME,
    NEWEST_FIRST,
    OLDEST_FIRST,
    ORDERS,
    PRIORITY_FIRST,
    SNOOZED_FIRST,
    WAITING_FIRST,
    Cursor,
    Order,
)
from comptoir.conversations.queries.prepared import COLUMNS, Prepared, conversations_of
from comptoir.core.models import Agent

__all__ = [
    "BY_NAME", "LOADED_LIMIT", "NEWEST_FIRST", "OLDEST_FIRST", "PAGE", "PRIORITY_FIRST", "SNOOZED_FIRST",
    "SPLITS", "WAITING_FIRST", "Cursor", "Page", "Part", "Row", "page", "parts",
]  # fmt: skip
PAGE = 50
LOADED_LIMIT = 400
FEW = 300  # matches that are sorted; more of them are read in the list's order
IN_PARTS = 1_000  # conversations of a list that is split
PARTS, IN_PART = 60, 10
SECONDS = 4  # for a list that asks more than rows of its own
# what an index of its own answers in the list's order
_ORDERED = {"states", "assignee", "team", "shop", "channel", "unread", "waiting", "mentioned"}


@dataclass(frozen=True, slots=True)
class Row:
    """What a list shows of a conversation. `tags` are (tone, name); `writers` are colleagues who write in it now;
    `aside` is the most pressing state of what was asked of third parties.

    `facts` are the further columns that were asked for, by name; `sorted` is the value of the field that sorts the list.
    """

    key: int
    channel: str
    customer_name: str
    subject: str
    preview: str
    waiting_since: datetime | None
    last_message_at: datetime
    state: str
    snoozed_until: datetime | None
    priority: int
    attachment_count: int
    rank: int
    assignee_id: int | None
    assignee_name: str | None
    assignee_photo: int | None
    unread: bool
    tags: list[str] | None
    vip: bool
    writers: list[str] | None
    put_away_at: datetime | None
    created_at: datetime
    aside: str | None
    facts: dict[str, Any] = field(default_factory=dict)
    sorted: Any = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin (None at the end)."""

    rows: list[Row]
    following: Cursor | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a list that is split: its key ("none" for nobody's), its name, how many it has, its first rows."""

    key: str
    name: str
    count: int
    rows: list[Row]


_SHOWN = """c.id, c.channel, c.customer_name, c.subject, c.preview, c.waiting_since, c.last_message_at, c.state,
    c.snoozed_until, c.priority, c.attachment_count, c.rank, c.assignee_id, a.name, a.photo_id,
    c.newest_message > coalesce(m.message_id, 0),
    (SELECT array_agg(t.tone || ':' || t.name ORDER BY t.name) FROM conversations_conversation_tags ct
        JOIN customers_tag t ON t.id = ct.tag_id WHERE ct.conversation_id = c.id),
    EXISTS (SELECT FROM customers_customer_tags k JOIN customers_tag t ON t.id = k.tag_id
        WHERE k.customer_id = i.customer_id AND upper(t.name) = 'VIP'),
    (SELECT array_agg(w.name) FROM conversations_presence p JOIN core_agent w ON w.id = p.agent_id
        WHERE p.conversation_id = c.id AND p.writing <> '' AND p.seen_at > %s AND p.agent_id <> %s),
    c.put_away_at, c.created_at,
    (SELECT min(s.state) FROM conversations_sideconversation s
        WHERE s.conversation_id = c.id AND s.state <> 'closed')"""  # answered, failed, waiting: the most pressing first
_BESIDE = """JOIN customers_identity i ON i.id = c.identity_id
LEFT JOIN core_agent a ON a.id = c.assignee_id
LEFT JOIN conversations_readmark m ON m.agent_id = %s AND m.conversation_id = c.id"""
SPLITS = {
    "team": ("b.team_id", "(SELECT name FROM core_team x WHERE x.id = c.team_id)"),
    "assignee": ("b.assignee_id", "a.name"),
    "shop": ("b.shop_id", "(SELECT name FROM core_shop x WHERE x.id = c.shop_id)"),
    "channel": ("b.channel", "c.channel"),
}


def page(
    agent: Agent,
    filters: dict[str, Any],
    *,
    sort: str = WAITING_FIRST,
    after: Cursor | None = None,
    limit: int = PAGE,
    facts: tuple[str, ...] = (),
) -> Page:
    """The rows of a list after a place, in one of ORDERS or a field's order. Raises TooSlow."""
    base = conversations_of(agent, filters)
    if not base.sql:
        return Page([], None)
    order = _order(sort)
    inner, params = _chosen(agent, base, filters, order, after, limit + 1)
    sql = f"SELECT {_shown(order, facts)} FROM ({inner}) c {_BESIDE} ORDER BY {order.by.replace('b.', 'c.')}"
    rows = [_row(values, facts) for values in _read(filters, order, sql, _params(agent, params))]
    more = len(rows) > limit
    return Page(rows[:limit], Cursor.after(rows[limit - 1], sort) if more else None)


def parts(
    agent: Agent, filters: dict[str, Any], *, sort: str, split: str, facts: tuple[str, ...] = ()
) -> tuple[list[Part], bool]:
    """The first IN_PARTS conversations of a list by part, IN_PART rows each; whether there are more. Raises TooSlow."""
    base = conversations_of(agent, filters)
    if not base.sql:
        return [], False
    column, name = SPLITS[split]
    order = _order(sort)
    inner, params = _chosen(agent, base, filters, order, None, IN_PARTS + 1)
    numbered = (
        f"SELECT b.*, {column} AS part, row_number() OVER (PARTITION BY {column} ORDER BY {order.by}) AS place, "
        f"count(*) OVER (PARTITION BY {column}) AS many, count(*) OVER () AS whole FROM ({inner}) b"
    )
    sql = (
        f"SELECT c.part, {name}, c.many, c.whole, {_shown(order, facts)} FROM (SELECT * FROM ({numbered}) n WHERE place <= {IN_PART}) c {_BESIDE} "
        f"ORDER BY c.part NULLS FIRST, {order.by.replace('b.', 'c.')}"
    )
    found: dict[str, Part] = {}
    more = False
    for part, called, many, whole, *values in _read(filters, order, sql, _params(agent, params)):
        key = "none" if part is None else str(part)
        more = more or whole > IN_PARTS
        found.setdefault(key, Part(key, called or "", many, [])).rows.append(_row(values, facts))
    ordered = sorted(found.values(), key=lambda one: (one.key != "none", one.name.casefold()))
    return ordered[:PARTS], more or len(ordered) > PARTS


def _order(sort: str) -> Order:
    """The order of that code; the usual one when its field is gone."""
    return order_of(sort) or ORDERS[WAITING_FIRST]


def _shown(order: Order, facts: tuple[str, ...]) -> str:
    by_field = "c.sorted" if isinstance(order, FieldOrder) else "NULL"
    return ", ".join([_SHOWN, *columns.expressions(facts), by_field])


def _chosen(
    agent: Agent, base: Prepared, filters: dict[str, Any], ordered: Order, after: Cursor | None, limit: int
) -> tuple[str, list[Any]]:
    """The SELECT of the page's conversations, in no matter which order, and its parameters."""
    if isinstance(ordered, FieldOrder):
        return ordered.select(base, after, limit)
    start = ordered.after(after) if after is not None else None
    condition, values = start if start is not None else ("", [])
    order = ordered.by
    if filters.keys() <= _ORDERED:
        where = f"WHERE {condition}" if condition else ""
        sql = f"SELECT b.* FROM ({base.sql}) b {where} ORDER BY {order} LIMIT %s"
        return sql, [*base.params, *values, limit]
    walked = base
    if "where" in filters:
        rest = {name: value for name, value in filters.items() if name != "where"}
        walked = conversations_of(agent, rest | {"probe": filters["where"]})
    listed, more = ", ".join(f"b.{name}" for name in COLUMNS), f"AND {condition}" if condition else ""
    sql = (
        f"WITH found AS MATERIALIZED (SELECT b.id FROM ({base.sql}) b LIMIT {FEW + 1}) SELECT * FROM ("
        f"(SELECT {listed} FROM conversations_conversation b WHERE b.id = ANY(ARRAY(SELECT id FROM found)) "
        f"AND (SELECT count(*) FROM found) <= {FEW} {more}) UNION ALL "
        f"(SELECT {listed} FROM ({walked.sql}) b WHERE (SELECT count(*) FROM found) > {FEW} {more} "
        f"ORDER BY {order} LIMIT %s)) b ORDER BY {order} LIMIT %s"
    )
    return sql, [*base.params, *values, *walked.params, *values, limit, limit]


def _params(agent: Agent, inner: list[Any]) -> list[Any]:
    return [timezone.now() - PRESENCE_FRESH_FOR, agent.pk, *inner, agent.pk]


def _read(filters: dict[str, Any], order: Order, sql: str, params: list[Any]) -> list[Any]:
    quick = not isinstance(order, FieldOrder) and ("where" not in filters or is_light(filters["where"]))
    with nullcontext() if quick else within(SECONDS), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _row(values: Any, facts: tuple[str, ...]) -> Row:
    own = len(values) - len(facts) - 1
    told = [*values[:own], dict(zip(facts, values[own:-1], strict=True)), values[-1]]
    return Row(*told)
