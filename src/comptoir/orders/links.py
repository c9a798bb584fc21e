"""Addresses of the shopper's pages that mails carry: signed, for one order or one person, and good for some time.

A link is proof of little, since mails are forwarded: an order's link opens that order without its payment, its
documents and its street; a person's is short-lived. Both end with the address that they were made for.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from comptoir.core import keys
from comptoir.core.models import Shop
from comptoir.customers.models import Identity
from comptoir.orders.models import Order

ORDER_FOR = timedelta(days=30)
PERSON_FOR = timedelta(days=2)
_ORDER, _PERSON = "account-order-link", "account-person-link"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: the whole account of an address, or one order of it."""

    identity: Identity
    order: Order | None = None


def base(shop: Shop) -> str:
    """Where a shop's pages are, without a closing slash."""
    return f"https://{shop.host}" if shop.host else f"{settings.PUBLIC_URL}/s/{shop.slug}"


def order_link(order: Order) -> str:
    """The address of an order's pages, for a mail to whoever ordered."""
    return f"{base(order.shop)}/account/link/{keys.sign([order.pk, order.identity_id, order.shop_id], purpose=_ORDER)}/"


def tracking_link(order: Order) -> str:
    """The same proof, opened at the way of the order's parcels: for a mail about one of them."""
    return f"{order_link(order)}tracking/"


def person_link(identity: Identity, shop: Shop) -> str:
    """The address of someone's whole account, for a mail to that very address."""
    return f"{base(shop)}/account/link/{keys.sign([identity.pk, shop.pk], purpose=_PERSON)}/"


def open_link(token: str, shop: Shop) -> Opened | None:
    """What the link opens in that shop; None when it is forged, too old, another shop's, or its person was erased."""
    try:
        key, identity, of = keys.unsign(token, purpose=_ORDER, max_age=int(ORDER_FOR.total_seconds()))
    except (keys.BadToken, ValueError, TypeError):
        return _person(token, shop)
    order = guest_order(key, identity, shop) if of == shop.pk else None
    return Opened(order.identity, order) if order is not None else None


def _person(token: str, shop: Shop) -> Opened | None:
    try:
        key, of = keys.unsign(token, purpose=_PERSON, max_age=int(PERSON_FOR.total_seconds()))
    except (keys.BadToken, ValueError, TypeError):
        return None
    rows = Identity.objects.select_related("customer").filter(customer__erased_at=None, blocked_at=None)
    identity = rows.filter(pk=key).first() if of == shop.pk else None
    return Opened(identity) if identity is not None else None


def guest_order(key: int, identity_key: int, shop: Shop) -> Order | None:
    """The order of a proof that covers it alone, as long as it is still that address's."""
    rows = Order.objects.select_related("identity__customer").filter(shop=shop, identity__customer__erased_at=None)
    return rows.filter(pk=key, identity=identity_key).first()
