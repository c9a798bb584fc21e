"""The keyring: signing, encryption and digests apart, each with versions so that old links survive a rotation.

The keys stand in settings.KEYRING as JSON `{"signing": {"1": "..."}, "encryption": {...}, "digest": {...}}`.
"""

import base64
import hashlib
import hmac
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import signing


class BadToken(ValueError):
    """A token is forged, of another purpose, or too old."""


class CannotDecrypt(ValueError):
    """A secret was encrypted with a key that this keyring does not hold."""


@cache
def _ring(text: str) -> dict[str, dict[int, str]]:
    return {use: {int(version): key for version, key in versions.items()} for use, versions in json.loads(text).items()}


def _versions(use: str) -> dict[int, str]:
    return _ring(settings.KEYRING)[use]


def sign(value: Any, *, purpose: str) -> str:
    """A URL-safe token that carries a JSON value; whoever holds it can read the value but not change it."""
    versions = _versions("signing")
    newest = max(versions)
    return f"{newest}.{signing.dumps(value, key=versions[newest], salt=f'comptoir.{purpose}', compress=False)}"


def unsign(token: str, *, purpose: str, max_age: int | None = None) -> Any:
    """The value of a token made by `sign` for that purpose; raises BadToken. `max_age` in seconds."""
    version, _, rest = token.partition(".")
    key = _versions("signing").get(int(version)) if version.isascii() and version.isdecimal() else None
    if key is None:
        raise BadToken("unknown key")
    try:
        return signing.loads(rest, key=key, salt=f"comptoir.{purpose}", max_age=max_age)
    except (signing.BadSignature, ValueError, RecursionError) as error:
        raise BadToken(str(error)) from error


def short_signature(value: str, *, purpose: str) -> str:
    """Sixteen lower-case characters (80 bits) that prove we wrote `value`: for Message-IDs and addresses."""
    versions = _versions("signing")
    newest = max(versions)
    return f"{newest}{_short(versions[newest], value, purpose)}"


def proves(signature: str, value: str, *, purpose: str) -> bool:
    """Whether `signature` was made by `short_signature` for that value, in constant time."""
    head, tail = signature[:-16], signature[-16:]
    key = _versions("signing").get(int(head)) if head.isascii() and head.isdecimal() else None
    return key is not None and hmac.compare_digest(tail, _short(key, value, purpose))


def _short(key: str, value: str, purpose: str) -> str:
    mac = hmac.new(key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:10]).decode().lower()


def encrypt(text: str) -> str:
    """A secret as it may stand in the database; empty stays empty."""
    if not text:
        return ""
    versions = _versions("encryption")
    newest = max(versions)
    return f"{newest}.{_fernet(versions[newest]).encrypt(text.encode()).decode()}"


def decrypt(stored: str) -> str:
    """The secret again; raises CannotDecrypt."""
    if not stored:
        return ""
    version, _, token = stored.partition(".")
    key = _versions("encryption").get(int(version)) if version.isascii() and version.isdecimal() else None
    if key is None:
        raise CannotDecrypt("This secret was encrypted with a key that is not in the keyring.")
    try:
        return _fernet(key).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise CannotDecrypt("This secret cannot be decrypted with the keyring.") from error


@cache
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def digest(value: str, *, purpose: str) -> str:
    """A salted digest (64 hexadecimal characters) under which a value is counted or found but not read."""
    versions = _versions("digest")
    key = versions[min(versions)]  # digests are looked up again, so they keep the first key
    return hmac.new(key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()
