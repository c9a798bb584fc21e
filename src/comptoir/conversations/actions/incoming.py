"""What every mail becomes, whoever wrote it: times that can be believed, text that can be kept, files, a conversation."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from comptoir.conversations.models import Attachment, Conversation, Inbox, Message, State
from comptoir.core import files
from comptoir.customers.models import Identity
from comptoir.lib.text import one_line
from comptoir.ports.channel import Address, IncomingMessage, Part

FUTURE_TOLERANCE = timedelta(minutes=10)


def begin(
    inbox: Inbox, identity: Identity, incoming: IncomingMessage, *, at: datetime, state: str, **more: Any
) -> Conversation:
    """A new matter with that person in an inbox."""
    return Conversation.with_sides.create(  # `objects` would build its filter for nothing
        shop_id=inbox.shop_id,
        inbox=inbox,
        identity=identity,
        channel=inbox.kind,
        subject=one_line(incoming.subject)[:300],
        customer_name=(identity.customer.name or identity.name or identity.value)[:200],
        language=incoming.language or identity.customer.language,
        state=state,
        team_id=inbox.team_id,
        last_message_at=at,
        rank=Conversation.rank_of(None, at),
        created_at=at,
        closed_at=at if state == State.CLOSED else None,
        **more,
    )


def moment(sent_at: datetime | None) -> datetime:
    """When the message was written, as far as it can be believed."""
    now = timezone.now()
    if sent_at is None or sent_at > now + FUTURE_TOLERANCE or sent_at.year < 1990:
        return now
    return min(sent_at, now)


def attach(message: Message, parts: Sequence[Part]) -> None:
    """Keep the files of a message, in their order."""
    rows = []
    for position, part in enumerate(parts):
        stored = files.save(part.content, name=part.name or "sans-nom", content_type=part.content_type)
        rows.append(
            Attachment(
                message=message,
                file=stored,
                content_id=part.content_id[:255],
                inline=part.inline,
                problem=part.problem[:200],
                position=min(position, 30_000),
            )
        )
    Attachment.objects.bulk_create(rows)


def party(address: Address) -> dict[str, str]:
    """An address as a message keeps it."""
    return {"email": address.email, "name": address.name}
