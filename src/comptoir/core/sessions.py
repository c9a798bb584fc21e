"""Agents' sessions: listed, and ended one by one or all at once."""

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.core.models import Agent, AgentSession, Event, EventDetail

ADDRESS = "network_address"
BATCH = 1_000


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


def ending_before(moment: datetime) -> QuerySet[AgentSession]:
    """The open sessions that end by themselves before that moment."""
    keys = Session.objects.filter(expire_date__gt=timezone.now(), expire_date__lt=moment).values("session_key")
    return AgentSession.objects.filter(session_key__in=keys)


def forget_addresses() -> int:
    """Take the network addresses of old sign-ins out of the journal and the list of sessions; how many sign-ins.

    What else an event says stays.
    """
    before = timezone.now() - timedelta(days=settings.NETWORK_ADDRESS_DAYS)
    AgentSession.objects.filter(created_at__lt=before).exclude(network_address="").update(network_address="")
    old = Event.objects.filter(verb="agent.signed_in", recorded_at__lt=before).values("pk")
    count = 0
    told = EventDetail.objects.filter(event_id__in=old, after__has_key=ADDRESS)
    while rows := list(told[:BATCH]):
        for row in rows:
            del row.after[ADDRESS]
        EventDetail.objects.bulk_update(rows, ["after"])
        count += len(rows)
    return count


def end_all(agent: Agent, *, but: str = "") -> int:
    """End all sessions of an agent except the one whose key is `but`; how many ended."""
    others = list(agent.sessions.exclude(session_key=but))
    for session in others:
        end(session)
    return len(others)
