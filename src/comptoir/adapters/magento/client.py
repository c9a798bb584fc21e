"""The REST API of one Magento: keys, lists, and errors as one PortError."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from comptoir.adapters.magento.signing import Keys, query
from comptoir.lib import payload
from comptoir.lib.vendor import Answer, Vendor
from comptoir.ports.errors import PortError

PAGE = 50
MOST = 200  # of what stands around orders, in one call
NO_ROUTE = "Request does not match any route."
_STORE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_PLACE = re.compile(r"%(\w+)")

Where = Sequence[tuple[str, str, str]]  # field, condition, value


class Client:
    """Calls to one shop. `settings` are those of the adapter."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.site = settings.get("url", "").strip().rstrip("/")
        if self.site and "://" not in self.site:
            self.site = f"https://{self.site}"
        self._store = settings.get("store", "").strip()
        words = (
            settings.get(name, "").strip() for name in ("token", "consumer_key", "consumer_secret", "token_secret")
        )
        self.keys = Keys(*words)
        private = settings.get("private_hosts", "").split()
        self._private = set(private)
        base = f"{self.site}/rest/{self._store}" if self._store else f"{self.site}/rest"
        secrets = (self.keys.token, self.keys.consumer, self.keys.consumer_secret, self.keys.token_secret)
        self.vendor = Vendor("La boutique", f"{base}/V1", private, secrets=secrets)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """JSON of what is asked for; None when there is no such thing. Raises PortError."""
        answer = self.call("GET", path, params=params)
        return None if answer.status == 404 else self._read(answer, acts=False)

    def page(
        self, path: str, where: Where, after: str = "", size: int = PAGE, by: str = "entity_id"
    ) -> tuple[list[dict[str, Any]], str]:
        """The objects behind `after` by ascending key, and the key of the last one when more may follow.

        Pages go by key and not by number: Magento repeats its last page for every number beyond it, and an order that
        changes meanwhile would push others from page to page.
        """
        wanted = [*where, (by, "gt", after)] if after else where
        told = self.get(path, criteria(wanted, size, by))
        if not isinstance(told, dict) or "items" not in told:
            raise PortError("La boutique a répondu autre chose qu’une liste.", code="protocol")
        found = payload.items(told["items"])
        names = [payload.key(each.get("entity_id")) or payload.key(each.get("id")) for each in found]
        numbers = [int(name) for name in names if name.isdecimal() and name.isascii()]
        if (after and any(number <= int(after) for number in numbers)) or (found and not numbers):
            raise PortError("La boutique ne tient pas compte de ce qui est cherché.", permanent=True, code="protocol")
        return found, str(max(numbers)) if len(found) >= size else ""

    def every(self, path: str, where: Where) -> list[dict[str, Any]]:
        """All objects of a list that is not long."""
        found, after = self.page(path, where, size=MOST)
        for _ in range(50):
            if not after:
                break
            more, after = self.page(path, where, after, size=MOST)
            found += more
        return found

    def act(self, method: str, path: str, told: Any = None) -> Any:
        """Change something; what the shop answers. Raises PortError with the shop's own words when it refuses."""
        answer = self.call(method, path, json={} if told is None else told, acts=True)
        if answer.status == 404:
            raise PortError("La commande n’existe pas dans la boutique.", permanent=True, code="not_found")
        return self._read(answer, acts=True)

    def call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, json: Any = None, acts: bool = False
    ) -> Answer:
        """One call, proved by the keys."""
        self._refuse_bad_settings()
        asked = params or {}
        headers = {
            "Accept": "application/json",
            "Authorization": self.keys.authorization(method, f"{self.vendor.base}/{path}", asked),
        }
        whole = f"/{path}?{query(asked)}" if asked else f"/{path}"
        return self.vendor.call(method, whole, headers=headers, json=json, acts=acts, judge=self._judge)

    def _refuse_bad_settings(self) -> None:
        parts = urlsplit(self.site)
        if (
            not parts.hostname
            or parts.scheme not in ("http", "https")
            or parts.username
            or parts.query
            or parts.fragment
        ):
            raise PortError("L’adresse de la boutique n’est pas valable.", permanent=True, code="settings")
        if parts.scheme == "http" and not {parts.hostname, parts.netloc} & self._private:  # the key in the clear
            raise PortError("L’adresse de la boutique doit commencer par https.", permanent=True, code="settings")
        if self._store and not _STORE.fullmatch(self._store):
            raise PortError("Le code de la vue de boutique n’est pas valable.", permanent=True, code="settings")
        if not self.keys.usable:
            raise PortError(
                "Le jeton d’accès manque, ou il manque un des trois autres mots d’OAuth.",
                permanent=True,
                code="settings",
            )

    def _read(self, answer: Answer, *, acts: bool) -> Any:
        try:
            told = answer.json()
        except payload.Unreadable:
            raise PortError(
                "La boutique a répondu autre chose que des données (une page, un message d’erreur).",
                unknown=acts,
                code="protocol",
            ) from None
        if answer.status >= 400:
            raise PortError(f"La boutique refuse\u202f: {self._said(told)}", permanent=True, code="refused")
        return told

    def _judge(self, answer: Answer) -> PortError | None:
        """What Magento's own answers say. A token that is not known and a right that is missing have one answer."""
        try:
            told = answer.json()
        except payload.Unreadable:
            if answer.status == 403:
                return PortError("Un pare-feu devant la boutique refuse Comptoir.", permanent=True, code="firewall")
            if answer.status == 404:
                return PortError("Il n’y a pas d’API de Magento à cette adresse.", permanent=True, code="settings")
            return None
        said = self._said(told)
        if answer.status == 404 and said == NO_ROUTE:
            return PortError(
                "L’API de Magento ne connaît pas ce chemin\u202f: un module y manque.", permanent=True, code="route"
            )
        if answer.status in (401, 403):
            return PortError(
                f"La boutique refuse le jeton, ou il n’a pas ce droit\u202f: {said}", permanent=True, code="auth"
            )
        return None

    def _said(self, told: Any) -> str:
        """Magento's sentence, its places filled: %1 of a list, %resources of an object."""
        given = payload.mapping(told).get("parameters")
        listed = enumerate(given, 1) if isinstance(given, list) else payload.mapping(given).items()
        values = {str(name): payload.text(value, 120) for name, value in listed}
        words = payload.text(payload.mapping(told).get("message"), 800)
        return self.vendor.said(_PLACE.sub(lambda place: values.get(place[1], place[0]), words))


def criteria(where: Where, size: int, by: str = "entity_id", direction: str = "ASC") -> dict[str, str]:
    """A search: conditions that all hold, in ascending order of `by`.

    https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/
    """
    asked: dict[str, str] = {}
    for at, (field, condition, value) in enumerate(where):
        place = f"searchCriteria[filter_groups][{at}][filters][0]"
        asked |= {f"{place}[field]": field, f"{place}[value]": value, f"{place}[condition_type]": condition}
    return asked | {
        "searchCriteria[sortOrders][0][field]": by,
        "searchCriteria[sortOrders][0][direction]": direction,
        "searchCriteria[pageSize]": str(size),
        "searchCriteria[currentPage]": "1",
    }
