"""What the worker tidies now and then."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from comptoir.core.models import AgentSession, Heartbeat


def forget_dead_processes() -> None:
    """Delete the heartbeats of processes that were killed."""
    Heartbeat.objects.filter(beat_at__lt=timezone.now() - timedelta(minutes=10)).delete()


def forget_old_sessions() -> None:
    """Delete sessions that are over, and their listing."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.values("session_key")
    AgentSession.objects.exclude(session_key__in=alive).filter(
        created_at__lt=timezone.now() - timedelta(hours=1)
    ).delete()
