"""Whose an order is: the address, else the platform's customer number, else the telephone, else nobody known.

A platform may hold no e-mail address (a counter sale, a marketplace); its orders are kept all the same, under the best
that it tells. An order without any of these gets an identity of its own, which a merge can give to somebody.
"""

from collections.abc import Collection
from dataclasses import dataclass

from comptoir.core.models import Shop
from comptoir.customers.actions import identify
from comptoir.customers.introductions import Stranger, introduce
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.phone import NotAPhoneNumber, normalise
from comptoir.lib.text import clean_name
from comptoir.orders.models import Order
from comptoir.ports.shop import OrderData

NOBODY = ("", "0")  # how platforms write the number of a guest


@dataclass(frozen=True, slots=True)
class Key:
    """What names a person: `kind` of IdentityKind, its normalised value; numbers belong to a shop."""

    kind: str
    value: str


def key_of(data: OrderData, shop: Shop) -> Key:
    """By what the order's person is known."""
    if address := data.email.strip().lower():
        return Key(IdentityKind.EMAIL, address)
    if data.customer_id.strip() not in NOBODY:
        return Key(IdentityKind.SHOP, data.customer_id.strip())
    if number := telephone(data.phone or data.address.get("phone", ""), shop):
        return Key(IdentityKind.PHONE, number)
    return Key(IdentityKind.SHOP, f"order:{data.external_id}")


def telephone(text: str, shop: Shop) -> str:
    """The number in its one form, read as people write it in the shop's country; "" for what is none."""
    try:
        return normalise(text, shop.country or "FR") if text.strip() else ""
    except NotAPhoneNumber:
        return ""


def owners(shop: Shop, group: Collection[OrderData], known: dict[str, Order]) -> dict[Key, Identity]:
    """The identity of every person, but of erased persons' orders: those stay with the identity that they have."""
    wanted = {
        key_of(data, shop): data
        for data in group
        if data.external_id not in known or known[data.external_id].identity.customer.erased_at is None
    }
    found: dict[Key, Identity] = {}
    for kind in sorted({key.kind for key in wanted}):
        where = shop if kind == IdentityKind.SHOP else None
        values = {key.value: wanted[key] for key in wanted if key.kind == kind}
        rows = Identity.objects.filter(kind=kind, value__in=list(values), shop=where).select_related("customer")
        held = {identity.value: identity for identity in rows}
        for value, identity in held.items():
            if not identity.customer.name and (name := name_of(values[value])):
                identify(kind, value, name=name, language=values[value].language[:10], shop=where)
        strangers = {
            value: Stranger(name_of(data), data.language) for value, data in values.items() if value not in held
        }
        held |= introduce(strangers, kind=kind, shop=where) if strangers else {}
        found |= {Key(kind, value): identity for value, identity in held.items()}
    return found


def name_of(data: OrderData) -> str:
    """What the person is called."""
    return clean_name(data.name or data.address.get("name", ""))
