"""Who is signed in, found in one query, and the language and zone in which they read."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare

from comptoir.core import models, sessions
from comptoir.portal.shop import language_of

SEEN_EVERY = timedelta(minutes=5)  # the list of sessions says when each was last used


class Agent:
    """Sets `request.agent` (None for a stranger) and `request.user`.

    The session's row, the session's listing and the agent are read together; a session that was ended, a changed
    password or a closed account makes a stranger of whoever holds the cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.store = import_module(settings.SESSION_ENGINE).SessionStore

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the agent, then serve."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        request.agent = self._find(request, key) if key else None  # type: ignore[attr-defined]
        return self.get_response(request)

    def _find(self, request: HttpRequest, key: str) -> "models.Agent | None":
        alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
        row = (
            models.AgentSession.objects.filter(session_key=key, agent__is_active=True)
            .select_related("agent")
            .annotate(data=Subquery(alive.values("session_data")[:1]))
            .first()
        )
        if row is None or row.data is None:
            return None
        held: dict[str, Any] = self.store().decode(row.data)
        request.session._session_cache = held  # type: ignore[attr-defined]  # spares the session's own query
        if held.get(SESSION_KEY) != str(row.agent_id):
            return None
        if not _same_secret(row.agent, held.get(HASH_SESSION_KEY, "")):
            return None
        if timezone.now() - row.seen_at > SEEN_EVERY:
            sessions.seen(key)
        return row.agent


def _same_secret(agent: "models.Agent", proof: str) -> bool:
    known = [agent.get_session_auth_hash(), *agent.get_session_auth_fallback_hash()]
    return any(constant_time_compare(proof, hash_) for hash_ in known)


class Language:
    """On a shop's pages the shopper's language; else an agent's own language and zone; else the browser's; else French.

    It speaks for errors that no page of the shop has met, such as an address that does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.spoken = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve in that language, and leave the thread as it was."""
        agent, shop = getattr(request, "agent", None), getattr(request, "shop", None)
        if shop is not None or request.path_info.startswith("/s/"):
            language, zone = language_of(request, shop), shop.timezone if shop else settings.TIME_ZONE
        elif agent is not None:
            language, zone = agent.language, agent.timezone
            language = language if language in self.spoken else settings.LANGUAGE_CODE
        else:
            language, zone = translation.get_language_from_request(request), settings.TIME_ZONE
        with translation.override(language), timezone.override(_zone(zone)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
