"""What webhooks say. Pure: nothing is looked up.

https://developer.woocommerce.com/docs/best-practices/urls-and-routing/webhooks/
"""

import re
from collections.abc import Mapping
from typing import Any

from comptoir.adapters.woocommerce.orders import CARTS, customer, order, product, refund
from comptoir.adapters.woocommerce.tracking import tracked
from comptoir.lib import webhook
from comptoir.lib.payload import currency, key, load_after_noise, mapping, moment, text
from comptoir.ports.shop import Notice

TOPICS = (
    "order.created", "order.updated", "order.deleted", "order.restored", "product.created", "product.updated",
    "product.deleted", "customer.created", "customer.updated", "customer.deleted",
)  # fmt: skip
_PING = re.compile(rb"webhook_id=\d{1,20}")
_UP = re.compile(r"/orders/(\d{1,20})(?:$|[/?])")


def understood(topic: str, body: bytes, site: str, code: str) -> Notice:
    """What a payload says; never raises. `code` is the shop's currency, for what names none."""
    if _PING.fullmatch(body.strip()):  # sent unsigned when a webhook is made
        return Notice("ping", body.strip().decode().partition("=")[2], topic[: webhook.LONGEST_TOPIC])
    return webhook.understood(topic, body, lambda named, told: _read(named, told, site, code), load_after_noise)


def _read(topic: str, told: Mapping[str, Any], site: str, code: str) -> Notice:
    room, _, what = topic.partition(".")
    room = room or _guessed(told)
    name = key(told.get("id"))
    if what == "deleted" and room in ("order", "product", "customer"):
        return Notice(room, name, topic, order_id=name if room == "order" else "", gone=True)
    if room == "order":
        found = order(told, site)
        kind = "draft" if found.status in CARTS else "order"
        return Notice(
            kind, name, topic, order=found, order_id=name, shipments=found.shipments, updated_at=found.updated_at,
            currency=found.currency,
        )  # fmt: skip
    if room == "refund":
        own = text(told.get("currency"), 3)
        back = refund(told, currency(own or code))
        return Notice("refund", name, topic, order_id=_order_of(told), refund=back, updated_at=back.refunded_at if back else None, currency=own)  # fmt: skip
    if room == "product":
        sold = product(told, currency(code))
        return Notice("product", name, topic, product=sold, updated_at=sold.updated_at)
    if room == "customer":
        person = customer(told)
        return Notice("customer", name, topic, customer=person, updated_at=person.updated_at)
    if room == "shipment":
        parcel = tracked(told)
        return Notice("shipment", parcel.external_id, topic, order_id=_order_of(told), shipments=(parcel,))
    return Notice("other", name, topic, updated_at=moment(told.get("date_modified_gmt")))


def _guessed(told: Mapping[str, Any]) -> str:
    """What a payload without a topic is, by its shape (`comptoir webhook explain FILE`)."""
    shapes = (
        ("refunded_payment", "refund"), ("refunded_by", "refund"), ("customer_note", "order"), ("order_key", "order"),
        ("payment_method", "order"), ("stock_status", "product"), ("is_paying_customer", "customer"), ("username", "customer"),
        ("tracking_provider", "shipment"),
    )  # fmt: skip
    return next((room for field, room in shapes if field in told), "")


def _order_of(told: Mapping[str, Any]) -> str:
    """The order of a refund: its parent, or where its link leads."""
    if parent := key(told.get("parent_id")) or key(told.get("order_id")):
        return parent
    up = mapping(told.get("_links")).get("up")
    first = mapping(up[0]) if isinstance(up, list) and up else {}
    found = _UP.search(text(first.get("href"), 500))
    return found[1] if found else ""
