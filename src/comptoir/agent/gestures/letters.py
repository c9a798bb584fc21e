"""What the customer will read once an act is done: a draft in the language of the conversation, the agent's to change."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from comptoir.conversations.models import Conversation, State
from comptoir.core.models import Agent
from comptoir.customers.languages import OWN_NAMES
from comptoir.lib.language import short
from comptoir.lib.names import first_name
from comptoir.orders.gestures.quoting import Quoted
from comptoir.orders.gestures.reckoning import line_key
from comptoir.ports.shop import Verb
from comptoir.ui.words import money

TOLD = frozenset(Verb) - {Verb.NOTE, Verb.TAG}
AWAY = (State.SPAM, State.TRASH, State.MERGED)


def tellable(verb: Verb, conversation: Conversation | None) -> bool:
    """Whether there is a conversation in which the customer can be told."""
    return conversation is not None and verb in TOLD and conversation.state not in AWAY


def letter(quoted: Quoted, agent: Agent, conversation: Conversation | None) -> str:
    """The text, plain; "" when nobody is told."""
    request, order = quoted.quote.request, quoted.order
    if conversation is None or not tellable(Verb(request.verb), conversation):
        return ""
    told = short(conversation.language) or short(order.shop.language)
    with translation.override(told if told in OWN_NAMES else "en"):
        rows = {line_key(line): line for line in order.lines.all()}
        context: dict[str, Any] = {
            "verb": request.verb,
            "name": first_name(conversation.customer_name),
            "amount": money(request.amount or quoted.quote.amount, quoted.quote.currency),
            "percent": request.percent,
            "payment": order.payment,
            "number": order.number,
            "code": request.code,
            "address": request.address,
            "lines": [f"{count} {rows[key].title}" for key, count in request.lines.items() if key in rows],
            "shipping": request.shipping,
            "agent": agent.first_name,
            "shop": order.shop.name,
        }
        return render_to_string("agent/gestures/letter.txt", context).strip()
