"""Carts of a Vendure: orders that are not placed yet, of customers who can be named."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from comptoir.adapters.vendure import queries
from comptoir.adapters.vendure.orders import Money, line_of, name_of
from comptoir.adapters.vendure.reading import NAME, SIZE, Reader, iso
from comptoir.lib.payload import Unreadable, currency, items, key, mapping, moment, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, Page

_OPEN = ["AddingItems", "ArrangingPayment"]


def cart(told: Mapping[str, Any], base: str, precision: int) -> CartData:
    """An order that is not placed. Raises Unreadable."""
    name, code, owner = key(told.get("id")), currency(told.get("currencyCode")), mapping(told.get("customer"))
    if not name:
        raise Unreadable("Le panier n’a pas d’identifiant.")
    money = Money(code, precision)
    return CartData(
        external_id=name,
        number=text(told.get("code"), 60),
        email=text(owner.get("emailAddress"), 320).lower(),
        name=name_of(owner),
        phone=text(owner.get("phoneNumber"), 40),
        customer_id=key(owner.get("id")),
        total=money(told.get("totalWithTax")),
        currency=code,
        lines=tuple(line_of(each, money) for each in items(told.get("lines")) if whole(each.get("quantity")) > 0),
        updated_at=moment(told.get("updatedAt")),
        admin_url=f"{base}/admin/orders/{name}" if base else "",
    )


class Carts:
    """Reads the carts of one shop."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def cart(self, customer_id: str, email: str) -> CartData | None:
        """The customer's open cart."""
        mail, name = email.strip().lower(), customer_id.strip()
        if not ("@" in mail and mail.isprintable()) and not (not mail and NAME.fullmatch(name)):
            return None
        who = {"emailAddress": {"eq": mail}} if mail else {"id": {"eq": name}}
        options = {"take": 5, "sort": {"updatedAt": "DESC"}, "filter": {"state": {"in": _OPEN}}}
        told = mapping(self.reader.client.ask(queries.CARTS_OF, {"who": who, "options": options}).get("customers"))
        try:
            found = [
                cart(each, self.reader.client.base, self.reader.precision)
                for owner in items(told.get("items"))
                for each in items(mapping(owner.get("orders")).get("items"))
            ]
        except Unreadable as problem:
            raise PortError(str(problem), permanent=True, code="protocol") from None
        return next((each for each in found if each.lines), None)

    def carts(self, since: datetime, cursor: str) -> Page:
        """A page of open carts that changed since; those of nobody in particular are left out."""
        skip = whole(cursor)
        wanted = {"state": {"in": _OPEN}, "updatedAt": {"after": iso(since)}}
        options = {"take": SIZE, "skip": skip, "sort": {"createdAt": "ASC", "id": "ASC"}, "filter": wanted}
        told = self.reader.asked(options)
        read, refused = self.reader.each(told, lambda each: cart(each, self.reader.client.base, self.reader.precision))
        named = tuple(each for each in read if each.lines and (each.email or each.customer_id))
        return Page(named, str(skip + SIZE) if len(told) == SIZE else "", refused)
