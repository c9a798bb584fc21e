"""Putting matters in order: assign, snooze, close, reopen, priority, tags, topic, orders, spam, trash, reading."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.summary import rank, recount
from comptoir.conversations.models import Conversation, ConversationOrder, Mention, Priority, ReadMark, State
from comptoir.conversations.queries import topics
from comptoir.core import live
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Team
from comptoir.customers.models import Identity, Tag
from comptoir.orders.models import Order


class CannotSnooze(ValueError):
    """The time to come back is not in the future."""


@transaction.atomic
def assign(conversation: Conversation, assignee: Agent | None, *, actor: Actor) -> bool:
    """Give the matter to a colleague, or to nobody; False when it was so already."""
    row = _locked(conversation)
    if row.assignee_id == (assignee.pk if assignee else None):
        return False
    former = row.assignee_id
    _change(row, {"assignee": assignee})
    to = [f"agent:{key}" for key in (former, assignee.pk if assignee else None) if key]
    _record(row, "conversation.assigned", actor, to, assignee=assignee.pk if assignee else None, former=former)
    if assignee and actor != Actor.of(assignee):
        live.changed([f"agent:{assignee.pk}"], [f"agent:{assignee.pk}"], data={"assigned": row.pk})
    return True


@transaction.atomic
def assign_team(conversation: Conversation, team: Team | None, *, actor: Actor) -> bool:
    """Give the matter to a team or store, or to none; False when it was so already."""
    row = _locked(conversation)
    if row.team_id == (team.pk if team else None):
        return False
    former = row.team_id
    _change(row, {"team": team})
    to = [f"team:{key}" for key in (former, team.pk if team else None) if key]
    _record(row, "conversation.team_assigned", actor, to, team=team.pk if team else None, former=former)
    return True


@transaction.atomic
def snooze(conversation: Conversation, until: datetime, *, actor: Actor) -> bool:
    """Let the matter rest until a time or the customer's next message; raises CannotSnooze for a time gone by."""
    if until <= timezone.now():
        raise CannotSnooze("the time has gone by")
    row = _locked(conversation)
    if row.state == State.SNOOZED and row.snoozed_until == until:
        return False
    _change(row, {"state": State.SNOOZED, "snoozed_until": until, "closed_at": None})
    _record(row, "conversation.snoozed", actor, until=until.isoformat())
    return True


@transaction.atomic
def close(conversation: Conversation, *, actor: Actor) -> bool:
    """Nothing is left to do; the customer's next message opens it again."""
    return _to_state(conversation, State.CLOSED, "conversation.closed", actor)


@transaction.atomic
def reopen(conversation: Conversation, *, actor: Actor) -> bool:
    """Back to the open ones (also out of pause, spam and trash)."""
    done = _to_state(conversation, State.OPEN, "conversation.reopened", actor)
    if done:
        recount(_locked(conversation))
    return done


@transaction.atomic
def wait_for_customer(conversation: Conversation, *, actor: Actor) -> bool:
    """The next step is the customer's."""
    return _to_state(conversation, State.PENDING, "conversation.pending", actor)


@transaction.atomic
def mark_spam(conversation: Conversation, *, actor: Actor) -> bool:
    """Unwanted mail: out of every list but its own."""
    return _to_state(conversation, State.SPAM, "conversation.spam", actor)


@transaction.atomic
def discard(conversation: Conversation, *, actor: Actor) -> bool:
    """To the trash, from where it can come back."""
    return _to_state(conversation, State.TRASH, "conversation.discarded", actor)


@transaction.atomic
def set_priority(conversation: Conversation, priority: int, *, actor: Actor) -> bool:
    """Set how soon it matters; ValueError for a priority that does not exist."""
    value = Priority(priority)
    row = _locked(conversation)
    if row.priority == value:
        return False
    former = row.priority
    _change(row, {"priority": value})
    _record(row, "conversation.priority", actor, priority=int(value), former=former)
    return True


@transaction.atomic
def set_topic(conversation: Conversation, topic: str, *, actor: Actor) -> bool:
    """Say by a topic's code what the matter is about, "" for nothing; False when it was so already."""
    row, topic = _locked(conversation), topics.current(topic[:60])
    if row.topic == topic:
        return False
    former = row.topic
    _change(row, {"topic": topic})
    _record(row, "conversation.topic_set", actor, topic=topic, former=former)
    return True


@transaction.atomic
def rename(conversation: Conversation, subject: str, *, actor: Actor) -> bool:
    """Give the matter another subject."""
    row = _locked(conversation)
    subject = subject.strip()[:300]
    if not subject or row.subject == subject:
        return False
    before = row.subject
    _change(row, {"subject": subject})
    _record(row, "conversation.renamed", actor, before={"subject": before}, after={"subject": subject})
    return True


@transaction.atomic
def tag(conversation: Conversation, name: str, *, actor: Actor) -> Tag | None:
    """Put a tag on the matter (made when it is new); None when the name is empty or it is there already."""
    name = name.strip()[:40]
    row = _locked(conversation)
    if not name or row.tags.filter(name__iexact=name).exists():
        return None
    found = Tag.objects.filter(name__iexact=name).first() or Tag.objects.create(name=name)
    row.tags.add(found)
    _record(row, "conversation.tagged", actor, tag=found.pk)
    return found


@transaction.atomic
def untag(conversation: Conversation, found: Tag, *, actor: Actor) -> bool:
    """Take a tag off."""
    row = _locked(conversation)
    if not row.tags.filter(pk=found.pk).exists():
        return False
    row.tags.remove(found)
    _record(row, "conversation.untagged", actor, tag=found.pk)
    return True


@transaction.atomic
def attach_order(conversation: Conversation, order: Order, *, actor: Actor, found_in_text: bool = False) -> bool:
    """Put an order beside the matter. `proved` says that it is the sender's own."""
    row = _locked(conversation)
    proved = order.identity.customer_id == row.identity.customer_id
    made = ConversationOrder.objects.get_or_create(
        conversation=row, order=order, defaults={"found_in_text": found_in_text, "proved": proved}
    )[1]
    if made:
        _record(row, "conversation.order_attached", actor, order=order.pk, proved=proved)
    return made


@transaction.atomic
def detach_order(conversation: Conversation, order: Order, *, actor: Actor) -> bool:
    """Take an order away from the matter."""
    row = _locked(conversation)
    gone = ConversationOrder.objects.filter(conversation=row, order=order).delete()[0]
    if gone:
        _record(row, "conversation.order_detached", actor, order=order.pk)
    return bool(gone)


@transaction.atomic
def set_customer(conversation: Conversation, identity: Identity, *, actor: Actor) -> bool:
    """Say that the matter is someone else's; the messages keep their authors."""
    row = _locked(conversation)
    if row.identity_id == identity.pk:
        return False
    former = row.identity_id
    name = identity.customer.name or identity.name or identity.value
    _change(row, {"identity": identity, "customer_name": name[:200]})
    _record(row, "conversation.customer_changed", actor, identity=identity.pk, former=former)
    return True


def mark_read(conversation: Conversation, agent: Agent) -> None:
    """The agent has seen everything up to now, mentions included."""
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    newest = max(newest, conversation.newest_message)  # which may have been said aside
    ReadMark.objects.update_or_create(agent=agent, conversation=conversation, defaults={"message_id": newest})
    read = Mention.objects.filter(agent=agent, message__conversation=conversation, read_at=None)
    if read.update(read_at=timezone.now()):
        live.changed(["inbox"], [f"agent:{agent.pk}"])


def mark_unread(conversation: Conversation, agent: Agent) -> None:
    """Show it in bold again, to this agent only."""
    ReadMark.objects.update_or_create(agent=agent, conversation=conversation, defaults={"message_id": 0})
    live.changed(["inbox"], [f"agent:{agent.pk}"])


@transaction.atomic
def wake_snoozed(limit: int = 200) -> int:
    """Bring back the matters whose pause is over; how many."""
    due = Conversation.objects.select_for_update(skip_locked=True).filter(
        state=State.SNOOZED, snoozed_until__lte=timezone.now()
    )
    rows = list(due.order_by("snoozed_until")[:limit])
    for row in rows:
        row.state, row.snoozed_until = State.OPEN, None
        recount(row)
        _record(row, "conversation.woken", SYSTEM)
    return len(rows)


def _locked(conversation: Conversation) -> Conversation:
    return held(conversation)


def _change(row: Conversation, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _to_state(conversation: Conversation, state: State, verb: str, actor: Actor) -> bool:
    row = _locked(conversation)
    if row.state == state:
        return False
    former = row.state
    row.state, row.snoozed_until = state, None
    row.put_away_at = timezone.now() if state in (State.SPAM, State.TRASH) else None
    row.closed_at = timezone.now() if state == State.CLOSED else None
    if state != State.OPEN:
        row.waiting_since = None
    rank(row)
    row.save(update_fields=["state", "snoozed_until", "closed_at", "waiting_since", "rank", "put_away_at"])
    _record(row, verb, actor, former=former)
    return True


def _record(row: Conversation, verb: str, actor: Actor, audiences: list[str] | None = None, **more: Any) -> None:
    record(
        row,
        verb,
        actor=actor,
        customer=row.identity.customer_id,
        shop=row.shop_id,
        audiences=audiences or [],
        **more,
    )
