"""Reading a shop: pages, one order whole, orders that are looked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from comptoir.adapters.shopify import others, queries
from comptoir.adapters.shopify.client import Client, TooCostly
from comptoir.adapters.shopify.orders import order
from comptoir.lib.payload import Unreadable, key, mapping, nodes, text
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, OrderData, Page, ProductData

FIRST, LINES, FEW = 20, 30, 5  # orders, lines and parcels that one query asks for, to begin with
MOST_LINES = 2_000


class Reader:
    """Reads one shop. It asks for less at once when Shopify says that a query costs too much."""

    def __init__(self, client: Client, admin: str) -> None:
        self.client, self.admin = client, admin
        self.first, self.lines = FIRST, LINES

    def orders(self, since: datetime | None, cursor: str) -> Page:
        """A page of orders, oldest change first."""
        told = self._page(queries.ORDERS, since, cursor, lines=True)
        return self._understood(told, lambda each: order(self._whole(each), self.admin))

    def products(self, since: datetime | None, cursor: str) -> Page:
        """A page of products."""
        told = self._page(queries.PRODUCTS, since, cursor)
        code = text(mapping(told.get("shop")).get("currency"), 3) or "EUR"
        return self._understood(told, lambda each: others.product(each, code))

    def customers(self, since: datetime | None, cursor: str) -> Page:
        """A page of customers."""
        return self._understood(self._page(queries.CUSTOMERS, since, cursor), others.customer)

    def cart(self, customer_id: str, email: str) -> CartData | None:
        """The customer's newest open checkout: Shopify searches by words, what fits is chosen here."""
        mail, name = email.strip().lower(), customer_id.strip()
        if not mail and not name:
            return None
        asked = f"status:open {quoted(mail)}" if mail else "status:open"
        told = self._paged(queries.CARTS, {"query": asked, "newest": True}, lines=False)
        found = self._understood(told, self._cart).items
        return next((each for each in found if isinstance(each, CartData) and each.lines and not each.completed and ((mail and each.email == mail) or (name and each.customer_id == name))), None)  # fmt: skip

    def carts(self, since: datetime, cursor: str) -> Page:
        """A page of open checkouts that changed since. A cart without a checkout has no address: it is not told."""
        asked = f"status:open updated_at:>='{_moment(since)}'"
        told = self._paged(queries.CARTS, {"after": cursor or None, "query": asked, "newest": False}, lines=False)
        return self._understood(told, self._cart)

    def _cart(self, told: dict[str, Any]) -> CartData:
        """A checkout as webhooks tell it."""
        person = mapping(told.get("customer"))
        worth = mapping(mapping(told.get("total_price_set")).get("shop_money")).get("amount")
        mail = mapping(person.get("default_email")).get("email")
        name = key(told.get("id"))
        return replace(
            others.cart({**told, "email": mail, "total_price": worth}), admin_url=f"{self.admin}/checkouts/{name}"
        )

    def stock(self, names: Sequence[str]) -> dict[str, int | None]:
        """How much is left of these products."""
        asked = " OR ".join(f"id:{name}" for name in names if name.isdigit())
        if not asked:
            return {}
        read = self._understood(self._paged(queries.PRODUCTS, {"query": asked}, lines=False), others.product)
        return {each.external_id: each.stock for each in read.items if isinstance(each, ProductData) and each.external_id in names}  # fmt: skip

    def told(self, name: str) -> dict[str, Any] | None:
        """One order as Shopify tells it, all its lines; None when it is not there."""
        if not name.isdigit():
            return None
        variables = {"id": gid("Order", name), "lines": 50, "few": 25}
        found = self.client.ask(queries.ORDER, variables).get("order")
        return self._with_lines(dict(found)) if isinstance(found, dict) else None

    def order(self, name: str) -> OrderData | None:
        """One order; None when it is not there."""
        told = self.told(name)
        try:
            return order(told, self.admin) if told else None
        except Unreadable as problem:
            raise PortError(str(problem), permanent=True, code="protocol") from None

    def find(self, number: str, email: str) -> list[OrderData]:
        """Orders of a number or of an address, newest first."""
        bare = number.strip().lstrip("#")
        asked = [f"name:{quoted('#' + bare)}", f"name:{quoted(bare)}"] if bare else []
        asked += [f"email:{quoted(email.strip())}"] if email.strip() else []
        if not asked:
            return []
        told = self._paged(queries.FIND, {"query": " OR ".join(asked)}, lines=True)
        found = []
        for each in nodes(told.get("page")):
            try:
                read = order(self._whole(each), self.admin)
            except Unreadable:
                continue
            if (bare and read.number.upper() == bare.upper()) or (email and read.email == email.strip().lower()):
                found.append(read)
        return found[:20]

    def _page(self, query: str, since: datetime | None, cursor: str, *, lines: bool = False) -> dict[str, Any]:
        variables = {"after": cursor or None, "query": f"updated_at:>='{_moment(since)}'" if since else None}
        return self._paged(query, variables, lines=lines)

    def _paged(self, query: str, variables: Mapping[str, Any], *, lines: bool) -> dict[str, Any]:
        while True:
            sizes = {"first": self.first, **({"lines": self.lines, "few": FEW} if lines else {})}
            try:
                return self.client.ask(query, {**variables, **sizes})
            except TooCostly:
                if self.first == 1 and self.lines == 1:
                    raise
                self.first, self.lines = max(self.first // 2, 1), max(self.lines * 2 // 3, 1)

    def _understood(self, told: Mapping[str, Any], read: Callable[[dict[str, Any]], Any]) -> Page:
        page = mapping(told.get("page"))
        taken, refused = [], []
        for each in nodes(page):
            try:
                taken.append(read(each))
            except Unreadable as problem:
                refused.append((key(each.get("id")), str(problem)))
        after = mapping(page.get("pageInfo"))
        return Page(tuple(taken), text(after.get("endCursor"), 500) if after.get("hasNextPage") else "", tuple(refused))

    def _whole(self, told: dict[str, Any]) -> dict[str, Any]:
        """The order, read again by itself when a page did not hold all of it."""
        more = mapping(mapping(told.get("line_items")).get("page")).get("hasNextPage")
        if more or any(len(nodes(told.get(part))) >= FEW for part in ("fulfillments", "refunds", "transactions")):
            return self.told(key(told.get("id"))) or told
        return told

    def _with_lines(self, told: dict[str, Any]) -> dict[str, Any]:
        lines = mapping(told.get("line_items"))
        listed, page = nodes(lines), mapping(lines.get("page"))
        while page.get("hasNextPage") and len(listed) < MOST_LINES:
            variables = {"id": told.get("id"), "first": 100, "after": page.get("endCursor")}
            more = mapping(mapping(self.client.ask(queries.MORE_LINES, variables).get("order")).get("line_items"))
            if not nodes(more):
                break
            listed += nodes(more)
            page = mapping(more.get("page"))
        return {**told, "line_items": listed}


def _moment(since: datetime) -> str:
    return since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def gid(kind: str, name: str) -> str:
    """Shopify's global identifier."""
    return f"gid://shopify/{kind}/{name}"


def quoted(word: str) -> str:
    """A value of Shopify's search, whatever stands in it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
