"""Orders, as they go out."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


class LineOut(Schema):
    sku: str
    title: str
    variant: str
    quantity: int
    unit_price: int
    total: int


class ParcelEventOut(Schema):
    at: datetime
    state: str
    code: str
    text: str
    place: str


class ParcelOut(Schema):
    carrier: str
    number: str
    tracking_url: str
    state: str
    shipped_at: datetime | None
    promised_on: date | None
    estimated_on: date | None
    delivered_at: datetime | None
    events: list[ParcelEventOut]


class RefundOut(Schema):
    id: str
    amount: int
    currency: str
    reason: str
    refunded_at: datetime


class OrderOut(Schema):
    """Amounts are in minor units of `currency` (cents)."""

    id: int
    number: str
    external_id: str
    shop: int
    customer: int
    state: str
    placed_at: datetime
    currency: str
    total: int
    shipping: int
    discount: int
    shipping_method: str
    payment: str
    address: dict[str, Any]
    note: str
    lines: list[LineOut]
    parcels: list[ParcelOut]
    refunds: list[RefundOut]
    updated_at: datetime
    url: str


class OrderPage(Schema):
    data: list[OrderOut]
    next: str | None
