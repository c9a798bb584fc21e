"""What conversations do when something happened; each runs as a job of its own."""

import re

from comptoir.conversations.actions.organising import assign, attach_order
from comptoir.conversations.models import Conversation, Message, State
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Agent, Event
from comptoir.lib.text import find_numbers
from comptoir.orders.models import Order

FOUND_LIMIT = 5


def give_back(event: Event) -> None:
    """A colleague's account was closed: what they had open belongs to nobody, so that somebody takes it."""
    theirs = Conversation.objects.filter(
        assignee=event.subject_id, state__in=[State.OPEN, State.PENDING, State.SNOOZED]
    )
    if Agent.objects.filter(pk=event.subject_id, is_active=False).exists():
        for conversation in theirs:
            assign(conversation, None, actor=SYSTEM)


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
