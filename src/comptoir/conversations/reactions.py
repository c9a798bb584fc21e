"""What conversations do when something happened; each runs as a job of its own."""

from comptoir.conversations.actions.organising import assign
from comptoir.conversations.models import Conversation, State
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Agent, Event


def give_back(event: Event) -> None:
    """A colleague's account was closed: what they had open belongs to nobody, so that somebody takes it."""
    theirs = Conversation.objects.filter(
        assignee=event.subject_id, state__in=[State.OPEN, State.PENDING, State.SNOOZED]
    )
    if Agent.objects.filter(pk=event.subject_id, is_active=False).exists():
        for conversation in theirs:
            assign(conversation, None, actor=SYSTEM)
