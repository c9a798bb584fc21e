"""Orders as other programs read them: plain values, the same in the API and in webhooks. Money is in minor units."""

from typing import Any

from django.conf import settings

from comptoir.core.custom.values import told
from comptoir.core.models import FieldSubject
from comptoir.orders.models import Order, Shipment


def order(row: Order) -> dict[str, Any]:
    """One order with its lines, parcels and refunds (see `queries.with_parts`)."""
    return {
        "id": row.pk,
        "number": row.number,
        "external_id": row.external_id,
        "shop": row.shop_id,
        "customer": row.identity.customer_id,
        "state": row.state,
        "placed_at": row.placed_at,
        "currency": row.currency,
        "total": row.total,
        "shipping": row.shipping,
        "discount": row.discount,
        "shipping_method": row.shipping_method,
        "payment": row.payment,
        "address": row.address,
        "note": row.note,
        "lines": [
            {
                "external_id": line.external_id,
                "sku": line.sku,
                "title": line.title,
                "variant": line.variant,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
            }
            for line in row.lines.all()
        ],
        "parcels": [_parcel(parcel) for parcel in row.shipments.all()],
        "refunds": [
            {
                "id": refund.external_id,
                "amount": refund.amount,
                "currency": refund.currency,
                "reason": refund.reason,
                "refunded_at": refund.refunded_at,
            }
            for refund in row.refunds.all()
        ],
        "fields": told(FieldSubject.ORDER, row.custom_values),
        "updated_at": row.updated_at,
        "url": f"{settings.PUBLIC_URL}/orders/{row.pk}/",
    }


def _parcel(parcel: Shipment) -> dict[str, Any]:
    return {
        "carrier": parcel.carrier,
        "number": parcel.number,
        "tracking_url": parcel.url,
        "state": parcel.state,
        "shipped_at": parcel.shipped_at,
        "promised_on": parcel.promised_on,
        "estimated_on": parcel.estimated_on,
        "delivered_at": parcel.delivered_at,
        "events": [
            {
                "at": event.occurred_at,
                "state": event.state,
                "code": event.code,
                "text": event.text,
                "place": event.place,
            }
            for event in parcel.events.all()
        ],
    }
