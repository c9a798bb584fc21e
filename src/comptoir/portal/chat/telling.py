"""What the visitor of a chat may read: their own messages and the team's answers to them. Never notes, never forwards."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from comptoir.conversations.models import Conversation, Delivery, Inbox, Message, MessageKind, Participant, State
from comptoir.conversations.threading import in_thread
from comptoir.core.models import Agent
from comptoir.portal.chat.faces import face_of
from comptoir.portal.chat.presence import is_online, presence

KEPT = 300  # messages
OVERLAP = 10  # rows told again, since messages commit out of order


def conversation_json(conversation: Conversation, inbox: Inbox, after: str = "") -> dict[str, Any]:
    """The conversation as the window shows it, from shortly before the message `after` on."""
    rows = list(visible(conversation).order_by("-created_at", "-pk")[:KEPT])[::-1]
    known = next((at for at, row in enumerate(rows) if row.public_id.hex == after), None)
    if known is not None:
        rows = rows[max(0, known - OVERLAP) :]
    people = {row.agent_id: row.agent for row in rows if row.agent is not None}
    if conversation.assignee is not None:
        people.setdefault(conversation.assignee_id, conversation.assignee)
    names = {key: f"a{at}" for at, key in enumerate(people)}
    return {
        "now": timezone.now().isoformat(),
        "state": presence(inbox).to_json(),
        "ended": _ended(conversation),
        "known": conversation.participants.filter(role=Participant.Role.AUTHOR).exists(),
        "with": names.get(conversation.assignee_id) if conversation.assignee_id else None,
        "people": {names[key]: _person(agent) for key, agent in people.items()},
        "messages": [_message(row, names) for row in rows],
    }


def visible(conversation: Conversation) -> QuerySet[Message]:
    """The messages of both sides. A mail that joined the thread is not shown: it may be another person's."""
    visitors = Q(kind=MessageKind.CUSTOMER, identity_id=conversation.identity_id)
    answers = Q(kind=MessageKind.REPLY) & ~Q(flags__contains="forward") & ~Q(delivery=Delivery.HELD)
    rows = Message.objects.filter(visitors | answers, in_thread(conversation))
    return rows.select_related("agent").prefetch_related("attachments__file")


def _ended(conversation: Conversation) -> str | None:
    closed = conversation.state == State.CLOSED and conversation.closed_at is not None
    return conversation.closed_at.isoformat() if closed and conversation.closed_at else None


def _person(agent: Agent) -> dict[str, Any]:
    return {"name": agent.name, "first": agent.first_name, "online": is_online(agent), "face": face_of(agent)}


def _message(row: Message, names: dict[int | None, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": row.public_id.hex,
        "at": row.created_at.isoformat(),
        "text": row.text,
        "files": [
            {"id": one.file.public_id.hex, "name": one.file.name, "size": one.file.size, "kind": one.file.content_type}
            for one in row.attachments.all()
        ],
    }
    if row.kind == MessageKind.CUSTOMER:
        return told | {"mine": True, "key": row.client_key}
    return told | {"who": names.get(row.agent_id)}
