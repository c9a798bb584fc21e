"""A browser and its push service: the service checks who sends, the browser reads with its own key."""

import json
import os
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from comptoir.lib.webpush import written
from comptoir.notifications import actions


def octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """Somebody's browser: its own key pair and secret, and what its push service brought."""

    url: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def body(self) -> dict[str, Any]:
        """What PushSubscription.toJSON() gives."""
        return {"endpoint": self.url, "keys": {"p256dh": written(self.point), "auth": written(self.secret)}}

    def subscribe(self, console: Client, **more: Any) -> int:
        given = json.dumps(self.body | more)
        path = "/account/notifications/devices/"
        status: int = console.post(path, given, content_type="application/json").status_code
        actions.anybody.forget()
        return status

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(self.read(body)) for _, body in self.got]

    def read(self, body: bytes) -> bytes:
        """RFC 8291 from the other side."""
        salt, size, theirs, sealed = body[:16], int.from_bytes(body[16:20], "big"), body[21:86], body[86:]
        assert (size, body[20], len(body) <= 4096) == (4096, 65, True)
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        material = derive(self.secret, shared, b"WebPush: info\0" + self.point + theirs, 32)
        content = derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        plain = AESGCM(content).decrypt(derive(salt, material, b"Content-Encoding: nonce\0", 12), sealed, None)
        text, _, padding = plain.rpartition(b"\x02")
        assert padding.strip(b"\0") == b""
        return text


def derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


def proved(authorization: str, public: str) -> dict[str, Any]:
    """The claims of a VAPID header whose signature that public key confirms (RFC 8292)."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", public)
    head, claims, signature = parts["t"].split(".")
    raw = octets(signature)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), octets(parts["k"]))
    whole = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point.verify(whole, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert json.loads(octets(head)) == {"typ": "JWT", "alg": "ES256"}
    found: dict[str, Any] = json.loads(octets(claims))
    return found


@contextmanager
def listening() -> Iterator[Browser]:
    """A browser whose push service listens on this machine."""
    found = Browser()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/push/abc"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser(settings: Any) -> Iterator[Browser]:
    """A browser whose push service may be called as a private host."""
    with listening() as found:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, private_hosts=(found.url.split("/")[2],))
        actions.anybody.forget()
        yield found
        actions.anybody.forget()
