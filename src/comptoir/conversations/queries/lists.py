"""Rows of a list, by keyset, with all that a row shows in one query."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from comptoir.conversations.models.conversations import ANSWERED_FROM, PRESENCE_FRESH_FOR
from comptoir.conversations.queries.prepared import conversations_of
from comptoir.core.models import Agent

PAGE = 50
LOADED_LIMIT = 400
WAITING_FIRST, NEWEST_FIRST = "waiting", "newest"


@dataclass(frozen=True, slots=True)
class Row:
    """What a list shows of a conversation. `tags` are (tone, name); `writers` are colleagues who write in it now."""

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
    put_away_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after a row: its rank, or its moment in microseconds, and its key."""

    place: int
    key: int

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """From "1732…-42"; None for what is none."""
        place, _, key = text.partition("-")
        if not (place.isdigit() and key.isdigit() and len(place) < 19 and len(key) < 19):
            return None
        return cls(int(place), int(key))

    @classmethod
    def after(cls, row: Row, sort: str) -> "Cursor":
        """The place right after a row."""
        moment = int(row.last_message_at.timestamp() * 1_000_000)
        return cls(row.rank if sort == WAITING_FIRST else moment, row.key)

    @property
    def waiting_since(self) -> datetime | None:
        """Since when the row at a waiting-first place waited; None for an answered one."""
        return None if self.place >= ANSWERED_FROM // 2 else _moment(self.place)

    @property
    def moment(self) -> datetime:
        """When the row at a newest-first place had its last message."""
        return _moment(self.place)

    def __str__(self) -> str:
        return f"{self.place}-{self.key}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin (None at the end)."""

    rows: list[Row]
    following: Cursor | None


_ROWS = """
SELECT c.id, c.channel, c.customer_name, c.subject, c.preview, c.waiting_since, c.last_message_at, c.state,
    c.snoozed_until, c.priority, c.attachment_count, c.rank, c.assignee_id, a.name, a.photo_id,
    c.newest_message > coalesce(m.message_id, 0),
    (SELECT array_agg(t.tone || ':' || t.name ORDER BY t.name) FROM conversations_conversation_tags ct
        JOIN customers_tag t ON t.id = ct.tag_id WHERE ct.conversation_id = c.id),
    EXISTS (SELECT FROM customers_customer_tags k JOIN customers_tag t ON t.id = k.tag_id
        WHERE k.customer_id = i.customer_id AND upper(t.name) = 'VIP'),
    (SELECT array_agg(w.name) FROM conversations_presence p JOIN core_agent w ON w.id = p.agent_id
        WHERE p.conversation_id = c.id AND p.writing <> '' AND p.seen_at > %s AND p.agent_id <> %s),
    c.put_away_at
FROM (SELECT * FROM ({base}) b {where} ORDER BY {order} LIMIT %s) c
JOIN customers_identity i ON i.id = c.identity_id
LEFT JOIN core_agent a ON a.id = c.assignee_id
LEFT JOIN conversations_readmark m ON m.agent_id = %s AND m.conversation_id = c.id
ORDER BY {order}
"""
_ORDER = {WAITING_FIRST: "rank, id", NEWEST_FIRST: "last_message_at DESC, id DESC"}
_AFTER = {WAITING_FIRST: "WHERE (rank, id) > (%s, %s)", NEWEST_FIRST: "WHERE (last_message_at, id) < (%s, %s)"}


def page(
    agent: Agent, filters: dict[str, Any], *, sort: str = WAITING_FIRST, after: Cursor | None = None, limit: int = PAGE
) -> Page:
    """The rows of a list after a place: who has been waiting longest first, or the newest message first."""
    base = conversations_of(agent, filters)
    if not base.sql:
        return Page([], None)
    order = _ORDER[sort].replace("rank, id", "c.rank, c.id").replace("last_m", "c.last_m").replace(" id", " c.id")
    start: list[Any] = []
    if after is not None:
        start = [after.place if sort == WAITING_FIRST else after.moment, after.key]
    inner = _ROWS.replace("ORDER BY {order} LIMIT", f"ORDER BY {_ORDER[sort]} LIMIT")
    sql = inner.format(base=base.sql, where=_AFTER[sort] if after else "", order=order)
    params = [timezone.now() - PRESENCE_FRESH_FOR, agent.pk, *base.params, *start, limit + 1, agent.pk]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = [Row(*values) for values in cursor.fetchall()]
    more = len(rows) > limit
    return Page(rows[:limit], Cursor.after(rows[limit - 1], sort) if more else None)


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
