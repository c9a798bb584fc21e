"""Incidents: many orders held up by one thing, told one text a language, once each, and closed together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.care.actions.cases import close_case, open_case
from comptoir.care.actions.letters import write
from comptoir.care.models import Case, CaseKind, Incident
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Shop
from comptoir.orders.models import Shipment

MOST = 5_000  # parcels of one incident
BATCH = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What an agent writes down of an incident. `texts` maps a language to {"subject", "body"}."""

    name: str
    carrier: str = ""
    began_at: datetime | None = None
    resumes_on: date | None = None
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


@transaction.atomic
def begin(shop: Shop, plan: Plan, parcels: Iterable[Shipment], *, agent: Agent) -> Incident:
    """Open an incident over these parcels; each gets a case, or its open one joins."""
    incident = Incident.objects.create(
        shop=shop,
        name=plan.name.strip()[:120],
        carrier=plan.carrier[:60],
        began_at=plan.began_at or timezone.now(),
        resumes_on=plan.resumes_on,
        texts=plan.texts,
        author=agent,
    )
    _record(incident, "incident.opened", Actor.of(agent))
    add(incident, parcels, agent=agent)
    return incident


@transaction.atomic
def add(incident: Incident, parcels: Iterable[Shipment], *, agent: Agent) -> int:
    """Let further parcels of the shop belong to it; how many were not there yet."""
    added = 0
    for parcel in list(parcels)[:MOST]:
        case = (
            open_case(parcel, CaseKind.LATE, actor=Actor.of(agent))
            if parcel.order.shop_id == incident.shop_id
            else None
        )
        if case is not None and case.incident_id is None:
            added += Case.objects.filter(pk=case.pk, incident=None).update(incident=incident)
    if added:
        _record(incident, "incident.joined", Actor.of(agent), count=added)
    return added


@transaction.atomic
def edit(incident: Incident, plan: Plan, *, agent: Agent) -> None:
    """Set right what it says; who was told already is not told again."""
    incident.name, incident.carrier = plan.name.strip()[:120] or incident.name, plan.carrier[:60]
    incident.began_at = plan.began_at or incident.began_at
    incident.resumes_on, incident.texts = plan.resumes_on, plan.texts
    incident.save(update_fields=["name", "carrier", "began_at", "resumes_on", "texts"])
    _record(incident, "incident.edited", Actor.of(agent))


@transaction.atomic
def tell(incident: Incident, *, agent: Agent) -> None:
    """Write to every customer of it who does not know yet, by a job."""
    Incident.objects.filter(pk=incident.pk).update(telling_at=timezone.now())
    _record(incident, "incident.telling", Actor.of(agent))
    tell_all.defer(incident_id=incident.pk, agent_id=agent.pk)


@job("bulk")
def tell_all(incident_id: int, agent_id: int) -> None:
    """Write to those who were not told, one by one; a run that a crash cut goes on where it stopped."""
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    while agent is not None:
        incident = Incident.objects.filter(pk=incident_id, closed_at=None, telling_at__isnull=False).first()
        batch = list(_untold(incident)[:BATCH]) if incident else []
        if not batch:
            break
        for case in batch:
            if write(case, agent=agent) is None:
                Case.objects.filter(pk=case.pk).exclude(letter=Case.Letter.SENT).update(letter=Case.Letter.CALL)
    Incident.objects.filter(pk=incident_id).update(telling_at=None)


def _untold(incident: Incident) -> QuerySet[Case]:
    rows = Case.objects.filter(incident=incident, closed_at=None, letter=Case.Letter.PROPOSED)
    return rows.select_related("order__identity__customer").order_by("pk")


@transaction.atomic
def end(incident: Incident, *, agent: Agent) -> int:
    """Close it with all its cases; how many were still open."""
    done = Incident.objects.filter(pk=incident.pk, closed_at=None).update(closed_at=timezone.now(), telling_at=None)
    if not done:
        return 0
    actor = Actor.of(agent)
    closed = sum(
        close_case(case, actor=actor)
        for case in Case.objects.filter(incident=incident, closed_at=None).select_related("order__identity")
    )
    _record(incident, "incident.closed", actor, count=closed)
    return closed


def _record(incident: Incident, verb: str, actor: Actor, **codes: Any) -> None:
    record(incident, verb, actor=actor, shop=incident.shop_id, **codes)
