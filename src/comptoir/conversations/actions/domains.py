"""The domain that we write from: its records asked for, judged (`lib.mailboxes.domain`) and kept with their date."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BinaryField, F, Func, QuerySet, Value
from django.utils import timezone

from comptoir.conversations.models import DomainCheck, Inbox, RawMessage
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.lib.dns import Resolver, Unavailable
from comptoir.lib.mailboxes.discovery import Found, discover
from comptoir.lib.mailboxes.domain import Finding, examine
from comptoir.lib.mailboxes.providers import by_domain, by_servers, provider

BUDGET = 25.0  # seconds for all questions about a domain
GUESSING = 6.0  # seconds to find the servers of a new address
READ = 200  # newest mails in which our own signature is looked for
HEAD = 16_000  # bytes of each
_SIGNED = re.compile(rb"(?im)^DKIM-Signature:((?:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*))")
_JUDGED = re.compile(rb"(?i)dkim=pass[^;]*?header\.(?:d|i)=@?([\w.-]+)[^;]*?header\.s=([\w.-]+)")


def domain_of(inbox: Inbox) -> str:
    """The domain that the inbox writes from, in lower case."""
    return inbox.address.rpartition("@")[2].lower()


def check_domain(inbox: Inbox, *, actor: Actor) -> DomainCheck:
    """Ask the DNS, outside any transaction, and keep what it says."""
    domain = domain_of(inbox)
    try:
        resolver = Resolver(settings.DNS_SERVERS, budget=BUDGET)
        known = provider(str(inbox.settings.get("provider", ""))) or by_servers(_servers(domain, resolver))
        found = examine(domain, resolver, provider=known, selectors=own_selectors(domain), reports=f"dmarc@{domain}")
    except Unavailable:
        found = [Finding(about, "dns", "unknown") for about in ("spf", "dkim", "dmarc")]
    with transaction.atomic():
        row, _made = DomainCheck.objects.update_or_create(
            domain=domain,
            defaults={"findings": [finding.plain() for finding in found], "checked_at": timezone.now()},
        )
        problems = sum(finding.status in ("bad", "missing") for finding in found)
        record(inbox, "inbox.domain_checked", actor=actor, shop=inbox.shop_id, problems=problems)
    return row


def _servers(domain: str, resolver: Resolver) -> list[str]:
    try:
        return resolver.mx(domain)
    except Unavailable:
        return []


def is_providers_own(inbox: Inbox) -> bool:
    """Whether the address is under a provider's own domain (orange.fr): its records are not ours to set."""
    return by_domain(domain_of(inbox)) is not None


def servers_for(address: str) -> Found:
    """The servers of an address, from our table or the DNS; never raises."""
    try:
        return discover(address, Resolver(settings.DNS_SERVERS, budget=GUESSING))
    except Unavailable:
        return discover(address, None)


def own_selectors(domain: str) -> list[str]:
    """The DKIM selectors in mail of our own domain that came back to us, the newest first."""
    found: dict[str, None] = {}
    for head in _heads():
        for said in _of_signatures(bytes(head)):
            if said.get("d", "") == domain and said.get("s"):
                found.setdefault(said["s"])
        for owner, selector in _JUDGED.findall(re.sub(rb"\r?\n[ \t]+", b" ", bytes(head))):
            if owner.decode("ascii", "replace").lower() == domain:
                found.setdefault(selector.decode("ascii", "replace"))
    return list(found)[:5]


def _heads() -> Iterable[Any]:
    rows: QuerySet[Any] = RawMessage.objects.order_by("-pk").annotate(
        head=Func(F("content"), Value(1), Value(HEAD), function="substring", output_field=BinaryField())
    )
    return rows.values_list("head", flat=True)[:READ]


def _of_signatures(head: bytes) -> list[dict[str, str]]:
    found = []
    for value in _SIGNED.findall(head):
        text = re.sub(r"\s+", "", value.decode("ascii", "replace"))
        found.append(dict(part.split("=", 1) for part in text.lower().split(";") if "=" in part))
    return found
