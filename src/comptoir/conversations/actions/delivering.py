"""Step 7: a message leaves. The row is claimed, the network is used outside any transaction, the outcome is kept.

A worker that dies between claiming and keeping leaves the row in *sending*: a sweep shows it to a person as
uncertain; nothing is ever sent twice without one asking.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.channels import channel_for
from comptoir.conversations.composing import compose
from comptoir.conversations.models import Conversation, Delivery, Message, MessageAlias, State
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Installation
from comptoir.ports.channel import SendResult
from comptoir.ports.errors import PortError

log = logging.getLogger(__name__)
ATTEMPTS = 8
STUCK_AFTER = timedelta(minutes=5)
LOOK_AGAIN = timedelta(minutes=1)


@job("now", retry=False)
def deliver(message_id: int) -> None:
    """Send one message that is due, once. Safe to run twice: only one run claims the row."""
    if Message.objects.filter(pk=message_id, automatic=True, delivery=Delivery.QUEUED).exists() and _paused():
        Message.objects.filter(pk=message_id).update(due_at=timezone.now() + timedelta(minutes=1))
        return
    claimed = Message.objects.filter(pk=message_id, delivery=Delivery.QUEUED).update(
        delivery=Delivery.SENDING, claimed_at=timezone.now(), due_at=None
    )
    if not claimed:
        return
    message = Message.objects.select_related("conversation__inbox", "inbox", "agent").get(pk=message_id)
    try:
        outgoing = compose(message)
        result = channel_for(message.inbox).send(outgoing)
    except PortError as error:
        _failed(message, error)
    except Exception as error:  # nothing was handed over: a person sees why and may try again
        log.exception("A message could not be composed", extra={"message_id": message_id})
        _failed(message, PortError(f"{type(error).__name__}: {error}", permanent=True))
    else:
        _sent(message, result)


def looked_after() -> datetime:
    """When a queued message is queued again, in case a crash took its job; the claim keeps it from leaving twice."""
    return timezone.now() + LOOK_AGAIN


def _paused() -> bool:
    return Installation.current().automatic_sending_paused


@transaction.atomic
def _sent(message: Message, result: SendResult) -> None:
    now = timezone.now()
    message.delivery, message.sent_at, message.error = Delivery.SENT, now, ""
    if "by_mail" in message.flags:
        message.mailed_at = now
    if result.refused:
        message.error = "; ".join(f"{who}: {why}" for who, why in result.refused.items())[:500]
        message.flags = sorted({*message.flags, "some_refused"})
    message.save(update_fields=["delivery", "sent_at", "error", "flags", "mailed_at"])
    names = [name for name in result.external_ids if name and name != message.message_id]
    MessageAlias.objects.bulk_create(
        [MessageAlias(message=message, inbox=message.inbox, external_id=name[:500]) for name in names],
        ignore_conflicts=True,
    )
    _tell(message, "message.sent")


@transaction.atomic
def _failed(message: Message, error: PortError) -> None:
    message.attempts += 1
    message.error = error.message[:500]
    if error.unknown:
        message.delivery = Delivery.UNKNOWN
    elif error.permanent or message.attempts >= ATTEMPTS:
        message.delivery = Delivery.FAILED
    else:
        message.delivery = Delivery.QUEUED
        message.due_at = timezone.now() + timedelta(seconds=min(3600, 10 * 3**message.attempts))
    message.save(update_fields=["delivery", "attempts", "error", "due_at"])
    if message.delivery in (Delivery.FAILED, Delivery.UNKNOWN):
        _bring_back(message)
        _tell(message, "message.failed" if message.delivery == Delivery.FAILED else "message.uncertain")
    else:
        _tell(message, "message.delayed")


def _bring_back(message: Message) -> None:
    """The customer got nothing (or maybe nothing): the matter is open again and someone has to look."""
    Conversation.objects.filter(
        pk=message.conversation_id, state__in=[State.CLOSED, State.PENDING, State.SNOOZED]
    ).update(state=State.OPEN, closed_at=None, snoozed_until=None)


@transaction.atomic
def retry(message: Message, *, agent: Agent) -> bool:
    """A person asks to send again what failed or is uncertain; False when there is nothing to retry."""
    changed = Message.objects.filter(pk=message.pk, delivery__in=[Delivery.FAILED, Delivery.UNKNOWN]).update(
        delivery=Delivery.QUEUED, attempts=0, error="", due_at=looked_after()
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
    messages = list(stuck.select_related("conversation"))
    for message in messages:
        message.delivery = Delivery.UNKNOWN
        message.error = ""
        message.save(update_fields=["delivery", "error"])
        _bring_back(message)
        _tell(message, "message.uncertain")
    return len(messages)


def _tell(message: Message, verb: str, *, actor: Actor = SYSTEM) -> None:
    conversation = Conversation.objects.select_related("identity").get(pk=message.conversation_id)
    record(
        conversation,
        verb,
        actor=actor,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        message=message.pk,
    )
