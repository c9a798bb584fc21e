"""Merging conversations and taking a merge back. Both rows are locked in the order of their keys, so that two agents who
merge crosswise at once wait for each other; the second one finds that there is nothing left to merge.

The source keeps its row, empty and out of every list; its messages stand in the target, marked by `came_from`. What is
written later in its thread is marked so too, and goes back with it.

Two shops: each message keeps the inbox that it came by, answers leave as the target's do, and nobody is responsible who does
not see the target's shop.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.conversations.actions import belongings
from comptoir.conversations.actions.linking import sees
from comptoir.conversations.actions.summary import recount
from comptoir.conversations.models import Conversation, ConversationValue, Joining, Message, State
from comptoir.conversations.threading import behind
from comptoir.core.actors import Actor
from comptoir.core.custom import values
from comptoir.core.events import record

AWAY = (State.SPAM, State.TRASH)
AWAKE = [State.CLOSED, State.QUIET, State.PENDING, State.SNOOZED, State.OPEN]  # the later, the more someone has to do
MOMENTS = ("waiting_since", "snoozed_until", "closed_at", "first_answered_at", "last_message_at")
FIELDS = (
    *MOMENTS, "state", "assignee_id", "team_id", "priority", "topic", "preview", "message_count", "newest_message",
    "attachment_count", "rank",
)  # fmt: skip


class CannotJoin(ValueError):
    """They cannot become one, or not two again; `code` says why: same, merged, away, undone, later."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def merge(source: Conversation, target: Conversation, *, actor: Actor) -> Joining:
    """Make `target` hold everything of `source`; raises CannotJoin and changes nothing when that is impossible."""
    source, target = _both(source, target)
    _check(source, target)
    before = {name: _plain(getattr(target, name)) for name in FIELDS}
    joining = Joining.objects.create(source=source, target=target, agent_id=actor.id if actor.kind == "agent" else None)
    kept = belongings.move(source, target) | {"values": values.move(ConversationValue, source.pk, target.pk)}
    _join(source, target)
    Conversation.objects.filter(pk=source.pk).update(state=State.MERGED, merged_into=target, snoozed_until=None)
    target.save(update_fields=[name.removesuffix("_id") for name in FIELDS])
    after = {name: _plain(getattr(target, name)) for name in FIELDS}
    joining.held = kept | {
        "fields": {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]},
        "count": before["message_count"],
        "source": {"state": source.state, "snoozed_until": _plain(source.snoozed_until)},
    }
    joining.save(update_fields=["held"])
    _record(target, "conversation.merged", actor, source)
    return joining


@transaction.atomic
def unmerge(joining: Joining, *, actor: Actor) -> Conversation:
    """Give back to the source what was its own, and what was written in its thread since; the source is returned.

    Fields of the target go back where nobody has changed them since. Raises CannotJoin when it was undone already, or
    when the target has itself been merged into another one (that merge has to be undone first).
    """
    source, target = _both(joining.source, joining.target)
    joining = Joining.objects.select_for_update(of=("self",)).get(pk=joining.pk)
    if joining.undone_at or source.merged_into_id != target.pk:
        raise CannotJoin("undone")
    if target.merged_into_id:
        raise CannotJoin("later")
    kept = joining.held
    theirs = Q(conversation=target, came_from__in=behind([source.pk]))
    later = Message.objects.filter(theirs, created_at__gt=joining.joined_at)
    asked = later.filter(kind="customer", automatic=False).exists()
    added = later.exists()
    belongings.give_back(source, target, kept, theirs)
    values.give_back(ConversationValue, kept.get("values", ()), source.pk, target.pk)
    _restore(target, kept)
    source.merged_into = None
    source.state = State.OPEN if asked else kept.get("source", {}).get("state", State.OPEN)
    source.snoozed_until = _moment(kept.get("source", {}).get("snoozed_until")) if not asked else None
    if source.state == State.SNOOZED and (source.snoozed_until is None or source.snoozed_until <= timezone.now()):
        source.state, source.snoozed_until = State.OPEN, None
    if source.state == State.OPEN:
        source.closed_at = None
    source.save(update_fields=["merged_into", "state", "snoozed_until", "closed_at"])
    if added:
        recount(source)
        belongings.count(source)
    joining.undone_at = timezone.now()
    joining.save(update_fields=["undone_at"])
    _record(target, "conversation.unmerged", actor, source)
    return source


def _both(one: Conversation, other: Conversation) -> tuple[Conversation, Conversation]:
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("identity", "inbox")
    found = {row.pk: row for row in rows.filter(pk__in={one.pk, other.pk}).order_by("pk")}
    return found[one.pk], found[other.pk]


def _check(source: Conversation, target: Conversation) -> None:
    if source.pk == target.pk:
        raise CannotJoin("same")
    if source.merged_into_id or target.merged_into_id:
        raise CannotJoin("merged")
    if source.state in AWAY or target.state in AWAY:
        raise CannotJoin("away")


def _join(source: Conversation, target: Conversation) -> None:
    """What the target says of itself, now that it holds both."""
    if AWAKE.index(State(source.state)) > AWAKE.index(State(target.state)):
        target.state, target.snoozed_until = source.state, source.snoozed_until
        target.closed_at = None
    waits = [row.waiting_since for row in (source, target) if row.waiting_since]
    target.waiting_since = min(waits) if waits and target.state == State.OPEN else None
    answers = [row.first_answered_at for row in (source, target) if row.first_answered_at]
    target.first_answered_at = min(answers) if answers else None
    if source.last_message_at > target.last_message_at:
        target.last_message_at, target.preview = source.last_message_at, source.preview
    if target.assignee is None and source.assignee is not None and sees(source.assignee, target.shop_id):
        target.assignee = source.assignee
    if target.team is None and source.team is not None and source.team.shop_id in (None, target.shop_id):
        target.team = source.team
    target.priority = max(target.priority, source.priority)
    target.topic = target.topic or source.topic
    target.newest_message = max(target.newest_message, source.newest_message)
    target.message_count += source.message_count
    target.attachment_count += source.attachment_count
    target.rank = Conversation.rank_of(target.waiting_since, target.last_message_at)


def _restore(target: Conversation, kept: dict[str, Any]) -> None:
    """Fields go back to what they were unless someone changed them; what messages say is counted again if any came."""
    for name, (before, after) in kept.get("fields", {}).items():
        if _plain(getattr(target, name)) == after:
            setattr(target, name, _moment(before) if name in MOMENTS else before)
    target.save(update_fields=[name.removesuffix("_id") for name in FIELDS])
    if not kept or target.messages.count() != kept.get("count"):
        recount(target)
        belongings.count(target)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _record(target: Conversation, verb: str, actor: Actor, source: Conversation) -> None:
    record(
        target,
        verb,
        actor=actor,
        customer=target.identity.customer_id,
        shop=target.shop_id,
        topics=source.live_topics(),
        audiences=source.live_audiences(),
        conversation=source.pk,
    )
