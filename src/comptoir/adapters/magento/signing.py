"""How a call is proved: a bearer token, or OAuth 1.0a (RFC 5849) with HMAC-SHA256.

https://developer.adobe.com/commerce/webapi/get-started/authentication/gs-authentication-oauth/
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote


def escaped(text: str) -> str:
    """Percent-encoded as RFC 3986 has it: a space is %20, a bracket %5B."""
    return quote(text, safe="~")


def query(params: Mapping[str, str]) -> str:
    """A query string of the same escapes that are signed."""
    return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in params.items())


@dataclass(frozen=True, slots=True)
class Keys:
    """The four words of an integration; without the three of OAuth the token stands alone."""

    token: str = field(repr=False)
    consumer: str = field(default="", repr=False)
    consumer_secret: str = field(default="", repr=False)
    token_secret: str = field(default="", repr=False)

    @property
    def usable(self) -> bool:
        """Whether they can stand in a header; of OAuth's three there are all or none."""
        told = (self.consumer, self.consumer_secret, self.token_secret)
        words = self.token + "".join(told)
        return bool(self.token) and words.isascii() and words.isprintable() and len({bool(word) for word in told}) == 1

    def authorization(self, method: str, url: str, params: Mapping[str, str]) -> str:
        """The header Authorization of a call; `url` without its query."""
        if not self.consumer:
            return f"Bearer {self.token}"
        proof = {
            "oauth_consumer_key": self.consumer,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(time.time())),
            "oauth_token": self.token,
            "oauth_version": "1.0",
        }
        proof["oauth_signature"] = self.signature(method, url, {**params, **proof})
        return "OAuth " + ", ".join(f'{name}="{escaped(value)}"' for name, value in proof.items())

    def signature(self, method: str, url: str, params: Mapping[str, str]) -> str:
        """Base64 of HMAC-SHA256 over method, address and sorted parameters."""
        pairs = sorted((escaped(name), escaped(value)) for name, value in params.items())
        line = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join((method.upper(), escaped(url), escaped(line)))
        secret = f"{escaped(self.consumer_secret)}&{escaped(self.token_secret)}"
        return base64.b64encode(hmac.new(secret.encode(), base.encode(), hashlib.sha256).digest()).decode()
