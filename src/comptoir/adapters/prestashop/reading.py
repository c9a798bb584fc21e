"""Reading a PrestaShop: pages with what stands around their orders, one order, orders that are looked for."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comptoir.adapters.prestashop.client import PAGE, Client, filterable
from comptoir.adapters.prestashop.orders import Around, customer, order, product
from comptoir.lib.payload import Unreadable, key, plain, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import OrderData, Page

_AROUND = 40  # numbers that one filter holds: an address may not grow without end


class Reader:
    """Reads one shop. Pages go by ascending numbers: an order that changes while they are walked keeps its place."""

    def __init__(self, client: Client, zone: str) -> None:
        self.client = client
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = "Europe/Paris"
        self.zone = zone
        self._fixed: Around | None = None

    def orders(self, since: datetime | None, cursor: str) -> Page:
        """A page of orders with all that stands around them."""
        rows = self.rows("orders", since, cursor)
        around = self.around(rows)
        return self._page(rows, cursor, lambda row: order(row, around))

    def products(self, since: datetime | None, cursor: str) -> Page:
        """A page of products with their stock."""
        rows = self.rows("products", since, cursor)
        names = [key(row.get("id")) for row in rows]
        counted: dict[str, int] = {}
        for row in self.by("stock_availables", "id_product", names):
            if key(row.get("id_product_attribute")) == "":  # the row of the whole product
                counted[key(row.get("id_product"))] = whole(row.get("quantity"))
        return self._page(rows, cursor, lambda row: product(row, counted, self.fixed()))

    def customers(self, since: datetime | None, cursor: str) -> Page:
        """A page of customers."""
        return self._page(self.rows("customers", since, cursor), cursor, lambda row: customer(row, self.fixed()))

    def order(self, name: str) -> OrderData | None:
        """One order; None when it is not there."""
        row = self.told(name)
        try:
            return order(row, self.around([row])) if row else None
        except Unreadable as problem:
            raise PortError(str(problem), permanent=True, code="protocol") from None

    def told(self, name: str) -> dict[str, Any] | None:
        """One order as PrestaShop tells it."""
        if not (name.isascii() and name.isdigit() and 0 < len(name) <= 20):
            return None
        row = self.client.one("orders", name)
        return row if row and key(row.get("id")) == name else None

    def find(self, number: str, email: str) -> list[OrderData]:
        """Orders of a reference or of an address, newest first."""
        bare, mail = number.strip().lstrip("#"), email.strip().lower()
        rows: dict[str, dict[str, Any]] = {}
        if filterable(bare):
            rows |= {key(row.get("id")): row for row in self.client.listed("orders", {"reference": bare}, limit="20")}
        if filterable(mail):
            people = [
                row
                for row in self.client.listed("customers", {"email": mail}, limit="20")
                if text(row.get("email")).lower() == mail
            ]
            who = "|".join(key(row.get("id")) for row in people)
            found = self.client.listed("orders", {"id_customer": who}, sort="[id_DESC]", limit="20") if who else []
            rows |= {key(row.get("id")): row for row in found}
        around = self.around(list(rows.values())) if rows else Around()
        read = []
        for row in rows.values():
            try:
                each = order(row, around)
            except Unreadable:
                continue
            if (bare and each.number.upper() == bare.upper()) or (mail and each.email == mail):
                read.append(each)
        return sorted(read, key=lambda each: each.placed_at, reverse=True)[:20]

    def fixed(self) -> Around:
        """What hardly changes, read once: currencies, countries, carriers, states, languages."""
        if self._fixed is None:
            money = self.table("currencies")
            own = [text(row.get("iso_code"), 3) for row in money.values()]
            self._fixed = Around(
                currencies=money, countries=self.table("countries"), carriers=self.table("carriers"),
                states=self.table("order_states"), languages=self.table("languages"), zone=self.zone,
                currency=own[0] if own else "EUR", site=self.client.site,
            )  # fmt: skip
        return self._fixed

    def around(self, rows: list[dict[str, Any]]) -> Around:
        """What stands around these orders, in a few calls for all of them."""
        names = [key(row.get("id")) for row in rows]
        places = (key(row.get(part)) for row in rows for part in ("id_address_delivery", "id_address_invoice"))
        return replace(
            self.fixed(),
            customers=self.named("customers", (key(row.get("id_customer")) for row in rows)),
            addresses=self.named("addresses", places),
            parcels=_grouped(self.by("order_carriers", "id_order", names), "id_order"),
            slips=_grouped(self.by("order_slip", "id_order", names), "id_order"),
            payments=_grouped(self.by("order_payments", "order_reference", [plain(row.get("reference")) for row in rows]), "order_reference"),
        )  # fmt: skip

    def table(self, resource: str) -> dict[str, dict[str, Any]]:
        """All rows of a resource by their numbers."""
        return {key(row.get("id")): row for row in self.client.listed(resource)}

    def named(self, resource: str, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The rows of these numbers, by their numbers."""
        return {key(row.get("id")): row for row in self.by(resource, "id", names)}

    def by(self, resource: str, field: str, values: Iterable[str]) -> list[dict[str, Any]]:
        """The rows whose field has one of these values."""
        wanted = [value for value in dict.fromkeys(values) if filterable(value)]
        found: list[dict[str, Any]] = []
        for start in range(0, len(wanted), _AROUND):
            found += self.client.listed(resource, {field: "|".join(wanted[start : start + _AROUND])})
        return found

    def rows(self, resource: str, since: datetime | None, cursor: str) -> list[dict[str, Any]]:
        """A page of rows that changed since, by ascending numbers."""
        start = int(cursor) if cursor.isdigit() else 0
        filters = {}
        if since:
            filters["date_upd"] = f"{since.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M:%S},2100-01-01 00:00:00"
        return self.client.listed(resource, filters, sort="[id_ASC]", limit=f"{start},{PAGE}", date="1")

    def _page(self, rows: list[dict[str, Any]], cursor: str, read: Callable[[dict[str, Any]], Any]) -> Page:
        taken, refused = [], []
        for row in rows:
            try:
                taken.append(read(row))
            except Unreadable as problem:
                refused.append((key(row.get("id")), str(problem)))
        return Page(tuple(taken), following(rows, cursor), tuple(refused))


def following(rows: list[dict[str, Any]], cursor: str) -> str:
    """Where the next page begins."""
    return str((int(cursor) if cursor.isdigit() else 0) + PAGE) if len(rows) >= PAGE else ""


def _grouped(rows: list[dict[str, Any]], field: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(key(row.get(field)), []).append(row)
    return found
