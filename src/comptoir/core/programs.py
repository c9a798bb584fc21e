"""Programs that act through the API: their tokens, and requests that are carried out once."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.utils import timezone

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, ApiToken, IdempotencyKey

PREFIX = "cpt_"  # secret scanners and people recognise it
USED_EVERY = timedelta(minutes=1)
KEYS_KEPT_FOR = timedelta(hours=24)


class Scope(StrEnum):
    """What a token can be allowed; its agent's role limits it further."""

    READ_CONVERSATIONS = "conversations:read"
    WRITE_CONVERSATIONS = "conversations:write"
    READ_CUSTOMERS = "customers:read"
    WRITE_CUSTOMERS = "customers:write"
    READ_ORDERS = "orders:read"
    WRITE_ORDERS = "orders:write"
    READ_GESTURES = "gestures:read"
    WRITE_GESTURES = "gestures:write"
    READ_EVENTS = "events:read"
    WEBHOOKS = "webhooks"


class KeyReused(ValueError):
    """The idempotency key was used for another request."""


@transaction.atomic
def create_token(
    name: str, agent: Agent, scopes: Iterable[str], *, expires_at: datetime | None, actor: Actor
) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown once and kept nowhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    known = sorted({Scope(scope) for scope in scopes})
    token = ApiToken.objects.create(
        name=name, agent=agent, digest=_digest(text), hint=text[-4:], scopes=known, expires_at=expires_at
    )
    record(token, "token.created", actor=actor, agent=agent.pk, after={"name": name, "scopes": ", ".join(known)})
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Actor) -> bool:
    """The token opens nothing from now on; False when it was so already."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    record(token, "token.revoked", actor=actor, agent=token.agent_id)
    return True


def token_of(text: str) -> ApiToken | None:
    """The token of that text, when it works; that it was used is noted once a minute."""
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    token = ApiToken.objects.select_related("agent").filter(digest=_digest(text)).first()
    if token is None or not token.works:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def begin_once(token: ApiToken, key: str, request: bytes) -> IdempotencyKey | None:
    """Reserve a key in the current transaction: None for the first to come, else what the first one made.

    A second request under the same key waits here until the first one's transaction ended. Raises KeyReused when the
    key stood for another request (`request`: its method, address and body).
    """
    fingerprint = hashlib.sha256(request).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {IdempotencyKey._meta.db_table} "
            "(token_id, key, fingerprint, status, result_type, created_at) VALUES (%s, %s, %s, 0, '', now()) "
            "ON CONFLICT (token_id, key) DO NOTHING",
            [token.pk, key, fingerprint],
        )
        if cursor.rowcount:
            return None
    done = IdempotencyKey.objects.get(token=token, key=key)
    if done.fingerprint != fingerprint:
        raise KeyReused("this key was used for another request")
    return done


def end_once(token: ApiToken, key: str, *, status: int, result_type: str, result_id: int | None) -> None:
    """Note what the request made, in its own transaction."""
    IdempotencyKey.objects.filter(token=token, key=key).update(
        status=status, result_type=result_type, result_id=result_id
    )


def forget_keys() -> None:
    """Delete the keys of yesterday."""
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT_FOR).delete()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
