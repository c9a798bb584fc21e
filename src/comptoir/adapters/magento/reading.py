"""Reading a Magento: pages, one order whole, orders that are looked for."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from comptoir.adapters.magento.client import Client, Where, criteria
from comptoir.adapters.magento.goods import customer, product
from comptoir.adapters.magento.orders import Site, measure, order
from comptoir.lib.payload import Unreadable, items, key, link, mapping, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import OrderData, Page

_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,50}")
_FOUND = 20


class Reader:
    """Reads one shop, by ascending keys (client.page says why)."""

    def __init__(self, client: Client, admin: str) -> None:
        self.client = client
        self.admin = link(admin.strip().rstrip("/"))
        self._site: Site | None = None

    def orders(self, since: datetime | None, cursor: str) -> Page:
        """A page of orders that changed since, with what stands around them read in two calls for all."""
        told, after = self.client.page("orders", changed(since), number(cursor))
        sent, memos = self.around([key(each.get("entity_id")) for each in told])
        return page_of(told, after, lambda each: self.whole(each, sent, memos))

    def products(self, since: datetime | None, cursor: str) -> Page:
        """A page of products with their stock."""
        told, after = self.client.page("products", changed(since), number(cursor))
        stock = self.stock([text(each.get("sku"), 80) for each in told])
        site = self.site()
        return page_of(told, after, lambda each: product(each, site, stock.get(text(each.get("sku"), 80))))

    def customers(self, since: datetime | None, cursor: str) -> Page:
        """A page of customers with an account."""
        told, after = self.client.page("customers/search", changed(since), number(cursor))
        site = self.site()
        return page_of(told, after, lambda each: customer(each, site))

    def order(self, name: str) -> OrderData | None:
        """One order; None when it is not there."""
        told = self.told(name)
        try:
            return self.whole(told, *self.around([name])) if told else None
        except Unreadable as problem:
            raise PortError(str(problem), permanent=True, code="protocol") from None

    def told(self, name: str) -> dict[str, Any] | None:
        """One order as Magento tells it."""
        if not (name.isascii() and name.isdigit() and len(name) <= 20):
            return None
        found = self.client.get(f"orders/{name}")
        return found if isinstance(found, dict) and key(found.get("entity_id")) == name else None

    def around(self, names: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Shipments and credit memos of some orders."""
        known = ",".join(name for name in names if name.isdecimal())
        if not known:
            return [], []
        where = [("order_id", "in", known)]
        return self.client.every("shipments", where), self.client.every("creditmemos", where)

    def invoices(self, name: str) -> list[dict[str, Any]]:
        """The invoices of an order."""
        return self.client.every("invoices", [("order_id", "eq", name)])

    def whole(self, told: dict[str, Any], sent: list[dict[str, Any]], memos: list[dict[str, Any]]) -> OrderData:
        """An order with those of its own. Raises Unreadable."""
        name = key(told.get("entity_id"))
        own = ([each for each in listed if key(each.get("order_id")) == name] for listed in (sent, memos))
        return order(told, self.site(), *own)

    def find(self, number: str, email: str) -> list[OrderData]:
        """Orders of a number (with or without its leading zeros) or of an address, newest first."""
        bare, mail = number.strip().lstrip("#").upper(), email.strip().lower()
        spelled = {bare, bare.zfill(9)} if _NUMBER.fullmatch(bare) else set()
        told: dict[str, dict[str, Any]] = {}
        for where in (("increment_id", "in", ",".join(sorted(spelled))), ("customer_email", "eq", mail)):
            if where[2]:
                listed = mapping(self.client.get("orders", criteria([where], _FOUND, direction="DESC"))).get("items")
                told |= {key(each.get("entity_id")): each for each in items(listed)}
        mine = [
            each for each in told.values()
            if text(each.get("increment_id")).upper() in spelled or (mail and text(each.get("customer_email")).lower() == mail)
        ]  # fmt: skip
        sent, memos = self.around([key(each.get("entity_id")) for each in mine])
        found = page_of(mine, "", lambda each: self.whole(each, sent, memos)).items
        return sorted((each for each in found if isinstance(each, OrderData)), key=lambda each: each.placed_at, reverse=True)[:_FOUND]  # fmt: skip

    def left(self, names: Sequence[str]) -> dict[str, int | None]:
        """How much is left of these products, by their numbers."""
        known = ",".join(name for name in names if name.isascii() and name.isdigit())
        told = self.client.every("products", [("entity_id", "in", known)]) if known else []
        stock = self.stock([text(each.get("sku"), 80) for each in told])
        return {key(each.get("id")): stock.get(text(each.get("sku"), 80)) for each in told}

    def stock(self, skus: list[str]) -> dict[str, int]:
        """What the sources hold (Inventory Management), by article; without that module nothing is said."""
        asked = ",".join(sku for sku in skus if sku and "," not in sku)  # a comma parts the list
        try:
            listed = items(mapping(self.client.get("inventory/source-items", criteria([("sku", "in", asked)], 5_000, "source_item_id"))).get("items")) if asked else []  # fmt: skip
        except PortError as error:
            if error.code not in ("route", "auth"):
                raise
            return {}
        held: dict[str, int] = {}
        for each in listed:
            amount = int(measure(each.get("quantity"))) if whole(each.get("status")) == 1 else 0
            held[text(each.get("sku"), 80)] = held.get(text(each.get("sku"), 80), 0) + amount
        return held

    def site(self) -> Site:
        """Languages, base currency and pictures of the shop, asked for once; a key without that right does without."""
        if self._site is None:
            try:
                told = items(self.client.get("store/storeConfigs"), 500)
            except PortError as error:
                if error.code != "auth":
                    raise
                told = []
            first = told[0] if told else {}
            languages = {key(each.get("id")): text(each.get("locale"), 35) for each in told}
            media = link(first.get("secure_base_media_url")) or link(first.get("base_media_url"))
            self._site = Site(self.admin, languages, text(first.get("base_currency_code"), 3).upper(), media)
        return self._site


def changed(since: datetime | None) -> Where:
    """What changed since."""
    return [("updated_at", "gteq", since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"))] if since else []


def number(cursor: str) -> str:
    """The key behind which a page begins."""
    return cursor if cursor.isascii() and cursor.isdigit() else ""


def page_of(told: list[dict[str, Any]], after: str, read: Callable[[dict[str, Any]], Any]) -> Page:
    """What can be understood, and why the rest cannot."""
    taken, refused = [], []
    for entry in told:
        try:
            taken.append(read(entry))
        except Unreadable as problem:
            refused.append((key(entry.get("entity_id")) or key(entry.get("id")), str(problem)))
    return Page(tuple(taken), after, tuple(refused))
