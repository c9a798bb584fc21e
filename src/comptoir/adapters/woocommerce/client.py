"""The REST API of one WooCommerce: keys, pages, and errors as one PortError."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from comptoir.lib import payload
from comptoir.lib.vendor import Answer, Vendor
from comptoir.ports.errors import PortError

PAGE = 50
_ON = frozenset({"1", "true", "on", "yes"})
_LOST_AT_GATEWAY = re.compile(r"curl error|time[d ]*-?out|could not resolve|connection", re.IGNORECASE)


class Client:
    """Calls to one shop. `settings` are those of the adapter."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.site = settings.get("url", "").strip().rstrip("/")
        if self.site and "://" not in self.site:
            self.site = f"https://{self.site}"
        self._key, self._secret = settings.get("key", "").strip(), settings.get("secret", "").strip()
        self._in_query = settings.get("query_auth", "").lower() in _ON
        private = settings.get("private_hosts", "").split()
        self._private = set(private)
        self.vendor = Vendor("La boutique", f"{self.site}/wp-json", private, secrets=(self._key, self._secret))

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """JSON of wc/v3; None when there is no such thing. Raises PortError."""
        return self._read(self.call("GET", path, params=params), acts=False)

    def page(self, path: str, params: Mapping[str, str], number: int) -> tuple[list[dict[str, Any]], bool]:
        """The objects of a page, and whether another one follows."""
        answer = self.call("GET", path, params={**params, "per_page": str(PAGE), "page": str(number)})
        found = self._read(answer, acts=False)
        if not isinstance(found, list):
            raise PortError("La boutique a répondu autre chose qu’une liste.", code="protocol")
        pages = payload.whole(answer.headers.get("x-wp-totalpages"), -1)
        return payload.items(found), (number < pages if pages >= 0 else len(found) >= PAGE)

    def act(self, method: str, path: str, told: Any, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Change something; what the shop answers. Raises PortError with the shop's own words when it refuses."""
        answer = self.call(method, path, json=told, params=params, acts=True)
        found = self._read(answer, acts=True)
        if not isinstance(found, dict):
            raise PortError("La commande n’existe pas dans la boutique.", permanent=True, code="not_found")
        return found

    def index(self) -> dict[str, Any]:
        """What WordPress says of itself, to anybody."""
        told = self._read(self.vendor.call("GET", "/", judge=self._judge_reading), acts=False)
        return dict(payload.mapping(told))

    def call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, json: Any = None, acts: bool = False
    ) -> Answer:
        """One call of wc/v3, signed by the key."""
        self._refuse_bad_settings()
        query, auth = dict(params or {}), (self._key, self._secret)
        if self._in_query:
            query |= {"consumer_key": self._key, "consumer_secret": self._secret}
        judge = self._judge_acting if acts else self._judge_reading
        return self.vendor.call(
            method, f"/wc/v3/{path}", params=query, json=json, auth=None if self._in_query else auth, acts=acts,
            headers={"Accept": "application/json"}, judge=judge,
        )  # fmt: skip

    def _refuse_bad_settings(self) -> None:
        parts = urlsplit(self.site)
        known = {parts.hostname, parts.netloc} & self._private
        if (
            not parts.hostname
            or parts.scheme not in ("http", "https")
            or parts.username
            or parts.query
            or parts.fragment
        ):
            raise PortError("L’adresse de la boutique n’est pas valable.", permanent=True, code="settings")
        if parts.scheme == "http" and not known:  # over HTTP the key would go in the clear
            raise PortError("L’adresse de la boutique doit commencer par https.", permanent=True, code="settings")
        if not self._key or not self._secret or not (self._key + self._secret).isascii():
            raise PortError("La clé ou le secret manque.", permanent=True, code="settings")

    def _read(self, answer: Answer, *, acts: bool) -> Any:
        if answer.status in (404, 410):
            return None
        try:
            told = answer.json()
        except payload.Unreadable:
            raise PortError(
                "La boutique a répondu autre chose que des données (une page, un message d’erreur).",
                unknown=acts,
                code="protocol",
            ) from None
        if answer.status >= 400:
            raise PortError(
                f"La boutique refuse\u202f: {self.vendor.said(payload.mapping(told).get('message'))}",
                permanent=True,
                code=payload.text(payload.mapping(told).get("code"), 80) or "refused",
            )
        return told

    def _judge_reading(self, answer: Answer) -> PortError | None:
        return self._judged(answer, acts=False)

    def _judge_acting(self, answer: Answer) -> PortError | None:
        return self._judged(answer, acts=True)

    def _judged(self, answer: Answer, *, acts: bool) -> PortError | None:
        """What WooCommerce's own codes say.

        https://developer.woocommerce.com/docs/apis/rest-api/
        """
        try:
            told = payload.mapping(answer.json())
        except payload.Unreadable:
            return self._without_data(answer)
        code, said = payload.text(told.get("code"), 80), self.vendor.said(told.get("message"))
        if code == "rest_no_route":
            return PortError("WooCommerce n’est pas installé à cette adresse.", permanent=True, code="settings")
        if code == "woocommerce_rest_cannot_create_order_refund":  # status 500 although it is a refusal
            lost = acts and bool(_LOST_AT_GATEWAY.search(said))
            return PortError(f"La boutique refuse\u202f: {said}", permanent=not lost, unknown=lost, code="refused")
        if answer.status in (401, 403) and ("write permission" in said or "_cannot_" in code):
            return PortError(f"Un droit manque à la clé\u202f: {said}", permanent=True, code="right")
        return None

    def _without_data(self, answer: Answer) -> PortError | None:
        if answer.status == 403:
            return PortError("Un pare-feu devant la boutique refuse Comptoir.", permanent=True, code="firewall")
        if answer.status == 404:
            return PortError("WooCommerce n’est pas installé à cette adresse.", permanent=True, code="settings")
        return None
