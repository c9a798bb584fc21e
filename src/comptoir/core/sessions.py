"""Agents' sessions: listed, and ended one by one or all at once."""

from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comptoir.core.models import Agent, AgentSession


def opened(agent: Agent, session_key: str, *, device: str, network_address: str) -> AgentSession:
    """Note that an agent signed in with this session."""
    return AgentSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "agent": agent,
            "device": device[:200],
            "network_address": network_address[:64],
        },
    )[0]


def seen(session_key: str) -> None:
    """Note that the session is in use."""
    AgentSession.objects.filter(session_key=session_key).update(seen_at=timezone.now())


@transaction.atomic
def end(session: AgentSession) -> None:
    """End one session: its next request is a stranger's."""
    import_module(settings.SESSION_ENGINE).SessionStore(session.session_key).delete()
    session.delete()


def end_all(agent: Agent, *, but: str = "") -> int:
    """End all sessions of an agent except the one whose key is `but`; how many ended."""
    others = list(agent.sessions.exclude(session_key=but))
    for session in others:
        end(session)
    return len(others)
