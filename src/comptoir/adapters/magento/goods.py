"""Products and customers as Magento tells them."""

from collections.abc import Mapping
from typing import Any

from comptoir.adapters.magento.orders import Site, address, person
from comptoir.lib.payload import Unreadable, currency, items, key, link, mapping, minor, moment, plain, text
from comptoir.ports.shop import CustomerData, ProductData


def product(told: Mapping[str, Any], site: Site, stock: int | None = None) -> ProductData:
    """A product; its price is in the base currency. Raises Unreadable."""
    name, code = key(told.get("id")) or key(told.get("entity_id")), currency(site.currency, "EUR")
    if not name:
        raise Unreadable("L’identifiant du produit manque.")
    more = {text(each.get("attribute_code"), 80): each.get("value") for each in items(told.get("custom_attributes"))}
    picture = text(more.get("image"), 300)
    shown = picture.startswith("/") and site.media
    return ProductData(
        external_id=name,
        title=plain(told.get("name")) or text(told.get("sku"), 80) or "—",
        sku=text(told.get("sku"), 80),
        description=text(more.get("description"), 20_000),
        price=minor(told.get("price"), code, 0) if text(told.get("price")) else None,
        currency=code,
        stock=stock,
        image=link(f"{site.media}catalog/product{picture}") if shown else "",
        updated_at=moment(told.get("updated_at")),
    )


def customer(told: Mapping[str, Any], site: Site) -> CustomerData:
    """A customer who has an account. Raises Unreadable."""
    name, email = key(told.get("id")) or key(told.get("entity_id")), text(told.get("email"), 320).lower()
    if not name:
        raise Unreadable("L’identifiant du client manque.")
    places = [place for place in (address(each) for each in items(told.get("addresses"), 50)) if place]
    letters = mapping(told.get("extension_attributes")).get("is_subscribed")
    return CustomerData(
        external_id=name,
        email=email,
        name=person(told),
        phone=next((place["phone"] for place in places if "phone" in place), ""),
        language=site.languages.get(key(told.get("store_id")), ""),
        consents={"email": letters} if isinstance(letters, bool) else {},
        addresses=tuple(places),
        updated_at=moment(told.get("updated_at")),
    )
