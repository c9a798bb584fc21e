"""Webhooks of the plugin (docs/connectors/vendure-webhooks.js): thin, they name the order that has to be read."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from comptoir.lib.payload import Unreadable, key, load, mapping, moment, text
from comptoir.ports.shop import Notice

_KINDS = {"order": "order", "fulfillment": "shipment", "refund": "refund", "product": "product", "ping": "ping"}


def proved(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Base64 of HMAC-SHA256 of the very bytes, compared in constant time."""
    if not secret:
        return False
    right = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(right, headers.get("x-vendure-signature", "").encode("utf-8", "replace"))


def delivery(body: bytes) -> tuple[str, str]:
    """The plugin's own key of the delivery, and the topic; both stand in the body."""
    try:
        told = mapping(load(body))
    except Unreadable:
        told = {}
    name = key(told.get("id"))
    return name or f"sha256:{hashlib.sha256(body).hexdigest()}", text(told.get("topic"), 120)


def understood(topic: str, body: bytes) -> Notice:
    """What a payload says; never raises."""
    topic = text(topic, 120)
    try:
        told = load(body)
        if not isinstance(told, dict):
            raise Unreadable("Le contenu n’est pas un objet JSON.")
    except Unreadable as problem:
        return Notice("other", topic=topic, problem=str(problem))
    topic = topic or text(told.get("topic"), 120)
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
