"""Rows of other rooms by kind and key, as far as an agent may open them, and as other programs read them."""

from typing import Any

from comptoir.conversations import representation as conversations
from comptoir.conversations.models import Message, SideConversation
from comptoir.core import access
from comptoir.core.models import Agent, Event
from comptoir.customers import representation as customers
from comptoir.orders import queries as order_queries
from comptoir.orders import representation as orders
from comptoir.orders.gestures import representation as gestures

# Events about these are told to programs; those about accounts, keys and settings are not theirs.
TOLD = ("conversation", "message", "customer", "order", "gesture")
_SHOWN: dict[str, Any] = {
    "conversation": conversations.conversation,
    "message": conversations.message,
    "side": conversations.side,
    "customer": customers.customer,
    "order": orders.order,
    "gesture": gestures.gesture,
}


def row(agent: Agent, kind: str, key: int) -> Any:
    """The row of a kind of TOLD with all that its representation reads; None when it is gone or out of reach."""
    if kind == "message":
        mine = Message.objects.filter(conversation__in=access.threads(agent), pk=key)
        return conversations.messages_with_all(mine).select_related("conversation__identity").first()
    if kind == "conversation":
        return conversations.with_all(access.conversations(agent)).filter(pk=key).first()
    if kind == "side":
        rows = SideConversation.objects.filter(conversation__in=access.conversations(agent))
        return rows.select_related("thread__identity").filter(pk=key).first()
    if kind == "customer":
        return customers.with_all(access.customers(agent)).filter(pk=key).first()
    if kind == "gesture":
        return access.gestures(agent).select_related("order", "identity").filter(pk=key).first()
    return order_queries.with_parts(access.orders(agent)).filter(pk=key).first()


def shown(agent: Agent, kind: str, key: int) -> dict[str, Any] | None:
    """Its representation, or None."""
    found = row(agent, kind, key)
    return _SHOWN[kind](found) if found is not None else None


def event(happened: Event) -> dict[str, Any]:
    """What both the list of events and a webhook say of one."""
    return {
        "subject": {"type": happened.subject_type, "id": happened.subject_id},
        "actor": {"type": happened.actor_kind, "id": happened.actor_id},
        "customer": happened.customer_key,
        "shop": happened.shop_key,
        "details": happened.codes,
    }
