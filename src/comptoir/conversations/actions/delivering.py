"""Step 7: a message leaves. The row is claimed, the network is used outside any transaction, the outcome is kept.

A worker that dies between claiming and keeping leaves the row in *sending*: a sweep shows it to a person as
uncertain; nothing is ever sent twice without one asking.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.conversations import automatic
from comptoir.conversations.actions import pacing, settling, side_news
from comptoir.conversations.actions.filing import file_copy
from comptoir.conversations.actions.grants import SIGN_IN
from comptoir.conversations.channels import channel_for
from comptoir.conversations.composing import compose
from comptoir.conversations.models import Conversation, Delivery, InboxKind, Message, MessageAlias, State, Waits
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Installation
from comptoir.ports.channel import KeepsSent, SendResult
from comptoir.ports.errors import PortError

log = logging.getLogger(__name__)
DEFERRED = "deferred"  # the state of a recipient who is tried again
SIGN_IN_PAUSE = timedelta(hours=1)
STUCK_AFTER = timedelta(minutes=5)
LOOK_AGAIN = timedelta(minutes=1)


@job("now", retry=False)
def deliver(message_id: int) -> None:
    """Send one message that is due, once. Safe to run twice: only one run claims the row."""
    if Message.objects.filter(pk=message_id, automatic=True, delivery=Delivery.QUEUED).exists() and _paused():
        Message.objects.filter(pk=message_id).update(due_at=timezone.now() + timedelta(minutes=1))
        return
    message = pacing.claim(message_id)
    if message is None or _stopped(message):
        return
    try:
        outgoing = compose(message)
        channel = channel_for(message.inbox)
        result = channel.send(outgoing)
    except PortError as error:
        _failed(message, error)
    except Exception as error:  # nothing was handed over: a person sees why and may try again
        log.exception("A message could not be composed", extra={"message_id": message_id})
        _failed(message, PortError(f"{type(error).__name__}: {error}", permanent=True))
    else:
        _sent(message, result)
        if message.delivery == Delivery.SENT and isinstance(channel, KeepsSent) and channel.files_sent:
            file_copy.defer(message_id=message.pk)


def looked_after() -> datetime:
    """When a queued message is queued again, in case a crash took its job; the claim keeps it from leaving twice."""
    return timezone.now() + LOOK_AGAIN


def _looked_for_at(message: Message) -> datetime | None:
    """When an outcome that nobody knows is looked for: a shop's thread can be read, a mailbox elsewhere cannot."""
    return timezone.now() + settling.FIRST_LOOK if message.inbox.kind == InboxKind.SHOP else None


def _stopped(message: Message) -> bool:
    """Whether the guard of automatic mail keeps this one from leaving: it stands as not sent, with the reason's code."""
    emails = [party["email"] for party in (*message.to, *message.cc, *message.bcc)]
    why = automatic.refused(message.conversation, emails, but=message) if message.automatic else ""
    if why:
        Message.objects.filter(pk=message.pk).update(delivery=Delivery.FAILED, error=f"automatic: {why}", due_at=None)
    return bool(why)


def _paused() -> bool:
    return Installation.current().automatic_sending_paused


@transaction.atomic
def _sent(message: Message, result: SendResult) -> None:
    now = timezone.now()
    message.sent_at = message.sent_at or now
    message.outcomes = {who: told for who, told in message.outcomes.items() if told["state"] != DEFERRED}
    message.outcomes |= {who: {"state": "refused", "reason": why[:300]} for who, why in result.refused.items()}
    if "by_mail" in message.flags:
        message.mailed_at = now
    message.delivery, message.error = Delivery.SENT, ""
    if result.deferred:
        _again_for_some(message, result)
    message.save(update_fields=["delivery", "sent_at", "error", "outcomes", "mailed_at", "attempts", "due_at", "waits"])
    if message.conversation.state == State.SIDE:
        side_news.left_aside(message.conversation)
    names = [name for name in result.external_ids if name and name != message.message_id]
    MessageAlias.objects.bulk_create(
        [MessageAlias(message=message, inbox=message.inbox, external_id=name[:500]) for name in names],
        ignore_conflicts=True,
    )
    if result.refused or (result.deferred and message.delivery == Delivery.SENT):
        _bring_back(message)
    if message.inbox.kind == InboxKind.SHOP:
        settling.settle.defer(once=f"settle:{message.conversation_id}", conversation_id=message.conversation_id)
    _tell(message, "message.delayed" if message.delivery == Delivery.QUEUED else "message.sent")


def _again_for_some(message: Message, result: SendResult) -> None:
    """Some were asked to wait while others have had it: only those are tried again, until there is no sense in it."""
    message.attempts += 1
    tried_enough = message.attempts > len(pacing.BACKOFF)
    state = "refused" if tried_enough else DEFERRED
    message.outcomes |= {who: {"state": state, "reason": why[:300]} for who, why in result.deferred.items()}
    if not tried_enough:
        message.delivery, message.waits = Delivery.QUEUED, Waits.RETRY
        message.due_at = timezone.now() + pacing.next_try(message.attempts, result.retry_after)


@transaction.atomic
def _failed(message: Message, error: PortError) -> None:
    message.error = error.message[:500]
    if error.code == SIGN_IN:  # nothing was tried: it leaves as soon as the mailbox is connected again
        message.delivery, message.waits, message.due_at = Delivery.QUEUED, Waits.SIGN_IN, timezone.now() + SIGN_IN_PAUSE
    else:
        message.attempts += 1
        if error.unknown:
            message.delivery = Delivery.UNKNOWN
            message.due_at = _looked_for_at(message)
        elif error.permanent or message.attempts > len(pacing.BACKOFF):
            message.delivery = Delivery.FAILED
            _give_up_on_some(message)
        else:
            message.delivery, message.waits = Delivery.QUEUED, Waits.RETRY
            message.due_at = timezone.now() + pacing.next_try(message.attempts, error.retry_after)
    message.save(update_fields=["delivery", "attempts", "error", "due_at", "waits", "outcomes"])
    if message.delivery == Delivery.QUEUED:
        _tell(message, "message.delayed")
        return
    _bring_back(message)
    if message.delivery == Delivery.SENT:
        _tell(message, "message.sent")
    else:
        _tell(message, "message.failed" if message.delivery == Delivery.FAILED else "message.uncertain")


def _give_up_on_some(message: Message) -> None:
    """A message that some have had did not fail: those who have not are named."""
    left = {who for who, told in message.outcomes.items() if told["state"] == DEFERRED}
    if left:
        message.outcomes |= {who: {"state": "refused", "reason": message.error[:300]} for who in left}
        message.delivery, message.error = Delivery.SENT, ""


def _bring_back(message: Message) -> None:
    """The customer got nothing (or maybe nothing): the matter is open again and someone has to look."""
    if message.conversation.state == State.SIDE:
        side_news.failed_aside(message.conversation, message)
        return
    Conversation.objects.filter(
        pk=message.conversation_id, state__in=[State.CLOSED, State.PENDING, State.SNOOZED]
    ).update(state=State.OPEN, closed_at=None, snoozed_until=None)


@transaction.atomic
def retry(message: Message, *, agent: Agent) -> bool:
    """A person asks to send again what failed or is uncertain; False when there is nothing to retry."""
    changed = Message.objects.filter(pk=message.pk, delivery__in=[Delivery.FAILED, Delivery.UNKNOWN]).update(
        delivery=Delivery.QUEUED, attempts=0, error="", due_at=looked_after(), waits=Waits.NOTHING
    )
    if changed:
        deliver.defer(message_id=message.pk)
        _tell(message, "message.retried", actor=Actor.of(agent))
    return bool(changed)


@transaction.atomic
def settle(message: Message, *, agent: Agent) -> bool:
    """A person has seen that an uncertain message did arrive; False when it is not uncertain."""
    changed = Message.objects.filter(pk=message.pk, delivery=Delivery.UNKNOWN).update(
        delivery=Delivery.SENT, sent_at=timezone.now(), error=""
    )
    if changed:
        side_news.left_aside(message.conversation)
        _tell(message, "message.settled", actor=Actor.of(agent))
    return bool(changed)


@transaction.atomic
def release_due(limit: int = 200) -> int:
    """Queue held messages whose undo time is over and those whose next try is due; how many."""
    due = Message.objects.select_for_update(skip_locked=True).filter(
        due_at__lte=timezone.now(), delivery__in=[Delivery.HELD, Delivery.QUEUED]
    )
    keys = list(due.order_by("due_at").values_list("pk", flat=True)[:limit])
    Message.objects.filter(pk__in=keys).update(delivery=Delivery.QUEUED, due_at=looked_after())
    for key in keys:
        deliver.defer(message_id=key)
    return len(keys)


@transaction.atomic
def show_stuck() -> int:
    """Messages whose sending was cut by a crash become uncertain, in front of a person; how many."""
    stuck = Message.objects.select_for_update(skip_locked=True).filter(
        delivery=Delivery.SENDING, claimed_at__lt=timezone.now() - STUCK_AFTER
    )
    messages = list(stuck.select_related("conversation", "inbox"))
    for message in messages:
        message.delivery = Delivery.UNKNOWN
        message.error, message.due_at = "", _looked_for_at(message)
        message.save(update_fields=["delivery", "error", "due_at"])
        _bring_back(message)
        _tell(message, "message.uncertain")
    return len(messages)


def _tell(message: Message, verb: str, *, actor: Actor = SYSTEM) -> None:
    conversation = Conversation.with_sides.select_related("identity").get(pk=message.conversation_id)
    record(
        conversation,
        verb,
        actor=actor,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        message=message.pk,
    )
