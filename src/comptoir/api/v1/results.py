"""What operations give back: rows by kind and key, as their token's agent may see them now."""

from typing import Any

from django.http import Http404

from comptoir.core.models import Agent
from comptoir.webhooks import representation as webhooks
from comptoir.webhooks import rows
from comptoir.webhooks.models import Endpoint

NOTHING, ENDPOINT = "nothing", "endpoint"


def shown(agent: Agent, kind: str, key: int | None) -> dict[str, Any] | None:
    """The row's representation; None for a result of nothing; Http404 when it is gone or out of reach."""
    if kind == NOTHING:
        return None
    if kind == ENDPOINT:
        endpoint = Endpoint.objects.filter(pk=key or 0).first()
        found = webhooks.endpoint(endpoint) if endpoint else None
    else:
        found = rows.shown(agent, kind, key or 0)
    if found is None:
        raise Http404
    return found
