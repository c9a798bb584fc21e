"""Carts as Magento tells them: what a customer has chosen and not ordered. A guest's cart bears nobody's name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from comptoir.adapters.magento.client import Client, Where, criteria
from comptoir.adapters.magento.orders import count, measure, person
from comptoir.adapters.magento.reading import Reader, changed, number, page_of
from comptoir.lib.payload import Unreadable, currency, items, key, mapping, minor, moment, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, LineData, Page

_ACTIVE: Where = [("is_active", "eq", "1"), ("items_count", "gt", "0")]


def cart(told: Mapping[str, Any], admin: str) -> CartData:
    """A cart, at the prices that its articles bear. Raises Unreadable."""
    name, owner = key(told.get("id")), mapping(told.get("customer"))
    if not name:
        raise Unreadable("L’identifiant du panier manque.")
    code = currency(mapping(told.get("currency")).get("quote_currency_code"), "EUR")
    lines = tuple(_line(each, code) for each in items(told.get("items")) if measure(each.get("qty")) > 0)
    email = text(owner.get("email"), 320) or text(mapping(told.get("billing_address")).get("email"), 320)
    customer = key(owner.get("id"))
    return CartData(
        external_id=name,
        email=email.lower(),
        name=person(owner),
        customer_id=customer,
        total=sum(line.amount for line in lines),
        currency=code,
        lines=lines,
        completed=not whole(told.get("is_active"), 1),
        updated_at=moment(told.get("updated_at")) or moment(told.get("created_at")),
        admin_url=f"{admin}/customer/index/edit/id/{customer}/" if admin and customer else "",
    )


def _line(told: Mapping[str, Any], code: str) -> LineData:
    price = minor(told.get("price"), code, 0)
    return LineData(
        title=text(told.get("name"), 300) or text(told.get("sku"), 80) or "—",
        unit_price=price,
        quantity=count(told.get("qty")),
        total=int(Decimal(price) * measure(told.get("qty"))),
        sku=text(told.get("sku"), 80),
        external_id=key(told.get("item_id")),
    )


class Carts:
    """Reads the carts of one shop."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self.client, self.reader = client, reader

    def cart(self, customer_id: str, email: str) -> CartData | None:
        """The customer's open cart, with the sums that the shop itself reckons."""
        mail, name = email.strip().lower(), customer_id.strip()
        who: Where = [("customer_id", "eq", name)] if name.isdecimal() else [("customer_email", "eq", mail)]
        if not who[0][2]:
            return None
        told = items(
            mapping(self.client.get("carts/search", criteria([*_ACTIVE, *who], 5, direction="DESC"))).get("items")
        )
        found = page_of(told, "", lambda each: cart(each, self.reader.admin)).items
        mine = (each for each in found if isinstance(each, CartData) and not each.completed and each.lines)
        best = next(
            (each for each in mine if (name and each.customer_id == name) or (mail and each.email == mail)), None
        )
        return self._with_sums(best) if best else None

    def carts(self, since: datetime, cursor: str) -> Page:
        """A page of open carts that changed since and that bear a name."""
        told, after = self.client.page("carts/search", [*_ACTIVE, *changed(since)], number(cursor))
        read = page_of(told, after, lambda each: cart(each, self.reader.admin))
        named = (each for each in read.items if isinstance(each, CartData) and each.email and not each.completed)
        return replace(read, items=tuple(named))

    def _with_sums(self, found: CartData) -> CartData:
        """Prices with tax and discounts, as the customer sees them."""
        told = mapping(self.client.get(f"carts/{found.external_id}/totals"))
        sums = {key(each.get("item_id")): each.get("row_total_incl_tax") for each in items(told.get("items"))}
        try:
            lines = tuple(
                replace(line, total=minor(sums.get(line.external_id), found.currency, line.amount))
                for line in found.lines
            )
            return replace(found, lines=lines, total=minor(told.get("grand_total"), found.currency, found.total))
        except Unreadable as problem:
            raise PortError(str(problem), permanent=True, code="protocol") from None
