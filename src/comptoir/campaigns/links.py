"""The addresses that a message carries: its order's page, its unsubscription, and what counts opens and clicks."""

from django.conf import settings

from comptoir.core import keys
from comptoir.core.models import Shop
from comptoir.orders.models import Order

STOP, COUNT = "proactive-stop", "proactive-count"


def base(shop: Shop) -> str:
    """Where a shop's pages are, without a closing slash."""
    return f"https://{shop.host}" if shop.host else f"{settings.PUBLIC_URL}/s/{shop.slug}"


def order_url(order: Order) -> str:
    """The order's page in the account."""
    return f"{base(order.shop)}/account/orders/{order.number}/"


def stop_url(shop: Shop, identity_key: int, purpose: str) -> str:
    """Where one click stops messages of a purpose to an address."""
    token = keys.sign([identity_key, shop.pk, purpose], purpose=STOP)
    return f"{base(shop)}/stop/{token}/"


def counted(shop: Shop, kind: str, url: str, announcement: int | None) -> str:
    """The address by way of the counter. Without an announcement, every customer's looks alike but for its goal."""
    return f"{base(shop)}/m/{keys.sign([kind, announcement, url], purpose=COUNT)}/"


def pixel(shop: Shop, kind: str, announcement: int | None) -> str:
    """The picture that counts an opening."""
    return f"{base(shop)}/m/{keys.sign([kind, announcement, ''], purpose=COUNT)}/o.gif"
