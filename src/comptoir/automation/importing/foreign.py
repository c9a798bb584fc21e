"""Gorgias's and Zendesk's variables as ours. What has no counterpart stays as it is and is listed."""

import re
from html import unescape

_ORDERS = r"ticket\.customer\.integrations(?:\.\w+|\[[^\]]*\])\.orders\[-?\d+\]"
# what stands between the braces -> our name
_NAMES = [
    (r"(?:ticket\.)?(?:customer|requester|sender)\.first_?name", "customer.first_name"),
    (r"(?:ticket\.)?(?:customer|requester|sender)\.last_?name", "customer.last_name"),
    (r"(?:ticket\.)?(?:customer|requester|sender)\.(?:full_)?name", "customer.name"),
    (r"(?:ticket\.)?(?:customer|requester|sender)\.email", "customer.email"),
    (r"(?:ticket\.)?(?:customer|requester|sender)\.phone(?:_number)?", "customer.phone"),
    (r"(?:current_user|agent)\.first_?name", "agent.first_name"),
    (r"(?:current_user|agent|ticket\.assignee|ticket\.assignee_user)\.(?:full_)?name", "agent.name"),
    (r"ticket\.assignee(?:_user)?\.first_?name", "agent.first_name"),
    (r"ticket\.(?:title|subject)", "conversation.subject"),
    (r"ticket\.brand\.name|ticket\.account|ticket\.organization\.brand", "shop.name"),
    (rf"{_ORDERS}\.(?:name|order_number|number|increment_id)", "order.number"),
    (rf"{_ORDERS}\.created_at", "order.date"),
    (rf"{_ORDERS}\.(?:total_price|grand_total|total)", "order.total"),
    (rf"{_ORDERS}\.shipping_lines\[0\]\.title", "order.shipping_method"),
    (rf"{_ORDERS}\.fulfillments\[-?\d+\]\.tracking_urls?(?:\[-?\d+\])?", "parcel.tracking_url"),
    (rf"{_ORDERS}\.fulfillments\[-?\d+\]\.tracking_numbers?(?:\[-?\d+\])?", "parcel.number"),
    (rf"{_ORDERS}\.fulfillments\[-?\d+\]\.tracking_company", "parcel.carrier"),
    (rf"{_ORDERS}\.refunds\[-?\d+\]\.transactions\[-?\d+\]\.amount", "order.refund"),
    (rf"{_ORDERS}\.shipping_address\.city|ticket\.customer\.integrations\.\w+\.customer\.default_address\.city", "customer.city"),
    (r"(?:contact|customer)\.first_name", "customer.first_name"),
]  # fmt: skip
_KNOWN = [(re.compile(pattern, re.IGNORECASE), name) for pattern, name in _NAMES]
_PLACE = re.compile(r"\{\{([^{}]{1,300})\}\}")
_FALLBACK = re.compile(r"\|\s*(?:fallback|default)\s*:\s*(\"[^\"]*\"|'[^']*')")


def ours(html: str) -> str:
    """The text with the variables of Gorgias and Zendesk under our names; their fallbacks stay, their filters go."""

    def change(match: re.Match[str]) -> str:
        inside = unescape(match[1]).strip()
        bare = re.sub(r"\s+", "", inside.split("|")[0])
        for pattern, name in _KNOWN:
            if pattern.fullmatch(bare):
                given = _FALLBACK.search(inside)
                return f"{{{{ {name} | default: {given[1]} }}}}" if given else f"{{{{ {name} }}}}"
        return match[0]

    return _PLACE.sub(change, html)
