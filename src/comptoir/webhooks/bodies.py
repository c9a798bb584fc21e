"""What a webhook says: the event, the keys of what it is about, and (if wanted) the rows as they are now.

The current state is read when the webhook leaves, so a late delivery never tells an old state as new, and what its
agent may not see, or no longer exists, is simply not in it.
"""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from comptoir.conversations import representation as conversations
from comptoir.conversations.models import Message
from comptoir.core import access
from comptoir.core.models import Agent, Event
from comptoir.customers import representation as customers
from comptoir.orders import queries as order_queries
from comptoir.orders import representation as orders

# Events about these are told to programs; those about accounts, keys and settings are not theirs.
TOLD = ("conversation", "message", "customer", "order")


def may_hear(agent: Agent, event: Event) -> bool:
    """Whether the endpoint's agent may know of the event: what they cannot open is not told."""
    if not agent.is_active or event.subject_type not in TOLD:
        return False
    if event.verb == "customer.erased":
        return access.can(agent, access.May.ERASE)
    return _row(agent, event.subject_type, event.subject_id) is not None


def body(agent: Agent, event: Event, *, content: bool) -> bytes:
    """The JSON of one event, in the shape of Standard Webhooks: type, timestamp, data."""
    data: dict[str, Any] = {
        "event": event.pk,
        "subject": {"type": event.subject_type, "id": event.subject_id},
        "actor": {"type": event.actor_kind, "id": event.actor_id},
        "customer": event.customer_key,
        "shop": event.shop_key,
        "details": event.codes,
    }
    if content:
        data |= _content(agent, event)
    whole = {"type": event.verb, "timestamp": event.occurred_at, "data": data}
    return json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def _content(agent: Agent, event: Event) -> dict[str, Any]:
    row = _row(agent, event.subject_type, event.subject_id)
    if row is None:
        return {}
    if event.subject_type == "message":
        return {
            "message": conversations.message(row),
            "conversation": conversations.conversation(row.conversation),
        }
    found = {event.subject_type: REPRESENTATIONS[event.subject_type](row)}
    said = event.codes.get("message")
    if event.subject_type == "conversation" and isinstance(said, int):
        rows = Message.objects.filter(conversation=row, pk=said)
        first = conversations.messages_with_all(rows).first()
        if first is not None:
            found["message"] = conversations.message(first)
    return found


def _row(agent: Agent, kind: str, key: int) -> Any:
    """The row with all that its representation reads, when the agent may open it."""
    if kind == "message":
        mine = Message.objects.filter(conversation__in=access.conversations(agent), pk=key)
        return conversations.messages_with_all(mine).select_related("conversation__identity").first()
    if kind == "conversation":
        return conversations.with_all(access.conversations(agent)).filter(pk=key).first()
    if kind == "customer":
        return customers.with_all(access.customers(agent)).filter(pk=key).first()
    return order_queries.with_parts(access.orders(agent)).filter(pk=key).first()


REPRESENTATIONS: dict[str, Any] = {
    "conversation": conversations.conversation,
    "customer": customers.customer,
    "order": orders.order,
}
