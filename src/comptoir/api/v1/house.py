"""Who calls, and the names of what conversations point to."""

from typing import Any

from ninja import Router

from comptoir.api.v1.door import ProgramRequest, needs
from comptoir.api.v1.schemas.house import House, Me
from comptoir.conversations.queries import topics
from comptoir.core import access
from comptoir.core.custom.reading import definitions
from comptoir.core.models import Agent
from comptoir.customers.models import Tag

router = Router(tags=["House"])


@router.get("/me", response=Me, **needs(None))
def me(request: ProgramRequest) -> dict[str, Any]:
    """The token itself: a call that always works tells whether it does."""
    token = request.auth
    return {
        "token": token.name,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
        "agent": _agent(request.agent),
    }


@router.get("/house", response=House, **needs(None))
def house(request: ProgramRequest) -> dict[str, Any]:
    """Shops, inboxes, teams, agents, topics and tags, as far as the token's agent sees them."""
    who = request.agent
    inboxes = access.inboxes(who).order_by("pk")
    return {
        "shops": list(access.shops(who).values("id", "name", "slug", "language", "currency")),
        "inboxes": list(inboxes.values("id", "name", "kind", "shop", "address", "active")),
        "teams": list(access.teams(who).order_by("pk").distinct().values("id", "name")),
        "agents": [_agent(row) for row in access.agents(who).order_by("pk")],
        "topics": [
            {"code": node.code, "name": node.name, "path": node.path, "shops": sorted(node.shops)}
            for node in topics.offered(access.shops(who).values_list("pk", flat=True))
        ],
        "fields": [
            {
                "subject": one.subject,
                "key": one.key,
                "kind": one.kind,
                "name": one.title,
                "currency": one.currency,
                "options": [option.name for option in one.options if not option.gone],
                "shops": sorted(one.shops),
            }
            for one in definitions()
            if not one.archived
        ],
        "tags": list(Tag.objects.order_by("name").values_list("name", flat=True)),
    }


def _agent(row: Agent) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "role": row.role, "away": row.away}
