"""Numbers of orders and parcels in a shown message, as links to the panel; never inside a link that is there already."""

import re
from functools import lru_cache
from typing import Any

from comptoir.lib.text import PARCEL_PATTERNS, SHORT_PARCEL
from comptoir.orders.models import Shipment

_PARTS = re.compile(r"(<[^>]*>)|([^<]+)")
_LINK = re.compile(r"<(/?)a[\s>]", re.IGNORECASE)


def linked(html: str, conversation: Any) -> str:
    """The clean HTML of a message, with links for the orders beside its conversation and for their parcels."""
    orders = {order["number"].upper(): order["pk"] for order in conversation.order_list}
    if not orders:
        return html
    pattern = _pattern(conversation.shop.order_pattern)
    if pattern is not None:
        html = _with_links(html, pattern, orders)
    for each in (*PARCEL_PATTERNS, SHORT_PARCEL):
        if each.search(html) and (parcels := _parcels(conversation)):
            html = _with_links(html, each, parcels)
    return html


def _parcels(conversation: Any) -> dict[str, int]:
    """The numbers of the parcels of the orders beside it, with the order of each; read once a page."""
    found: dict[str, int] | None = getattr(conversation, "parcel_numbers", None)
    if found is None:
        keys = [order["pk"] for order in conversation.order_list]
        rows = Shipment.objects.filter(order__in=keys).exclude(number="").values_list("number", "order")
        found = conversation.parcel_numbers = {number.upper(): key for number, key in rows}
    return found


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error:
        return None


def _with_links(html: str, pattern: re.Pattern[str], orders: dict[str, int]) -> str:
    def link(found: re.Match[str]) -> str:
        key = orders.get(found.group().upper())
        return f'<a class="ordno" href="#order-{key}">{found.group()}</a>' if key else found.group()

    parts, inside = [], False
    for part in _PARTS.finditer(html):
        tag, words = part.groups()
        if tag:
            if opened := _LINK.match(tag):
                inside = not opened[1]
            parts.append(tag)
        else:
            parts.append(words if inside else pattern.sub(link, words))
    return "".join(parts)
