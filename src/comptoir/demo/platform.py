"""The demo shop's platform: a connection to the simulated shop, whose file holds the same orders."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from comptoir.adapters.simulated.file import write
from comptoir.adapters.simulated.shop import FILE
from comptoir.core.models import Shop
from comptoir.demo.purchases import Purchase
from comptoir.orders.models import Connection, Order, Payment
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import CartData, LineData, OrderData, PaymentData, RefundData

CARTS = ("MA-24817", "MA-24790", "MA-24802", "MA-24809")
HOURS = (5, 2, 26, 50)  # since their owners last touched them
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
    write(Path(settings.ENVIRONMENT.home) / FILE, (_told(purchase) for purchase in purchases), _carts(purchases))


def _carts(purchases: list[Purchase]) -> list[CartData]:
    """What the customers of some orders have begun to choose since: what others have bought."""
    others = [each for each in purchases if len(each.lines) == 2]
    whose = [each for each in purchases if each.order.number in CARTS]
    return [_cart(mine, other, hours) for mine, other, hours in zip(whose, others, HOURS, strict=False)]


def _cart(mine: Purchase, other: Purchase, hours: int) -> CartData:
    owner = mine.order.identity
    lines = tuple(LineData(line.title, line.unit_price, line.quantity, sku=line.sku) for line in other.lines)
    return CartData(
        external_id=f"cart-{mine.order.external_id}", email=owner.value, name=owner.customer.name, lines=lines,
        total=sum(line.amount for line in lines), currency=mine.order.currency, updated_at=timezone.now() - timedelta(hours=hours),
        url=f"https://maison-alba.example/panier/{mine.order.external_id}/",
    )  # fmt: skip


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
