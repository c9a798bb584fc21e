"""Every write about inboxes: made, changed, tried, paused; their secrets go in encrypted and never come out."""

import base64
import json
import secrets as random_secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions import arriving
from comptoir.conversations.actions.topics import named
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import Inbox, RawMessage
from comptoir.core import keys
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.shops import changed_fields
from comptoir.ports.errors import PortError

HIDDEN = "••••"
LIMIT = 300  # characters of Inbox.problem


@transaction.atomic
def create_inbox(values: Mapping[str, Any], *, actor: Actor) -> Inbox:
    """Make an inbox (validated by the form); its account is filled in afterwards."""
    inbox = Inbox.objects.create(**values)
    record(inbox, "inbox.created", actor=actor, shop=inbox.shop_id, after={"name": inbox.name, "kind": inbox.kind})
    return inbox


@transaction.atomic
def edit_inbox(inbox: Inbox, changes: Mapping[str, Any], secrets: Mapping[str, str], *, actor: Actor) -> None:
    """Change an inbox; `secrets` holds only those that are new. What stays the same is not recorded.

    A changed account is one that nobody has tried: its last check is forgotten.
    """
    inbox = Inbox.objects.select_for_update().get(pk=inbox.pk)
    before, after = changed_fields(inbox, changes)
    named(after.get("topics", ()), actor=actor)
    if secrets:
        held = json.loads(keys.decrypt(inbox.secrets) or "{}")
        inbox.secrets = keys.encrypt(json.dumps({**held, **secrets}))
        before["secrets"], after["secrets"] = HIDDEN, f"{HIDDEN} ({', '.join(sorted(secrets))})"
    if not after:
        return
    if {"settings", "secrets", "adapter", "address"} & after.keys():
        inbox.checked_at, inbox.problem = None, ""
    inbox.save(update_fields=[*after, "checked_at", "problem"])
    record(inbox, "inbox.edited", actor=actor, shop=inbox.shop_id, before=before, after=after)


def check_inbox(inbox: Inbox, *, actor: Actor) -> list[str]:
    """Try the account, outside any transaction; what is wrong in plain sentences, empty when all is well."""
    try:
        problems = channel_for(inbox).check()
    except PortError as error:
        problems = [error.message]
    with transaction.atomic():
        Inbox.objects.filter(pk=inbox.pk).update(checked_at=timezone.now(), problem="\n".join(problems)[:LIMIT])
        record(inbox, "inbox.checked", actor=actor, shop=inbox.shop_id, problems=len(problems))
    return problems


@transaction.atomic
def preset_inbox(inbox: Inbox, values: Mapping[str, str], *, actor: Actor) -> None:
    """Lead the account to a provider's servers; what is not the provider's to say stays."""
    edit_inbox(inbox, {"settings": {**inbox.settings, **values}}, {}, actor=actor)


@transaction.atomic
def switch_inbox(inbox: Inbox, active: bool, *, actor: Actor) -> None:
    """Pause an inbox, which is then neither read nor offered to customers, or take it up again."""
    if Inbox.objects.filter(pk=inbox.pk).exclude(active=active).update(active=active):
        record(inbox, "inbox.resumed" if active else "inbox.paused", actor=actor, shop=inbox.shop_id)


@transaction.atomic
def new_webhook_secret(inbox: Inbox, *, actor: Actor) -> str:
    """A fresh secret that signs raw mail posted over HTTP, shown once; the earlier one no longer works."""
    secret = f"whsec_{base64.b64encode(random_secrets.token_bytes(32)).decode()}"  # as Standard Webhooks writes it
    Inbox.objects.filter(pk=inbox.pk).update(webhook_secret=keys.encrypt(secret))
    record(inbox, "inbox.secret_renewed", actor=actor, shop=inbox.shop_id)
    return secret


@transaction.atomic
def replay_failed(inbox: Inbox, *, actor: Actor, only: int | None = None) -> int:
    """Try the mails that could not be read once more (or only one of them); how many."""
    failed = RawMessage.objects.filter(inbox=inbox, state=RawMessage.State.FAILED)
    rows = list((failed.filter(pk=only) if only else failed).only("pk", "inbox_id"))
    for raw in rows:
        arriving.replay(raw)
    if rows:
        record(inbox, "inbox.replayed", actor=actor, shop=inbox.shop_id, count=len(rows))
    return len(rows)
