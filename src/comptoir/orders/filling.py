"""Filling in the custom fields of an order."""

from typing import Any

from django.db import transaction

from comptoir.core.actors import Actor
from comptoir.core.custom import values
from comptoir.core.custom.reading import Definition
from comptoir.core.models import Origin
from comptoir.orders.models import Order, OrderValue


@transaction.atomic
def set_field(order: Order, definition: Definition, given: Any, *, actor: Actor, origin: str = Origin.LIVE) -> bool:
    """Fill in a custom field, empty it with None; False when that stood there. Raises core.custom.judging.BadValue."""
    row = Order.objects.select_for_update(of=("self",)).select_related("identity").get(pk=order.pk)
    return values.fill(
        OrderValue,
        row,
        definition,
        given,
        verb="order.field_set",
        actor=actor,
        origin=origin,
        customer=row.identity.customer_id,
        shop=row.shop_id,
    )
