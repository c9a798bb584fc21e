"""Every write about connections: made, changed, tried, subscribed, paused, taken away; secrets never come out again."""

import base64
import json
import secrets as random_secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comptoir.core import keys
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Shop
from comptoir.core.shops import changed_fields
from comptoir.orders.connecting.adapters import carrier_of, held_secrets, shop_of
from comptoir.orders.models import Connection
from comptoir.ports import registry
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Rights

HIDDEN = "••••"
LIMIT = 300  # characters of Connection.problem
OWN_SECRET = "webhook_secret"  # a field of this name is ours to choose where the platform does not give one


@dataclass(frozen=True, slots=True)
class Account:
    """What makes a connection; `secrets` holds only those that are new."""

    port: str
    vendor: str
    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]


@transaction.atomic
def connect(shop: Shop, account: Account, *, actor: Actor) -> Connection:
    """Make a connection (validated by the form), which works at once; nothing is read before it is asked for."""
    secrets = dict(account.secrets)
    declared = {field.name for field in registry.get(account.port, account.vendor).fields}
    if OWN_SECRET in declared and not secrets.get(OWN_SECRET):
        secrets[OWN_SECRET] = new_secret()
    connection = Connection.objects.create(
        shop=shop,
        port=account.port,
        vendor=account.vendor,
        name=account.name,
        settings=dict(account.settings),
        secrets=keys.encrypt(json.dumps(secrets)),
        active=True,
    )
    record(connection, "connection.created", actor=actor, shop=shop.pk, vendor=account.vendor)
    return connection


@transaction.atomic
def edit(connection: Connection, changes: Mapping[str, Any], secrets: Mapping[str, str], *, actor: Actor) -> None:
    """Change a connection; what stays the same is not recorded. A changed one is untried."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    before, after = changed_fields(row, changes)
    if secrets:
        row.secrets = keys.encrypt(json.dumps({**held_secrets(row), **secrets}))
        before["secrets"], after["secrets"] = HIDDEN, f"{HIDDEN} ({', '.join(sorted(secrets))})"
    if not after:
        return
    if {"settings", "secrets"} & after.keys():
        row.checked_at, row.problem, row.missing = None, "", []
    row.save(update_fields=[*after, "checked_at", "problem", "missing"])
    record(row, "connection.edited", actor=actor, shop=row.shop_id, before=before, after=after)


def check(connection: Connection, *, actor: Actor) -> Rights:
    """Try the connection, outside any transaction: who answers, what is wrong, which right is missing."""
    try:
        rights = _rights(connection)
    except PortError as error:
        rights = Rights(problems=(error.message,))
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            checked_at=timezone.now(),
            problem="\n".join(rights.problems)[:LIMIT],
            missing=[right[:120] for right in rights.missing],
        )
        record(
            connection,
            "connection.checked",
            actor=actor,
            shop=connection.shop_id,
            problems=len(rights.problems) + len(rights.missing),
        )
    return rights


def _rights(connection: Connection) -> Rights:
    if connection.port == Connection.Port.CARRIER:
        return Rights(problems=tuple(carrier_of(connection).check()))
    return shop_of(connection).check()


def subscribe(connection: Connection, *, actor: Actor) -> list[str]:
    """Ask the platform to tell us of everything, outside any transaction; the topics. Raises PortError."""
    topics = shop_of(connection).subscribe(address_of(connection))
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(topics=[topic[:120] for topic in topics])
        record(connection, "connection.subscribed", actor=actor, shop=connection.shop_id, count=len(topics))
    return topics


def address_of(connection: Connection) -> str:
    """Where its webhooks arrive."""
    return f"{settings.PUBLIC_URL}/api/connections/{connection.public_id}/webhook"


@transaction.atomic
def renew_secret(connection: Connection, *, actor: Actor) -> str:
    """A fresh secret of ours that signs webhooks, shown once; the earlier one no longer works."""
    secret = new_secret()
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    row.secrets = keys.encrypt(json.dumps({**held_secrets(row), OWN_SECRET: secret}))
    row.save(update_fields=["secrets"])
    record(row, "connection.secret_renewed", actor=actor, shop=row.shop_id)
    return secret


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(random_secrets.token_bytes(32)).decode()}"


@transaction.atomic
def switch(connection: Connection, active: bool, *, actor: Actor) -> None:
    """Pause a connection or take it up again; what it is told meanwhile is kept and waits."""
    if Connection.objects.filter(pk=connection.pk).exclude(active=active).update(active=active):
        if active:
            record(connection, "connection.resumed", actor=actor, shop=connection.shop_id)
        else:
            record(connection, "connection.paused", actor=actor, shop=connection.shop_id)


@transaction.atomic
def disconnect(connection: Connection, *, actor: Actor) -> None:
    """Take a connection away with its log and what waits; its orders stay."""
    record(connection, "connection.removed", actor=actor, shop=connection.shop_id, before={"name": connection.name})
    connection.delete()
