"""Notices of a sending service as JSON in a mail: Amazon SES, alone or wrapped by SNS."""

import json
import re
from typing import Any

from comptoir.lib.mail.headers import email_address, identifiers
from comptoir.ports.channel import Bounce

MAX_JSON = 500_000  # characters


def read(text: str) -> dict[str, Any]:
    """The notice at the start of a text, or {}."""
    start = text[:MAX_JSON].lstrip()
    if not start.startswith("{"):
        return {}
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(start)
        if isinstance(found, dict) and isinstance(found.get("Message"), str):
            found = json.loads(found["Message"], strict=False)
    except (ValueError, RecursionError):
        found = _loose(start[:100_000])
    return found if isinstance(found, dict) else {}


def _loose(text: str) -> dict[str, Any]:
    """What can be made out of JSON that a mail program has broken into lines or cut."""
    flat = text.replace("\\", "")
    kind = re.search(r'"(?:notificationType|eventType)"\s*:\s*"(\w+)"', flat)
    if not kind:
        return {}
    found = re.findall(r'"emailAddress"\s*:\s*"([^"]{3,320})"', flat)
    sort = re.search(r'"bounceType"\s*:\s*"(\w+)"', flat)
    recipients = [{"emailAddress": address} for address in found]
    bounce = {"bounceType": sort.group(1) if sort else "", "bouncedRecipients": recipients}
    return {"notificationType": kind.group(1), "bounce": bounce}


def bounces(notice: dict[str, Any]) -> list[Bounce] | None:
    """What did not arrive; an empty list for a delivery; None if the notice tells neither."""
    kind = notice.get("notificationType") or notice.get("eventType")
    if kind == "Delivery":
        return []
    if kind != "Bounce":
        return None
    bounce = _dict(notice.get("bounce"))
    permanent = str(bounce.get("bounceType", "")).lower() != "transient"
    original = _original(_dict(notice.get("mail")))
    found = []
    for one in _list(bounce.get("bouncedRecipients")):
        address = email_address(str(one.get("emailAddress", "")))
        code, reason = str(one.get("status") or ""), str(one.get("diagnosticCode") or "")
        found.append(Bounce(address, permanent, code[:20], reason[:500], original))
    return found or [Bounce("", permanent, "", "", original)]


def _original(mail: dict[str, Any]) -> str:
    for header in _list(mail.get("headers")):
        if str(header.get("name", "")).lower() == "message-id":
            return next(iter(identifiers(str(header.get("value", "")))), "")
    return ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
