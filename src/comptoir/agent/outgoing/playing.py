"""The customer's side of a demonstration: an answer or a fresh mail, as bytes that arrive like any other."""

import uuid
from datetime import datetime

from django.utils import timezone

from comptoir.agent.outgoing.kept import Kept, content
from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.models import Inbox
from comptoir.lib.html import from_text
from comptoir.lib.mail.compose import compose
from comptoir.lib.mail.parse import parse
from comptoir.lib.mail.quote import Quoted, quote_html, quote_text
from comptoir.ports.channel import Address, OutgoingMessage


def answer(kept: Kept, inbox: Inbox, text: str) -> None:
    """Answer a kept mail as its first recipient would, with its words quoted below."""
    original = parse(content(kept))
    name, address = kept.to[0]
    subject = original.subject if original.subject.lower().startswith("re:") else f"Re: {original.subject}"
    quoted = [
        Quoted(original.sender.name or original.sender.email, _sent(original.sent_at), original.text, original.html)
    ]
    language, zone = inbox.shop.language, inbox.shop.timezone
    reply = OutgoingMessage(
        message_id=_new_id(address),
        sender=Address(address.lower(), name),
        to=(Address(inbox.address, original.sender.name),),
        subject=subject,
        text=f"{text}\n\n{quote_text(quoted, language, zone)}",
        html=f"{from_text(text)}<br>{quote_html(quoted, language, zone)}",
        in_reply_to=original.external_id,
        references=(*original.references, *([original.external_id] if original.external_id else [])),
        date=timezone.now(),
    )
    _deliver(inbox, reply)


def write(inbox: Inbox, sender: Address, subject: str, text: str) -> None:
    """Write to the shop as somebody."""
    message = OutgoingMessage(
        message_id=_new_id(sender.email),
        sender=sender,
        to=(Address(inbox.address, inbox.shop.name),),
        subject=subject,
        text=text,
        date=timezone.now(),
    )
    _deliver(inbox, message)


def _deliver(inbox: Inbox, message: OutgoingMessage) -> None:
    arrive(inbox, compose(message), source_key=f"outgoing:{uuid.uuid4()}", received_at=timezone.now())


def _new_id(address: str) -> str:
    return f"<{uuid.uuid4().hex}@{address.rpartition('@')[2] or 'example.org'}>"


def _sent(at: datetime | None) -> datetime:
    return at or timezone.now()
