"""Answers that leave later: planned, held back when the customer writes meanwhile, sent now, or a draft again.

A planned answer is a row with its time (`due_at`), like one that can still be undone. Until it leaves it counts for
nothing: the customer goes on waiting, and nobody quotes it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from comptoir.conversations.actions.delivering import DEFERRED, deliver, looked_after
from comptoir.conversations.actions.drafts import restore_draft
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.summary import answered, recount
from comptoir.conversations.models import Conversation, Delivery, Message, MessageKind, State, Waits
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Agent

FURTHEST = timedelta(days=366)
REST = timedelta(minutes=2)  # the pause ends after the answer has left, not before
THEN, KNOWN = "then:", "knows:"


class BadTime(ValueError):
    """The time has gone by, or is more than a year away."""


def plan(message: Message, at: datetime, then: str) -> None:
    """Make an answer that is being written one that leaves at that time; raises BadTime. Saves nothing."""
    check_time(at)
    message.delivery, message.due_at = Delivery.LATER, at
    message.flags = [*message.flags, *([THEN + then] if then else [])]


def check_time(at: datetime) -> None:
    """Raise BadTime for what nobody means."""
    now = timezone.now()
    if not now < at < now + FURTHEST:
        raise BadTime(at.isoformat())


def rest_until_sent(conversation: Conversation, message: Message, *, agent: Agent) -> None:
    """The matter rests until its planned answer leaves, or until the customer writes."""
    conversation.state, conversation.closed_at = State.SNOOZED, None
    conversation.snoozed_until = (message.due_at or timezone.now()) + REST
    conversation.save(update_fields=["state", "closed_at", "snoozed_until"])
    _record(conversation, "conversation.scheduled", message, Actor.of(agent))


@transaction.atomic
def release_scheduled(limit: int = 200) -> int:
    """Queue planned answers whose time has come; hold those back whose customer has written since; how many."""
    rows = Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        delivery=Delivery.LATER, waits=Waits.NOTHING
    )
    rows = rows.exclude(conversation__state__in=[State.SPAM, State.TRASH])  # nobody wants it sent any more
    due = rows.filter(Q(due_at__lte=timezone.now()) | Q(conversation__newest_message__gt=F("pk")))
    found = list(due.order_by("due_at")[:limit])
    done = 0
    for message in found:
        written = _written_since(message)
        if written:
            _hold_back(message)
        elif message.due_at is not None and message.due_at <= timezone.now():
            _leave(message)
        else:
            continue
        done += 1
    return done


def _written_since(message: Message) -> bool:
    """Whether the customer (no machine of theirs) has written since the answer was planned or looked at again."""
    known = max([int(flag[len(KNOWN) :]) for flag in message.flags if flag.startswith(KNOWN)] or [message.pk])
    said = Message.objects.filter(conversation=message.conversation_id, kind=MessageKind.CUSTOMER, automatic=False)
    return said.filter(pk__gt=known).exists()


def _hold_back(message: Message) -> None:
    message.waits = Waits.ANSWER
    message.save(update_fields=["waits"])
    conversation = held(message.conversation_id)
    if conversation.state == State.SNOOZED:
        conversation.state, conversation.snoozed_until = State.OPEN, None
        recount(conversation)
    audiences = [f"agent:{message.agent_id}"] if message.agent_id else []
    _record(conversation, "message.held_back", message, SYSTEM, audiences)


def _leave(message: Message) -> None:
    """From now on it is an answer like any other, written at the moment when it leaves."""
    conversation = held(message.conversation_id)
    then = next((flag[len(THEN) :] for flag in message.flags if flag.startswith(THEN)), "")
    message.flags = [flag for flag in message.flags if not flag.startswith((THEN, KNOWN))]
    message.delivery, message.waits, message.created_at = Delivery.QUEUED, Waits.NOTHING, timezone.now()
    message.due_at = looked_after()
    message.save(update_fields=["flags", "delivery", "waits", "created_at", "due_at"])
    if then == "close":
        conversation.state, conversation.closed_at = State.CLOSED, timezone.now()
    elif then == "pending":
        conversation.state = State.PENDING
    elif conversation.state == State.SNOOZED:
        conversation.state = State.OPEN
    if conversation.state != State.SNOOZED:
        conversation.snoozed_until = None
    answered(conversation, message)
    deliver.defer(message_id=message.pk)


@transaction.atomic
def send_now(message: Message, *, agent: Agent) -> bool:
    """Do not wait any longer; False when it has left already. The account's own limits still hold."""
    row = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk).first()
    if row is None:
        return False
    if row.delivery == Delivery.LATER:
        _leave(row)
    elif row.delivery == Delivery.HELD or (row.delivery == Delivery.QUEUED and row.waits):
        row.delivery, row.waits, row.due_at = Delivery.QUEUED, Waits.NOTHING, looked_after()
        row.save(update_fields=["delivery", "waits", "due_at"])
        deliver.defer(message_id=row.pk)
    else:
        return False
    _record(held(row.conversation_id), "message.hurried", row, Actor.of(agent))
    return True


@transaction.atomic
def replan(message: Message, at: datetime, *, agent: Agent) -> bool:
    """Another time for a planned answer, also for one that was held back: what the customer wrote is known now."""
    check_time(at)
    row = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk, delivery=Delivery.LATER).first()
    if row is None:
        return False
    newest = Message.objects.filter(conversation=row.conversation_id).order_by("-pk").values_list("pk", flat=True)
    row.flags = [*(flag for flag in row.flags if not flag.startswith(KNOWN)), f"{KNOWN}{newest[0]}"]
    row.waits, row.due_at = Waits.NOTHING, at
    row.save(update_fields=["flags", "waits", "due_at"])
    rest_until_sent(held(row.conversation_id), row, agent=agent)
    return True


@transaction.atomic
def take_back(message: Message, *, agent: Agent) -> bool:
    """A draft of the agent's again: what is planned, or waits for another try; False when anybody has had it."""
    row = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk).first()
    waits = row is not None and row.delivery == Delivery.QUEUED and row.waits and row.sent_at is None
    if row is None or not (row.delivery == Delivery.LATER or waits) or _reached_somebody(row):
        return False
    conversation = held(row.conversation_id)
    planned = row.delivery == Delivery.LATER
    restore_draft(agent, conversation, row)
    row.delete()
    if not conversation.messages.exists():
        conversation.state = State.TRASH
    elif conversation.state in (State.CLOSED, State.PENDING) or (planned and conversation.state == State.SNOOZED):
        conversation.state, conversation.closed_at, conversation.snoozed_until = State.OPEN, None, None
    recount(conversation)
    _record(conversation, "conversation.undone", None, Actor.of(agent))
    return True


def _reached_somebody(message: Message) -> bool:
    return any(told["state"] == DEFERRED for told in message.outcomes.values())


def _record(
    conversation: Conversation, verb: str, message: Message | None, actor: Actor, audiences: list[str] | None = None
) -> None:
    record(
        conversation,
        verb,
        actor=actor,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        message=message.pk if message else None,
        audiences=audiences or (),
    )
