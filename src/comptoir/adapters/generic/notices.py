"""Webhooks of the generic connector: {"type": "order.updated", "data": {...}}, or any payload that a mapping reads."""

from collections.abc import Mapping
from typing import Any

from comptoir.adapters.generic import records
from comptoir.adapters.generic.mapping import Paths, at
from comptoir.lib.payload import Unreadable, load, mapping, moment, text
from comptoir.ports.shop import CustomerData, Notice

PRIVACY = {
    "customer.data_request": "data_request",
    "customer.redact": "customer_redact",
    "shop.redact": "shop_redact",
}


def understood(topic: str, body: bytes, paths: Paths) -> Notice:
    """What a payload says; never raises."""
    try:
        told = load(body)
        if not isinstance(told, dict):
            raise Unreadable("Le contenu n’est pas un objet JSON.")
        named = text(told.get("type"), 120).lower()
        enveloped = isinstance(told.get("data"), dict) and bool(named)
        return _said(topic or named, told["data"] if enveloped else told, paths)
    except Unreadable as problem:
        return Notice("other", topic=topic, problem=str(problem))
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        return Notice("other", topic=topic, problem=f"Le contenu n’est pas lisible ({type(error).__name__}).")


def _said(topic: str, data: Mapping[str, Any], paths: Paths) -> Notice:
    kind = topic.partition(".")[0].partition("/")[0].rstrip("s") or "order"
    if topic in PRIVACY:
        return Notice(
            "privacy", text(data.get("id"), 120), topic, customer=records.customer(data), privacy=PRIVACY[topic]
        )
    if kind == "ping":
        return Notice("ping", topic=topic)
    if topic.endswith((".deleted", "/deleted")):
        return Notice(kind, text(data.get("id"), 120), topic, gone=True)
    if kind == "product":
        product = records.product(data, paths)
        return Notice("product", product.external_id, topic, product=product, updated_at=product.updated_at)
    if kind == "customer":
        customer: CustomerData = records.customer(data)
        return Notice("customer", customer.external_id, topic, customer=customer, updated_at=customer.updated_at)
    if kind == "cart":
        cart = records.cart(data, paths)
        return Notice("cart", cart.external_id, topic, cart=cart, updated_at=cart.updated_at, currency=cart.currency)
    if kind not in ("order", "refund", "shipment"):
        return Notice("other", topic=topic)
    return _order(kind, topic, data, paths)


def _order(kind: str, topic: str, data: Mapping[str, Any], paths: Paths) -> Notice:
    """A whole order, or the key of one that has to be read again."""
    root = at(data, paths.paths.get("root", ""))
    inside = mapping(root)
    if at(root, paths.paths.get("total", "total")) is None and at(root, paths.paths.get("lines", "lines")) is None:
        name = text(inside.get("order_id"), 120) or text(at(root, paths.paths.get("id", "id")), 120)
        if not name:
            raise Unreadable("Le contenu ne dit pas de quelle commande il parle.")
        return Notice(kind, name, topic, order_id=name, updated_at=moment(inside.get("updated_at")))
    order = records.order(data, paths)
    return Notice(
        kind,
        order.external_id,
        topic,
        order=order,
        order_id=order.external_id,
        shipments=order.shipments,
        updated_at=order.updated_at,
        currency=order.currency,
    )
