"""Leave to use a mailbox (OAuth 2): taken in, renewed before it ends by one process at a time, and found to be over.

Tokens are encrypted at rest. The network is never used inside a transaction; a renewal holds an advisory lock of the
session instead, since a server may accept each refresh token once only.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from comptoir.conversations.models import Delivery, Inbox, MailboxGrant, Message, Waits
from comptoir.core import keys, live
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.lib import oauth
from comptoir.lib.mailboxes.providers import provider as known_provider
from comptoir.ports.errors import PortError

RENEW_BEFORE = timedelta(minutes=5)
STILL_GOOD = timedelta(seconds=30)  # a token that lives so long serves when no other can be had
LOCKS = 7_205  # first half of the advisory locks; the second is the inbox
PATIENCE = 60.0  # seconds that we wait for another process's renewal
SHORT_LIVED = timedelta(days=8)
SIGN_IN = "sign_in"
_ENDPOINTS = {
    "google": "https://accounts.google.com/o/oauth2/v2/auth https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize "
    "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
}
_SCOPES = {
    "google": "openid email https://mail.google.com/",
    "microsoft": "openid email offline_access https://outlook.office.com/IMAP.AccessAsUser.All "
    "https://outlook.office.com/SMTP.Send",
}
# Google gives a refresh token only when it asks its owner anew.
_MORE = {"google": {"access_type": "offline", "prompt": "consent"}, "microsoft": {"prompt": "select_account"}}
NAMES = {"google": "Google", "microsoft": "Microsoft"}


class NoRefreshToken(Exception):
    """The server gave an access token only, which ends within the hour: that is no leave."""


def client_of(name: str) -> oauth.Client | None:
    """Our registration at a provider; None when the house has none."""
    ours = settings.MAIL_SIGN_IN.get(name, {})
    if name not in _SCOPES or not ours.get("client_id"):
        return None
    pages = (ours.get("endpoints") or _ENDPOINTS[name]).format(tenant=ours.get("tenant") or "common").split()
    secret = ours.get("client_secret", "")
    return oauth.Client(ours["client_id"], secret, pages[0], pages[1], _SCOPES[name], _MORE[name])


@transaction.atomic
def keep_grant(inbox: Inbox, name: str, tokens: oauth.Tokens, *, actor: Actor) -> MailboxGrant:
    """The owner said yes: keep the tokens, lead the account to the provider's servers, send what waited for it."""
    inbox = Inbox.objects.select_for_update().get(pk=inbox.pk)
    if not tokens.refresh_token:
        raise NoRefreshToken
    now = timezone.now()
    grant, _made = MailboxGrant.objects.update_or_create(
        inbox=inbox,
        defaults={
            "provider": name,
            "account": tokens.email,
            "refresh_token": keys.encrypt(tokens.refresh_token),
            "access_token": keys.encrypt(tokens.access_token),
            "expires_at": now + timedelta(seconds=tokens.seconds),
            "granted_at": now,
            "refreshed_at": now,
            "problem": "",
            "broken_at": None,
        },
    )
    preset = known_provider(name)
    if preset is not None and inbox.settings.get("provider") != name:
        inbox.settings = {**inbox.settings, **preset.settings(inbox.address)}
    # A Google account signs in as itself even for an alias; at Microsoft another address is a shared mailbox.
    if name == "google" and tokens.email:
        inbox.settings = {**inbox.settings, "imap_user": tokens.email}
    inbox.checked_at, inbox.problem = None, ""
    inbox.save(update_fields=["settings", "checked_at", "problem"])
    waiting = Message.objects.filter(inbox=inbox, delivery=Delivery.QUEUED, waits=Waits.SIGN_IN)
    waiting.update(due_at=now, waits=Waits.NOTHING, error="")
    record(inbox, "inbox.signed_in", actor=actor, shop=inbox.shop_id, provider=name)
    return grant


@transaction.atomic
def forget_grant(inbox: Inbox, *, actor: Actor) -> bool:
    """Throw the tokens away: the account signs in by password again; False when there were none."""
    deleted, _rows = MailboxGrant.objects.filter(inbox=inbox).delete()
    if deleted:
        Inbox.objects.filter(pk=inbox.pk).update(checked_at=None, problem="")
        record(inbox, "inbox.signed_out", actor=actor, shop=inbox.shop_id)
    return bool(deleted)


def access_token(inbox_id: int, refused: str = "") -> str:
    """A token that opens the mailbox now, renewed when it ends soon or is the one that the server `refused`.

    Raises PortError: code `sign_in` and permanent when the owner has to give leave again, temporary otherwise.
    """
    grant = _held(inbox_id)
    if _fresh(grant, refused):
        return keys.decrypt(grant.access_token)
    with _alone(inbox_id) as turn:
        grant = _held(inbox_id)
        if turn and not _fresh(grant, refused):
            grant = _renewed(grant, refused)
    if not turn and not _fresh(grant, refused):
        raise PortError("Une autre reprise de l’autorisation est en cours.", code="busy")
    return keys.decrypt(grant.access_token)


def _held(inbox_id: int) -> MailboxGrant:
    grant = MailboxGrant.objects.filter(inbox=inbox_id).first()
    if grant is None or grant.broken_at is not None:
        raise _over(grant.provider if grant else "")
    return grant


def _over(name: str) -> PortError:
    who = NAMES.get(name, "le fournisseur")
    return PortError(
        f"La boîte est à reconnecter\u202f: {who} n’accepte plus l’autorisation que vous aviez donnée.",
        permanent=True,
        code=SIGN_IN,
    )


def _fresh(grant: MailboxGrant, refused: str) -> bool:
    if not grant.access_token or grant.expires_at is None or grant.expires_at - timezone.now() < RENEW_BEFORE:
        return False
    return not refused or keys.decrypt(grant.access_token) != refused


@contextmanager
def _alone(inbox_id: int) -> Iterator[bool]:
    """Whether it is our turn to renew: one process at a time, another one's end of work is waited for."""
    deadline = time.monotonic() + PATIENCE
    while not _locked(inbox_id):
        if time.monotonic() > deadline:
            yield False
            return
        time.sleep(0.1)
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, inbox_id])


def _locked(inbox_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, inbox_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def _renewed(grant: MailboxGrant, refused: str) -> MailboxGrant:
    client = client_of(grant.provider)
    if client is None:
        raise PortError("L’inscription de Comptoir chez le fournisseur manque dans la configuration.", code="client")
    try:
        tokens = oauth.refresh(client, keys.decrypt(grant.refresh_token))
    except oauth.Revoked:
        _end(grant)
        raise _over(grant.provider) from None
    except oauth.Refused as error:
        said = f"{error.code} {error.said}".strip()
        raise PortError(f"Le fournisseur refuse notre inscription\u202f: {said}", code="client") from None
    except oauth.Unavailable:
        if not refused and grant.expires_at and grant.expires_at - timezone.now() > STILL_GOOD:
            return grant
        raise PortError("Le serveur d’autorisation ne répond pas.", code="unavailable") from None
    now = timezone.now()
    grant.access_token = keys.encrypt(tokens.access_token)
    grant.expires_at, grant.refreshed_at = now + timedelta(seconds=tokens.seconds), now
    if tokens.refresh_token:
        grant.refresh_token = keys.encrypt(tokens.refresh_token)
    grant.save(update_fields=["access_token", "refresh_token", "expires_at", "refreshed_at"])
    return grant


@transaction.atomic
def _end(grant: MailboxGrant) -> None:
    """The leave is over: the page says so and offers to sign in again."""
    grant.problem, grant.broken_at, grant.access_token = "revoked", timezone.now(), ""
    grant.save(update_fields=["problem", "broken_at", "access_token"])
    inbox = Inbox.objects.get(pk=grant.inbox_id)
    Inbox.objects.filter(pk=inbox.pk).update(checked_at=timezone.now(), problem=_over(grant.provider).message)
    live.changed(["inboxes"], [f"shop:{inbox.shop_id}"])


def died_young(grant: MailboxGrant) -> bool:
    """Whether Google ended it within days: it does so to every token of an application that is still "testing"."""
    ended = grant.broken_at
    return grant.provider == "google" and ended is not None and ended - grant.granted_at < SHORT_LIVED
