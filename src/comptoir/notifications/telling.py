"""What a notice says at the moment of sending, if its agent may and should still hear it."""

from typing import Any

from django.utils import timezone, translation

from comptoir.conversations.models import Mention, State
from comptoir.core import access
from comptoir.notifications import queries, words
from comptoir.notifications.models import Kind, Notice
from comptoir.orders.models import Gesture

SHUT = frozenset({State.SPAM, State.TRASH, State.MERGED, State.CLOSED, State.QUIET})


def content_of(notice: Notice) -> dict[str, Any] | None:
    """The push's content; None when the agent may not see it any more, has seen it, looks at it, or wants quiet."""
    agent = notice.device.agent
    wishes = queries.preferences_of(agent)
    about_itself = notice.kind in (Kind.TRIAL, Kind.ENDING)
    if not about_itself and (not _holds(notice) or queries.quiet(agent, wishes, timezone.now())):
        return None
    with translation.override(agent.language):
        told = words.told(notice, excerpt=wishes.excerpt)
    return {**told, "lang": agent.language, "count": queries.waiting_count(agent)}


def _holds(notice: Notice) -> bool:
    agent, conversation = notice.device.agent, notice.conversation
    if notice.kind == Kind.APPROVAL:
        return access.gestures(agent).filter(pk=notice.message_id, state=Gesture.State.WAITING).exists()
    if conversation is None or not access.conversations(agent).filter(pk=conversation.pk).exists():
        return False
    if queries.looks_at(agent, conversation):
        return False
    if notice.kind == Kind.ASSIGNED:
        return conversation.assignee_id == agent.pk
    if notice.kind == Kind.MENTIONED:
        return Mention.objects.filter(message=notice.message_id, agent=agent, read_at=None).exists()
    return conversation.state not in SHUT and not queries.has_read(agent, conversation, notice.message_id)
