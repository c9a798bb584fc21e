"""Whose mail goes to spam, silently: an address of a person, or a whole domain."""

import re

from django.db import connection, transaction

from comptoir.conversations.models import BlockedDomain
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.customers.models import Identity, IdentityKind

DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
# Mailboxes of everybody: blocking one of these would block half of the customers.
PUBLIC = frozenset(
    "gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr hotmail.co.uk live.com live.fr msn.com yahoo.com "
    "yahoo.fr yahoo.co.uk icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.fr web.de orange.fr wanadoo.fr free.fr sfr.fr "
    "laposte.net bbox.fr neuf.fr libero.it wp.pl o2.pl onet.pl interia.pl telia.com ziggo.nl kpnmail.nl sapo.pt proton.me "
    "protonmail.com".split()
)

# Each mail of a new matter asks it; as SQL it costs a third of what the ORM takes to compile it.
_BLOCKED = "SELECT EXISTS (SELECT FROM conversations_blockeddomain WHERE domain = ANY(%s))"


class CannotBlock(ValueError):
    """`code` says why: no_domain, public, ours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_blocked(identity: Identity) -> bool:
    """Whether what comes from there is kept in spam: the address is blocked, or its domain or one above it."""
    if identity.blocked_at is not None:
        return True
    if identity.kind != IdentityKind.EMAIL:
        return False
    labels = identity.value.rpartition("@")[2].split(".")
    above = [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))][:10]
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKED, [above])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def block_domain(text: str, *, actor: Actor, ours: frozenset[str] = frozenset()) -> BlockedDomain:
    """Block a domain and those below it; raises CannotBlock for a mailbox of everybody and for one of our own."""
    domain = text.strip().lower().rpartition("@")[2].strip(".")
    if not DOMAIN.fullmatch(domain):
        raise CannotBlock("no_domain")
    if domain in PUBLIC:
        raise CannotBlock("public")
    if any(own == domain or own.endswith(f".{domain}") for own in ours):
        raise CannotBlock("ours")
    agent = actor.id if actor.kind == "agent" else None
    row, made = BlockedDomain.objects.get_or_create(domain=domain, defaults={"agent_id": agent})
    if made:
        record(row, "domain.blocked", actor=actor, after={"domain": domain})
    return row


@transaction.atomic
def unblock_domain(row: BlockedDomain, *, actor: Actor) -> None:
    """Let the domain write again; what is in spam stays there."""
    record(row, "domain.unblocked", actor=actor, before={"domain": row.domain})
    row.delete()
