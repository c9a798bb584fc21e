"""Providers whose servers we know: hosts, ports, what signs in, and how much may leave.

Limits are what providers publish or are known to enforce for one account, in messages; they can be changed on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `domains` are its own addresses; `mx` ends the names of the servers that take its mail."""

    key: str
    name: str
    imap: tuple[str, int, str]
    smtp: tuple[str, int, str]
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    sign_in: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    spf: str = ""
    selectors: tuple[str, ...] = ()
    local_part: bool = False  # the identifier is what stands before the @
    trusted: str = ""  # what its servers write in Authentication-Results

    def settings(self, address: str) -> dict[str, str]:
        """The open settings of the mail channel for an address."""
        user = address.partition("@")[0] if self.local_part else address
        found = {"provider": self.key, "imap_user": user, "trusted_servers": self.trusted, "smtp_user": ""}
        for side, (host, port, security) in (("imap", self.imap), ("smtp", self.smtp)):
            found |= {f"{side}_host": host, f"{side}_port": str(port), f"{side}_security": security}
        return found | {f"limit_{unit}": str(self.limits.get(unit, "")) for unit in ("minute", "hour", "day")}


PROVIDERS = (
    Provider(
        "google",
        "Google (Gmail, Workspace)",
        ("imap.gmail.com", 993, "ssl"),
        ("smtp.gmail.com", 465, "ssl"),
        ("gmail.com", "googlemail.com"),
        ("google.com", "googlemail.com", "smtp.goog"),
        sign_in="google",
        limits={"minute": 20, "day": 2000},
        spf="_spf.google.com",
        selectors=("google",),
        trusted="mx.google.com",
    ),
    Provider(
        "microsoft",
        "Microsoft 365, Outlook",
        ("outlook.office365.com", 993, "ssl"),
        ("smtp.office365.com", 587, "starttls"),
        ("outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr", "msn.com"),
        ("mail.protection.outlook.com", "mx.microsoft", "olc.protection.outlook.com"),
        sign_in="microsoft",
        limits={"minute": 30, "day": 10_000},
        spf="spf.protection.outlook.com",
        selectors=("selector1", "selector2"),
    ),
    Provider(
        "orange",
        "Orange",
        ("imap.orange.fr", 993, "ssl"),
        ("smtp.orange.fr", 465, "ssl"),
        ("orange.fr", "wanadoo.fr"),
        ("orange.fr", "wanadoo.fr"),
        limits={"minute": 10, "hour": 100, "day": 500},
    ),
    Provider(
        "ovh",
        "OVHcloud",
        ("ssl0.ovh.net", 993, "ssl"),
        ("ssl0.ovh.net", 465, "ssl"),
        (),
        ("mail.ovh.net", "ovh.net"),
        limits={"minute": 20, "hour": 200},
        spf="mx.ovh.com",
        selectors=("ovhmo-selector-1", "ovhmo-selector-2", "ovhex-selector-1", "ovhemp-selector-1"),
    ),
    Provider(
        "ionos",
        "IONOS",
        ("imap.ionos.fr", 993, "ssl"),
        ("smtp.ionos.fr", 465, "ssl"),
        (),
        ("ionos.fr", "ionos.com", "ionos.de", "ionos.co.uk", "ionos.es", "ionos.it", "kundenserver.de", "1and1.fr"),
        limits={"minute": 20, "hour": 300},
        spf="_spf-eu.ionos.com",
        selectors=("s1-ionos", "s2-ionos", "s42582890"),
    ),
    Provider(
        "gandi",
        "Gandi",
        ("mail.gandi.net", 993, "ssl"),
        ("mail.gandi.net", 465, "ssl"),
        (),
        ("mail.gandi.net",),
        limits={"minute": 20, "hour": 300},
        spf="_mailcust.gandi.net",
        selectors=("gm1", "gm2", "gm3"),
    ),
    Provider(
        "infomaniak",
        "Infomaniak",
        ("mail.infomaniak.com", 993, "ssl"),
        ("mail.infomaniak.com", 465, "ssl"),
        ("ik.me", "ikmail.com", "etik.com"),
        ("infomaniak.ch", "infomaniak.com"),
        limits={"minute": 20, "day": 1440},
        spf="spf.infomaniak.ch",
    ),
    Provider(
        "free",
        "Free",
        ("imap.free.fr", 993, "ssl"),
        ("smtp.free.fr", 465, "ssl"),
        ("free.fr",),
        ("mx1.free.fr", "mx2.free.fr"),
        limits={"minute": 10, "hour": 100},
        local_part=True,
    ),
    Provider(
        "laposte",
        "La Poste",
        ("imap.laposte.net", 993, "ssl"),
        ("smtp.laposte.net", 465, "ssl"),
        ("laposte.net",),
        ("laposte.net",),
        limits={"minute": 10, "hour": 100},
    ),
    Provider(
        "sfr",
        "SFR",
        ("imap.sfr.fr", 993, "ssl"),
        ("smtp.sfr.fr", 465, "ssl"),
        ("sfr.fr", "neuf.fr", "cegetel.net"),
        ("sfr.fr",),
        limits={"minute": 10, "hour": 100},
    ),
    Provider(
        "yahoo",
        "Yahoo",
        ("imap.mail.yahoo.com", 993, "ssl"),
        ("smtp.mail.yahoo.com", 465, "ssl"),
        ("yahoo.fr", "yahoo.com"),
        ("yahoodns.net",),
        limits={"minute": 10, "day": 500},
    ),
    Provider(
        "icloud",
        "iCloud",
        ("imap.mail.me.com", 993, "ssl"),
        ("smtp.mail.me.com", 587, "starttls"),
        ("icloud.com", "me.com", "mac.com"),
        ("mail.icloud.com",),
        limits={"minute": 10, "day": 1000},
        spf="icloud.com",
        selectors=("sig1",),
    ),
)
OTHER = "other"
_BY_KEY = {provider.key: provider for provider in PROVIDERS}


def provider(key: str) -> Provider | None:
    """The provider of that key."""
    return _BY_KEY.get(key)


def by_domain(domain: str) -> Provider | None:
    """The provider whose own addresses end so."""
    return next((row for row in PROVIDERS if domain.lower() in row.domains), None)


def by_servers(servers: list[str]) -> Provider | None:
    """The provider that takes a domain's mail, by the names of its MX servers."""
    for server in servers:
        for row in PROVIDERS:
            if any(server == end or server.endswith(f".{end}") for end in row.mx):
                return row
    return None
