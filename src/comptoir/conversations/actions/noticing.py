"""Agents are told by mail what was given to them or names them, if they chose so; their answer answers the customer."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comptoir.conversations import notices
from comptoir.conversations.actions.answering import CannotAnswer, SomeoneAnswered, Written, reply
from comptoir.conversations.actions.incoming import attach
from comptoir.conversations.actions.summary import noted
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.models import Conversation, Inbox, Message, MessageKind
from comptoir.core import access, files
from comptoir.core.access import May
from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.lib.html import from_text
from comptoir.lib.text import storable
from comptoir.outbox.actions import send_mail
from comptoir.ports.channel import IncomingMessage
from comptoir.ports.channel import MessageKind as Kind

SHOWN = 4_000  # characters of the customer's message


def tell(agent: Agent, conversation: Conversation, kind: str, *, by: str, note: str = "") -> bool:
    """Write the notice `assigned` or `mentioned`; False when the agent may not see the matter."""
    if not access.conversations(agent).filter(pk=conversation.pk).exists():
        return False
    last = conversation.messages.filter(kind=MessageKind.CUSTOMER).order_by("-created_at", "-pk").first()
    inbox = leaving_inbox(conversation)
    to = ""
    if inbox is not None and access.can(agent, May.ANSWER):
        newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
        to = notices.address(inbox.address, agent=agent.pk, conversation=conversation.pk, newest=newest)
    context: dict[str, Any] = {
        "agent": agent,
        "by": by,
        "name": conversation.customer_name,
        "subject": conversation.subject,
        "text": last.text[:SHOWN] if last else "",
        "note": note[:SHOWN],
        "answerable": bool(to),
        "link": f"{settings.PUBLIC_URL}/conversations/{conversation.pk}/",
    }
    send_mail(
        kind,
        to=agent.email,
        reply_to=to,
        context=context,
        language=agent.language,
        agent=agent,
        identity=conversation.identity,
        shop=conversation.shop,
        automatic=True,
    )
    return True


def take_answer(inbox: Inbox, incoming: IncomingMessage) -> tuple[bool, Message | None]:
    """Whether the mail answers a notice of ours, and what became of it, in the caller's transaction.

    The customer is answered only when our own mail server has proved that the agent wrote it, with their own address
    (DMARC, aligned), in time, and nobody has written meanwhile. Else it is kept as a note that says so.
    """
    found = notices.ticket([*incoming.delivered_to, *(a.email for a in (*incoming.to, *incoming.cc))])
    if found is None:
        return False, None
    agent = Agent.objects.filter(pk=found.agent, is_active=True).first()
    if agent is None:
        return False, None
    conversation = access.conversations(agent).select_related("inbox", "identity", "shop").filter(pk=found.conversation)
    row: Conversation | None = conversation.first()
    if row is None:
        return False, None
    if incoming.automatic or incoming.kind != Kind.MESSAGE:
        return True, None
    key = f"mail:{incoming.external_id}"[:80]
    before = row.messages.filter(client_key=key).first() if incoming.external_id else None
    if before is not None:
        return True, None
    return True, _answer(row, agent, incoming, key, found)


def _answer(
    conversation: Conversation, agent: Agent, incoming: IncomingMessage, key: str, found: notices.Ticket
) -> Message:
    proven = incoming.authentication.get("dmarc") == "pass"
    if incoming.sender.email != agent.email.lower() or not proven:
        return _keep(conversation, incoming, key, "reply_unproved")
    if found.late:
        return _keep(conversation, incoming, key, "reply_late")
    if not access.can(agent, May.ANSWER):
        return _keep(conversation, incoming, key, "reply_refused")
    brought = [
        files.save(part.content, name=part.name or "sans-nom", content_type=part.content_type)
        for part in incoming.parts
        if not part.inline
    ]
    written = Written(from_text(incoming.text), files=brought, client_key=key, based_on=found.newest)
    try:
        with transaction.atomic():
            return reply(conversation, written, agent=agent)
    except SomeoneAnswered:
        return _keep(conversation, incoming, key, "reply_overtaken")
    except CannotAnswer:
        return _keep(conversation, incoming, key, "reply_refused")


def _keep(conversation: Conversation, incoming: IncomingMessage, key: str, flag: str) -> Message:
    row = Conversation.objects.select_for_update().get(pk=conversation.pk)
    message = Message.objects.create(
        conversation=row,
        inbox=conversation.inbox,
        kind=MessageKind.NOTE,
        text=storable(incoming.text),
        sender={"email": incoming.sender.email, "name": incoming.sender.name},
        client_key=key,
        flags=[flag],
        created_at=timezone.now(),
    )
    attach(message, incoming.parts)
    noted(row, message)
    record(
        row,
        "conversation.reply_kept",
        actor=SYSTEM,
        customer=conversation.identity.customer_id,
        shop=row.shop_id,
        message=message.pk,
        reason=flag,
    )
    return message
