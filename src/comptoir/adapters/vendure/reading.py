"""What is read from Vendure: orders, products, customers."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from comptoir.adapters.vendure import orders, queries
from comptoir.adapters.vendure.client import Client
from comptoir.lib.payload import Unreadable, items, key, mapping, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import OrderData, Page

SIZE = 50
OPEN_FOR = timedelta(days=60)
_UNDER_WAY = ["PaymentAuthorized", "PaymentSettled", "PartiallyShipped", "Shipped", "PartiallyDelivered", "Modifying"]
NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
T = TypeVar("T")


class Reader:
    """Reads one shop."""

    def __init__(self, client: Client, precision: int) -> None:
        self.client, self.precision = client, precision

    def understood(self, told: Mapping[str, Any]) -> OrderData:
        """An order of an answer. Raises Unreadable."""
        return orders.order(told, self.client.base, self.precision)

    def orders(self, since: datetime | None, cursor: str) -> Page:
        """A page: placed orders in the order in which they were begun, which never changes under the reader's feet."""
        wanted: dict[str, Any] = {"orderPlacedAt": {"isNull": False}}
        if since:  # what may change without Vendure's clock of the order (parcels, refunds) is read again
            under_way = {"state": {"in": _UNDER_WAY}, "orderPlacedAt": {"after": iso(since - OPEN_FOR)}}
            wanted["_or"] = [{"updatedAt": {"after": iso(since)}}, under_way]
        skip = whole(cursor)
        options = {"take": SIZE, "skip": skip, "sort": {"createdAt": "ASC", "id": "ASC"}, "filter": wanted}
        told = self.asked(options)
        read, refused = self.each(told, self.understood)
        return Page(read, str(skip + SIZE) if len(told) == SIZE else "", refused)

    def order(self, name: str) -> OrderData | None:
        """By key or by code."""
        told = self.told(name)
        return self._whole(told) if told else None

    def told(self, name: str) -> Mapping[str, Any] | None:
        """An order as Vendure tells it; a cart is none."""
        if not NAME.fullmatch(name):
            return None
        found: Any = None
        if (name.isdigit() and len(name) < 10) or _UUID.fullmatch(name):
            found = self.client.ask(queries.ONE, {"id": name}).get("order")
        if not found:
            found = next(iter(self.asked({"filter": {"code": {"eq": name.upper()}}, "take": 1})), None)
        return found if isinstance(found, dict) and found.get("orderPlacedAt") else None

    def find(self, number: str, email: str) -> list[OrderData]:
        """By code, or by the customer's address; newest first."""
        number, email = number.strip().lstrip("#").upper(), email.strip().lower()
        if number and NAME.fullmatch(number):
            return [self._whole(each) for each in self.asked({"filter": {"code": {"eq": number}}, "take": 20}) if each.get("orderPlacedAt")]  # fmt: skip
        if not email or "@" not in email or len(email) > 320:
            return []
        told = mapping(self.client.ask(queries.FIND, {"email": email}).get("customers"))
        found = [
            each for owner in items(told.get("items")) for each in items(mapping(owner.get("orders")).get("items"))
        ]
        read = [self._whole(each) for each in found if each.get("orderPlacedAt")]
        return sorted(read, key=lambda order: order.placed_at, reverse=True)[:20]

    def recent(self, since: datetime) -> list[Mapping[str, Any]]:
        """The newest hundred orders since a moment, drafts not counted."""
        wanted = {"createdAt": {"after": iso(since)}, "active": {"eq": False}}
        return list(self.asked({"filter": wanted, "take": 100, "sort": {"createdAt": "DESC"}}))

    def notes(self, name: str) -> list[dict[str, Any]]:
        """The history of an order, newest first."""
        told = mapping(self.client.ask(queries.NOTES, {"id": name}).get("order"))
        return items(mapping(told.get("history")).get("items"))

    def products(self, cursor: str, since: datetime | None) -> Page:
        """A page of products."""
        return self._listed(
            queries.PRODUCTS,
            "products",
            since,
            cursor,
            lambda each: orders.product(each, self.client.base, self.precision),
        )

    def stock(self, names: Sequence[str]) -> dict[str, int | None]:
        """How much is left of these products."""
        options = {"take": len(names), "filter": {"id": {"in": list(names)}}}
        told = items(mapping(self.client.ask(queries.PRODUCTS, {"options": options}).get("products")).get("items"))
        found, _refused = self.each(told, lambda each: orders.product(each, self.client.base, self.precision))
        return {each.external_id: each.stock for each in found if each.external_id in names}

    def customers(self, cursor: str, since: datetime | None) -> Page:
        """A page of customers."""
        return self._listed(queries.CUSTOMERS, "customers", since, cursor, orders.customer)

    def _listed(
        self, query: str, name: str, since: datetime | None, cursor: str, read: Callable[[Mapping[str, Any]], Any]
    ) -> Page:
        skip = whole(cursor)
        changed = {"filter": {"updatedAt": {"after": iso(since)}}} if since else {}
        options = {"take": SIZE, "skip": skip, "sort": {"createdAt": "ASC"}, **changed}
        told = items(mapping(self.client.ask(query, {"options": options}).get(name)).get("items"))
        found, refused = self.each(told, read)
        return Page(found, str(skip + SIZE) if len(told) == SIZE else "", refused)

    def each(
        self, told: list[dict[str, Any]], read: Callable[[Mapping[str, Any]], T]
    ) -> tuple[tuple[T, ...], tuple[tuple[str, str], ...]]:
        """What can be understood, and why the rest cannot."""
        found, refused = [], []
        for each in told:
            try:
                found.append(read(each))
            except Unreadable as problem:
                refused.append((key(each.get("id")), str(problem)))
        return tuple(found), tuple(refused)

    def asked(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        """Orders as Vendure tells them."""
        return items(mapping(self.client.ask(queries.ORDERS, {"options": options}).get("orders")).get("items"))

    def _whole(self, told: Mapping[str, Any]) -> OrderData:
        try:
            return self.understood(told)
        except Unreadable as problem:
            raise PortError(
                f"La commande n’est pas lisible\u202f: {problem}", permanent=True, code="protocol"
            ) from None


def iso(at: datetime) -> str:
    """A moment as Vendure compares it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
