"""Webhooks of the plugin (docs/connectors/vendure-webhooks.js): thin, they name the order that has to be read."""

import hashlib
from collections.abc import Mapping
from typing import Any

from comptoir.lib import webhook
from comptoir.lib.payload import Unreadable, key, load, mapping, moment, text
from comptoir.ports.shop import Notice

_KINDS = {"order": "order", "fulfillment": "shipment", "refund": "refund", "product": "product", "ping": "ping"}


def delivery(body: bytes) -> tuple[str, str]:
    """The plugin's own key of the delivery, and the topic; both stand in the body."""
    try:
        told = mapping(load(body))
    except Unreadable:
        told = {}
    name = key(told.get("id"))
    return name or f"sha256:{hashlib.sha256(body).hexdigest()}", text(told.get("topic"), webhook.LONGEST_TOPIC)


def understood(topic: str, body: bytes) -> Notice:
    """What a payload says; never raises."""
    return webhook.understood(topic, body, _read)


def _read(topic: str, told: Mapping[str, Any]) -> Notice:
    topic = topic or text(told.get("topic"), webhook.LONGEST_TOPIC)
    data, kind = mapping(told.get("data")), _KINDS.get(topic.partition(".")[0].lower(), "other")
    name = key(data.get("id")) or key(data.get("code"))
    orders = data.get("orders")
    named = data.get("orderId") or data.get("code") or data.get("order")
    wanted = key(named) or (key(orders[0]) if isinstance(orders, list) and orders else "")
    if kind in ("order", "shipment", "refund") and not wanted:
        return Notice(
            "other", name, topic, problem="Le webhook ne nomme pas de commande\u202f: mettez à jour le module."
        )
    return Notice(kind, name, topic, order_id=wanted, updated_at=moment(data.get("updatedAt")))
