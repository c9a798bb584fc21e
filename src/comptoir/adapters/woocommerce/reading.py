"""Reading a WooCommerce: pages, one order whole, orders that are looked for."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from comptoir.adapters.woocommerce.client import Client
from comptoir.adapters.woocommerce.orders import CARTS, customer, order, product
from comptoir.lib.payload import Unreadable, items, key, mapping, text
from comptoir.ports.errors import PortError
from comptoir.ports.shop import OrderData, Page, ProductData


class Reader:
    """Reads one shop.

    Pages go by ascending identifiers: an order that changes while they are walked keeps its place, so that none is
    passed over.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self._currency = ""

    def orders(self, since: datetime | None, cursor: str) -> Page:
        """A page of orders that changed since; drafts and carts are no orders."""
        return self._page("orders", since, cursor, self._order, lambda told: text(told.get("status")) in CARTS)

    def products(self, since: datetime | None, cursor: str) -> Page:
        """A page of products."""
        code = self.currency()
        return self._page("products", since, cursor, lambda told: product(told, code))

    def stock(self, names: Sequence[str]) -> dict[str, int | None]:
        """How much is left of these products."""
        asked = ",".join(name for name in names if name.isascii() and name.isdigit())
        read = self._page("products", None, "", lambda told: product(told, "EUR"), include=asked).items if asked else ()
        return {each.external_id: each.stock for each in read if isinstance(each, ProductData)}

    def customers(self, cursor: str) -> Page:
        """A page of customers with an account; WooCommerce does not say which of them changed."""
        return self._page("customers", None, cursor, customer, role="all")

    def order(self, name: str) -> OrderData | None:
        """One order; None when it is not there."""
        told = self.told(name)
        try:
            return self._order(told) if told else None
        except Unreadable as problem:
            raise PortError(str(problem), permanent=True, code="protocol") from None

    def told(self, name: str) -> dict[str, Any] | None:
        """One order as WooCommerce tells it."""
        if not (name.isascii() and name.isdigit() and len(name) <= 20):
            return None
        found = self.client.get(f"orders/{name}")
        return found if isinstance(found, dict) and key(found.get("id")) == name else None

    def refunds(self, name: str) -> list[dict[str, Any]]:
        """The refunds of an order, whole."""
        found: list[dict[str, Any]] = []
        number, more = 1, True
        while more and number < 20:
            listed, more = self.client.page(f"orders/{name}/refunds", {}, number)
            found += listed
            number += 1
        return found

    def find(self, number: str, email: str) -> list[OrderData]:
        """Orders of a number or of an address, newest first."""
        bare, mail = number.strip().lstrip("#"), email.strip().lower()
        told: dict[str, dict[str, Any]] = {}
        for wanted in filter(None, (bare, mail)):
            listed, _ = self.client.page("orders", {"search": wanted, "orderby": "date", "order": "desc"}, 1)
            told |= {key(entry.get("id")): entry for entry in listed}
        if bare and (direct := self.told(bare)):
            told[bare] = direct
        found = []
        for entry in told.values():
            same_number = bare and text(entry.get("number")).lstrip("#").upper() == bare.upper()
            same_mail = mail and text(mapping(entry.get("billing")).get("email")).lower() == mail
            if same_number or same_mail:
                try:
                    found.append(self._order(entry))
                except Unreadable:
                    continue
        return sorted(found, key=lambda each: each.placed_at, reverse=True)[:20]

    def currency(self) -> str:
        """The shop's currency, asked for once."""
        if not self._currency:
            told = mapping(self.client.get("settings/general/woocommerce_currency"))
            self._currency = text(told.get("value"), 3).upper() or "EUR"
        return self._currency

    def _order(self, told: dict[str, Any]) -> OrderData:
        """An order with its refunds, which by itself it only sums up."""
        name = key(told.get("id"))
        return order(told, self.client.site, self.refunds(name) if name and items(told.get("refunds")) else [])

    def _page(
        self, path: str, since: datetime | None, cursor: str, read: Callable[[dict[str, Any]], Any],
        skip: Callable[[dict[str, Any]], bool] = lambda told: False, **more: str,
    ) -> Page:  # fmt: skip
        number = int(cursor) if cursor.isdigit() else 1
        params = {"orderby": "id", "order": "asc", **more}
        if since:
            params |= {"modified_after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "dates_are_gmt": "true"}
        told, follows = self.client.page(path, params, number)
        taken, refused = [], []
        for entry in told:
            if skip(entry):
                continue
            try:
                taken.append(read(entry))
            except Unreadable as problem:
                refused.append((key(entry.get("id")), str(problem)))
        return Page(tuple(taken), str(number + 1) if follows else "", tuple(refused))
