"""The GraphQL Admin API: a token that lasts a day and is renewed, costs, and errors as one PortError."""

import re
import time
from collections.abc import Mapping
from threading import Lock
from typing import Any

from comptoir.adapters.shopify.queries import VERSION
from comptoir.lib import payload
from comptoir.lib.vendor import Vendor
from comptoir.ports.errors import PortError

EARLY = 300.0  # seconds before its end that a token is renewed
_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,80}\.myshopify\.com")
_HANDLE = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")

# Tokens by shop and client: an adapter lives for a call, a token for a day. Nothing is written down.
_tokens: dict[tuple[str, str, str], tuple[str, float]] = {}
_lock = Lock()


class TooCostly(PortError):
    """The query asks for more than one query may: it has to ask for less at once."""


class Client:
    """Calls to one shop. `settings` are those of the adapter."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.domain = domain(settings.get("shop", ""))
        self.client_id = settings.get("client_id", "").strip()
        self._secret = settings.get("client_secret", "").strip()
        self._own = settings.get("admin_token", "").strip()
        base = settings.get("base_url", "").strip().rstrip("/") or f"https://{self.domain}"
        self.vendor = Vendor(
            "Shopify", base, settings.get("private_hosts", "").split(), secrets=(self._secret, self._own)
        )

    def ask(self, query: str, variables: Mapping[str, Any], *, acts: bool = False) -> dict[str, Any]:
        """The `data` of a query. Raises PortError, for a mutation with unknown=True when it may have been done."""
        for again in (True, False):
            token = self._token()
            try:
                return self._ask(query, variables, token, acts)
            except PortError as error:
                if error.code != "auth" or not again or self._own:
                    raise
                self._forget(token)
        raise AssertionError  # the loop returns or raises

    def _ask(self, query: str, variables: Mapping[str, Any], token: str, acts: bool) -> dict[str, Any]:
        answer = self.vendor.call(
            "POST",
            f"/admin/api/{VERSION}/graphql.json",
            headers={"X-Shopify-Access-Token": token, "Accept": "application/json"},
            json={"query": query, "variables": variables},
            acts=acts,
        )
        if answer.status == 402:
            raise PortError("La boutique Shopify est suspendue (facture impayée).", permanent=True, code="frozen")
        if answer.status == 404:
            raise PortError(
                f"Shopify ne connaît pas la boutique «\u202f{self.domain}\u202f».", permanent=True, code="settings"
            )
        try:
            told = payload.mapping(payload.load(answer.body))
        except payload.Unreadable:
            raise PortError(
                "Shopify a répondu autre chose que des données.", unknown=acts, permanent=False, code="protocol"
            ) from None
        data = told.get("data")
        errors = payload.items(told.get("errors"))
        # What could be read is taken although a part of it is refused; a mutation that was refused has no `act`.
        if isinstance(data, dict) and any(value is not None for value in data.values()):
            return data
        if errors or answer.status >= 400:
            raise self._refusal(errors, told, answer.status, acts)
        if not isinstance(data, dict):
            raise PortError("Shopify a répondu autre chose que des données.", unknown=acts, code="protocol")
        return data

    def _refusal(self, errors: list[dict[str, Any]], told: Mapping[str, Any], status: int, acts: bool) -> PortError:
        first = errors[0] if errors else {}
        code = payload.text(payload.mapping(first.get("extensions")).get("code")).upper()
        said = self.vendor.said(first.get("message") or told.get("errors") or status)
        if code == "THROTTLED" or said == "Throttled":
            return PortError("Shopify demande d’attendre.", code="throttled", retry_after=_restored(told))
        if code == "MAX_COST_EXCEEDED":
            return TooCostly("La demande est trop grande pour Shopify.", permanent=True, code="cost")
        if code == "ACCESS_DENIED":
            scope = re.search(r"`?\b((?:read|write)_[a-z_]+)\b`?", said)
            sentence = "Un droit manque à l’application dans Shopify."
            if scope:
                sentence = f"Un droit manque à l’application dans Shopify\u202f: {scope[1]}."
            return PortError(sentence, permanent=True, code="right")
        if code in ("SHOP_INACTIVE", "INTERNAL_SERVER_ERROR", "TIMEOUT"):
            return PortError(f"Shopify est en panne\u202f: {said}", unknown=acts, code="down")
        return PortError(f"Shopify refuse\u202f: {said}", permanent=True, code="refused")

    def act(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `act` of a mutation. Raises PortError with Shopify's own words when it refuses."""
        done = payload.mapping(self.ask(query, variables, acts=True).get("act"))
        if errors := payload.items(done.get("userErrors")):
            raise PortError(
                f"Shopify refuse\u202f: {self.vendor.said(errors[0].get('message'))}", permanent=True, code="refused"
            )
        if not done:
            raise PortError("Shopify n’a pas dit ce qui a été fait.", unknown=True, code="protocol")
        return dict(done)

    def _token(self) -> str:
        if self._own:
            return self._own
        if not (self.client_id and self._secret):
            raise PortError(
                "Il faut l’identifiant et le secret de l’application, ou un jeton d’administration.",
                permanent=True,
                code="settings",
            )
        with _lock:
            token, until = _tokens.get(self._place, ("", 0.0))
        if token and time.monotonic() < until:
            return token
        return self._exchange()

    @property
    def _place(self) -> tuple[str, str, str]:
        return self.vendor.base, self.client_id, self._secret

    def _exchange(self) -> str:
        """Client id and secret for a token of 24 hours.

        https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
        """
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self._secret}
        answer = self.vendor.call(
            "POST", "/admin/oauth/access_token", form=form, headers={"Accept": "application/json"}
        )
        try:
            told = payload.mapping(payload.load(answer.body))
        except payload.Unreadable:
            told = {}
        token = payload.text(told.get("access_token"), 500)
        if answer.status >= 400 or not token or not token.isascii() or not token.isprintable():
            word = payload.text(told.get("error"), 60)
            if word == "shop_not_permitted":
                sentence = "L’application Shopify n’appartient pas à l’organisation de cette boutique."
            elif word == "app_not_installed":
                sentence = "L’application n’est pas installée dans la boutique Shopify."
            elif answer.status == 404:
                sentence = f"Shopify ne connaît pas la boutique «\u202f{self.domain}\u202f»."
            else:
                sentence = "Shopify refuse l’identifiant ou le secret de l’application."
            raise PortError(sentence, permanent=True, code="auth")
        seconds = max(payload.whole(told.get("expires_in"), 86_400) - EARLY, 30.0)
        with _lock:
            _tokens[self._place] = (token, time.monotonic() + seconds)
        return token

    def _forget(self, token: str) -> None:
        with _lock:
            if _tokens.get(self._place, ("",))[0] == token:
                del _tokens[self._place]


def domain(told: str) -> str:
    """The shop's permanent name, of what people paste: a handle, a name, the address of the back office. "" if none."""
    bare = told.strip().lower().removeprefix("https://").removeprefix("http://")
    if bare.startswith("admin.shopify.com/store/"):
        bare = bare.removeprefix("admin.shopify.com/store/").partition("/")[0]
    bare = bare.partition("/")[0].partition("?")[0]
    if _HANDLE.fullmatch(bare):
        return f"{bare}.myshopify.com"
    return bare if _DOMAIN.fullmatch(bare) else ""


def _restored(told: Mapping[str, Any]) -> float:
    """Seconds until the bucket holds what the query costs.

    https://shopify.dev/docs/api/usage/limits
    """
    cost = payload.mapping(payload.mapping(told.get("extensions")).get("cost"))
    status = payload.mapping(cost.get("throttleStatus"))
    wanted = payload.whole(cost.get("requestedQueryCost"), 100)
    lacking = wanted - payload.whole(status.get("currentlyAvailable"))
    return min(max(lacking / max(payload.whole(status.get("restoreRate"), 50), 1), 1.0), 60.0)
