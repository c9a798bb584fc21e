"""What a customer asks to be done to their order: a line of the ledger that waits for an agent, who answers for it.

Nothing is done by it. Whoever confirms it is judged by the matrix as for an act of their own.
"""

from django.db import IntegrityError

from comptoir.orders.gestures import proposing, quoting
from comptoir.orders.gestures.proposing import Wish
from comptoir.orders.models import Gesture, Order
from comptoir.ports.shop import Request


def ask(order: Order, request: Request, key: str, *, conversation_key: int) -> Gesture:
    """Quote it and write it down for an agent; the same key is the same wish. The network is used: never call it in a
    transaction. Raises CannotAct, PlatformRefuses, PortError: then the conversation alone has to do."""
    known = Gesture.objects.filter(key=key).first()
    if known is not None:
        return known
    quoted = quoting.reckoned(order, request)
    try:
        return proposing.write_down(Wish(order, request, key, conversation_key=conversation_key), quoted)
    except IntegrityError:  # the second click was quicker
        return Gesture.objects.get(key=key)
