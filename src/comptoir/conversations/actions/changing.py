"""One change to many conversations: those of a list at the moment of the click, in batches, with a way back.

Which ones is written down first (BulkRow), so that what arrives meanwhile stays as it is. Each batch is a transaction: it
locks its rows in the order of their keys, changes them with one statement, keeps what each had before, and writes their
events. A run that a crash cut goes on where it stopped.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from comptoir.conversations.actions.alterations import CHANGES, Altered, alteration
from comptoir.conversations.models import PRESENCE_FRESH_FOR, BulkChange, BulkRow, Conversation, Presence
from comptoir.conversations.queries.prepared import Prepared, conversations_of, prepared
from comptoir.core import access, live
from comptoir.core.actors import Actor
from comptoir.core.events import record, record_many
from comptoir.core.jobs import job
from comptoir.core.models import Agent

BATCH = 500
LIMIT = 100_000  # conversations of one change
AT_ONCE = 400  # so many are changed while the page waits
State = BulkChange.State
VERBS: dict[str, str] = {
    "assign": "conversation.assigned",
    "team": "conversation.team_assigned",
    "priority": "conversation.priority",
    "topic": "conversation.topic_set",
    "close": "conversation.closed",
    "pending": "conversation.pending",
    "spam": "conversation.spam",
    "trash": "conversation.discarded",
    "reopen": "conversation.reopened",
    "snooze": "conversation.snoozed",
    "tag": "conversation.tagged",
    "untag": "conversation.untagged",
}  # what one has read is nobody else's business: no event


class CannotChange(ValueError):
    """There is no such change, or it lacks its detail."""


def change_chosen(agent: Agent, change: str, value: str, keys: Sequence[int]) -> BulkChange:
    """Change the chosen conversations that the agent may see, here and now when they are few."""
    rows = access.conversations(agent).filter(pk__in=keys, merged_into=None).order_by().values("id")
    return _start(agent, change, value, prepared(rows))


def change_list(agent: Agent, change: str, value: str, filters: dict[str, Any]) -> BulkChange:
    """Change all conversations that a list holds right now (LIMIT at most), by a job when they are many."""
    return _start(agent, change, value, conversations_of(agent, filters))


def count_list(agent: Agent, filters: dict[str, Any]) -> int:
    """How many conversations a list holds, counted to the last one (up to LIMIT)."""
    base = conversations_of(agent, filters)
    if not base.sql:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM ({base.sql}) b LIMIT {LIMIT}) q", base.params)
        return int(cursor.fetchone()[0])


def _start(agent: Agent, change: str, value: str, base: Prepared) -> BulkChange:
    if change not in CHANGES or (CHANGES[change].needs_value and not value.strip()):
        raise CannotChange(change)
    with transaction.atomic():
        bulk = BulkChange.objects.create(agent=agent, change=change, value=value.strip()[:80])
        if base.sql:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO conversations_bulkrow (bulk_id, key, done) "
                    f"SELECT DISTINCT %s::bigint, b.id, false FROM (SELECT id FROM ({base.sql}) l LIMIT {LIMIT}) b",
                    [bulk.pk, *base.params],
                )
                bulk.total = cursor.rowcount
        if not bulk.total:  # nothing to do is nothing to tell
            bulk.delete()
            return BulkChange(agent=agent, change=change, state=State.DONE)
        bulk.save(update_fields=["total"])
        record(bulk, "bulk.started", actor=Actor.of(agent), total=bulk.total)
        if bulk.total > AT_ONCE:
            run.defer(bulk_id=bulk.pk)
    if bulk.total <= AT_ONCE:
        run(bulk.pk)
    bulk.refresh_from_db()
    return bulk


@job("bulk")
def run(bulk_id: int) -> None:
    """Change what is left, batch by batch, until all is done or someone stopped it."""
    while _batch(bulk_id):
        pass


@transaction.atomic
def _batch(bulk_id: int) -> bool:
    """One batch; whether more may be left."""
    bulk = BulkChange.objects.select_for_update(of=("self",)).select_related("agent").filter(pk=bulk_id).first()
    if bulk is None or bulk.state != State.RUNNING:
        return False
    keys = list(BulkRow.objects.filter(bulk=bulk, done=False).order_by("key").values_list("key", flat=True)[:BATCH])
    mine = access.conversations(bulk.agent).filter(pk__in=keys, merged_into=None)
    seen = set(mine.values_list("pk", flat=True))
    altered = alteration(bulk).apply(bulk, sorted(seen)) if seen else []
    _keep(bulk, keys, altered)
    bulk.done += len(keys)
    bulk.changed += len(altered)
    more = len(keys) == BATCH
    if not more:
        bulk.state = State.DONE
    bulk.save(update_fields=["done", "changed", "state"])
    rows = _rows([row.key for row in altered])
    if bulk.change in VERBS:
        _record(bulk, rows, VERBS[bulk.change])
    _tell(bulk, rows)
    return more


def _keep(bulk: BulkChange, keys: list[int], altered: list[Altered]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_bulkrow SET done = true WHERE bulk_id = %s AND key = ANY(%s)", [bulk.pk, keys]
        )
        if altered:
            cursor.execute(
                "UPDATE conversations_bulkrow r SET before = n.before::jsonb, after = n.after::jsonb "
                "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS n(key, before, after) "
                "WHERE r.bulk_id = %s AND r.key = n.key",
                [
                    [row.key for row in altered],
                    [row.before for row in altered],
                    [row.after for row in altered],
                    bulk.pk,
                ],
            )


@transaction.atomic
def stop(bulk: BulkChange, *, actor: Actor) -> bool:
    """Leave the rest as it is; what was changed stays changed (undo takes it back). False when it was over."""
    stopped = BulkChange.objects.filter(pk=bulk.pk, state=State.RUNNING).update(state=State.CANCELLED)
    if stopped:
        record(bulk, "bulk.stopped", actor=actor)
    return bool(stopped)


def undo(bulk: BulkChange, *, actor: Actor) -> bool:
    """Give each conversation back what it had, unless it was changed since. False when that was asked already."""
    with transaction.atomic():
        row = BulkChange.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
        if row.state in (State.UNDOING, State.UNDONE):
            return False
        row.state = State.UNDOING
        row.save(update_fields=["state"])
        record(row, "bulk.undone", actor=actor)
        if row.changed > AT_ONCE:
            restore.defer(bulk_id=row.pk)
    if row.changed <= AT_ONCE:
        restore(row.pk)
    return True


@job("bulk")
def restore(bulk_id: int) -> None:
    """Take back what is left to take back, batch by batch."""
    while _restore_batch(bulk_id):
        pass


@transaction.atomic
def _restore_batch(bulk_id: int) -> bool:
    bulk = BulkChange.objects.select_for_update(of=("self",)).select_related("agent").filter(pk=bulk_id).first()
    if bulk is None or bulk.state != State.UNDOING:
        return False
    rows = BulkRow.objects.filter(bulk=bulk, after__isnull=False).order_by("key")
    keys = list(rows.values_list("key", flat=True)[:BATCH])
    restored = alteration(bulk).restore(bulk, keys) if keys else []
    BulkRow.objects.filter(bulk=bulk, key__in=keys).update(after=None)
    bulk.restored += len(restored)
    more = len(keys) == BATCH
    if not more:
        bulk.state = State.UNDONE
    bulk.save(update_fields=["restored", "state"])
    found = _rows(restored)
    if bulk.change in VERBS:
        _record(bulk, found, "conversation.put_back")
    _tell(bulk, found)
    return more


def _rows(keys: list[int]) -> list[Conversation]:
    return list(Conversation.objects.filter(pk__in=keys).select_related("identity").order_by("pk"))


def _record(bulk: BulkChange, rows: list[Conversation], verb: str) -> None:
    record_many(
        rows,
        verb,
        actor=Actor.of(bulk.agent),
        customers=[row.identity.customer_id for row in rows],
        shops=[row.shop_id for row in rows],
        bulk=bulk.pk,
        **alteration(bulk).codes(bulk),
    )


def _tell(bulk: BulkChange, rows: list[Conversation]) -> None:
    """One signal for the lists, for the pages that are open on one of them, and for the progress."""
    fresh = timezone.now() - PRESENCE_FRESH_FOR
    looked_at = Presence.objects.filter(conversation__in=[row.pk for row in rows], seen_at__gt=fresh)
    topics = [f"conversation:{key}" for key in looked_at.values_list("conversation", flat=True).distinct()]
    if rows:
        shops = {f"shop:{row.shop_id}" for row in rows}
        teams = {f"team:{row.team_id}" for row in rows if row.team_id}
        live.changed(["inbox", *topics], [*shops, *teams, f"agent:{bulk.agent_id}"])
    live.changed(bulk.live_topics(), bulk.live_audiences())


def forget_old() -> int:
    """After a week nobody takes a change back any more; how many were forgotten."""
    old = BulkChange.objects.filter(created_at__lt=timezone.now() - timedelta(days=7))
    return old.delete()[0]
