"""What webhooks of shop platforms have in common: a proof of the very bytes, a name, and reading that never raises."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from comptoir.lib import payload
from comptoir.ports.shop import Notice

LONGEST_KEY = 160
LONGEST_TOPIC = 120


def proved(told: str, body: bytes, secret: str) -> bool:
    """Whether `told` is the base64 of HMAC-SHA256 of the bytes under the secret, compared in constant time."""
    if not secret:
        return False
    right = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(right, told.encode("utf-8", "replace"))


def named(headers: Mapping[str, str], body: bytes, key: str, topic: str) -> tuple[str, str]:
    """The delivery's key and topic out of the headers of those names; without a key the bytes name themselves."""
    name = headers.get(key, "")[:LONGEST_KEY] or f"sha256:{hashlib.sha256(body).hexdigest()}"
    return name, headers.get(topic, "")[:LONGEST_TOPIC]


def understood(
    topic: str,
    body: bytes,
    read: Callable[[str, Mapping[str, Any]], Notice],
    load: Callable[[bytes], Any] = payload.load,
) -> Notice:
    """What `read` makes of the JSON object in the bytes; whatever it cannot read is a problem in words."""
    topic = payload.text(topic, LONGEST_TOPIC).lower()
    try:
        told = load(body)
        if not isinstance(told, dict):
            raise payload.Unreadable("Le contenu n’est pas un objet JSON.")
        return read(topic, told)
    except payload.Unreadable as problem:
        return Notice("other", topic=topic, problem=str(problem))
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        return Notice("other", topic=topic, problem=f"Le contenu n’est pas lisible ({type(error).__name__}).")
