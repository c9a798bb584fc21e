"""What the live hub asks the database: who opens a stream, and what changed since it last looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from comptoir.core import access, keys, live
from comptoir.core.models import Agent, Event

OVERLAP = 200  # sequence numbers commit out of order: look back this far
CHAT_TOKEN_AGE = 180 * 24 * 3600
SEEN_EVERY = timedelta(seconds=50)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whom a stream belongs to: the audiences whose signals it gets."""

    key: str
    audiences: frozenset[str]


def authenticate(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Subscriber | None:
    """The subscriber behind a request: an agent by session cookie, a chat visitor by bearer token, or nobody."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme:
        return _visitor(token) if scheme.lower() == "bearer" else None
    session_key = cookies.get(settings.SESSION_COOKIE_NAME)
    return _agent(session_key) if session_key else None


def since(event_id: int) -> list[dict[str, Any]]:
    """The signals of live events after `event_id`, with an overlap, oldest first, as the hub sends them."""
    rows = Event.objects.filter(pk__gt=event_id - OVERLAP, origin="live").exclude(topics=[]).order_by("pk")
    recent = rows.filter(recorded_at__gt=timezone.now() - timedelta(hours=1))
    return [
        {"topic": topic, "to": live.addressed(topic, audiences), "event": key, "data": {}}
        for key, topics, audiences in recent.values_list("pk", "topics", "audiences")[:2_000]
        for topic in topics
    ]


def newest() -> int:
    """The newest event's number, 0 when there is none."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _visitor(token: str) -> Subscriber | None:
    try:
        public_id = str(keys.unsign(token, purpose="chat", max_age=CHAT_TOKEN_AGE))
    except keys.BadToken:
        return None
    return Subscriber(f"chat:{public_id}", frozenset({f"chat:{public_id}"}))


def _agent(session_key: str) -> Subscriber | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    agent = Agent.objects.filter(
        pk=store.get(SESSION_KEY) or 0,
        is_active=True,
        sessions__session_key=session_key,
    )
    found = agent.first()
    if found is None:
        return None
    if found.last_seen_at is None or timezone.now() - found.last_seen_at > SEEN_EVERY:
        Agent.objects.filter(pk=found.pk).update(last_seen_at=timezone.now())
    return Subscriber(f"agent:{found.pk}", access.audiences(found))
