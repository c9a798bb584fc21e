"""The addresses that a message carries: its unsubscription, and what counts opens and clicks."""

from comptoir.core import keys
from comptoir.core.models import Shop
from comptoir.orders.links import base

STOP, COUNT = "proactive-stop", "proactive-count"


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
