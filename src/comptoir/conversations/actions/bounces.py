"""A mail of ours that did not arrive: its message says so, and the matter comes back to the team."""

import re

from django.utils import timezone

from comptoir.conversations import threading
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.side_news import failed_aside
from comptoir.conversations.actions.summary import rank
from comptoir.conversations.models import Delivery, Inbox, Message, State
from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.outbox import suppression
from comptoir.ports.channel import IncomingMessage

REPORT = 2**20  # bytes of a part in which the complaint's mail is looked for
_MESSAGE_ID = re.compile(rb"<[0-9a-f]{32}@[\w.-]{1,200}>")


def bounced(inbox: Inbox, incoming: IncomingMessage) -> Message | None:
    """Mark the message that a bounce tells of and reopen its conversation; None when it is none of ours."""
    bounce = incoming.bounce
    names = [bounce.original_id] if bounce and bounce.original_id else []
    message = None
    for name in [*names, *incoming.in_reply_to, *incoming.references]:
        message = threading.message_by_external_id(inbox, name)
        if message is not None:
            break
    if message is None:
        suppression.bounced(
            [*names, *incoming.in_reply_to, *incoming.references],
            permanent=bounce is not None and bounce.permanent,
        )
    if message is None or message.kind != "reply":
        return None
    permanent = bounce is None or bounce.permanent
    _note_recipients(message, incoming)
    if not permanent:  # the server goes on trying by itself: worth a line, not a failure
        message.flags = sorted({*message.flags, "delayed"})
        message.save(update_fields=["flags", "outcomes"])
        return message
    message.delivery = Delivery.BOUNCED
    message.error = (bounce.reason or bounce.code if bounce else "")[:500]
    message.save(update_fields=["delivery", "error", "outcomes"])
    conversation = held(message.conversation_id)
    if conversation.state == State.SIDE:
        failed_aside(conversation, message)
        return message
    if conversation.state in (State.CLOSED, State.PENDING, State.SNOOZED):
        conversation.state, conversation.closed_at, conversation.snoozed_until = State.OPEN, None, None
    conversation.waiting_since = conversation.waiting_since or timezone.now()
    rank(conversation)
    conversation.save()
    record(
        conversation,
        "message.bounced",
        actor=SYSTEM,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        message=message.pk,
    )
    return message


def complained(incoming: IncomingMessage) -> None:
    """Somebody called a mail of ours unwanted: when it left by the road apart, its address gets no more of them."""
    told = [incoming.full_text.encode(), *(part.content for part in incoming.parts if len(part.content) <= REPORT)]
    found = {name.decode() for text in told for name in _MESSAGE_ID.findall(text)}
    names = [*incoming.in_reply_to, *incoming.references, *sorted(found)[:20]]
    suppression.bounced(names, permanent=True, complaint=True)


def receipted(inbox: Inbox, incoming: IncomingMessage) -> None:
    """A receipt for a message of ours: the recipient whom it speaks of has got it (whether they read it, nobody knows)."""
    for name in [*incoming.in_reply_to, *incoming.references]:
        message = threading.message_by_external_id(inbox, name)
        if message is not None and message.kind == "reply":
            break
    else:
        return
    everyone = [party["email"] for party in (*message.to, *message.cc, *message.bcc)]
    who = incoming.sender.email if incoming.sender.email in everyone else everyone[0] if len(everyone) == 1 else ""
    if who and who not in message.outcomes:
        message.outcomes[who] = {"state": "delivered", "reason": ""}
        message.save(update_fields=["outcomes"])


def _note_recipients(message: Message, incoming: IncomingMessage) -> None:
    """What the report says of each recipient whom we wrote to."""
    everyone = {party["email"] for party in (*message.to, *message.cc, *message.bcc)}
    for told in incoming.bounces or ((incoming.bounce,) if incoming.bounce else ()):
        who = told.recipient.lower() or (next(iter(everyone)) if len(everyone) == 1 else "")
        if who in everyone:
            state = "bounced" if told.permanent else "delayed"
            message.outcomes[who] = {"state": state, "reason": (told.reason or told.code)[:300]}
