"""A webhook's bytes for those who look for what went wrong: their form and their codes, without personal values."""

import json
from typing import Any

from comptoir.lib.payload import Unreadable, load

LONGEST = 20_000
DEEPEST = 8
MANY = 20  # of one list
SHOWN = {
    "id", "order_id", "number", "order_number", "name_of_event", "status", "state", "code", "event", "type", "topic",
    "currency", "total", "price", "amount", "subtotal", "tax", "discount", "quantity", "sku", "refunded", "created_at",
    "updated_at", "date", "date_created", "date_modified", "kind", "financial_status", "fulfillment_status", "carrier",
    "tag", "slug", "version",
}  # fmt: skip
HIDDEN = "…"


def masked(body: bytes) -> str:
    """The payload as indented JSON in which only identifiers, states, amounts and dates are left; how many bytes it has
    where it is no JSON."""
    try:
        read = load(body)
    except Unreadable:
        return f"{len(body)} octets"
    return json.dumps(_masked("", read, DEEPEST), indent=1, ensure_ascii=False, default=str)[:LONGEST]


def _masked(name: str, value: Any, depth: int) -> Any:
    if depth == 0:
        return HIDDEN
    if isinstance(value, dict):
        return {str(key)[:60]: _masked(str(key), inner, depth - 1) for key, inner in list(value.items())[:200]}
    if isinstance(value, list):
        return [_masked(name, inner, depth - 1) for inner in value[:MANY]]
    if value is None or isinstance(value, bool):
        return value
    known = name.lower() in SHOWN or name.lower().endswith(("_id", "_at", "_status"))
    return str(value)[:80] if known and "@" not in str(value) else HIDDEN
