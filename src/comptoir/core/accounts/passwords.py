"""Invitation and reset links, each good once, and the passwords chosen with them."""

from django.db import transaction

from comptoir.core import keys, sessions
from comptoir.core.accounts.problems import LinkExpired, WrongCredentials
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent

INVITATION_DAYS = 7
RESET_HOURS = 2
_AGES = {"invitation": INVITATION_DAYS * 86_400, "password-reset": RESET_HOURS * 3_600}


def invitation_token(agent: Agent) -> str:
    """What an invitation's link carries: good once, until the account has a password or a later invitation."""
    return keys.sign([agent.pk, _proof(agent)], purpose="invitation")


def invited(token: str) -> Agent:
    """The agent whom an invitation's token names; raises LinkExpired."""
    agent = _holder(token, "invitation")
    if agent.has_usable_password():
        raise LinkExpired
    return agent


@transaction.atomic
def accept(token: str, *, name: str, password: str, language: str) -> Agent:
    """Take an invitation up: choose a password (already validated). Raises LinkExpired; the link works once."""
    agent = invited(token)
    agent.name, agent.language = name.strip() or agent.name, language
    agent.set_password(password)
    agent.save(update_fields=["name", "language", "password"])
    record(agent, "agent.joined", actor=Actor.of(agent))
    return agent


def reset_token(agent: Agent) -> str:
    """What a reset link carries: good once, until the password changes or the agent signs in."""
    return keys.sign([agent.pk, _proof(agent)], purpose="password-reset")


def resetting(token: str) -> Agent:
    """The agent whom a reset token names; raises LinkExpired."""
    return _holder(token, "password-reset")


@transaction.atomic
def reset_password(token: str, *, password: str) -> Agent:
    """Choose a new password (already validated) with a reset link; all sessions end. Raises LinkExpired."""
    agent = resetting(token)
    agent.set_password(password)
    agent.save(update_fields=["password"])
    ended = sessions.end_all(agent)
    record(agent, "agent.password_reset", actor=Actor.of(agent), sessions=ended)
    return agent


@transaction.atomic
def change_password(agent: Agent, *, current: str, password: str, session_key: str) -> int:
    """Change one's own password; every session but `session_key` ends (how many). Raises WrongCredentials."""
    if not agent.check_password(current):
        raise WrongCredentials
    agent.set_password(password)
    agent.save(update_fields=["password"])
    ended = sessions.end_all(agent, but=session_key)
    record(agent, "agent.password_changed", actor=Actor.of(agent), sessions=ended)
    return ended


def _holder(token: str, purpose: str) -> Agent:
    """The agent whom a token names; inside a transaction their row is locked, so that a link works once."""
    try:
        key, proof = keys.unsign(token, purpose=purpose, max_age=_AGES[purpose])
    except (keys.BadToken, ValueError, TypeError) as error:
        raise LinkExpired from error
    rows = Agent.objects.filter(pk=key, is_active=True)
    locked = transaction.get_connection().in_atomic_block
    agent = (rows.select_for_update() if locked else rows).first()
    if agent is None or not keys.proves(proof, _state(agent), purpose="account"):
        raise LinkExpired
    return agent


def _proof(agent: Agent) -> str:
    return keys.short_signature(_state(agent), purpose="account")


def _state(agent: Agent) -> str:
    """What a link is bound to: it changes with the password, with a sign-in and with the address."""
    return f"{agent.pk}\0{agent.password}\0{agent.last_login}\0{agent.email.lower()}"
