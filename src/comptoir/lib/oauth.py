"""OAuth 2 as a client: the authorisation code flow with PKCE (RFC 6749, 7636), and tokens renewed.

Nothing is kept here. Tokens never stand in a repr or in an error.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import httpx

from comptoir.lib import http

TIMEOUT = 15.0  # seconds for one wait
TOTAL = 25.0  # seconds for the whole answer
LIMIT = 100_000  # bytes of an answer
LIFE = 3_600  # seconds that an access token lives when the server does not say


class Unavailable(Exception):
    """The authorisation server was not reached, was too slow or failed: trying again may help."""


class Revoked(Exception):
    """The leave no longer holds (`invalid_grant`): a person has to give it again."""


class Refused(Exception):
    """The server refuses us for good: a wrong client, secret or scope. `code` is the server's word for it."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.said = said


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at an authorisation server, and where it is. `more` goes with the first request."""

    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    scope: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the server gave. `refresh_token` is empty when the earlier one stays; `email` is who signed in, if told."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int = LIFE
    email: str = ""
    scope: str = ""


def new_verifier() -> str:
    """The secret that proves at the end that we began (RFC 7636, 43 characters)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """What may be shown of the verifier: its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorization_url(client: Client, *, redirect_uri: str, state: str, verifier: str, hint: str = "") -> str:
    """Where the browser goes to ask its owner for leave; `hint` is the address that should sign in."""
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "scope": client.scope,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        **({"login_hint": hint} if hint else {}),
        **client.more,
    }
    joint = "&" if urlsplit(client.authorize_url).query else "?"
    return f"{client.authorize_url}{joint}{urlencode(query)}"


def exchange(client: Client, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Tokens for the code that came back; raises Unavailable, Revoked (the code is spent or too old) or Refused."""
    return _ask(
        client,
        {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        },
    )


def refresh(client: Client, refresh_token: str) -> Tokens:
    """A fresh access token; the server may give another refresh token, which then replaces the earlier one."""
    return _ask(client, {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": client.scope})


def _ask(client: Client, form: dict[str, str]) -> Tokens:
    form |= {"client_id": client.client_id}
    if client.client_secret:
        form["client_secret"] = client.client_secret
    host = urlsplit(client.token_url)
    # The operator names this address in the environment: it may stand in their own network.
    with http.client(allow=[f"{host.hostname}:{host.port}" if host.port else host.hostname or ""],
                     limit=LIMIT, timeout=TIMEOUT, total=TOTAL) as calls:  # fmt: skip
        try:
            answer = calls.post(client.token_url, data=form, headers={"Accept": "application/json"})
            answer.read()
        except httpx.HTTPError as error:
            raise Unavailable(type(error).__name__) from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise Unavailable(str(answer.status_code))
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        raise Unavailable("the answer is not JSON") from None
    if not isinstance(told, dict):
        raise Unavailable("the answer is not an object")
    if answer.status_code != 200 or "error" in told:
        code = str(told.get("error", answer.status_code))[:60]
        if code in ("invalid_grant", "interaction_required", "consent_required"):
            raise Revoked(code)
        if code in ("temporarily_unavailable", "server_error"):
            raise Unavailable(code)
        raise Refused(code, str(told.get("error_description", ""))[:200])
    return _tokens(told)


def _tokens(told: dict[str, object]) -> Tokens:
    access = told.get("access_token")
    if not isinstance(access, str) or not access or not access.isascii() or not access.isprintable():
        raise Refused("no_access_token")
    refreshed = told.get("refresh_token")
    seconds = told.get("expires_in", LIFE)
    try:
        life = int(str(seconds))
    except ValueError:
        life = LIFE
    return Tokens(
        access_token=access,
        refresh_token=refreshed if isinstance(refreshed, str) else "",
        seconds=max(0, min(life, 30 * 86_400)),
        email=_email(told.get("id_token")),
        scope=str(told.get("scope", "")),
    )


def _email(token: object) -> str:
    """Who signed in. The token came over TLS from the server itself, so its signature proves nothing more
    (OpenID Connect Core 3.1.3.7, point 6)."""
    if not isinstance(token, str) or token.count(".") != 2:
        return ""
    part = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return ""
    if not isinstance(claims, dict):
        return ""
    for name in ("email", "preferred_username", "upn"):
        value = claims.get(name)
        if isinstance(value, str) and "@" in value and len(value) <= 254 and value.isprintable():
            return value.lower()
    return ""
