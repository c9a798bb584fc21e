"""Order actions: what is asked, and the ledger's lines as they go out."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from comptoir.api.v1.schemas.base import Given, Key, Short
from comptoir.ports.shop import Verb

Minor = Annotated[int, Field(ge=0, le=10**15, description="minor units of the order's currency (cents)")]


class AddressIn(Given):
    name: Short
    street: Short
    postcode: Annotated[str, Field(max_length=20)]
    city: Annotated[str, Field(max_length=120)]
    country: Annotated[str, Field(max_length=2)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class NewGesture(Given):
    """Only what the verb needs. `lines` maps a line's `external_id` to how many of it."""

    verb: Verb
    reason: Annotated[str, Field(min_length=1, max_length=80)]
    lines: Annotated[dict[str, Annotated[int, Field(ge=0, le=10**6)]], Field(max_length=2_000)] = {}
    shipping: Minor = 0
    amount: Minor = 0
    percent: Annotated[int, Field(ge=0, le=100)] = 0
    minimum: Minor = 0
    code: Annotated[str, Field(max_length=40)] = ""
    text: Annotated[str, Field(max_length=2_000)] = ""
    address: AddressIn | None = None
    restock: bool = False
    conversation: Key | None = None
    words: Annotated[str, Field(max_length=500, description="for the one who approves")] = ""
    letter: Annotated[str, Field(max_length=5_000, description="told to the customer in `conversation`, once done")] = (
        ""
    )


class Decision(Given):
    answer: Annotated[str, Field(max_length=500)] = ""


class QuoteLine(Schema):
    text: str
    amount: int


class QuoteOut(Schema):
    amount: int
    maximum: int
    details: list[QuoteLine]
    warnings: list[str]
    binding: bool


class GestureOut(Schema):
    """Amounts are in minor units of `currency` (cents)."""

    id: int
    key: str
    order: int
    order_number: str
    shop: int
    customer: int
    conversation: int | None
    verb: str
    state: str
    amount: int
    currency: str
    reason: str
    over: list[str]
    agent: int | None
    approver: int | None
    quote: QuoteOut
    code: str
    external_id: str
    problem: str
    by_hand: bool
    can_undo: bool
    created_at: datetime
    done_at: datetime | None
    url: str


class GesturePage(Schema):
    data: list[GestureOut]
    next: str | None
