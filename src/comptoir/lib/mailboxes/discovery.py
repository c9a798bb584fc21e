"""From an address to its servers: our own table, who takes the domain's mail (MX), what it publishes (RFC 6186)."""

from dataclasses import dataclass, field

from comptoir.lib.dns import Resolver, Unavailable
from comptoir.lib.mailboxes.providers import OTHER, Provider, by_domain, by_servers

# service -> side, security; RFC 6186 and 8314: TLS from the start is preferred
_SERVICES = (
    ("_imaps", "imap", "ssl"),
    ("_imap", "imap", "starttls"),
    ("_submissions", "smtp", "ssl"),
    ("_submission", "smtp", "starttls"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `source` says how: table, mx, srv, or nothing; `settings` are the mail channel's."""

    source: str = ""
    provider: Provider | None = None
    settings: dict[str, str] = field(default_factory=dict)


def discover(address: str, resolver: Resolver | None) -> Found:
    """The servers of an address; without a resolver, only our own table is asked. Never raises."""
    domain = address.rpartition("@")[2].lower()
    known = by_domain(domain)
    if known is not None:
        return Found("table", known, known.settings(address))
    if resolver is None or "." not in domain:
        return Found()
    try:
        published = _published(domain, resolver)
        known = by_servers(resolver.mx(domain))
    except Unavailable:
        return Found()
    if known is not None:
        return Found("mx", known, known.settings(address))
    if published:
        return Found("srv", None, {"provider": OTHER, "imap_user": address, "smtp_user": "", **published})
    return Found()


def _published(domain: str, resolver: Resolver) -> dict[str, str]:
    found: dict[str, str] = {}
    for service, side, security in _SERVICES:
        if f"{side}_host" in found:
            continue
        for host, port in resolver.srv(f"{service}._tcp.{domain}")[:1]:
            found |= {f"{side}_host": host, f"{side}_port": str(port), f"{side}_security": security}
    return found
