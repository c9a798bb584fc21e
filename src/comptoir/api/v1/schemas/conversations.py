"""Conversations and messages, as they come in and go out."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from comptoir.api.v1.schemas.base import (
    Address,
    AnyParty,
    FileOut,
    Given,
    Key,
    Party,
    PriorityName,
    Short,
    StateName,
    Text,
)


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
    topic: Annotated[str, Field(description="a topic's code")]
    topic_path: Annotated[str, Field(description="as people read it: `Delivery › Lost parcel`")]
    language: str
    fields: Annotated[dict[str, Any], Field(description="custom fields that are filled in, by their keys")]
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
    language: str
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


class SideOut(Schema):
    """A conversation aside: mail with a third party about a matter, which its customer never sees."""

    id: int
    conversation: int
    state: Literal["waiting", "answered", "failed", "closed"]
    subject: str
    name: str
    address: Address
    agent: int | None
    message_count: int
    preview: str
    last_message_at: datetime
    created_at: datetime
    url: str


class NewSide(Content):
    """A mail to a third party. `messages` of the matter travel quoted; the customer's addresses are refused."""

    to: Annotated[list[Party], Field(min_length=1, max_length=100)]
    cc: Annotated[list[Party], Field(max_length=100)] = []
    bcc: Annotated[list[Party], Field(max_length=100)] = []
    subject: Short = ""
    messages: Annotated[list[Key], Field(max_length=20)] = []


class SideChange(Given):
    """`open` takes it up again."""

    state: Literal["open", "closed"]


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
    topic: Annotated[str, Field(max_length=300, description="a code, a name or a path; empty: none")] | None = None
    subject: Short | None = None
    fields: Annotated[dict[str, Any], Field(description="custom fields by their keys; null empties one")] | None = None
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=50)] | None = None


class OrderLink(Given):
    order: Key
