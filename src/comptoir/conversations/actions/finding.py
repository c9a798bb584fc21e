"""Order numbers in what customers write: the orders come to stand beside the conversation, in the same transaction."""

import re
from functools import cache

from django.db import connection

from comptoir.conversations.actions.organising import attach_order
from comptoir.conversations.models import Conversation, Message
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Shop
from comptoir.lib.text import find_numbers
from comptoir.orders.models import Order

FOUND_LIMIT = 5


def attach_named_orders(conversation: Conversation, message: Message, shop: Shop) -> None:
    """Put the shop's orders that a message names beside its conversation (five at most); whose they are is told."""
    if not shop.order_pattern:
        return
    numbers = find_numbers(f"{message.subject}\n{message.text}", [_pattern(shop.order_pattern)], limit=FOUND_LIMIT)
    if not numbers:
        return
    with connection.cursor() as cursor:  # most numbers that are written belong to no order: ask before the ORM compiles
        cursor.execute("SELECT id FROM orders_order WHERE shop_id = %s AND number = ANY(%s)", [shop.pk, numbers])
        found = [key for (key,) in cursor.fetchall()]
    for order in Order.objects.filter(pk__in=found).select_related("identity") if found else ():
        attach_order(conversation, order, actor=SYSTEM, found_in_text=True)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
