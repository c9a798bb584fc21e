"""What a customer asks to be done to their order: a line of the ledger that waits for an agent, who answers for it.

Nothing is done by it. Whoever confirms it is judged by the matrix as for an act of their own.
"""

from dataclasses import replace
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Role
from comptoir.orders.gestures import kept, platforms, reckoning
from comptoir.orders.gestures.quoting import PlatformRefuses
from comptoir.orders.gestures.told import told
from comptoir.orders.models import Gesture, Order
from comptoir.ports.shop import Quote, Request

KEPT_FOR = timedelta(days=7)


def ask(order: Order, request: Request, key: str, *, conversation_key: int) -> Gesture:
    """Quote it and write it down for an agent; the same key is the same wish. The network is used: never call it in a
    transaction. Raises CannotAct, PlatformRefuses, PortError: then the conversation alone has to do."""
    known = Gesture.objects.filter(key=key).first()
    if known is not None:
        return known
    port = platforms.port_of(order)
    capabilities = port.capabilities if port is not None else None
    named = replace(request, order_id=order.external_id, currency=order.currency)
    asked = reckoning.check(order, named, capabilities)
    quote = port.quote(asked) if port is not None else reckoning.by_hand(order, asked)
    if quote.refusal:
        raise PlatformRefuses(quote.refusal)
    quote = replace(quote, request=replace(quote.request, order_id=asked.order_id))
    try:
        return _write(order, asked, quote, key, conversation_key, by_hand=port is None)
    except IntegrityError:  # the second click was quicker
        return Gesture.objects.get(key=key)


@transaction.atomic
def _write(order: Order, asked: Request, quote: Quote, key: str, conversation_key: int, *, by_hand: bool) -> Gesture:
    row = Gesture.objects.create(
        key=key,
        shop=order.shop,
        order=order,
        identity=order.identity,
        conversation_key=conversation_key,
        role=Role.AGENT,
        verb=asked.verb,
        request=kept.as_json(quote.request),
        quote=kept.quote_as_json(quote),
        amount=reckoning.charge(order, quote),
        currency=quote.currency,
        reason=asked.reason[:80],
        by_hand=by_hand,
        next_at=timezone.now() + KEPT_FOR,
    )
    record(row, "gesture.proposed", actor=Actor.customer(order.identity_id), **told(row))
    return row
