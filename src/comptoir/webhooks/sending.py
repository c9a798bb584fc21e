"""One delivery over HTTP: signed, with time limits, and never into our own network."""

import json
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone

from comptoir.core import keys
from comptoir.core.models import Event
from comptoir.lib import http
from comptoir.lib.signatures import sign
from comptoir.webhooks import bodies
from comptoir.webhooks.models import Endpoint, WebhookDelivery

ANSWER_KEPT = 500  # characters
SECONDS = 15.0
LONGEST_WAIT = 24 * 3600


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one try went. `told` is true for a 2xx; `wait` are the seconds that the receiver asked for."""

    told: bool
    status: int = 0
    error: str = ""
    answer: str = ""
    milliseconds: int = 0
    wait: int = 0

    def as_row(self, at: datetime) -> dict[str, Any]:
        """What the log keeps."""
        return {
            "at": at.isoformat(),
            "status": self.status,
            "error": self.error,
            "answer": self.answer,
            "ms": self.milliseconds,
        }


def client() -> httpx.Client:
    """A client for receivers: no redirects, 64 kB of answer, 15 s."""
    return http.client(allow=settings.ENVIRONMENT.private_hosts, limit=65_536, timeout=SECONDS, total=SECONDS)


def attempt(through: httpx.Client, endpoint: Endpoint, delivery: WebhookDelivery) -> Attempt:
    """Tell one event; never raises for what the receiver or the network does."""
    event = Event.objects.filter(pk=delivery.event_id).first()
    if event is None or not bodies.may_hear(endpoint.agent, event):
        return Attempt(True, error="unseen")
    body = bodies.body(endpoint.agent, event, content=endpoint.content)
    return _post(through, endpoint, f"evt_{delivery.event_id}_{endpoint.pk}", body)


def try_out(endpoint: Endpoint) -> Attempt:
    """Tell something harmless now, of the type "comptoir.test"; it is not logged and not tried again."""
    body = json.dumps({"type": "comptoir.test", "timestamp": timezone.now().isoformat(), "data": {}}).encode()
    with client() as through:
        return _post(through, endpoint, f"test_{uuid.uuid4().hex}", body)


def _post(through: httpx.Client, endpoint: Endpoint, key: str, body: bytes) -> Attempt:
    started = time.monotonic()
    try:
        answer = through.post(endpoint.url, content=body, headers=_headers(endpoint, key, body))
    except http.ForbiddenAddress:
        return Attempt(False, error="forbidden", milliseconds=_since(started))
    except httpx.TimeoutException:
        return Attempt(False, error="slow", milliseconds=_since(started))
    except (httpx.TransportError, httpx.InvalidURL, UnicodeError) as problem:
        return Attempt(False, error=f"network: {type(problem).__name__}", milliseconds=_since(started))
    return Attempt(
        answer.is_success,
        status=answer.status_code,
        answer=answer.text[:ANSWER_KEPT].replace("\0", ""),
        milliseconds=_since(started),
        wait=_asked_wait(answer),
    )


def _headers(endpoint: Endpoint, key: str, body: bytes) -> dict[str, str]:
    """The same webhook-id at every try: receivers know by it what they have already."""
    now = int(time.time())
    secrets = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_until and endpoint.former_until > timezone.now():
        secrets.append(endpoint.former_secret)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Comptoir-Webhooks",
        "webhook-id": key,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(sign(keys.decrypt(secret), key, now, body) for secret in secrets),
    }


def _asked_wait(answer: httpx.Response) -> int:
    text = answer.headers.get("retry-after", "")
    asked = answer.status_code in (429, 503) and text.isascii() and text.isdecimal() and len(text) < 8
    return min(int(text), LONGEST_WAIT) if asked else 0


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
