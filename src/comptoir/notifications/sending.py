"""One push over HTTP: encrypted for its browser, with time limits, and never into our own network."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import httpx
from django.conf import settings

from comptoir.core import keys
from comptoir.lib import http, webpush
from comptoir.lib.webpush import Sender, Subscription
from comptoir.notifications.models import Device, Kind

SECONDS = 8.0
KEPT_FOR = 4 * 3600  # seconds for which a push service keeps it for a device that sleeps
LONGEST_WAIT = 24 * 3600
GONE = frozenset({404, 410})
URGENT = frozenset({Kind.MENTIONED, Kind.ASSIGNED, Kind.MINE, Kind.APPROVAL, Kind.TRIAL})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one push went. `gone`: the subscription is over; `again`: another try may succeed, after `wait` seconds."""

    taken: bool = False
    gone: bool = False
    again: bool = False
    status: int = 0
    wait: int = 0


def client() -> httpx.Client:
    """A client for push services: no redirects, 16 kB of answer, 8 s."""
    return http.client(allow=settings.ENVIRONMENT.private_hosts, limit=16_384, timeout=SECONDS, total=SECONDS)


def push(through: httpx.Client, device: Device, sender: Sender, content: dict[str, Any], kind: str) -> Outcome:
    """Hand one message to the device's push service; never raises for what that one or the network does."""
    try:
        body = webpush.encrypt(_written(content), Subscription(device.endpoint, device.p256dh, device.auth))
        answer = through.post(device.endpoint, content=body, headers=_headers(device, sender, content["tag"], kind))
    except (http.ForbiddenAddress, httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError):
        return Outcome(gone=True)
    except httpx.TransportError:
        return Outcome(again=True)
    status = answer.status_code
    if answer.is_success:
        return Outcome(taken=True, status=status)
    wait = asked_wait(answer.headers.get("retry-after", ""), datetime.now(UTC))
    return Outcome(gone=status in GONE, again=status in (408, 429) or status >= 500, status=status, wait=wait)


def asked_wait(text: str, now: datetime) -> int:
    """The seconds of a Retry-After header, given as a number or as a date (RFC 9110, section 10.2.3); 0 without one."""
    if text.isascii() and text.isdecimal():
        return min(int(text[:8]), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0, min(int((at - now).total_seconds()), LONGEST_WAIT))


def contact() -> str:
    """Where a push service finds us: our address, or the mailbox of our own mail (RFC 8292, section 2.1)."""
    if settings.PUBLIC_URL.startswith("https://"):
        return str(settings.PUBLIC_URL)
    return f"mailto:{parseaddr(settings.SYSTEM_MAIL['from'])[1] or 'comptoir@localhost'}"


def _headers(device: Device, sender: Sender, tag: str, kind: str) -> dict[str, str]:
    return {
        "Authorization": sender.authorization(device.endpoint, contact=contact()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_FOR),
        "Urgency": "high" if kind in URGENT else "normal",
        # of two that wait for a sleeping device, the newer one is delivered; the service learns no number of ours
        "Topic": keys.digest(tag, purpose="push")[:32],
    }


def _written(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
