"""What a change to many does in SQL, and how it is taken back: fields of the conversation, tags, or what one has read."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from comptoir.conversations.models import BulkChange
from comptoir.conversations.models.conversations import ANSWERED_FROM
from comptoir.customers.models import Tag

ANSWERED = f"{ANSWERED_FROM} - (extract(epoch FROM c.last_message_at) * 1000000)::bigint"
WAITING = """(SELECT min(m.created_at) FROM conversations_message m WHERE m.conversation_id = c.id
    AND m.kind = 'customer' AND NOT m.automatic AND m.created_at > coalesce((SELECT max(a.created_at)
    FROM conversations_message a WHERE a.conversation_id = c.id AND a.kind = 'reply'), '-infinity'))"""
RANK = f"coalesce((extract(epoch FROM {WAITING}) * 1000000)::bigint, {ANSWERED})"
STATE = ("state", "snoozed_until", "closed_at", "waiting_since", "rank", "put_away_at")
MOMENTS = {"snoozed_until", "closed_at", "waiting_since", "put_away_at"}
NUMBERS = {"rank", "assignee_id", "team_id", "priority"}


@dataclass(frozen=True, slots=True)
class Altered:
    """A conversation that a change altered: what it had and what it has, as JSON."""

    key: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Sets columns. `%(value)s` in `sets` and `differs` is the change's value, `c` the conversation."""

    columns: tuple[str, ...]
    sets: str
    differs: str
    code: str = ""
    needs_value: bool = False

    def apply(self, bulk: BulkChange, keys: list[int]) -> list[Altered]:
        """Lock, keep, set."""
        values = {"keys": keys, "value": self._value(bulk), "now": timezone.now()}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT c.id, {_held(self.columns)}::text FROM conversations_conversation c "
                f"WHERE c.id = ANY(%(keys)s) AND {self.differs} ORDER BY c.id FOR UPDATE OF c",
                values,
            )
            before = dict(cursor.fetchall())
            cursor.execute(
                f"UPDATE conversations_conversation c SET {self.sets} WHERE c.id = ANY(%(found)s) "
                f"RETURNING c.id, {_held(self.columns)}::text",
                values | {"found": list(before)},
            )
            return [Altered(key, before[key], after) for key, after in sorted(cursor.fetchall())]

    def restore(self, bulk: BulkChange, keys: list[int]) -> list[int]:
        """Put the columns back where they are still as the change left them."""
        sets = ", ".join(f"{name} = {_back(name)}" for name in self.columns)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.id FROM conversations_conversation c WHERE c.id = ANY(%s) ORDER BY c.id FOR UPDATE OF c",
                [keys],
            )
            cursor.execute(
                f"UPDATE conversations_conversation c SET {sets} FROM conversations_bulkrow r WHERE r.bulk_id = %s "
                f"AND r.key = ANY(%s) AND c.id = r.key AND {_held(self.columns)} = r.after RETURNING c.id",
                [bulk.pk, keys],
            )
            return [key for (key,) in cursor.fetchall()]

    def codes(self, bulk: BulkChange) -> dict[str, Any]:
        """The key or moment that was set."""
        value = self._value(bulk)
        if not self.code:
            return {}
        return {self.code: value if isinstance(value, int | None) else str(bulk.value)}

    def _value(self, bulk: BulkChange) -> Any:
        if self.code == "until":
            return parse_datetime(bulk.value)
        if self.code in ("assignee", "team", "priority"):
            return int(bulk.value) if bulk.value.removeprefix("-").isdigit() else None
        return bulk.value


@dataclass(frozen=True, slots=True)
class Tags:
    """Puts a tag on, or takes it off; nothing else of the conversation changes."""

    on: bool
    needs_value: bool = True
    _table: str = field(default="conversations_conversation_tags", init=False)

    def apply(self, bulk: BulkChange, keys: list[int]) -> list[Altered]:
        """One statement; those that had it already (or had not) stay out."""
        tag = _tag(bulk, make=self.on)
        if tag is None:
            return []
        insert = (
            f"INSERT INTO {self._table} (conversation_id, tag_id) SELECT key, %s FROM unnest(%s::bigint[]) AS k(key) "
            "ON CONFLICT DO NOTHING RETURNING conversation_id"
        )
        delete = f"DELETE FROM {self._table} WHERE tag_id = %s AND conversation_id = ANY(%s) RETURNING conversation_id"
        with connection.cursor() as cursor:
            cursor.execute(insert if self.on else delete, [tag.pk, keys])
            changed = sorted(key for (key,) in cursor.fetchall())
        return [Altered(key, json.dumps(not self.on), json.dumps(self.on)) for key in changed]

    def restore(self, bulk: BulkChange, keys: list[int]) -> list[int]:
        """The opposite, to those that the change altered."""
        opposite = Tags(not self.on)
        return [row.key for row in opposite.apply(bulk, keys)]

    def codes(self, bulk: BulkChange) -> dict[str, Any]:
        """The tag."""
        tag = _tag(bulk, make=False)
        return {"tag": tag.pk if tag else None}


@dataclass(frozen=True, slots=True)
class Read:
    """Marks as read for the agent alone: no event, since nothing of the matter changes."""

    needs_value: bool = False

    def apply(self, bulk: BulkChange, keys: list[int]) -> list[Altered]:
        """Each one's newest message is read."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.id, m.message_id, c.newest_message FROM conversations_conversation c "
                "LEFT JOIN conversations_readmark m ON m.conversation_id = c.id AND m.agent_id = %s "
                "WHERE c.id = ANY(%s) AND c.newest_message > coalesce(m.message_id, 0) ORDER BY c.id",
                [bulk.agent_id, keys],
            )
            rows = cursor.fetchall()
            cursor.execute(
                "INSERT INTO conversations_readmark (agent_id, conversation_id, message_id) "
                "SELECT %s, id, newest_message FROM conversations_conversation WHERE id = ANY(%s) "
                "ON CONFLICT (agent_id, conversation_id) DO UPDATE SET message_id = excluded.message_id",
                [bulk.agent_id, [key for key, _mark, _newest in rows]],
            )
        return [Altered(key, json.dumps(mark or 0), json.dumps(newest)) for key, mark, newest in rows]

    def restore(self, bulk: BulkChange, keys: list[int]) -> list[int]:
        """As far as it was read before."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE conversations_readmark m SET message_id = (r.before #>> '{}')::bigint "
                "FROM conversations_bulkrow r WHERE r.bulk_id = %s AND r.key = ANY(%s) AND m.conversation_id = r.key "
                "AND m.agent_id = %s AND m.message_id = (r.after #>> '{}')::bigint RETURNING m.conversation_id",
                [bulk.pk, keys, bulk.agent_id],
            )
            return [key for (key,) in cursor.fetchall()]

    def codes(self, bulk: BulkChange) -> dict[str, Any]:
        """Nothing."""
        return {}


Alteration = Fields | Tags | Read


def _state(state: str, *, closed: str = "NULL", away: str = "NULL") -> Fields:
    sets = (
        f"state = '{state}', snoozed_until = NULL, closed_at = {closed}, put_away_at = {away}, waiting_since = NULL, "
        f"rank = {ANSWERED}"
    )
    return Fields(STATE, sets, f"c.state <> '{state}'")


CHANGES: dict[str, Alteration] = {
    "assign": Fields(
        ("assignee_id",),
        "assignee_id = %(value)s",
        "c.assignee_id IS DISTINCT FROM %(value)s",
        "assignee",
    ),
    "team": Fields(
        ("team_id",),
        "team_id = %(value)s",
        "c.team_id IS DISTINCT FROM %(value)s",
        "team",
    ),
    "priority": Fields(
        ("priority",),
        "priority = %(value)s",
        "c.priority <> %(value)s",
        "priority",
        needs_value=True,
    ),
    "topic": Fields(("topic",), "topic = left(%(value)s, 60)", "c.topic <> left(%(value)s, 60)", "topic"),
    "close": _state("closed", closed="%(now)s"),
    "pending": _state("pending"),
    "spam": _state("spam", away="%(now)s"),
    "trash": _state("trash", away="%(now)s"),
    "reopen": Fields(
        STATE,
        "state = 'open', snoozed_until = NULL, closed_at = NULL, put_away_at = NULL, "
        f"waiting_since = {WAITING}, rank = {RANK}",
        "c.state <> 'open'",
    ),
    "snooze": Fields(
        ("state", "snoozed_until", "closed_at", "put_away_at"),
        "state = 'snoozed', snoozed_until = %(value)s, closed_at = NULL, put_away_at = NULL",
        "(c.state <> 'snoozed' OR c.snoozed_until IS DISTINCT FROM %(value)s)",
        "until",
        needs_value=True,
    ),
    "tag": Tags(on=True),
    "untag": Tags(on=False),
    "read": Read(),
}


def alteration(bulk: BulkChange) -> Alteration:
    """What a change does."""
    return CHANGES[bulk.change]


def _tag(bulk: BulkChange, *, make: bool) -> Tag | None:
    name = bulk.value.strip()[:40]
    found = Tag.objects.filter(name__iexact=name).first()
    return found or (Tag.objects.create(name=name) if make and name else None)


def _held(columns: tuple[str, ...]) -> str:
    pairs = ", ".join(f"'{name}', c.{name}" for name in columns)
    return f"jsonb_build_object({pairs})"


def _back(name: str) -> str:
    kind = "::timestamptz" if name in MOMENTS else "::bigint" if name in NUMBERS else ""
    return f"(r.before->>'{name}'){kind}"
