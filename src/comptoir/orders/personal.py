"""The room's customer-data hook: orders stay for the accounts, without anything that says whose they are."""

from typing import Any

from comptoir.core.custom import values
from comptoir.orders.gestures import privacy  # Gesture: the ledger stays, without anybody's words
from comptoir.orders.models import (
    Cart,
    Following,
    Order,
    OrderLine,
    OrderValue,
    Payment,
    Refund,
    Shipment,
    TrackingEvent,
)
from comptoir.orders.notices import forget_notices
from comptoir.orders.queries import with_parts


def export(customer_key: int) -> dict[str, Any]:
    """The orders with their lines, parcels and refunds. Amounts are minor units."""
    orders = with_parts(Order.objects.filter(identity__customer=customer_key)).order_by("placed_at")
    return {
        "orders": [_exported(order) for order in orders],
        "gestures": privacy.exported(customer_key),
        "carts": _carts(customer_key),
    }


def erase(customer_key: int) -> None:
    """Blank addresses, remarks, means of payment, parcel numbers, relays and places; amounts and articles stay.

    What platforms told of them goes as well, read or not: the very bytes of webhooks.
    """
    forget_notices(customer_key)
    privacy.forget(customer_key)
    Cart.objects.filter(identity__customer=customer_key).delete()
    orders = Order.objects.filter(identity__customer=customer_key)
    shipments = Shipment.objects.filter(order__in=orders)
    # a carrier's words may name a person (« remis à Mme Vasseur »), and places say where they live
    TrackingEvent.objects.filter(shipment__in=shipments).delete()
    Following.objects.filter(number__in=shipments.exclude(number="").values("number")).delete()
    shipments.update(number="", url="", external_id="", relay={})
    Refund.objects.filter(order__in=orders).update(reason="", method="")
    Payment.objects.filter(order__in=orders).update(method="")
    # what was engraved, and the number of the very piece that somebody has at home
    OrderLine.objects.filter(order__in=orders).update(serials=[], specification={})
    OrderValue.objects.filter(owner__in=orders).delete()
    orders.update(
        address={}, billing_address={}, note="", payment="", tags=[], discount_codes=[], documents=[],
        platform_customer="", admin_url="",
    )  # fmt: skip


def merge(source_key: int, target_key: int) -> None:
    """Orders and carts point to identities, which the merge itself moves; a CustomerTotal follows by itself (migration 0009)."""


def _carts(customer_key: int) -> list[dict[str, Any]]:
    return [
        {"shop": cart.shop.name, "changed_at": cart.changed_at.isoformat(), "total": cart.total, "lines": cart.lines}
        for cart in Cart.objects.filter(identity__customer=customer_key).select_related("shop").order_by("pk")
    ]


def _exported(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "shop": order.shop.name,
        "placed_at": order.placed_at.isoformat(),
        "state": order.state,
        "currency": order.currency,
        "total": order.total,
        "shipping": order.shipping,
        "discount": order.discount,
        "shipping_method": order.shipping_method,
        "payment": order.payment,
        "address": order.address,
        "billing_address": order.billing_address,
        "note": order.note,
        "fields": values.exported(OrderValue, order.pk),
        "tags": order.tags,
        "discount_codes": order.discount_codes,
        "documents": order.documents,
        "lines": [
            {
                "title": line.title,
                "variant": line.variant,
                "quantity": line.quantity,
                "total": line.total,
                "serials": line.serials,
                "specification": line.specification,
            }
            for line in order.lines.all()
        ],
        "payments": [
            {"amount": payment.amount, "method": payment.method, "state": payment.state}
            for payment in order.payments.all()
        ],
        "parcels": [_exported_parcel(parcel) for parcel in order.shipments.all()],
        "refunds": [
            {"amount": refund.amount, "reason": refund.reason, "at": refund.refunded_at.isoformat()}
            for refund in order.refunds.all()
        ],
    }


def _exported_parcel(parcel: Shipment) -> dict[str, Any]:
    return {
        "carrier": parcel.carrier,
        "number": parcel.number,
        "state": parcel.state,
        "relay": parcel.relay,
        "delivered_at": parcel.delivered_at.isoformat() if parcel.delivered_at else None,
        "steps": [
            {"at": step.occurred_at.isoformat(), "text": step.text, "place": step.place} for step in parcel.events.all()
        ],
    }
