"""Who has a conversation open and who writes in it: short-lived rows and signals, no events."""

from django.utils import timezone

from comptoir.conversations.models import PRESENCE_FRESH_FOR, Conversation, InboxKind, Presence
from comptoir.core import live
from comptoir.core.models import Agent


def here(conversation: Conversation, agent: Agent, *, writing: str = "") -> None:
    """The agent has it open; `writing` is "", "reply" or "note". Call it every 15 s and when it changes."""
    writing = writing if writing in ("reply", "note") else ""
    former = Presence.objects.filter(conversation=conversation, agent=agent).first()
    Presence.objects.update_or_create(
        conversation=conversation, agent=agent, defaults={"writing": writing, "seen_at": timezone.now()}
    )
    fresh = former is not None and former.seen_at > timezone.now() - PRESENCE_FRESH_FOR
    if former is None or not fresh or former.writing != writing:
        live.changed([f"presence:{conversation.pk}"], conversation.live_audiences())
    if writing == "reply" and conversation.channel == InboxKind.CHAT:
        agent_types(conversation, agent)


def gone(conversation: Conversation, agent: Agent) -> None:
    """The agent left the conversation."""
    if Presence.objects.filter(conversation=conversation, agent=agent).delete()[0]:
        live.changed([f"presence:{conversation.pk}"], conversation.live_audiences())


def agent_types(conversation: Conversation, agent: Agent) -> None:
    """Tell the visitor of a chat that someone writes to them, by first name."""
    audience = f"chat:{conversation.public_id.hex}"
    live.changed([audience], [audience], data={"typing": agent.first_name})


def others(conversation: Conversation, agent: Agent) -> list[Presence]:
    """The colleagues who have it open right now."""
    fresh = Presence.objects.filter(conversation=conversation, seen_at__gt=timezone.now() - PRESENCE_FRESH_FOR)
    return list(fresh.exclude(agent=agent).select_related("agent"))


def sweep() -> None:
    """Forget who left without saying so."""
    Presence.objects.filter(seen_at__lt=timezone.now() - 10 * PRESENCE_FRESH_FOR).delete()
