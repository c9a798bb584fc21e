"""The customer that an address names, as far as the agent may see them."""

from django.http import Http404

from comptoir.agent.door import ConsoleRequest
from comptoir.conversations.models import Conversation
from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers.models import Customer
from comptoir.orders.models import Order


def customer(request: ConsoleRequest, key: int) -> Customer:
    """The customer, or 404."""
    found: Customer | None = access.customers(request.agent).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def in_use(request: ConsoleRequest, key: int) -> Customer:
    """The customer, or 404 also when the person was erased: nothing can be written on them any more."""
    found = customer(request, key)
    if found.erased_at:
        raise Http404
    return found


def sees_all_of(agent: Agent, found: Customer) -> bool:
    """Whether nothing of this person belongs to a shop that the agent may not see."""
    theirs = Conversation.objects.filter(identity__customer=found).exclude(pk__in=access.conversations(agent))
    bought = Order.objects.filter(identity__customer=found).exclude(pk__in=access.orders(agent))
    return not theirs.exists() and not bought.exists()
