"""Web push: a message encrypted for one browser (RFC 8291, aes128gcm of RFC 8188) and the proof of who sends (RFC 8292).

Plain values in and out: keys and endpoints as browsers write them (base64url without padding).
"""

import base64
import binascii
import json
import os
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1
POINT, SECRET = 65, 16  # bytes of a browser's key and of its secret
RECORD = 4096
ROOM = 3_900  # bytes of text that every push service takes (RFC 8030 asks for 4096 of everything)
STEP = 512  # the length that a push service sees is rounded up to this
ENDPOINT_LIMIT = 1_000  # characters
TOKEN_FOR = 12 * 3600  # seconds; RFC 8292 allows a day


class BadSubscription(ValueError):
    """What a browser is said to have sent is no push subscription; the text says which part is wrong."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One browser: where its push service listens, its public key and its secret."""

    endpoint: str
    p256dh: str
    auth: str

    def check(self) -> None:
        """Raise BadSubscription unless the parts are what RFC 8291 says; the address is only looked at, not called."""
        parts = _address(self.endpoint)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.fragment:
            raise BadSubscription("endpoint")
        _point(_bytes(self.p256dh, POINT, "p256dh"))
        _bytes(self.auth, SECRET, "auth")


@dataclass(frozen=True, slots=True)
class Sender:
    """Our key pair: the private number, and the public key that browsers are given when they subscribe."""

    private: str
    public: str

    @classmethod
    def new(cls) -> "Sender":
        """A fresh pair."""
        key = ec.generate_private_key(CURVE())
        return cls(written(key.private_numbers().private_value.to_bytes(32, "big")), written(_public(key)))

    def authorization(self, endpoint: str, *, contact: str, now: float | None = None) -> str:
        """The header that proves to the push service of that endpoint who sends; `contact` is a mailto: or https: URL."""
        parts = _address(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(now or time.time()) + TOKEN_FOR,
            "sub": contact,
        }
        head = ".".join(written(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        key = ec.derive_private_key(int.from_bytes(_bytes(self.private, 32, "private"), "big"), CURVE())
        r, s = decode_dss_signature(key.sign(head.encode(), ec.ECDSA(SHA256())))
        signature = written(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return f"vapid t={head}.{signature}, k={self.public}"


def encrypt(
    text: bytes,
    to: Subscription,
    *,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
    pad: bool = True,
) -> bytes:
    """The body of a push for one browser, padded so that its length says little. Raises BadSubscription, ValueError.

    `salt` and `key` are made anew for each message; only a test gives them.
    """
    if len(text) > ROOM:
        raise ValueError(f"a push carries at most {ROOM} bytes")
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(CURVE())
    theirs, ours, secret = _bytes(to.p256dh, POINT, "p256dh"), _public(key), _bytes(to.auth, SECRET, "auth")
    shared = key.exchange(ec.ECDH(), _point(theirs))
    material = _derive(secret, shared, b"WebPush: info\0" + theirs + ours, 32)
    content = _derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, material, b"Content-Encoding: nonce\0", 12)
    padding = min(-(len(text) + 1) % STEP, ROOM - len(text)) if pad else 0
    sealed = AESGCM(content).encrypt(nonce, text + b"\x02" + bytes(padding), None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + sealed


def written(value: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def read(text: str) -> bytes:
    """The bytes of base64url, padded or not; raises ValueError."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error


def _address(endpoint: str) -> SplitResult:
    if len(endpoint) > ENDPOINT_LIMIT or any(sign <= " " or sign > "~" for sign in endpoint):
        raise BadSubscription("endpoint")
    try:
        parts = urlsplit(endpoint)
        parts.port  # noqa: B018  # raises for a port that is none
    except ValueError as error:
        raise BadSubscription("endpoint") from error
    return parts


def _bytes(text: str, length: int, part: str) -> bytes:
    try:
        value = read(text) if len(text) <= 2 * length else b""
    except ValueError as error:
        raise BadSubscription(part) from error
    if len(value) != length:
        raise BadSubscription(part)
    return value


def _point(value: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE(), value)
    except ValueError as error:
        raise BadSubscription("p256dh") from error


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)
