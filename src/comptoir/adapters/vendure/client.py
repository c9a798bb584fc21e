"""The Admin API: a session that is renewed, or an API key; errors as one PortError."""

import time
from collections.abc import Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from comptoir.adapters.vendure.queries import LOGIN
from comptoir.lib import payload
from comptoir.lib.vendor import Answer, Vendor
from comptoir.ports.errors import PortError

SESSION = 3_600.0  # seconds that a session is used before a new one is asked for

# Sessions by shop and user: an adapter lives for a call. Nothing is written down.
_sessions: dict[tuple[str, str, str], tuple[str, float]] = {}
_lock = Lock()


class Client:
    """Calls to one shop. `settings` are those of the adapter."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.base = base(settings.get("url", ""))
        self._user = settings.get("username", "").strip()
        self._password = settings.get("password", "")
        self._key = settings.get("api_key", "").strip()
        self._channel = settings.get("channel", "").strip()
        self.secret = self._key or self._password
        secrets = (self._password, self._key, settings.get("webhook_secret", ""))
        self.vendor = Vendor("Vendure", self.base, settings.get("private_hosts", "").split(), secrets=secrets)

    def ask(self, query: str, variables: Mapping[str, Any] | None = None, *, acts: bool = False) -> dict[str, Any]:
        """The `data` of a query. Raises PortError, for a mutation with unknown=True when it may have been done."""
        for again in (True, False):
            token = self._token()
            try:
                return self._ask(query, variables or {}, token, acts)
            except PortError as error:
                if error.code != "auth" or not again or self._key:
                    raise
                self._forget(token)
        raise AssertionError  # the loop returns or raises

    def act(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `act` of a mutation. Raises PortError with Vendure's own words when it refuses."""
        done = payload.mapping(self.ask(query, variables, acts=True).get("act"))
        if done.get("errorCode") or done.get("result") == "NOT_DELETED":
            said = self.vendor.said(done.get("transitionError") or done.get("message"))
            raise PortError(f"Vendure refuse\u202f: {said}", permanent=True, code="refused")
        if not done:
            raise PortError("Vendure n’a pas dit ce qui a été fait.", unknown=True, code="protocol")
        return dict(done)

    def _ask(self, query: str, variables: Mapping[str, Any], token: str, acts: bool) -> dict[str, Any]:
        told, _ = self._post(query, variables, self._headers(token), acts)
        errors = payload.items(told.get("errors"))
        data = told.get("data")
        if errors or not isinstance(data, dict):
            raise self._refusal(errors, acts)
        return data

    def _post(
        self, query: str, variables: Mapping[str, Any], headers: Mapping[str, str], acts: bool
    ) -> tuple[Mapping[str, Any], Answer]:
        if not self.base:
            raise PortError("L’adresse de Vendure manque.", permanent=True, code="settings")
        body = {"query": query, "variables": variables}
        answer = self.vendor.call("POST", "/admin-api", headers=headers, json=body, acts=acts)
        try:
            return payload.mapping(payload.load(answer.body)), answer
        except payload.Unreadable:
            if answer.status == 404:
                raise PortError("Il n’y a pas de Vendure à cette adresse.", permanent=True, code="settings") from None
            raise PortError("Vendure a répondu autre chose que des données.", unknown=acts, code="protocol") from None

    def _headers(self, token: str) -> dict[str, str]:
        channel = {"vendure-token": self._channel} if self._channel else {}
        signed = {"vendure-api-key": self._key} if self._key else {"Authorization": f"Bearer {token}"}
        return {"Accept": "application/json", **channel, **signed}

    def _refusal(self, errors: list[dict[str, Any]], acts: bool) -> PortError:
        first = errors[0] if errors else {}
        code = payload.text(payload.mapping(first.get("extensions")).get("code")).upper()
        said = self.vendor.said(first.get("message"))
        if code == "FORBIDDEN":
            return PortError("Vendure refuse la clé, ou elle n’a pas ce droit.", permanent=True, code="auth")
        if code == "CHANNEL_NOT_FOUND":
            return PortError("Vendure ne connaît pas ce canal.", permanent=True, code="settings")
        if code == "ENTITY_NOT_FOUND":
            return PortError("Vendure ne connaît pas cet élément.", permanent=True, code="not_found")
        if code == "INTERNAL_SERVER_ERROR":
            return PortError(f"Vendure est en panne\u202f: {said}", unknown=acts, code="down")
        return PortError(f"Vendure refuse\u202f: {said}", permanent=True, code="refused")

    def _token(self) -> str:
        if self._key:
            return ""
        if not (self._user and self._password):
            raise PortError(
                "Il faut une clé d’API, ou le nom et le mot de passe d’un administrateur.",
                permanent=True,
                code="settings",
            )
        with _lock:
            token, until = _sessions.get(self._place, ("", 0.0))
        return token if token and time.monotonic() < until else self._sign_in()

    @property
    def _place(self) -> tuple[str, str, str]:
        return self.base, self._user, self._password

    def _sign_in(self) -> str:
        told, answer = self._post(LOGIN, {"username": self._user, "password": self._password}, {}, False)
        login = payload.mapping(payload.mapping(told.get("data")).get("login"))
        token = payload.text(answer.headers.get("vendure-auth-token"), 300)
        if login.get("errorCode"):
            raise PortError("Vendure refuse le nom ou le mot de passe.", permanent=True, code="auth")
        if not token or not token.isascii() or not token.isprintable():
            raise PortError(
                "Vendure n’a pas donné de session\u202f: «\u202ftokenMethod\u202f» doit contenir «\u202fbearer\u202f».",
                permanent=True,
                code="settings",
            )
        with _lock:
            _sessions[self._place] = (token, time.monotonic() + SESSION)
        return token

    def _forget(self, token: str) -> None:
        with _lock:
            if _sessions.get(self._place, ("",))[0] == token:
                del _sessions[self._place]


def base(told: str) -> str:
    """The address before /admin-api, of what people paste; "" for what is none."""
    bare = told.strip().rstrip("/")
    for end in ("/admin-api", "/shop-api", "/admin", "/dashboard"):
        bare = bare.removesuffix(end)
    parts = urlsplit(bare if "://" in bare else f"https://{bare}")
    return (
        f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.scheme in ("http", "https") and parts.hostname else ""
    )
