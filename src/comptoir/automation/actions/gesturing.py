"""A macro's order action: proposed with its quote when the macro is applied, and done by an agent's confirmation alone."""

import uuid
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from comptoir.automation.acts import offer
from comptoir.conversations.actions import duties
from comptoir.conversations.actions.duties import Duty
from comptoir.conversations.models import Conversation
from comptoir.conversations.queries.proof import doubts
from comptoir.core import access
from comptoir.core.actors import SYSTEM
from comptoir.core.jobs import job
from comptoir.core.models import Agent
from comptoir.orders.gestures import codes, proposing, reckoning
from comptoir.orders.gestures.proposing import NotAllowed, TooLate, Wish
from comptoir.orders.gestures.quoting import PlatformRefuses
from comptoir.orders.gestures.reasons import reasons
from comptoir.orders.gestures.reckoning import CannotAct
from comptoir.orders.models import Gesture, Order
from comptoir.orders.queries import with_parts
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Request, Verb


class OtherCurrency(ValueError):
    """The macro's amount is in another currency than the order; the text says so, in words."""


def ask(row: Conversation, value: str, agent: Agent) -> str | None:
    """Queue the proposal, in the caller's transaction; its key, or None when no order stands beside the matter."""
    if order_beside(row, agent) is None:
        return None
    key = f"macro:{row.pk}:{uuid.uuid4().hex}"
    propose.defer(conversation_id=row.pk, agent_id=agent.pk, value=value, key=key)
    return key


def take_back(row: Conversation, value: str, key: str, agent: Agent) -> None:
    """The answer was undone: what it proposed is withdrawn, unless somebody confirmed it."""
    found = Gesture.objects.filter(key=key, state=Gesture.State.PROPOSED).first()
    if found is not None:
        try:
            proposing.withdraw(found, agent=agent)
        except TooLate:
            return


@job("soon")
def propose(conversation_id: int, agent_id: int, value: str, key: str) -> None:
    """Quote the act, outside any transaction, and let it stand in the panel; what cannot be proposed is a task."""
    conversation = Conversation.objects.select_related("identity", "shop").get(pk=conversation_id)
    agent = Agent.objects.get(pk=agent_id)
    order = order_beside(conversation, agent)
    if order is None:
        return
    with override(agent.language):
        try:
            wish = Wish(
                order,
                request_of(order, value),
                key=key,
                conversation_key=conversation.pk,
                doubts=doubts(conversation, order),
            )
            proposing.propose(wish, agent=agent)
        except (PlatformRefuses, OtherCurrency) as refused:
            why = str(refused)
        except (CannotAct, NotAllowed):
            why = ""
        except PortError as error:
            if not error.permanent:
                raise
            why = error.message
        else:
            return
        title = _("Le geste de la macro n’a pas pu être proposé pour la commande %(number)s. %(why)s")
        words = title % {"number": order.number, "why": why}
        duties.add_task(Duty(words, assignee=agent), actor=SYSTEM, conversation=conversation)


def order_beside(row: Conversation, agent: Agent) -> Order | None:
    """The order that a macro means: the newest beside the matter, the sender's own before others."""
    orders = with_parts(access.orders(agent)).select_related("identity__customer")
    found: Order | None = (
        orders.filter(conversation_links__conversation=row)
        .order_by("-conversation_links__proved", "-placed_at")
        .first()
    )
    return found


def request_of(order: Order, value: str) -> Request:
    """The request that the act's value means; raises OtherCurrency: amounts are never converted."""
    asked = offer(value)
    base: dict[str, Any] = {"currency": order.currency, "reason": reasons(order.shop)[-1]}
    if asked.name == "refund_shipping":
        return Request(Verb.REFUND, shipping=reckoning.shipping_left(order), **base)
    if asked.name == "reship":
        lines = {row.key: row.line.quantity for row in reckoning.left(order)}
        return Request(Verb.RESHIP, lines=lines, **base)
    if asked.minor and asked.currency != order.currency:
        text = _("Son montant est en %(macro)s, la commande est en %(order)s.")
        raise OtherCurrency(text % {"macro": asked.currency, "order": order.currency})
    if asked.name in ("discount_code", "gift_card", "free_shipping"):
        base |= {
            "code": codes.suggested(order.identity.customer.name),
            "email": order.identity.value if order.identity.kind == "email" else "",
            "customer_id": order.platform_customer,
        }
    return Request(Verb(asked.name), **base, percent=asked.percent, amount=asked.minor)
