"""What our own mail server has found out about a message's origin (RFC 8601); nobody else's word counts."""

import re
from collections.abc import Collection

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*(\w+)", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*\"?([\w.@-]+)", re.IGNORECASE)


def results(
    fields: list[tuple[str, str]], trusted: Collection[str], sender_domain: str, senders: int
) -> dict[str, str]:
    """spf, dkim and dmarc as told by a server in `trusted` (authserv-ids); empty when none of these has spoken.

    Only the topmost block counts: what stands below the next Received line may have been written by the sender.
    `dmarc` is "pass" only for the one domain that the reader sees; otherwise "mismatch" (or "multiple" senders).
    """
    wanted = {identifier.strip().lower() for identifier in trusted if identifier.strip()}
    found: dict[str, str] = {}
    seen = False
    for name, value in fields if wanted else ():
        if name == "received" and seen:
            break
        if name != "authentication-results":
            continue
        head, *statements = _COMMENT.sub(" ", re.sub(r"\s+", " ", value[:10_000])).split(";")
        server = (head.split() or [""])[0].lower()
        if server not in wanted:
            continue
        seen = True
        for statement in statements:
            match = _RESULT.match(statement)
            if match is None:
                continue
            method, result = match.group(1).lower(), match.group(2).lower()
            if method == "dmarc" and result == "pass":
                result = _aligned(statement, sender_domain, senders)
            if found.get(method, "pass") == "pass" or (method == "dkim" and result == "pass"):
                found[method] = result  # one DKIM signature that holds is enough; of the others the worse word counts
    return found


def _aligned(statement: str, sender_domain: str, senders: int) -> str:
    if senders != 1:
        return "multiple"
    told = _FROM.search(statement)
    domain = told.group(1).lower().rpartition("@")[2] if told else ""
    return "pass" if domain and domain == sender_domain.lower() else "mismatch"
