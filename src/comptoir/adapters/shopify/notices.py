"""What webhooks say. Pure: nothing is looked up.

Topics and payloads: https://shopify.dev/docs/api/webhooks
"""

from collections.abc import Callable, Mapping
from typing import Any

from comptoir.adapters.shopify import others
from comptoir.adapters.shopify.orders import order, refund
from comptoir.adapters.shopify.parcels import event, parcels
from comptoir.lib import webhook
from comptoir.lib.payload import currency, key, mapping, moment, nodes
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import Notice

PRIVACY = {
    "customers/data_request": "data_request",
    "customers/redact": "customer_redact",
    "shop/redact": "shop_redact",
}
SUBSCRIBED = (
    "ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID", "ORDERS_CANCELLED", "ORDERS_FULFILLED",
    "ORDERS_PARTIALLY_FULFILLED", "ORDERS_EDITED", "ORDERS_DELETE", "ORDER_TRANSACTIONS_CREATE",
    "FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", "FULFILLMENT_EVENTS_CREATE", "REFUNDS_CREATE",
    "RETURNS_REQUEST", "RETURNS_APPROVE", "RETURNS_DECLINE", "RETURNS_CANCEL", "RETURNS_CLOSE", "RETURNS_UPDATE",
    "PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE", "CUSTOMERS_CREATE", "CUSTOMERS_UPDATE",
    "CUSTOMERS_DELETE", "CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE",
    "DRAFT_ORDERS_CREATE", "DRAFT_ORDERS_UPDATE", "DRAFT_ORDERS_DELETE", "APP_UNINSTALLED",
)  # fmt: skip


def understood(topic: str, body: bytes, admin: str) -> Notice:
    """What a payload says; never raises. `admin` is where the shop's back office begins."""
    return webhook.understood(topic, body, lambda named, told: _reader(named, told)(named, told, admin))


def _reader(topic: str, told: Mapping[str, Any]) -> Callable[[str, Mapping[str, Any], str], Notice]:
    if topic in PRIVACY:
        return _privacy
    room = topic.partition("/")[0] or _guessed(told)
    return _READERS.get(room, _other)


def _guessed(told: Mapping[str, Any]) -> str:
    """What a payload without a topic is, by its shape (`comptoir webhook explain FILE`)."""
    if "orders_to_redact" in told or "orders_requested" in told or set(told) == {"shop_id", "shop_domain"}:
        return "privacy"
    shapes = (
        ("financial_status", "orders"), ("refund_line_items", "refunds"), ("invoice_url", "draft_orders"),
        ("abandoned_checkout_url", "checkouts"), ("tracking_numbers", "fulfillments"),
        ("return_line_items", "returns"), ("fulfillment_id", "fulfillment_events"), ("variants", "products"),
        ("verified_email", "customers"), ("parent_id", "order_transactions"), ("token", "carts"),
    )  # fmt: skip
    return next((room for field, room in shapes if field in told), "")


def _order(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    name = key(told.get("id"))
    if topic == "orders/delete":
        return Notice("order", name, topic, order_id=name, gone=True)
    if topic == "orders/edited":  # {"order_edit": {"order_id": …}}: what was edited has to be read
        edited = key(mapping(told.get("order_edit")).get("order_id"))
        return Notice("order", edited, topic, order_id=edited)
    found = order(told, admin)
    return Notice(
        "order", name, topic, order=found, order_id=name, shipments=found.shipments, updated_at=found.updated_at,
        currency=found.currency,
    )  # fmt: skip


def _refund(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    code = _refund_currency(told)
    found = refund(told, code or "EUR")  # for two decimals; the order says which currency it is
    return Notice(
        "refund", key(told.get("id")), topic, order_id=key(told.get("order_id")), refund=found,
        updated_at=moment(told.get("processed_at")) or moment(told.get("created_at")), currency=code,
    )  # fmt: skip


def _refund_currency(told: Mapping[str, Any]) -> str:
    """A refund's own payload names its currency only inside its parts."""
    for entry in [told, *nodes(told.get("refund_line_items")), *nodes(told.get("transactions"))]:
        for part in ("total_duties_set", "subtotal_set", "amount_set", "total_unsettled_set"):
            money = mapping(mapping(entry.get(part)).get("shop_money"))
            if money.get("currency_code") or money.get("currency"):
                return currency(money.get("currency_code") or money.get("currency"))
    named = [mapping(move).get("currency") for move in nodes(told.get("transactions"))]
    found = next((name for name in named if name), None)
    return currency(found) if found else ""


def _fulfillment(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    return Notice(
        "shipment", key(told.get("id")), topic, order_id=key(told.get("order_id")),
        shipments=tuple(parcels([dict(told)], {})), updated_at=moment(told.get("updated_at")),
    )  # fmt: skip


def _fulfillment_event(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    step, name = event(told), key(told.get("fulfillment_id"))
    parcel = ShipmentData(carrier="", external_id=name, state=step.state, events=(step,)) if step else None
    return Notice(
        "shipment", name, topic, order_id=key(told.get("order_id")), shipments=(parcel,) if parcel else (),
        updated_at=moment(told.get("updated_at")) or (step.occurred_at if step else None),
    )  # fmt: skip


def _transaction(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    named = key(told.get("order_id"))
    return Notice("order", named, topic, order_id=named, updated_at=moment(told.get("processed_at")))


def _return(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    return Notice("return", key(told.get("id")), topic, order_id=key(mapping(told.get("order")).get("id")))


def _product(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    name = key(told.get("id"))
    if topic == "products/delete":
        return Notice("product", name, topic, gone=True)
    found = others.product(told)
    return Notice("product", name, topic, product=found, updated_at=found.updated_at)


def _customer(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    name = key(told.get("id"))
    if topic == "customers/delete":
        return Notice("customer", name, topic, gone=True)
    found = others.customer(told)
    return Notice("customer", name, topic, customer=found, updated_at=found.updated_at)


def _cart(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    kind = "draft" if topic.startswith("draft") or "invoice_url" in told else "cart"
    name = key(told.get("id")) or key(told.get("token"))
    if topic.endswith("/delete"):
        return Notice(kind, name, topic, gone=True)
    found = others.cart(told)
    return Notice(
        kind, name, topic, cart=found, order_id=found.order_id, updated_at=found.updated_at, currency=found.currency
    )


def _privacy(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    what = PRIVACY.get(topic) or (
        "customer_redact"
        if "orders_to_redact" in told
        else "data_request"
        if "orders_requested" in told
        else "shop_redact"
    )
    person = mapping(told.get("customer"))
    return Notice(
        "privacy",
        key(person.get("id")) or key(told.get("shop_id")),
        topic,
        customer=others.customer(person) if person else None,
        privacy=what,
    )


def _other(topic: str, told: Mapping[str, Any], admin: str) -> Notice:
    return Notice("other", key(told.get("id")), topic)


_READERS: dict[str, Callable[[str, Mapping[str, Any], str], Notice]] = {
    "orders": _order,
    "refunds": _refund,
    "fulfillments": _fulfillment,
    "fulfillment_events": _fulfillment_event,
    "order_transactions": _transaction,
    "returns": _return,
    "products": _product,
    "customers": _customer,
    "checkouts": _cart,
    "carts": _cart,
    "draft_orders": _cart,
    "draft": _cart,  # « draft/orders_create » as older tools write it
    "privacy": _privacy,
}
