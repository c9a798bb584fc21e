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
