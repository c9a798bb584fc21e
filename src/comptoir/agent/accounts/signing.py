"""A browser's way from a stranger's to an agent's: the pending step before the second factor, and the open session."""

import time

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from comptoir.agent.accounts.devices import device
from comptoir.agent.door import safe_next
from comptoir.core import accounts, sessions
from comptoir.core.models import Agent

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING = "pending"
PENDING_SECONDS = 600
DEVICE_COOKIE = "comptoir_device"


def network_address(request: HttpRequest) -> str:
    """Where the request comes from, behind trusted proxies."""
    return str(getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", ""))


def enter(request: HttpRequest, agent: Agent, *, url: str = "") -> HttpResponse:
    """Open the agent's session under a fresh key, make this browser a known one, and go where they wanted."""
    open_session(request, agent)
    accounts.signed_in(agent, network_address=network_address(request))
    response = HttpResponseRedirect(url or safe_next(request))
    remember_device(response, agent)
    return response


def open_session(request: HttpRequest, agent: Agent) -> None:
    """Sign the agent in and list the session."""
    request.session.pop(PENDING, None)
    login(request, agent, backend=BACKEND)
    request.session.save()
    sessions.opened(
        agent,
        str(request.session.session_key),
        device=device(request.headers.get("User-Agent", "")),
        network_address=network_address(request),
    )
    request.agent = agent  # type: ignore[attr-defined]


def keep_open(request: HttpRequest, agent: Agent) -> None:
    """After one's own password changed: this session goes on, under a new key."""
    old = str(request.session.session_key)
    open_session(request, agent)
    agent.sessions.filter(session_key=old).exclude(session_key=request.session.session_key).delete()


def remember_device(response: HttpResponse, agent: Agent) -> None:
    """Let strangers not lock this person out of this browser (see core.accounts.signing_in)."""
    response.set_cookie(
        DEVICE_COOKIE,
        accounts.device_token(agent),
        max_age=180 * 86_400,
        path=settings.LOGIN_URL,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def hold(request: HttpRequest, agent: Agent) -> None:
    """The password was right; the second factor is still to come."""
    request.session.cycle_key()
    request.session[PENDING] = {"agent": agent.pk, "at": int(time.time()), "proof": agent.get_session_auth_hash()}


def held(request: HttpRequest) -> Agent | None:
    """Who gave the right password a moment ago in this browser."""
    pending = request.session.get(PENDING)
    if not isinstance(pending, dict) or time.time() - pending.get("at", 0) > PENDING_SECONDS:
        return None
    agent = Agent.objects.filter(pk=pending.get("agent") or 0, is_active=True).first()
    return agent if agent and agent.get_session_auth_hash() == pending.get("proof") else None
