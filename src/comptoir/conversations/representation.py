"""Conversations and messages as other programs read them: plain values, the same in the API and in webhooks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from comptoir.conversations.models import Attachment, Conversation, Message, Priority, SideConversation
from comptoir.conversations.queries.topics import current, label
from comptoir.core.custom.values import told
from comptoir.core.models import FieldSubject
from comptoir.lib.html import clean


def with_all(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """The conversations with what their representation reads."""
    return conversations.select_related("identity").prefetch_related("tags", "order_links", "custom_values")


def messages_with_all(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The messages with what their representation reads."""
    files = Prefetch("attachments", Attachment.objects.select_related("file"))
    return messages.select_related("identity").prefetch_related(files)


def conversation(row: Conversation) -> dict[str, Any]:
    """One conversation (see `with_all`)."""
    return {
        "id": row.pk,
        "subject": row.subject,
        "state": row.state,
        "priority": Priority(row.priority).name.lower(),
        "channel": row.channel,
        "shop": row.shop_id,
        "inbox": row.inbox_id,
        "customer": row.identity.customer_id,
        "customer_name": row.customer_name,
        "address": {"kind": row.identity.kind, "value": row.identity.value},
        "assignee": row.assignee_id,
        "team": row.team_id,
        "topic": current(row.topic),
        "topic_path": label(row.topic),
        "language": row.language,
        "tags": sorted(tag.name for tag in row.tags.all()),
        "orders": sorted(link.order_id for link in row.order_links.all()),
        "fields": told(FieldSubject.CONVERSATION, row.custom_values),
        "message_count": row.message_count,
        "preview": row.preview,
        "waiting_since": row.waiting_since,
        "snoozed_until": row.snoozed_until,
        "last_message_at": row.last_message_at,
        "first_answered_at": row.first_answered_at,
        "closed_at": row.closed_at,
        "created_at": row.created_at,
        "url": f"{settings.PUBLIC_URL}/conversations/{row.pk}/",
    }


def message(row: Message) -> dict[str, Any]:
    """One message or note (see `messages_with_all`). Its HTML is cleaned as for our own pages."""
    return {
        "id": row.pk,
        "conversation": row.conversation_id,
        "kind": row.kind,
        "text": row.text,
        "html": clean(row.html).html if row.html else "",
        "subject": row.subject,
        "language": row.language,
        "sender": row.sender,
        "to": row.to,
        "cc": row.cc,
        "bcc": row.bcc,
        "agent": row.agent_id,
        "customer": row.identity.customer_id if row.identity else None,
        "automatic": row.automatic,
        "unproved_sender": "unproved_sender" in row.flags,
        "message_id": row.message_id or "",
        "delivery": row.delivery or None,
        "delivery_error": row.error,
        "leaves_at": row.due_at if row.delivery == "held" else None,
        "sent_at": row.sent_at,
        "seen_at": row.seen_at,
        "files": files(row.attachments.all()),
        "created_at": row.created_at,
    }


def side(row: SideConversation) -> dict[str, Any]:
    """One conversation aside, with its `thread__identity`."""
    thread = row.thread
    return {
        "id": row.pk,
        "conversation": row.conversation_id,
        "state": row.state,
        "subject": thread.subject,
        "name": thread.customer_name,
        "address": {"kind": thread.identity.kind, "value": thread.identity.value},
        "agent": row.agent_id,
        "message_count": thread.message_count,
        "preview": thread.preview,
        "last_message_at": thread.last_message_at,
        "created_at": row.created_at,
        "url": f"{settings.PUBLIC_URL}/conversations/{row.pk}/",
    }


def files(rows: Iterable[Attachment]) -> Sequence[dict[str, Any]]:
    """The files of a message."""
    return [
        {
            "id": str(row.file.public_id),
            "name": row.file.name,
            "content_type": row.file.content_type,
            "size": row.file.size,
            "inline": row.inline,
        }
        for row in rows
    ]


__all__ = ["conversation", "files", "message", "messages_with_all", "side", "with_all"]
