"""Carts that are kept for a while: whose they are, what is in them, and that they are emptied."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.money import MAX_MINOR
from comptoir.orders.models import Cart, Connection, Order
from comptoir.orders.people import NOBODY
from comptoir.ports.shop import CartData, LineData

LINES = 50
EMPTIED_AFTER = timedelta(days=4)  # nothing is said of a cart as old as that


def owners(account: Connection, carts: Sequence[CartData]) -> dict[str, Identity]:
    """Whose each cart is (by its key), of those whom the house knows: nobody gets a file for a cart."""
    mails = {cart.email.strip().lower() for cart in carts if cart.email.strip()}
    numbers = {cart.customer_id.strip() for cart in carts if cart.customer_id.strip() not in NOBODY}
    rows = Identity.objects.filter(customer__erased_at=None, blocked_at=None).select_related("customer")
    by_mail = {row.value: row for row in rows.filter(kind=IdentityKind.EMAIL, shop=None, value__in=mails)}
    by_number = {row.value: row for row in rows.filter(kind=IdentityKind.SHOP, shop=account.shop_id, value__in=numbers)}
    found = {
        cart.external_id: by_mail.get(cart.email.strip().lower()) or by_number.get(cart.customer_id.strip())
        for cart in carts
    }
    return {name: identity for name, identity in found.items() if identity is not None}


@transaction.atomic
def keep(account: Connection, told: CartData, identity: Identity) -> Cart | None:
    """Keep a cart as it is told; one that is ordered or empty is closed. None for what was never kept, or is older."""
    now = timezone.now()
    rows = Cart.objects.select_for_update().filter(connection=account, external_id=told.external_id[:120])
    row = rows.first()
    changed_at = min(told.updated_at or now, now)
    over = told.completed or not told.lines
    if row is not None and changed_at < row.changed_at:
        return None
    if row is None:
        if over:
            return None
        row = Cart(connection=account, shop=account.shop, external_id=told.external_id[:120])
    row.identity, row.changed_at, row.looked_at, row.closed_at = identity, changed_at, now, None
    for name, value in _content(told).items():
        setattr(row, name, value)
    row.save()
    if over:
        close(row)
    return row


def close(row: Cart) -> None:
    """It was ordered, emptied or is gone: its content goes too."""
    row.closed_at, row.lines, row.url, row.total = timezone.now(), [], "", 0
    row.save(update_fields=["closed_at", "lines", "url", "total"])


def gone(account: Connection, external_id: str) -> None:
    """The platform says that the cart is no longer there."""
    for row in Cart.objects.filter(connection=account, external_id=external_id[:120], closed_at=None):
        close(row)


def forget_old() -> int:
    """Empty what is too old to be spoken of; how many."""
    old = Cart.objects.filter(changed_at__lt=timezone.now() - EMPTIED_AFTER, closed_at=None)
    return old.update(closed_at=timezone.now(), lines=[], url="", total=0)


def ordered_since(row: Cart) -> bool:
    """Whether the customer ordered in that shop after they last touched the cart."""
    theirs = Order.objects.filter(identity__customer=row.identity.customer_id, shop=row.shop_id)
    return theirs.filter(placed_at__gte=row.changed_at).exists()


def like(order: Order) -> Cart:
    """A cart with what the order holds, not saved: to try a text on."""
    lines = [
        {
            "title": line.title, "variant": line.variant, "quantity": line.quantity, "total": line.total,
            "image": line.image_url, "product": "", "sku": line.sku,
        }
        for line in order.lines.all()[:LINES]
    ]  # fmt: skip
    return Cart(
        shop=order.shop, identity=order.identity, lines=lines, total=sum(line["total"] for line in lines),
        currency=order.currency, changed_at=timezone.now(), looked_at=timezone.now(),
    )  # fmt: skip


def _content(told: CartData) -> Mapping[str, Any]:
    return {
        "platform_customer": told.customer_id[:120],
        "total": told.total if 0 <= told.total <= MAX_MINOR else 0,
        "currency": told.currency[:3],
        "lines": [content_of(line) for line in told.lines[:LINES]],
        "url": told.url if len(told.url) <= 1000 else "",
        "admin_url": told.admin_url if len(told.admin_url) <= 500 else "",
    }


def content_of(line: LineData) -> dict[str, Any]:
    """What is kept of a position."""
    return {
        "title": line.title[:300],
        "variant": line.variant[:120],
        "quantity": line.quantity,
        "total": line.amount,
        "image": line.image if len(line.image) <= 500 else "",
        "product": line.product[:120],
        "sku": line.sku[:80],
    }
