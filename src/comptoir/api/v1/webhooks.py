"""Webhooks: the addresses that are told, their log, and telling again."""

from typing import Any

from django.http import Http404
from ninja import Query, Router, Status

from comptoir.api.v1 import pages, results
from comptoir.api.v1.door import ProgramRequest, needs, writes
from comptoir.api.v1.filters import DeliveryFilters
from comptoir.api.v1.pages import Sort
from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.webhooks import (
    DeliveryPage,
    EndpointChange,
    EndpointOut,
    NewEndpoint,
    NewEndpointOut,
    Replay,
    Replayed,
)
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.programs import Scope
from comptoir.webhooks import actions, representation
from comptoir.webhooks.models import Endpoint
from comptoir.webhooks.verbs import unknown

router = Router(tags=["Webhooks"])
NEWEST = Sort("newest", "pk", falling=True)


@router.get("/webhooks", response=list[EndpointOut], **needs(Scope.WEBHOOKS))
def endpoints(request: ProgramRequest) -> list[dict[str, Any]]:
    """All addresses."""
    access.require(request.agent, May.SETTINGS)
    return [representation.endpoint(row) for row in Endpoint.objects.all()]


@router.post("/webhooks", response={201: NewEndpointOut}, **needs(Scope.WEBHOOKS))
def create(request: ProgramRequest, payload: NewEndpoint) -> Any:
    """A new address; it hears what the token's agent may see. The secret comes back this once."""
    access.require(request.agent, May.SETTINGS)
    values = payload.dict()
    _check_types(values["types"])
    values["verbs"] = values.pop("types")
    row, secret = actions.create_endpoint(values, agent=request.agent, actor=Actor.of(request.agent))
    return Status(201, representation.endpoint(row) | {"secret": secret})


@router.patch("/webhooks/{int:key}", response=EndpointOut, **needs(Scope.WEBHOOKS))
@writes(results.ENDPOINT, May.SETTINGS)
def change(request: ProgramRequest, key: int, payload: EndpointChange) -> int:
    """Change an address, pause it or go on (`active`)."""
    row = _of(key)
    given = {name: value for name, value in payload.dict(exclude_unset=True).items() if value is not None}
    if "types" in given:
        _check_types(given["types"])
        given["verbs"] = given.pop("types")
    active = given.pop("active", None)
    actor = Actor.of(request.agent)
    actions.edit_endpoint(row, given, actor=actor)
    if active is not None:
        actions.set_active(row, active, actor=actor)
    return row.pk


@router.delete("/webhooks/{int:key}", response={204: None}, **needs(Scope.WEBHOOKS))
@writes(results.NOTHING, May.SETTINGS)
def delete(request: ProgramRequest, key: int) -> tuple[None, int]:
    """Take an address away, with its log."""
    actions.delete_endpoint(_of(key), actor=Actor.of(request.agent))
    return None, 204


@router.get("/webhooks/{int:key}/deliveries", response=DeliveryPage, **needs(Scope.WEBHOOKS))
def deliveries(request: ProgramRequest, key: int, given: Query[DeliveryFilters]) -> dict[str, Any]:
    """The log of an address, newest first; lines are kept for thirty days."""
    access.require(request.agent, May.SETTINGS)
    rows = _of(key).deliveries.all()
    if given.state:
        rows = rows.filter(state=given.state)
    return pages.page(rows, NEWEST, given, representation.delivery)


@router.post("/webhooks/{int:key}/replay", response=Replayed, **needs(Scope.WEBHOOKS))
def replay(request: ProgramRequest, key: int, payload: Replay) -> dict[str, int]:
    """Tell deliveries again, under the same webhook-id."""
    access.require(request.agent, May.SETTINGS)
    rows = _of(key).deliveries.all()
    chosen = rows.filter(state="failed") if payload.failed else rows.filter(pk__in=payload.deliveries)
    return {"count": actions.replay(chosen)}


def _of(key: int) -> Endpoint:
    found = Endpoint.objects.select_related("agent").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _check_types(types: list[str]) -> None:
    strange = unknown(types)
    if strange:
        raise Problem(422, "types", f"There are no such events: {', '.join(strange[:5])}.")
