"""May this server write in the domain's name? SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489), as findings.

A finding is a code with its values; the page has the words. `status`: good, missing, bad, weak (it works, but), or
unknown (the DNS did not answer, or nobody can tell from outside).
"""

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from comptoir.lib.dns import Resolver, Unavailable
from comptoir.lib.mailboxes.providers import Provider

LOOKUPS = 10  # RFC 7208 4.6.4
DEPTH = 12
WELL_KNOWN = (
    "google selector1 selector2 default dkim mail k1 k2 k3 s1 s2 gm1 gm2 gm3 s1-ionos s2-ionos ovhmo-selector-1 "
    "ovhmo-selector-2 fm1 fm2 fm3 protonmail protonmail2 protonmail3 zoho sig1 mandrill mailjet sendgrid brevo1 brevo2 "
    "smtp key1 dk"
).split()
_TAG = re.compile(r"\s*([A-Za-z0-9_]+)\s*=\s*([^;]*)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement. `record` is what to add: type, name, value; `found` what stands there now."""

    about: str
    code: str
    status: str
    values: dict[str, Any] = field(default_factory=dict)
    record: tuple[str, str, str] | None = None
    found: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def examine(
    domain: str,
    resolver: Resolver,
    *,
    provider: Provider | None = None,
    selectors: Iterable[str] = (),
    reports: str = "",
) -> list[Finding]:
    """The three findings for a domain. `selectors` were seen in our own mail; `reports` takes DMARC's reports."""
    seen = list(dict.fromkeys(name for name in selectors if re.fullmatch(r"[A-Za-z0-9._-]{1,63}", name)))
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("spf", lambda: spf(domain, resolver, provider)),
        ("dkim", lambda: dkim(domain, resolver, provider, seen)),
        ("dmarc", lambda: dmarc(domain, resolver, reports)),
    )
    found = []
    for about, check in checks:
        try:
            found.append(check())
        except Unavailable:
            found.append(Finding(about, "dns", "unknown"))
    return found


def spf(domain: str, resolver: Resolver, provider: Provider | None) -> Finding:
    """Which servers may send for the domain."""
    ours = f"include:{provider.spf}" if provider and provider.spf else ""
    texts = [text for text in resolver.txt(domain) if _is_spf(text)]
    if not texts:
        value = f"v=spf1 {ours} ~all" if ours else "v=spf1 a mx ~all"
        return Finding("spf", "missing", "missing", record=("TXT", domain, value))
    if len(texts) > 1:
        return Finding(
            "spf", "several", "bad", {"count": len(texts)}, ("TXT", domain, _merged(sorted(texts))), " | ".join(texts)
        )
    text = texts[0]
    terms = text.lower().split()[1:]
    walk = _Walk(resolver)
    walk.count(domain, terms, 0)
    if any(term in ("+all", "all") for term in terms):
        safe = " ".join("~all" if term.lower() in ("+all", "all") else term for term in text.split())
        return Finding("spf", "all", "bad", record=("TXT", domain, safe), found=text)
    if walk.looped or walk.lookups > LOOKUPS:
        return Finding("spf", "lookups", "bad", {"count": walk.lookups, "limit": LOOKUPS}, found=text)
    if provider and provider.spf and provider.spf not in walk.names:
        return Finding("spf", "absent", "bad", {"name": provider.name}, ("TXT", domain, _with(text, ours)), text)
    if not any(term.endswith("all") for term in terms) and not any(term.startswith("redirect=") for term in terms):
        return Finding("spf", "open_end", "weak", record=("TXT", domain, f"{text} ~all"), found=text)
    if "?all" in terms:
        return Finding("spf", "neutral", "weak", record=("TXT", domain, text.replace("?all", "~all")), found=text)
    code = "good" if provider and provider.spf else "present"
    return Finding("spf", code, "good", {"lookups": walk.lookups}, found=text)


def _is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def _with(text: str, term: str) -> str:
    """The record with one more term, before what ends it."""
    parts = text.split()
    at = next((place for place, part in enumerate(parts) if part.lower().lstrip("+-~?") == "all"), len(parts))
    return " ".join([*parts[:at], term, *parts[at:]])


def _merged(texts: list[str]) -> str:
    """Two records as one: a domain may have only one."""
    terms: dict[str, None] = {}
    end = "~all"
    for text in texts:
        for term in text.split()[1:]:
            if term.lower().lstrip("+-~?") == "all":
                end = "-all" if term == "-all" and end == "-all" else "~all"
            else:
                terms.setdefault(term, None)
    return " ".join(["v=spf1", *terms, end])


class _Walk:
    """Counts the questions that a reader of the record has to ask, through includes and redirects."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.lookups = 0
        self.names: set[str] = set()
        self.looped = False

    def count(self, domain: str, terms: list[str], depth: int) -> None:
        for term in terms:
            bare = term.lstrip("+-~?")
            kind, _, name = bare.replace("redirect=", "redirect:", 1).partition(":")
            kind = kind.partition("/")[0]
            if kind not in ("include", "redirect", "a", "mx", "ptr", "exists"):
                continue
            self.lookups += 1
            if kind not in ("include", "redirect") or not name or "%" in name:
                continue
            if depth >= DEPTH or self.lookups > LOOKUPS * 2:
                self.looped = True
                return
            self.names.add(name)
            inner = [text for text in self.resolver.txt(name) if _is_spf(text)]
            if inner:
                self.count(name, inner[0].lower().split()[1:], depth + 1)


def dkim(domain: str, resolver: Resolver, provider: Provider | None, seen: list[str]) -> Finding:
    """Whether mail of the domain is signed: only the selector tells where the key is, and no list of them exists."""
    tried = list(dict.fromkeys([*seen, *(provider.selectors if provider else ()), *WELL_KNOWN]))
    revoked = ""
    for selector in tried:
        for text in resolver.txt(f"{selector}._domainkey.{domain}"):
            tags = _tags(text)
            if "p" not in tags or tags.get("v", "DKIM1").upper() != "DKIM1":
                continue
            if not tags["p"]:
                revoked = selector
                continue
            bits = _bits(tags)
            values = {"selector": selector, "bits": bits, "seen": selector in seen}
            if bits and bits < 1024:
                return Finding("dkim", "short", "bad", values)
            if "y" in tags.get("t", "").split(":"):
                return Finding("dkim", "testing", "weak", values)
            return Finding("dkim", "good" if selector in seen else "found", "good", values)
    if revoked:
        return Finding("dkim", "revoked", "bad", {"selector": revoked})
    if seen:
        return Finding("dkim", "broken", "bad", {"selector": seen[0]})
    return Finding("dkim", "unknown", "unknown", {"count": len(tried), "name": provider.name if provider else ""})


def _bits(tags: dict[str, str]) -> int:
    """About how long an RSA key is; 0 when it is of another kind or cannot be told."""
    if tags.get("k", "rsa") != "rsa":
        return 0
    try:
        size = len(base64.b64decode(re.sub(r"\s", "", tags["p"]), validate=True))
    except ValueError:
        return 0
    # A public key in DER is its modulus and a frame of 24 to 38 bytes.
    return next((bits for bits in (4096, 3072, 2048, 1536, 1024, 768, 512) if size >= bits // 8), 256)


def dmarc(domain: str, resolver: Resolver, reports: str) -> Finding:
    """What receivers should do with mail that proves nothing, and where they report."""
    where, texts = f"_dmarc.{domain}", _dmarc_records(f"_dmarc.{domain}", resolver)
    parent = _parent(domain)
    inherited = False
    if not texts and parent != domain:
        texts, inherited = _dmarc_records(f"_dmarc.{parent}", resolver), True
    rua = f"; rua=mailto:{reports}" if reports else ""
    start = ("TXT", where, f"v=DMARC1; p=none{rua}")
    if not texts:
        return Finding("dmarc", "missing", "missing", record=start)
    if len(texts) > 1:
        return Finding("dmarc", "several", "bad", {"count": len(texts)}, start, " | ".join(texts))
    text, tags = texts[0], _tags(texts[0])
    policy = (tags.get("sp") if inherited else "") or tags.get("p", "")
    values = {
        "policy": policy, "reports": tags.get("rua", ""), "percent": tags.get("pct", "100"),
        "strict": "s" in (tags.get("aspf", "r"), tags.get("adkim", "r")), "parent": parent if inherited else "",
    }  # fmt: skip
    if policy not in ("none", "quarantine", "reject"):
        return Finding("dmarc", "policy", "bad", values, start, text)
    if policy == "none":
        better = re.sub(r"\bp\s*=\s*none", "p=quarantine", text)
        return Finding("dmarc", "none", "weak", values, ("TXT", where, better), text)
    if not tags.get("rua"):
        return Finding(
            "dmarc", "no_reports", "weak", values, ("TXT", where, f"{text.rstrip('; ')}{rua}") if rua else None, text
        )
    return Finding("dmarc", "good", "good", values, found=text)


def _dmarc_records(name: str, resolver: Resolver) -> list[str]:
    return [text for text in resolver.txt(name) if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]


def _parent(domain: str) -> str:
    """The domain under which it was bought, near enough: two labels, three where the second is a country's (co.uk)."""
    parts = domain.split(".")
    keep = 3 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in ("co", "com", "org", "net", "gouv", "ac") else 2
    return ".".join(parts[-keep:])


def _tags(text: str) -> dict[str, str]:
    return {name.lower(): value.strip() for part in text.split(";") for name, value in _TAG.findall(part)[:1]}
