"""The house's names, as they go out."""

from datetime import datetime

from ninja import Schema

from comptoir.api.v1.schemas.base import Named


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


class TopicOut(Schema):
    code: str
    name: str
    path: str
    shops: list[int]


class FieldOut(Schema):
    """A custom field; amounts are in minor units of `currency`, dates `2026-11-24`, choices by their names."""

    subject: str
    key: str
    kind: str
    name: str
    currency: str
    options: list[str]
    shops: list[int]


class House(Schema):
    """What conversations point to."""

    shops: list[ShopOut]
    inboxes: list[InboxOut]
    teams: list[Named]
    agents: list[AgentOut]
    topics: list[TopicOut]
    fields: list[FieldOut]
    tags: list[str]


class Me(Schema):
    token: str
    scopes: list[str]
    expires_at: datetime | None
    agent: AgentOut
