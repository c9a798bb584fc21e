"""The check of address and password, which a stranger can neither guess through nor use to lock somebody out.

Attempts are counted for the network address, and for the account. A browser from which the account was opened before
carries a device token and has a count of its own (OWASP's « device cookies »): when strangers exhaust the account's
count, its people still come in from their own browsers, or by a reset link, which makes a browser known.
"""

import secrets
from dataclasses import dataclass, field

from comptoir.core import keys, throttle
from comptoir.core.accounts.problems import WrongCredentials
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent

WINDOW = 15 * 60  # seconds
BY_NETWORK = 60
BY_ACCOUNT = 20
BY_DEVICE = 10
BY_CODE = 10
DEVICE_AGE = 180 * 86_400


@dataclass(frozen=True, slots=True)
class Attempt:
    """Someone wants to come in. `device` is the token that their browser kept, if any."""

    email: str
    password: str = field(repr=False)
    network_address: str = ""
    device: str = ""


def know_again(attempt: Attempt) -> Agent:
    """The active agent of that address and password; raises WrongCredentials or throttle.TooMany.

    It takes as long for an account that does not exist, is closed, or has no password yet.
    """
    address = attempt.email.strip().lower()[:254]
    throttle.hit(f"signin:network:{attempt.network_address}", limit=BY_NETWORK, seconds=WINDOW)
    account, limit = f"signin:account:{address}", BY_ACCOUNT
    device = _device(attempt.device, address)
    if device:
        account, limit = f"signin:device:{device}", BY_DEVICE
    throttle.hit(account, limit=limit, seconds=WINDOW)
    agent = Agent.objects.filter(email__iexact=address).first()
    if agent is None:
        Agent().set_password(attempt.password)  # as slow as the check of a real one
        raise WrongCredentials
    if not agent.check_password(attempt.password) or not agent.is_active:
        raise WrongCredentials
    throttle.forget(account)
    return agent


def count_code(agent: Agent) -> None:
    """Count one attempt at the second factor; raises TooMany. Who comes so far has the password already."""
    throttle.hit(f"signin:code:{agent.pk}", limit=BY_CODE, seconds=WINDOW)


def signed_in(agent: Agent, *, network_address: str) -> None:
    """Note that an agent came in; the count of codes starts anew."""
    throttle.forget(f"signin:code:{agent.pk}")
    record(agent, "agent.signed_in", actor=Actor.of(agent), after={"network_address": network_address})


def device_token(agent: Agent) -> str:
    """What the browser keeps, so that strangers cannot lock this account out of it."""
    return keys.sign([agent.email.lower(), secrets.token_hex(8)], purpose="device")


def _device(token: str, address: str) -> str:
    if not token:
        return ""
    try:
        email, nonce = keys.unsign(token, purpose="device", max_age=DEVICE_AGE)
    except (keys.BadToken, ValueError, TypeError):
        return ""
    return str(nonce) if email == address else ""
