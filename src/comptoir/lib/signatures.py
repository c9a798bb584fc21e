"""Standard Webhooks signatures (https://www.standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`."""

import base64
import binascii
import hashlib
import hmac
import time

TOLERANCE = 5 * 60  # seconds between the sender's clock and ours
PREFIX = "whsec_"


class BadSignature(ValueError):
    """The signature does not prove that the sender holds the secret."""


def sign(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` for a body."""
    mac = hmac.new(_bytes(secret), f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}"


def verify(secret: str, key: str, timestamp: str, signatures: str, body: bytes, *, now: float | None = None) -> None:
    """Raise BadSignature unless one of the space-separated signatures is right and the moment is near."""
    if not secret or not key or len(timestamp) > 12 or not (timestamp.isascii() and timestamp.isdecimal()):
        raise BadSignature("a header is missing")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
        raise BadSignature("too old, or a clock is wrong")
    wanted = sign(secret, key, int(timestamp), body).encode()
    proved = [hmac.compare_digest(wanted, given.encode()) for given in signatures.split()[:10]]
    if not any(proved):
        raise BadSignature("no signature fits")


def _bytes(secret: str) -> bytes:
    """The key: base64 behind `whsec_`, else the text itself."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
