"""A shop and orders to take, for the tests of this room."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from comptoir.core.models import Shop
from comptoir.ports.parcels import ShipmentData, TrackingData
from comptoir.ports.shop import LineData, OrderData, RefundData

HEADER = (
    "number;placed_at;email;customer_name;total;shipping;state;recipient;street;postcode;city;"
    "item_title;item_sku;item_quantity;item_price;carrier;tracking_number;parcel_state;shipped_at"
)


def shop() -> Shop:
    """A shop in Paris."""
    return Shop.objects.create(name="Maison Alba", slug="maison-alba")


def order(number: str = "MA-1001", **changes: Any) -> OrderData:
    """Two articles in one parcel, on its way."""
    data = OrderData(
        external_id=number,
        number=number,
        email="claire@example.org",
        name="Claire Vasseur",
        placed_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        total=9680,
        shipping=390,
        payment="Visa 4271",
        note="sonner deux fois",
        address={"name": "Claire Vasseur", "street": "8 rue des Naudières", "postcode": "44400", "city": "Rezé"},
        lines=(
            LineData("Serviettes lin « Sauge »", 1700, quantity=4, sku="SER-SAU"),
            LineData("Bougie « Figuier »", 2490, sku="BOU-FIG"),
        ),
        shipments=(
            ShipmentData(
                "Mondial Relay",
                number="88301264",
                state="in_transit",
                lines=(0, 1),
                relay={"name": "Tabac de la Paix", "city": "Rezé"},
                events=(
                    TrackingData(datetime(2026, 3, 3, 9, tzinfo=UTC), "Pris en charge", "in_transit", place="Nantes"),
                ),
            ),
        ),
    )
    return replace(data, **changes)


def refund(amount: int = 2490, key: str = "R1") -> RefundData:
    """A refund on the next day."""
    return RefundData(amount, datetime(2026, 3, 4, 10, tzinfo=UTC), external_id=key, reason="Casse")


def row(key: int, title: str = "Bougie", price: str = "24,90", **changes: str) -> str:
    """One row of a CSV file with HEADER."""
    values = {
        "number": f"MA-{key}",
        "placed_at": "2026-03-02T09:30:00+01:00",
        "email": f"client{key}@example.org",
        "customer_name": f"Client {key}",
        "total": "28,80",
        "shipping": "3,90",
        "state": "expédiée",
        "recipient": f"Client {key}",
        "street": "1, rue Haute",
        "postcode": "44000",
        "city": "Nantes",
        "item_title": title,
        "item_sku": "B1",
        "item_quantity": "1",
        "item_price": price,
        "carrier": "Colissimo",
        "tracking_number": f"6A{key}",
        "parcel_state": "en route",
        "shipped_at": "03/03/2026 16:05",
    } | changes
    return ";".join(values[name] for name in HEADER.split(";"))


def jobs() -> int:
    """How many jobs wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])
