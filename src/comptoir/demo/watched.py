"""Parcels under way in the demo: the simulated carrier moves some of them while one looks, and those in trouble have
their cases and one incident, so that the queue is full from the first minute."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from comptoir.adapters.carriers import simulator
from comptoir.adapters.carriers.simulator import Play
from comptoir.care.models import Case, CaseKind, Incident, Wish
from comptoir.care.reactions import KINDS
from comptoir.care.wishes import CLAIM_WITHIN
from comptoir.conversations.models import ConversationOrder
from comptoir.core.models import Agent, Shop
from comptoir.demo.clock import Clock
from comptoir.orders.models import Connection, ParcelState, Shipment, TrackingEvent
from comptoir.orders.tracking import arrivals

TEXT = {
    "fr": {
        "subject": "Votre colis a deux jours de retard",
        "body": 'Bonjour{{ customer.first_name | default: "" }},\n\nLe centre de tri de Nantes est à l’arrêt depuis lundi. '
        'Votre commande {{ order.number }} devrait arriver le {{ date.expected | default: "plus tôt possible" }}, au lieu '
        'du {{ date.promised | default: "jour prévu" }}.\n\nVous n’avez rien à faire. Si cette date ne vous convient pas, '
        "dites-le ici\u202f: nous chercherons une solution.",
    },
    "en": {
        "subject": "Your parcel is two days late",
        "body": 'Hello{{ customer.first_name | default: "" }},\n\nThe sorting centre of Nantes has been stopped since Monday. '
        'Your order {{ order.number }} should arrive on {{ date.expected | default: "the first possible day" }} instead of '
        '{{ date.promised | default: "the planned day" }}.\n\nThere is nothing for you to do. If this date does not suit you, '
        "tell us here: we will find a solution.",
    },
}
# how many parcels on their way play what once one watches
PLAYED = {"late": 4, "normal": 10, "attempt": 2, "relay": 2, "exception": 1, "returned": 1}
PACE = 4.0  # seconds for an hour of the carrier


def follow(shop: Shop, clock: Clock, lead: Agent) -> None:
    """Connect the simulated carrier, reckon arrivals, and open what is to be opened. Silent: no event, no job."""
    Connection.objects.create(
        shop=shop, port=Connection.Port.CARRIER, vendor="simulator", name="Transporteur simulé", active=True
    )
    Wish.objects.create(shop=shop, kind=CaseKind.LATE, mode=Wish.Mode.SEND)
    _scanned()
    arrivals.measure()
    underway = list(
        Shipment.objects.exclude(state__in=[*_over(), ParcelState.ANNOUNCED]).select_related(
            "order__identity__customer"
        )
    )
    _expected(underway)
    _cases(shop, clock, lead, underway)
    plays = _plays(underway, clock)
    transaction.on_commit(lambda: simulator.write(Path(settings.ENVIRONMENT.home), plays))


def _over() -> list[str]:
    return [ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.LOST, ParcelState.CANCELLED]


def _scanned() -> None:
    """The newest step of each parcel, as taking it would have kept."""
    newest = TrackingEvent.objects.order_by("shipment", "-occurred_at").distinct("shipment")
    moments = dict(newest.values_list("shipment", "occurred_at"))
    rows = list(Shipment.objects.only("pk"))
    for row in rows:
        row.scanned_at = row.state_since = moments.get(row.pk)
    Shipment.objects.bulk_update(rows, ["scanned_at", "state_since"], batch_size=1000)


def _expected(rows: list[Shipment]) -> None:
    known = arrivals.roads(rows)
    for row in rows:
        seen = arrivals.expected(row, known.get(row.pk))
        row.expected_on, row.runs_late = (seen.expected_on, seen.late) if seen else (None, False)
    Shipment.objects.bulk_update(rows, ["expected_on", "runs_late"], batch_size=1000)


def _cases(shop: Shop, clock: Clock, lead: Agent, underway: list[Shipment]) -> None:
    incident = Incident.objects.create(
        shop=shop,
        name="Tri Colissimo de Nantes-Bouguenais à l’arrêt",
        carrier="Colissimo",
        began_at=clock.ago(timedelta(hours=29)),
        resumes_on=clock.today + timedelta(days=2),
        texts=TEXT,
        author=lead,
    )
    talks = dict(
        ConversationOrder.objects.filter(order__in=[row.order_id for row in underway]).values_list(
            "order", "conversation"
        )
    )
    cases = []
    lost = Shipment.objects.filter(state=ParcelState.LOST).select_related("order__identity")
    for row in [*underway, *lost.order_by("-pk")[:3]]:
        kind = KINDS.get(row.state) or (CaseKind.LATE if row.runs_late and row.state == ParcelState.IN_TRANSIT else "")
        if kind:
            held_up = kind == CaseKind.LATE and row.carrier == "Colissimo" and row.state == ParcelState.DELAYED
            cases.append(_case(shop, row, kind, clock, talks.get(row.order_id), incident if held_up else None))
    Case.objects.bulk_create(cases)


def _case(shop: Shop, row: Shipment, kind: str, clock: Clock, talk: int | None, incident: Incident | None) -> Case:
    reachable = row.order.identity.kind == "email"
    return Case(
        shop=shop,
        order=row.order,
        shipment=row,
        kind=kind,
        incident=incident,
        due_at=clock.now + timedelta(hours=8 + row.pk % 30),
        conversation_id=talk,
        letter=Case.Letter.PROPOSED if reachable else Case.Letter.CALL,
        claim_before=((row.shipped_at or row.order.placed_at) + CLAIM_WITHIN).date(),
    )


def _plays(underway: list[Shipment], clock: Clock) -> dict[str, Play]:
    """Parcels that go on from where they stand: each began so long ago that its next step comes within minutes."""
    free = [row for row in underway if row.state == ParcelState.IN_TRANSIT and row.number and not row.runs_late]
    wanted = [name for name, count in PLAYED.items() for _ in range(count)]
    hours = {"late": 70, "normal": 32, "attempt": 34, "relay": 40, "exception": 34, "returned": 40}
    plays = {}
    for place, (name, row) in enumerate(zip(wanted, free, strict=False)):
        watched = clock.now
        began = watched - timedelta(hours=hours[name] - place)
        plays[row.number] = Play(name, _iso(began), _iso(watched), row.carrier, PACE)
    return plays


def _iso(moment: datetime) -> str:
    return moment.isoformat()
