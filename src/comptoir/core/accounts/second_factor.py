"""The second factor: time-based codes (RFC 6238), each good once, and recovery codes, each good once."""

import hmac
import secrets
import time

import pyotp
from django.db import transaction
from django.utils import timezone

from comptoir.core import keys, sessions
from comptoir.core.accounts.problems import WrongCode
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent

STEP = 30  # seconds
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else


def start_second_factor(agent: Agent) -> str:
    """A secret to enrol with, in Base32; one that was shown and not confirmed yet is shown again."""
    if agent.two_factor:
        raise WrongCode
    if agent.totp_secret:
        return keys.decrypt(agent.totp_secret)
    secret = pyotp.random_base32()
    agent.totp_secret = keys.encrypt(secret)
    agent.save(update_fields=["totp_secret"])
    return secret


def provisioning_uri(agent: Agent, secret: str, issuer: str) -> str:
    """The `otpauth://` address that a phone reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=issuer)


@transaction.atomic
def confirm_second_factor(agent: Agent, code: str, *, session_key: str) -> list[str]:
    """Turn the second factor on with a code that proves the phone has the secret; gives the recovery codes.

    Other sessions end: they were opened without it. Raises WrongCode.
    """
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    if agent.two_factor or not agent.totp_secret:
        raise WrongCode
    _use_code(agent, code)
    agent.totp_confirmed_at = timezone.now()
    agent.save(update_fields=["totp_confirmed_at"])
    ended = sessions.end_all(agent, but=session_key)
    record(agent, "agent.second_factor_added", actor=Actor.of(agent), sessions=ended)
    return _fresh_codes(agent)


@transaction.atomic
def new_recovery_codes(agent: Agent, *, actor: Actor) -> list[str]:
    """Ten new recovery codes, shown once; the earlier ones no longer work."""
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    codes = _fresh_codes(agent)
    record(agent, "agent.recovery_codes_renewed", actor=actor)
    return codes


@transaction.atomic
def remove_second_factor(agent: Agent, *, actor: Actor) -> None:
    """Turn the second factor off (a lost phone); all recovery codes go with it."""
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    had = agent.two_factor
    agent.totp_secret, agent.totp_confirmed_at, agent.recovery_codes = "", None, []
    agent.save(update_fields=["totp_secret", "totp_confirmed_at", "recovery_codes"])
    if had:
        record(agent, "agent.second_factor_removed", actor=actor)


@transaction.atomic
def prove(agent: Agent, code: str) -> str:
    """Check a code at sign-in and use it up: "totp" or "recovery". Raises WrongCode."""
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    typed = "".join(code.split()).replace("-", "").lower()
    if not typed.isdecimal():
        _use_recovery_code(agent, typed)
        return "recovery"
    _use_code(agent, typed)
    return "totp"


def _use_code(agent: Agent, code: str) -> None:
    """Accept the code of now, or of the half minute before or after, and none of that time or earlier again."""
    typed = "".join(code.split())
    totp = pyotp.TOTP(keys.decrypt(agent.totp_secret))
    now = int(time.time()) // STEP
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()) and step > agent.totp_last_step:
            agent.totp_last_step = step
            agent.save(update_fields=["totp_last_step"])
            return
    raise WrongCode


def _use_recovery_code(agent: Agent, typed: str) -> None:
    wanted = _digest(agent, typed)
    left = [digest for digest in agent.recovery_codes if not hmac.compare_digest(digest, wanted)]
    if len(left) == len(agent.recovery_codes):
        raise WrongCode
    agent.recovery_codes = left
    agent.save(update_fields=["recovery_codes"])
    record(agent, "agent.recovery_code_used", actor=Actor.of(agent), left=len(left))


def _fresh_codes(agent: Agent) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    agent.recovery_codes = [_digest(agent, code) for code in codes]
    agent.save(update_fields=["recovery_codes"])
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def _digest(agent: Agent, code: str) -> str:
    return keys.digest(f"{agent.pk}:{code}", purpose="recovery")
