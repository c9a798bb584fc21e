"""What lists can be asked for."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from comptoir.api.v1.schemas.base import Asked, Key, StateName

LIMIT, MOST = 50, 100


class Paging(Asked):
    cursor: Annotated[str, Field(max_length=300, description="`next` of the page before")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = LIMIT


class ConversationFilters(Paging):
    state: Annotated[list[StateName], Field(description="any of these; none: all")] = []
    assignee: Annotated[str, Field(max_length=20, description="an agent's key, `me` or `none`")] = ""
    team: Key | None = None
    inbox: Key | None = None
    shop: Key | None = None
    customer: Key | None = None
    channel: Annotated[str, Field(max_length=20)] = ""
    topic: Annotated[
        str, Field(max_length=300, description="a code, a name or a path, with all that stands below it")
    ] = ""
    tag: Annotated[list[str], Field(description="any of these")] = []
    waiting: Annotated[bool | None, Field(description="whether a customer waits for an answer")] = None
    newer_than: Annotated[AwareDatetime | None, Field(description="last message after this moment")] = None
    sort: Annotated[
        Literal["newest", "waiting", "id"], Field(description="`waiting`: who has waited longest first")
    ] = "newest"


class MessageFilters(Paging):
    newest_first: bool = False


class CustomerFilters(Paging):
    email: Annotated[str, Field(max_length=320, description="exactly this address")] = ""
    phone: Annotated[str, Field(max_length=40, description="this number, however written")] = ""
    q: Annotated[str, Field(max_length=200, description="words of a name or address")] = ""
    tag: Annotated[str, Field(max_length=40)] = ""


class OrderFilters(Paging):
    number: Annotated[str, Field(max_length=60, description="however written: `ma 24817`, `#MA-24817`")] = ""
    customer: Key | None = None
    shop: Key | None = None
    state: Annotated[str, Field(max_length=20)] = ""
    placed_after: datetime | None = None


class GestureFilters(Paging):
    order: Key | None = None
    customer: Key | None = None
    verb: Annotated[str, Field(max_length=16)] = ""
    state: Annotated[str, Field(max_length=10)] = ""


class EventFilters(Paging):
    after: Annotated[int, Field(ge=0, lt=2**62, description="events with a greater number")] = 0
    type: Annotated[list[str], Field(description="any of these")] = []


class DeliveryFilters(Paging):
    state: Literal["", "waiting", "sending", "delivered", "failed"] = ""
