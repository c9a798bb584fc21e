"""Order and parcel numbers in what customers write: the orders come to stand beside the conversation, in the same transaction."""

import re
from functools import cache

from django.db import connection

from comptoir.conversations.actions.organising import attach_order
from comptoir.conversations.models import Conversation, Message
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Shop
from comptoir.lib.text import PARCEL_PATTERNS, SHORT_PARCEL, find_numbers
from comptoir.orders.models import Order

FOUND_LIMIT = 5


def attach_named_orders(conversation: Conversation, message: Message, shop: Shop) -> None:
    """Put the shop's orders that a message names, or whose parcels it names, beside its conversation (five at most);
    whose they are is told. A number of eight digits is a parcel's only among the sender's own orders."""
    text = f"{message.subject}\n{message.text}"
    named = find_numbers(text, [_pattern(shop.order_pattern)], limit=FOUND_LIMIT) if shop.order_pattern else []
    parcels = find_numbers(text, PARCEL_PATTERNS, limit=FOUND_LIMIT)
    short = find_numbers(text, [SHORT_PARCEL], limit=FOUND_LIMIT)
    found = [*_orders(shop, named), *_of_parcels(shop, parcels), *_of_parcels(shop, short, conversation)][:FOUND_LIMIT]
    for order in Order.objects.filter(pk__in=found).select_related("identity") if found else ():
        attach_order(conversation, order, actor=SYSTEM, found_in_text=True)


def _orders(shop: Shop, numbers: list[str]) -> list[int]:
    if not numbers:
        return []
    with connection.cursor() as cursor:  # most numbers that are written belong to no order: ask before the ORM compiles
        cursor.execute("SELECT id FROM orders_order WHERE shop_id = %s AND number = ANY(%s)", [shop.pk, numbers])
        return [key for (key,) in cursor.fetchall()]


def _of_parcels(shop: Shop, numbers: list[str], conversation: Conversation | None = None) -> list[int]:
    """The orders of parcels; with a conversation, of its customer's own alone."""
    if not numbers:
        return []
    whose = "" if conversation is None else "AND identity.customer_id = %s"
    values = [] if conversation is None else [conversation.identity.customer_id]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT orders.id FROM orders_shipment parcel JOIN orders_order orders ON orders.id = parcel.order_id "
            "JOIN customers_identity identity ON identity.id = orders.identity_id "
            f"WHERE upper(parcel.number) = ANY(%s) AND orders.shop_id = %s {whose}",
            [numbers, shop.pk, *values],
        )
        return [key for (key,) in cursor.fetchall()]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
