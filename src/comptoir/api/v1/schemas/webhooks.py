"""Events, webhooks and their log, as they come in and go out."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from comptoir.api.v1.schemas.base import Given, Key


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
