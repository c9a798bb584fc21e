"""Orders, as they go out."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from comptoir.api.v1.schemas.base import Given


class LineOut(Schema):
    external_id: str
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
    fields: Annotated[dict[str, Any], Field(description="custom fields that are filled in, by their keys")]
    updated_at: datetime
    url: str


class OrderChange(Given):
    """The order itself is its platform's; its custom fields are the house's own."""

    fields: Annotated[dict[str, Any], Field(description="custom fields by their keys; null empties one")] | None = None


class OrderPage(Schema):
    data: list[OrderOut]
    next: str | None
