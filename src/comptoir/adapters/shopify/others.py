"""Products, customers, carts and drafts as Shopify tells them."""

from collections.abc import Mapping
from typing import Any

from comptoir.adapters.shopify.orders import address, line
from comptoir.lib.payload import (
    Unreadable,
    currency,
    key,
    link,
    mapping,
    minor,
    moment,
    nodes,
    plain,
    text,
    whole,
    words,
)
from comptoir.ports.shop import CartData, CustomerData, ProductData

_AGREED = frozenset({"subscribed"})


def product(told: Mapping[str, Any], code: str = "EUR") -> ProductData:
    """A product, its first variant's price, the stock of all. Raises Unreadable."""
    name = key(told.get("id"))
    if not name:
        raise Unreadable("L’identifiant du produit manque.")
    variants = nodes(told.get("variants"))
    first = variants[0] if variants else {}
    return ProductData(
        external_id=name,
        title=plain(told.get("title")) or "—",
        sku=text(first.get("sku"), 80),
        category=plain(told.get("product_type"), 120),
        description=text(told.get("body_html"), 20_000),
        price=minor(first.get("price"), code, 0) if first.get("price") is not None else None,
        currency=code,
        stock=_stock(told, variants),
        url=link(told.get("url")),
        image=_image(told),
        updated_at=moment(told.get("updated_at")),
    )


def _stock(told: Mapping[str, Any], variants: list[dict[str, Any]]) -> int | None:
    if "total_inventory" in told:
        return whole(told.get("total_inventory")) if told.get("tracks_inventory") else None
    counted = [each for each in variants if text(each.get("inventory_management"))]
    return sum(whole(each.get("inventory_quantity")) for each in counted) if counted else None


def _image(told: Mapping[str, Any]) -> str:
    image = mapping(told.get("image"))
    pictures = nodes(told.get("images"))
    preview = mapping(mapping(image.get("preview")).get("image"))
    return link(image.get("src")) or link(preview.get("url")) or (link(pictures[0].get("src")) if pictures else "")


def customer(told: Mapping[str, Any]) -> CustomerData:
    """A customer. Raises Unreadable when not even an identifier or an address is told."""
    mail, phone = mapping(told.get("default_email")), mapping(told.get("default_phone"))
    name, email = key(told.get("id")), (text(told.get("email"), 320) or text(mail.get("email"), 320)).lower()
    if not name and not email:
        raise Unreadable("L’identifiant du client manque.")
    consents = {}
    for channel, consent in (
        ("email", told.get("email_marketing_consent") or mail),
        ("sms", told.get("sms_marketing_consent") or phone.get("consent")),
    ):
        if state := text(mapping(consent).get("state")).lower():
            consents[channel] = state in _AGREED
    if "email" not in consents and isinstance(told.get("accepts_marketing"), bool):
        consents["email"] = told["accepts_marketing"]
    addresses = (address(entry) for entry in nodes(told.get("addresses"))[:50])
    return CustomerData(
        external_id=name,
        email=email,
        name=" ".join(filter(None, (plain(told.get("first_name"), 120), plain(told.get("last_name"), 120)))),
        phone=text(told.get("phone"), 40) or text(phone.get("phone"), 40),
        language=text(told.get("locale"), 35),
        consents=consents,
        addresses=tuple(entry for entry in addresses if entry),
        tags=words(told.get("tags")),
        updated_at=moment(told.get("updated_at")),
    )


def cart(told: Mapping[str, Any]) -> CartData:
    """A cart, a checkout that was left, or a merchant's draft. Raises Unreadable."""
    name = key(told.get("id")) or key(told.get("token"))
    if not name:
        raise Unreadable("L’identifiant du panier manque.")
    code = _cart_currency(told)
    person = mapping(told.get("customer"))
    lines = [found for found in (line(_priced(entry), code, {}) for entry in nodes(told.get("line_items"))) if found]
    total = told.get("total_price")
    return CartData(
        external_id=name,
        number=plain(told.get("name"), 60).lstrip("#"),
        email=(text(told.get("email"), 320) or text(person.get("email"), 320)).lower(),
        name=" ".join(filter(None, (plain(person.get("first_name"), 120), plain(person.get("last_name"), 120)))),
        phone=text(told.get("phone"), 40) or text(person.get("phone"), 40),
        customer_id=key(person.get("id")),
        total=minor(total, code, 0) if total is not None else sum(found.amount for found in lines),
        currency=code,
        lines=tuple(lines),
        url=link(told.get("abandoned_checkout_url")) or link(told.get("invoice_url")),
        note=plain(told.get("note"), 5_000),
        completed=moment(told.get("completed_at")) is not None,
        order_id=key(told.get("order_id")),
        updated_at=moment(told.get("updated_at")),
    )


def _priced(told: Mapping[str, Any]) -> dict[str, Any]:
    """A position of a draft has its discount as an object of its own."""
    applied = mapping(told.get("applied_discount"))
    return {**told, "total_discount": applied["amount"]} if applied.get("amount") else dict(told)


def _cart_currency(told: Mapping[str, Any]) -> str:
    """A cart's own payload names its currency only inside its lines, an old one not at all."""
    for entry in [told, *nodes(told.get("line_items"))]:
        for part in ("price_set", "line_price_set", "total_price_set"):
            if code := mapping(mapping(entry.get(part)).get("shop_money")).get("currency_code"):
                return currency(code)
    return currency(told.get("currency"), "EUR")  # for two decimals
