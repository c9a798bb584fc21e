"""What conversations do when something happened; each runs as a job of its own."""

import re

from comptoir.conversations.actions.organising import attach_order
from comptoir.conversations.models import Message
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.lib.text import find_numbers
from comptoir.orders.models import Order

FOUND_LIMIT = 5


def attach_orders(event: Event) -> None:
    """Put the orders whose numbers stand in a received message beside the conversation."""
    message = Message.objects.select_related("conversation__shop").get(pk=event.codes["message"])
    shop = message.conversation.shop
    if not shop.order_pattern:
        return
    pattern = re.compile(shop.order_pattern, re.IGNORECASE)
    numbers = find_numbers(f"{message.subject}\n{message.text}", [pattern], limit=FOUND_LIMIT)
    for order in Order.objects.filter(shop=shop, number__in=numbers).select_related("identity"):
        attach_order(message.conversation, order, actor=SYSTEM, found_in_text=True)
