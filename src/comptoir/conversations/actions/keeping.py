"""What was put away is deleted for good after its days: rows, files, the mail as it came, what search knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from comptoir.conversations.models import Attachment, Conversation, Draft, RawMessage, Retention, State
from comptoir.core import access, files, live
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record, record_many
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Event, EventDetail, File

AWAY = (State.SPAM, State.TRASH)
BATCH = 100
RUN = 5_000  # conversations of one purge; the next one goes on
DAYS = (1, 3_650)


@transaction.atomic
def set_retention(spam_days: int, trash_days: int, *, actor: Actor) -> bool:
    """Say after how many days spam and trash are deleted; False when it was so already."""
    if not all(DAYS[0] <= days <= DAYS[1] for days in (spam_days, trash_days)):
        raise ValueError("days")
    row = Retention.objects.select_for_update().order_by("pk").first() or Retention.objects.create()
    before = {"spam_days": row.spam_days, "trash_days": row.trash_days}
    after = {"spam_days": spam_days, "trash_days": trash_days}
    if before == after:
        return False
    row.spam_days, row.trash_days = spam_days, trash_days
    row.save()
    record(row, "retention.edited", actor=actor, before=before, after=after)
    return True


def goes_at(put_away_at: datetime | None, last_message_at: datetime, days: int) -> datetime:
    """When it is deleted: its days after it was put away, or after the last thing that came since."""
    return max(put_away_at or last_message_at, last_message_at) + timedelta(days=days)


def purge_due() -> int:
    """Delete what has been in spam or trash for its days; how many conversations."""
    kept, now, gone = Retention.current(), timezone.now(), 0
    for state, days in ((State.SPAM, kept.spam_days), (State.TRASH, kept.trash_days)):
        due = _old(Conversation.objects.filter(state=state), now - timedelta(days=days))
        while gone < RUN and (keys := list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])):
            gone += delete_for_good(keys, actor=SYSTEM, due=now - timedelta(days=days))
    return gone


def empty(state: str, agent: Agent) -> None:
    """Delete all that the agent sees in spam or trash right now, by a job."""
    at = timezone.now().isoformat()
    with transaction.atomic():
        record(
            Retention.objects.order_by("pk").first() or Retention.objects.create(),
            "retention.emptied",
            actor=Actor.of(agent),
            state=state,
        )
        empty_away.defer(state=state, agent_id=agent.pk, until=at)


@job("bulk")
def empty_away(state: str, agent_id: int, until: str) -> None:
    """Delete, batch by batch, what stood there at that moment."""
    agent, at = Agent.objects.get(pk=agent_id), parse_datetime(until)
    if at is None or state not in AWAY:
        return
    rows = _old(access.conversations(agent).filter(state=state), at)
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        delete_for_good(keys, actor=Actor.of(agent), due=at)


@transaction.atomic
def delete_for_good(keys: Sequence[int], *, actor: Actor, due: datetime | None = None) -> int:
    """Delete conversations in spam or trash with all that hangs on them, those merged into them and those aside.

    One that was taken out meanwhile, or (with `due`) put away later, stays.
    """
    rows = Conversation.objects.filter(pk__in=keys, state__in=AWAY)
    if due is not None:
        rows = _old(rows, due)
    found = list(rows.select_for_update(of=("self",)).select_related("identity").order_by("pk"))
    if not found:
        return 0
    everything = _with_all([row.pk for row in found])
    theirs = Q(message__conversation__in=everything)
    held = set(Attachment.objects.filter(theirs).values_list("file", flat=True))
    held |= set(
        Draft.files.through.objects.filter(draft__conversation__in=everything).values_list("file_id", flat=True)
    )
    raws = list(RawMessage.objects.filter(pk__in=_raws(everything)).values_list("pk", flat=True))
    record_many(
        found,
        "conversation.deleted",
        actor=actor,
        customers=[row.identity.customer_id for row in found],
        shops=[row.shop_id for row in found],
    )
    told = Event.objects.filter(subject_type="conversation", subject_id__in=everything).values("pk")
    EventDetail.objects.filter(event_id__in=told).delete()
    Conversation.with_sides.filter(pk__in=everything).delete()
    # the row of a raw mail keeps the name of its delivery, so that the same mail is not read again
    RawMessage.objects.filter(pk__in=raws).update(content=b"", sha256="", error="", customer_key=None)
    used = set(Attachment.objects.filter(file__in=held).values_list("file", flat=True))
    used |= set(Draft.files.through.objects.filter(file__in=held).values_list("file_id", flat=True))
    files.forget(list(File.objects.filter(pk__in=held - used)))
    live.changed(["inbox"], {f"shop:{row.shop_id}" for row in found})
    return len(found)


def _raws(keys: list[int]) -> QuerySet[Any, Any]:
    return Conversation.with_sides.filter(pk__in=keys, messages__raw__isnull=False).values("messages__raw")


def _old(rows: QuerySet[Conversation], before: datetime) -> QuerySet[Conversation]:
    since = ExpressionWrapper(
        Greatest(Coalesce(F("put_away_at"), F("last_message_at")), F("last_message_at")), output_field=DateTimeField()
    )
    return rows.alias(away_since=since).filter(away_since__lte=before)


def _with_all(keys: list[int]) -> list[int]:
    everything, fresh = list(keys), list(keys)
    while fresh:
        rows = Conversation.with_sides.values_list("pk", flat=True)
        beside = rows.filter(merged_into__in=fresh).union(rows.filter(side__conversation__in=fresh))
        fresh = sorted(set(beside) - set(everything))
        everything += fresh
    return everything
