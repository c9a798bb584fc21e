"""Open cases as pages and the mail's road read them."""

import re
from functools import cache

from comptoir.care.models import Case
from comptoir.conversations.models import State
from comptoir.core.models import Shop
from comptoir.lib.text import find_numbers

AWAY = (State.SPAM, State.TRASH, State.SIDE)


def awaiting(shop_id: int, customer_id: int, words: str) -> int | None:
    """The conversation of the open case in which that customer's next mail belongs; None when it is about something
    else: it names another order, or they have several cases and it names none."""
    rows = Case.objects.filter(
        shop=shop_id, closed_at=None, told_at__isnull=False, conversation__identity__customer=customer_id
    ).exclude(conversation__state__in=AWAY)
    cases = list(rows.select_related("order", "shipment").order_by("-told_at")[:20])
    if not cases:
        return None
    pattern = Shop.objects.filter(pk=shop_id).values_list("order_pattern", flat=True).first() or ""
    named = {number.upper() for number in find_numbers(words, [_pattern(pattern)], limit=10)} if pattern else set()
    bare = re.sub(r"\s+", "", words).upper()
    for case in cases:
        if case.order.number.upper() in named or (case.shipment.number and case.shipment.number.upper() in bare):
            return case.conversation_id
    conversations = {case.conversation_id for case in cases}
    return conversations.pop() if not named and len(conversations) == 1 else None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
