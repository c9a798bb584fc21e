"""What operations give back: rows by kind and key, as their token's agent may see them now."""

from typing import Any

from django.http import Http404

from comptoir.conversations import representation as conversations
from comptoir.conversations.models import Message
from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers import representation as customers
from comptoir.orders import representation as orders
from comptoir.orders.queries import with_parts
from comptoir.webhooks import representation as webhooks
from comptoir.webhooks.models import Endpoint

NOTHING = "nothing"


def shown(agent: Agent, kind: str, key: int | None) -> dict[str, Any] | None:
    """The row's representation; None for a result of nothing; Http404 when it is gone or out of reach."""
    if kind == NOTHING:
        return None
    found = _found(agent, kind, key or 0)
    if found is None:
        raise Http404
    return found


def _found(agent: Agent, kind: str, key: int) -> dict[str, Any] | None:
    if kind == "message":
        mine = Message.objects.filter(conversation__in=access.conversations(agent), pk=key)
        message = conversations.messages_with_all(mine).first()
        return conversations.message(message) if message else None
    if kind == "conversation":
        row = conversations.with_all(access.conversations(agent)).filter(pk=key).first()
        return conversations.conversation(row) if row else None
    if kind == "customer":
        person = customers.with_all(access.customers(agent)).filter(pk=key).first()
        return customers.customer(person) if person else None
    if kind == "order":
        order = with_parts(access.orders(agent)).filter(pk=key).first()
        return orders.order(order) if order else None
    endpoint = Endpoint.objects.filter(pk=key).first()
    return webhooks.endpoint(endpoint) if endpoint else None
