"""Orders as a platform has them, made from a number: the same number is the same order."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import Fact, LineData, OrderData, Page, PaymentData, Rights, ShopCapabilities

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
PAGE = 250


def order(number: int) -> OrderData:
    """Three articles in one parcel, paid."""
    placed = BEGAN + timedelta(minutes=number)
    lines = tuple(
        LineData(
            f"Article {(number + place) % 500}",
            1990,
            quantity=place + 1,
            external_id=f"{number}-{place}",
            sku=f"S{place}",
        )
        for place in range(3)
    )
    return OrderData(
        external_id=f"b{number}",
        number=f"B-{number}",
        email=f"client{number % 30_000}@example.org",
        name=f"Client {number % 30_000}",
        placed_at=placed,
        updated_at=placed,
        total=12_530,
        shipping=590,
        state="shipped",
        status="complete",
        customer_id=str(number % 30_000 + 1),
        address={
            "name": "Client",
            "street": f"{number % 90} rue Haute",
            "postcode": "44000",
            "city": "Nantes",
            "country": "FR",
        },
        lines=lines,
        shipments=(
            ShipmentData("Colissimo", f"6A{number:011d}", state="in_transit", shipped_at=placed, lines=(0, 1, 2)),
        ),
        payments=(PaymentData(f"p{number}", 12_530, "Visa", paid_at=placed),),
    )


def payload(number: int) -> bytes:
    """The webhook of the generic connector that tells of it."""
    made = order(number)
    told = {
        "id": made.external_id, "number": made.number, "email": made.email, "name": made.name,
        "placed_at": made.placed_at.isoformat(), "updated_at": made.placed_at.isoformat(), "total": "125.30",
        "shipping": "5.90", "state": "shipped", "customer_id": made.customer_id, "address": dict(made.address),
        "lines": [
            {"id": line.external_id, "title": line.title, "sku": line.sku, "quantity": line.quantity, "unit_price": "19.90"}
            for line in made.lines
        ],
        "shipments": [{"carrier": "Colissimo", "number": made.shipments[0].number, "lines": [0, 1, 2]}],
        "payments": [{"id": f"p{number}", "amount": "125.30", "method": "Visa"}],
    }  # fmt: skip
    return json.dumps({"type": "order.updated", "data": told}).encode()


class ManyOrders:
    """A platform that has as many orders as its settings say; `orders` is all that is asked of it."""

    capabilities = ShopCapabilities(facts=frozenset({Fact.ORDERS, Fact.WEBHOOKS}))
    fields = ()

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.count = int(settings.get("count", 0))

    def check(self) -> Rights:
        """All is well."""
        return Rights("Many")

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page."""
        start = int(cursor or 0)
        end = min(start + PAGE, self.count)
        return Page(tuple(order(number) for number in range(start, end)), str(end) if end < self.count else "")
