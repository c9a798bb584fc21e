"""The demo shop's platform: a connection to the simulated shop, whose file holds the same orders."""

from pathlib import Path

from django.conf import settings

from comptoir.adapters.simulated.file import write
from comptoir.adapters.simulated.shop import FILE
from comptoir.core.models import Shop
from comptoir.demo.purchases import Purchase
from comptoir.orders.models import Connection, Order, Payment
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import LineData, OrderData, PaymentData, RefundData

UNPAID = (Order.State.PENDING,)


def connect(shop: Shop) -> Connection:
    """The connection, saved."""
    return Connection.objects.create(
        shop=shop, port=Connection.Port.SHOP, vendor="simulated", name="Boutique simulée", active=True
    )


def payments(purchases: list[Purchase]) -> list[Payment]:
    """What was paid for them, not saved."""
    return [
        Payment(
            order=purchase.order,
            external_id="1",
            method=purchase.order.payment,
            amount=purchase.order.total,
            paid_at=purchase.order.placed_at,
        )
        for purchase in purchases
        if purchase.order.state not in UNPAID
    ]


def write_file(purchases: list[Purchase]) -> None:
    """Write the file anew."""
    write(Path(settings.ENVIRONMENT.home) / FILE, (_told(purchase) for purchase in purchases))


def _told(purchase: Purchase) -> OrderData:
    row = purchase.order
    paid = row.state not in UNPAID
    return OrderData(
        external_id=row.external_id,
        number=row.number,
        email=row.identity.value,
        placed_at=row.placed_at,
        total=row.total,
        currency=row.currency,
        state=str(row.state),
        name=row.address.get("name", ""),
        shipping=row.shipping,
        discount=row.discount,
        shipping_method=row.shipping_method,
        payment=row.payment,
        note=row.note,
        address=row.address,
        lines=tuple(
            LineData(
                title=line.title,
                unit_price=line.unit_price,
                quantity=line.quantity,
                total=line.total,
                sku=line.sku,
                variant=line.variant,
                external_id=line.external_id,
                refunded=line.refunded,
            )
            for line in purchase.lines
        ),
        shipments=tuple(
            ShipmentData(parcel.row.carrier, number=parcel.row.number, url=parcel.row.url, state=str(parcel.row.state))
            for parcel in purchase.parcels
        ),
        refunds=tuple(
            RefundData(refund.amount, refund.refunded_at, external_id=refund.external_id, reason=refund.reason)
            for refund in purchase.refunds
        ),
        payments=(PaymentData("1", row.total, row.payment, paid_at=row.placed_at),) if paid else (),
    )
