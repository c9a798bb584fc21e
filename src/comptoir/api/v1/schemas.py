"""The shapes of what comes in and goes out: OpenAPI and the checks are made of them."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

Text = Annotated[str, Field(max_length=500_000)]
Short = Annotated[str, Field(max_length=300)]
StateName = Literal["open", "pending", "snoozed", "closed", "spam", "trash"]
PriorityName = Literal["low", "normal", "high", "urgent"]
Key = Annotated[int, Field(ge=1, lt=2**63)]


class Asked(Schema):
    """What comes in: no text of it holds a NUL, which PostgreSQL cannot keep."""

    @model_validator(mode="after")
    def no_nul(self) -> Self:
        """Refuse it by name rather than drop it unseen."""
        for name, value in self:
            texts = value if isinstance(value, list) else [value]
            if any(isinstance(text, str) and "\0" in text for text in texts):
                raise ValueError(f"{name} holds a NUL character")
        return self


class Given(Asked):
    """What a program sends: a field that is not known is refused, so that a slip of the pen does not go unseen."""

    model_config = ConfigDict(extra="forbid")


class Party(Asked):
    """Somebody with an address."""

    email: Annotated[str, Field(max_length=320)]
    name: Annotated[str, Field(max_length=200)] = ""


class AnyParty(Schema):
    """A party as a message holds it; both may be empty."""

    email: str = ""
    name: str = ""


class Address(Schema):
    kind: str
    value: str


class FileOut(Schema):
    id: str
    name: str
    content_type: str
    size: int
    inline: bool = False


class ConversationOut(Schema):
    id: int
    subject: str
    state: StateName
    priority: PriorityName
    channel: str
    shop: int
    inbox: int
    customer: int
    customer_name: str
    address: Address
    assignee: int | None
    team: int | None
    topic: str
    language: str
    tags: list[str]
    orders: list[int]
    message_count: int
    preview: str
    waiting_since: datetime | None
    snoozed_until: datetime | None
    last_message_at: datetime
    first_answered_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    url: str


class MessageOut(Schema):
    id: int
    conversation: int
    kind: str
    text: str
    html: str
    subject: str
    sender: AnyParty
    to: list[AnyParty]
    cc: list[AnyParty]
    bcc: list[AnyParty]
    agent: int | None
    customer: int | None
    automatic: bool
    unproved_sender: bool
    message_id: str
    delivery: str | None
    delivery_error: str
    leaves_at: datetime | None
    sent_at: datetime | None
    seen_at: datetime | None
    files: list[FileOut]
    created_at: datetime


class ConversationPage(Schema):
    data: list[ConversationOut]
    next: str | None


class MessagePage(Schema):
    data: list[MessageOut]
    next: str | None


class Content(Given):
    """Words to send: `html` (cleaned on the way in) or `text`, and files uploaded before."""

    text: Text = ""
    html: Text = ""
    files: Annotated[list[uuid.UUID], Field(max_length=50)] = []


class NewConversation(Content):
    """A first message from us. `inbox` is a mail inbox, from which it leaves."""

    inbox: Key
    to: Annotated[list[Party], Field(min_length=1, max_length=100)]
    cc: Annotated[list[Party], Field(max_length=100)] = []
    bcc: Annotated[list[Party], Field(max_length=100)] = []
    subject: Short = ""


class NewReply(Content):
    """An answer. Without `to` it goes to whom an agent's answer would go.

    `based_on` is the newest message that you have read: when something newer was written, you get 409 and nothing
    leaves. `then` closes the conversation or waits for the customer.
    """

    to: Annotated[list[Party], Field(max_length=100)] = []
    cc: Annotated[list[Party], Field(max_length=100)] = []
    bcc: Annotated[list[Party], Field(max_length=100)] = []
    subject: Short = ""
    based_on: Key | None = None
    then: Literal["", "close", "pending"] = ""


class NewNote(Content):
    """A note for the team."""


class NewRequest(Given):
    """What a customer wrote into a form of yours. Nothing of it counts as proved."""

    email: Annotated[str, Field(max_length=320, pattern=r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+$")]
    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    name: Annotated[str, Field(max_length=200)] = ""
    topic: Annotated[str, Field(max_length=60)] = ""
    order_number: Annotated[str, Field(max_length=60)] = ""
    language: Annotated[str, Field(max_length=10)] = ""
    page_url: Annotated[str, Field(max_length=500)] = ""
    key: Annotated[str, Field(max_length=80)] = ""


class ConversationChange(Given):
    """What is left out stays; `assignee`, `team` and `snoozed_until` may be null. `tags` replaces all of them."""

    state: StateName | None = None
    snoozed_until: datetime | None = None
    assignee: Key | None = None
    team: Key | None = None
    priority: PriorityName | None = None
    topic: Annotated[str, Field(max_length=60)] | None = None
    subject: Short | None = None
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=50)] | None = None


class OrderLink(Given):
    order: Key


class IdentityOut(Schema):
    id: int
    kind: str
    value: str
    verified: bool
    blocked: bool


class CustomerOut(Schema):
    id: int
    name: str
    language: str
    company: str
    street: str
    postcode: str
    city: str
    country: str
    since: date | None
    tags: list[str]
    identities: list[IdentityOut]
    erased_at: datetime | None
    created_at: datetime
    url: str


class CustomerPage(Schema):
    data: list[CustomerOut]
    next: str | None


class CustomerChange(Given):
    name: Annotated[str, Field(max_length=200)] | None = None
    language: Annotated[str, Field(max_length=10)] | None = None
    company: Annotated[str, Field(max_length=200)] | None = None
    street: Annotated[str, Field(max_length=300)] | None = None
    postcode: Annotated[str, Field(max_length=20)] | None = None
    city: Annotated[str, Field(max_length=120)] | None = None
    country: Annotated[str, Field(max_length=2)] | None = None
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=50)] | None = None


class NewCustomer(CustomerChange):
    """A person, by mail address or phone number; one that is known already is found and changed."""

    email: Annotated[str, Field(max_length=320)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class NewCustomerNote(Given):
    text: Annotated[str, Field(min_length=1, max_length=20_000)]


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


class EventOut(Schema):
    id: int
    type: str
    subject: dict[str, Any]
    actor: dict[str, Any]
    customer: int | None
    shop: int | None
    details: dict[str, Any]
    occurred_at: datetime


class EventPage(Schema):
    data: list[EventOut]
    next: str | None


class Named(Schema):
    id: int
    name: str


class InboxOut(Named):
    kind: str
    shop: int
    address: str
    active: bool


class AgentOut(Named):
    role: str
    away: bool


class ShopOut(Named):
    slug: str
    language: str
    currency: str


class House(Schema):
    """What conversations point to."""

    shops: list[ShopOut]
    inboxes: list[InboxOut]
    teams: list[Named]
    agents: list[AgentOut]
    tags: list[str]


class Me(Schema):
    token: str
    scopes: list[str]
    expires_at: datetime | None
    agent: AgentOut


class NewEndpoint(Given):
    """Where events are told. `types` empty: all of them. `content` false: keys only, no names and no words."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    url: Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s]+$")]
    types: Annotated[list[str], Field(max_length=100)] = []
    content: bool = True


class EndpointChange(Given):
    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    url: Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s]+$")] | None = None
    types: Annotated[list[str], Field(max_length=100)] | None = None
    content: bool | None = None
    active: bool | None = None


class EndpointOut(Schema):
    id: int
    name: str
    url: str
    types: list[str]
    content: bool
    active: bool
    stopped_because: str
    failing_since: datetime | None
    created_at: datetime


class NewEndpointOut(EndpointOut):
    """`secret` is shown this once."""

    secret: str


class AttemptOut(Schema):
    at: datetime
    status: int
    error: str
    answer: str
    ms: int


class DeliveryOut(Schema):
    id: int
    event: int
    type: str
    state: str
    due_at: datetime | None
    attempts: list[AttemptOut]
    created_at: datetime
    delivered_at: datetime | None


class DeliveryPage(Schema):
    data: list[DeliveryOut]
    next: str | None


class Replay(Given):
    """Which deliveries to tell again: by key, or all that were given up."""

    deliveries: Annotated[list[Key], Field(max_length=1_000)] = []
    failed: bool = False


class Replayed(Schema):
    count: int


class ProblemOut(Schema):
    """RFC 9457. `code` is stable; `detail` is for people."""

    type: str
    status: int
    code: str
    detail: str
