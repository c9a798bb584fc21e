"""The web service of one PrestaShop: key, lists, and errors as one PortError."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from comptoir.adapters.prestashop import resources
from comptoir.lib.payload import Unreadable, items, mapping
from comptoir.lib.vendor import Answer, Vendor
from comptoir.ports.errors import PortError

PAGE = 50
_SPECIAL = frozenset("[]|,%")


class Client:
    """Calls to one shop. `settings` are those of the adapter."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.site = settings.get("url", "").strip().rstrip("/").removesuffix("/api")
        if self.site and "://" not in self.site:
            self.site = f"https://{self.site}"
        self._key = settings.get("key", "").strip()
        private = settings.get("private_hosts", "").split()
        self._private = set(private)
        self.vendor = Vendor("La boutique", f"{self.site}/api", private, secrets=(self._key,))

    def listed(
        self, resource: str, filters: Mapping[str, str] | None = None, *, above: str = "", **more: str
    ) -> list[dict[str, Any]]:
        """The rows of a resource, whole; `filters` are values that PrestaShop compares (a list is "1|2|3"), `above` is
        the number after which they begin."""
        params = {f"filter[{name}]": f"[{value}]" for name, value in (filters or {}).items()}
        params |= {"filter[id]": f">[{above}]"} if above else {}
        told = self._read(self.call("GET", f"/{resource}", params={"display": "full", **params, **more}), acts=False)
        return items(mapping(told).get(resource))

    def one(self, resource: str, name: str) -> dict[str, Any] | None:
        """One row; None when it is not there."""
        answer = self.call("GET", f"/{resource}/{name}")
        if answer.status == 404:
            return None
        told = mapping(self._read(answer, acts=False))
        return next((dict(value) for value in told.values() if isinstance(value, dict)), None)

    def rights(self) -> tuple[str, dict[str, set[str]]]:
        """The shop's name and, for each resource, the methods that the key may use."""
        answer = self.call("GET", "", plain=True)
        name, given = "", {}
        try:
            root = resources.tree(answer.body)
        except Unreadable:
            raise PortError(
                "Le webservice de PrestaShop ne répond pas à cette adresse.", permanent=True, code="settings"
            ) from None
        for api in root:
            name = name or api.get("shopName", "") or api.get("shop_name", "")
            for resource in api:
                given[resource.tag] = {
                    method for method in ("get", "post", "put", "delete") if resource.get(method) == "true"
                }
        return name, given

    def create(self, resource: str, row: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Make a row; what the shop answers. Raises PortError with the shop's own words when it refuses."""
        answer = self.call("POST", f"/{resource}", content=resources.written(row, fields), acts=True)
        told = mapping(self._read(answer, acts=True))
        made = next((dict(value) for value in told.values() if isinstance(value, dict)), None)
        if made is None:
            raise PortError("La boutique n’a pas dit ce qui a été fait.", unknown=True, code="protocol")
        return made

    def change(self, resource: str, row: str, fields: Mapping[str, Any]) -> None:
        """Write a row anew; `fields` hold its number and all that shall stand there."""
        content = resources.written(row, fields)
        self._read(self.call("PUT", f"/{resource}/{fields['id']}", content=content, acts=True), acts=True)

    def delete(self, resource: str, name: str) -> None:
        """Take a row away."""
        self._read(self.call("DELETE", f"/{resource}/{name}", acts=True), acts=True)

    def call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, content: bytes | None = None,
        acts: bool = False, plain: bool = False,
    ) -> Answer:  # fmt: skip
        """One call of the web service; the key is the user of Basic."""
        parts = urlsplit(self.site)
        if (
            not parts.hostname
            or parts.scheme not in ("http", "https")
            or parts.username
            or parts.query
            or parts.fragment
        ):
            raise PortError("L’adresse de la boutique n’est pas valable.", permanent=True, code="settings")
        if parts.scheme == "http" and not {parts.hostname, parts.netloc} & self._private:
            raise PortError("L’adresse de la boutique doit commencer par https.", permanent=True, code="settings")
        if not self._key or not self._key.isascii():
            raise PortError("La clé du webservice manque.", permanent=True, code="settings")
        query = {**(params or {}), **({} if plain else {"output_format": "JSON"})}
        headers = {"Content-Type": "text/xml; charset=utf-8"} if content is not None else {}
        return self.vendor.call(
            method, path, params=query, content=content, headers=headers, auth=(self._key, ""), acts=acts, judge=self._judged
        )  # fmt: skip

    def _read(self, answer: Answer, *, acts: bool) -> Any:
        if acts and answer.status < 300 and not answer.body.strip():  # a row that was deleted
            return {}
        try:
            told = resources.read(answer.body)
        except Unreadable:
            raise PortError(
                "La boutique a répondu autre chose que des données (une page, un message d’erreur).", unknown=acts, code="protocol"
            ) from None  # fmt: skip
        if answer.status >= 400:
            raise PortError(f"La boutique refuse\u202f: {self._said(told)}", permanent=True, code="refused")
        return told

    def _judged(self, answer: Answer) -> PortError | None:
        """What the web service's own words say: it answers 400, 401, 403, 405 with a list of errors."""
        try:
            said = self._said(resources.read(answer.body))
        except Unreadable:
            return None
        if "not allowed" in said and "resource" in said.lower():
            return PortError(f"Un droit manque à la clé\u202f: {said}", permanent=True, code="right")
        return None

    def _said(self, told: Any) -> str:
        errors = items(mapping(told).get("errors"))
        return self.vendor.said(errors[0].get("message") if errors else "")


def filterable(value: str) -> bool:
    """Whether a value can stand in a filter as itself."""
    return bool(value) and not _SPECIAL & set(value) and value.isprintable()
