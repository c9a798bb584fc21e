"""Carts of a PrestaShop that bear a customer's name and of which no order came. Prices are those of the web service:
without tax. What is left of products stands here too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from comptoir.adapters.prestashop.client import Client, filterable
from comptoir.adapters.prestashop.orders import local_moment, product
from comptoir.adapters.prestashop.reading import Reader, following
from comptoir.adapters.prestashop.resources import associated
from comptoir.lib.payload import Unreadable, currency, key, minor, plain, text, whole
from comptoir.ports.shop import CartData, LineData, Page

_FEW = 5
Rows = Mapping[str, Mapping[str, Any]]


class Carts:
    """Reads the carts of one shop."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self.client, self.reader = client, reader

    def cart(self, customer_id: str, email: str) -> CartData | None:
        """The newest cart of the customer, unless it was ordered."""
        name, mail = customer_id.strip(), email.strip().lower()
        if not name and filterable(mail):
            found = self.client.listed("customers", {"email": mail}, limit=str(_FEW))
            name = next((key(row.get("id")) for row in found if text(row.get("email")).lower() == mail), "")
        if not (name.isascii() and name.isdigit()):
            return None
        rows = self.client.listed("carts", {"id_customer": name}, sort="[id_DESC]", limit=str(_FEW), date="1")
        open_ones, _refused = self._read([row for row in rows if key(row.get("id_customer")) == name])
        return max(open_ones, key=lambda each: int(each.external_id), default=None)

    def carts(self, since: datetime, cursor: str) -> Page:
        """A page of carts that changed since, of customers with a name."""
        page = self.reader.rows("carts", since, cursor)
        found, refused = self._read([row for row in page if key(row.get("id_customer"))])
        return Page(tuple(found), following(page, cursor), refused)

    def _read(self, rows: list[dict[str, Any]]) -> tuple[list[CartData], tuple[tuple[str, str], ...]]:
        """Those of which no order came, with what stands around them in three calls for all."""
        names = [key(row.get("id")) for row in rows]
        if not names:
            return [], ()
        ordered = {key(row.get("id_cart")) for row in self.reader.by("orders", "id_cart", names)}
        left = [row for row in rows if key(row.get("id")) not in ordered]
        people = self.reader.named("customers", (key(row.get("id_customer")) for row in left))
        goods = self.reader.named("products", (key(each.get("id_product")) for row in left for each in associated(row, "cart_rows")))  # fmt: skip
        found, refused = [], []
        for row in left:
            try:
                made = self._cart(row, people, goods)
            except Unreadable as problem:
                refused.append((key(row.get("id")), str(problem)))
                continue
            if made.lines:
                found.append(made)
        return found, tuple(refused)

    def _cart(self, told: Mapping[str, Any], people: Rows, goods: Rows) -> CartData:
        fixed, owner = self.reader.fixed(), people.get(key(told.get("id_customer")), {})
        code = currency(fixed.currencies.get(key(told.get("id_currency")), {}).get("iso_code"), fixed.currency)
        around = replace(fixed, currency=code)
        lines = []
        for each in associated(told, "cart_rows"):
            row = goods.get(key(each.get("id_product")))
            if row is None or whole(each.get("quantity")) <= 0:
                continue
            sold = product(row, {}, around)
            price = minor(row.get("price"), code, 0)
            lines.append(
                LineData(sold.title, price, whole(each.get("quantity")), sku=sold.sku, product=sold.external_id)
            )
        return CartData(
            external_id=key(told.get("id")),
            email=text(owner.get("email"), 320).lower(),
            name=" ".join(filter(None, (plain(owner.get("firstname"), 120), plain(owner.get("lastname"), 120)))),
            customer_id=key(told.get("id_customer")),
            total=sum(line.amount for line in lines),
            currency=code,
            lines=tuple(lines),
            updated_at=local_moment(told.get("date_upd"), self.reader.zone),
        )

    def stock(self, names: Sequence[str]) -> dict[str, int | None]:
        """How much is left of these products, all their kinds together."""
        rows = self.reader.by("stock_availables", "id_product", names)
        whole_ones = (row for row in rows if key(row.get("id_product_attribute")) == "")
        return {key(row.get("id_product")): whole(row.get("quantity")) for row in whole_ones}
