"""Open cases as pages and the mail's road read them."""

import re
from functools import cache

from django.db import connection

from comptoir.conversations.models import State
from comptoir.lib.text import find_numbers

AWAY = (State.SPAM, State.TRASH, State.SIDE)


# written once: every mail that answers nothing asks this
_AWAITING = """
SELECT c.conversation_id, upper(o.number), upper(s.number), shop.order_pattern
FROM care_case c
JOIN conversations_conversation t ON t.id = c.conversation_id
JOIN customers_identity i ON i.id = t.identity_id
JOIN orders_order o ON o.id = c.order_id
JOIN orders_shipment s ON s.id = c.shipment_id
JOIN core_shop shop ON shop.id = c.shop_id
WHERE i.customer_id = %s AND c.shop_id = %s AND c.closed_at IS NULL AND c.told_at IS NOT NULL
  AND t.state <> ALL(%s)
ORDER BY c.told_at DESC LIMIT 20
"""


def awaiting(shop_id: int, customer_id: int, words: str) -> int | None:
    """The conversation of the open case in which that customer's next mail belongs; None when it is about something
    else: it names another order, or they have several cases and it names none."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAITING, [customer_id, shop_id, list(AWAY)])
        cases: list[tuple[int, str, str, str]] = cursor.fetchall()
    if not cases:
        return None
    pattern = cases[0][3]
    named = {number.upper() for number in find_numbers(words, [_pattern(pattern)], limit=10)} if pattern else set()
    bare = re.sub(r"\s+", "", words).upper()
    for conversation, order, parcel, _ in cases:
        if order in named or (parcel and parcel in bare):
            return conversation
    conversations = {conversation for conversation, *_ in cases}
    return conversations.pop() if not named and len(conversations) == 1 else None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
