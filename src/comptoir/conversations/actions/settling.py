"""What a shop is told, or asked, about its threads after the fact: whether an answer arrived, whether the matter is closed."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from comptoir.conversations.composing import compose
from comptoir.conversations.messenger import Messenger, external_name, port_of, threads_in
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Inbox,
    InboxKind,
    Message,
    MessageAlias,
    ShopThread,
    State,
)
from comptoir.conversations.threading import behind, leading
from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.ports.errors import PortError
from comptoir.ports.shop import SettlesThreads

log = logging.getLogger(__name__)
LOOKS = (10, 30, 120, 600, 3_600, 6 * 3_600)  # seconds after which an unknown outcome is looked for
FIRST_LOOK = timedelta(seconds=LOOKS[0])


def with_threads(keys: Sequence[int]) -> set[int]:
    """Those of the conversations in which messages of a platform's threads stand."""
    holders = behind(keys)
    threads = ShopThread.objects.filter(conversation__in=holders).values_list("conversation", flat=True)
    return {holders[key] for key in threads}


@job("soon")
def settle(conversation_id: int) -> None:
    """Say to the platform how its threads of a conversation stand, where that differs from what it knows."""
    key = leading(conversation_id)
    state = Conversation.objects.filter(pk=key).values_list("state", flat=True).first()
    for thread in threads_in(key):
        closed = state == State.CLOSED
        if thread.closed == closed:
            continue
        try:
            port = port_of(thread.inbox)
            if not isinstance(port, SettlesThreads):
                continue
            port.settle(thread.external_id, closed)
        except PortError as error:
            if not error.permanent:
                raise
            log.warning("A shop's thread keeps its state", extra={"thread": thread.pk, "why": error.code})
            continue
        ShopThread.objects.filter(pk=thread.pk).update(closed=closed)


def look_for_answers(limit: int = 50) -> int:
    """Answers of which nobody knows whether they stand in the shop's thread: queue a look; how many."""
    now = timezone.now()
    rows = Message.objects.filter(due_at__lte=now, delivery=Delivery.UNKNOWN, inbox__kind=InboxKind.SHOP)
    found = list(rows.order_by("due_at").values_list("pk", "attempts")[:limit])
    for key, attempts in found:
        later = now + timedelta(seconds=LOOKS[attempts]) if attempts < len(LOOKS) else None
        with transaction.atomic():
            if rows.filter(pk=key).update(due_at=later, attempts=F("attempts") + 1):
                look_for.defer(message_id=key)
    return len(found)


@job("soon", retry=False)
def look_for(message_id: int) -> None:
    """Read from the platform whether an uncertain answer stands there. Never writes it."""
    message = Message.objects.select_related("conversation__shop", "inbox__connection", "agent").get(pk=message_id)
    if message.delivery != Delivery.UNKNOWN or message.inbox.kind != InboxKind.SHOP:
        return
    try:
        name = Messenger(message.inbox).found(compose(message))
    except PortError as error:
        log.info("An answer could not be looked for", extra={"message_id": message_id, "why": error.code})
        return
    if name:
        arrived_there(message, external_name(name), message.inbox)


@transaction.atomic
def arrived_there(message: Message, name: str, inbox: Inbox) -> bool:
    """The platform shows an answer of ours: it did arrive, whatever the line said. False when that was known."""
    MessageAlias.objects.get_or_create(inbox=inbox, external_id=name, defaults={"message": message})
    open_ones = [Delivery.QUEUED, Delivery.SENDING, Delivery.UNKNOWN, Delivery.FAILED]
    changed = Message.objects.filter(pk=message.pk, delivery__in=open_ones, inbox__kind=InboxKind.SHOP).update(
        delivery=Delivery.SENT, sent_at=timezone.now(), error="", due_at=None, waits=""
    )
    if changed:
        conversation = Conversation.with_sides.select_related("identity").get(pk=message.conversation_id)
        record(
            conversation, "message.sent", actor=SYSTEM, customer=conversation.identity.customer_id,
            shop=conversation.shop_id, message=message.pk,
        )  # fmt: skip
    return bool(changed)
