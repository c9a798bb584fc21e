"""Cases: opened and changed as a parcel goes wrong, given to somebody, closed and opened again."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from comptoir.care.actions import letters
from comptoir.care.actions.telling import record_on
from comptoir.care.models import Case, CaseKind, Wish
from comptoir.care.wishes import CLAIM_WITHIN, CLOCKS, wish
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.models import Agent
from comptoir.orders.models import ParcelState, Shipment

GRAVITY = {kind: place for place, kind in enumerate(CaseKind.values)}  # smaller is graver


@transaction.atomic
def open_case(shipment: Shipment, kind: str, *, actor: Actor = SYSTEM) -> Case | None:
    """The parcel's one open case is of this kind from now on; None when the shop wishes none.

    A graver kind replaces a lesser one; a lesser one changes nothing. What is new is written to the customer, or
    proposed, as the shop wishes.
    """
    order = shipment.order
    if order.identity.customer.erased_at is not None:
        return None
    wished = wish(order.shop, kind)
    if wished.mode == Wish.Mode.OFF and actor == SYSTEM:
        return None
    case = Case.objects.select_for_update(of=("self",)).filter(shipment=shipment, closed_at=None).first()
    if case is None:
        case = _made(shipment, kind, wished)
        if case is None:
            return None
        record_on(case, "case.opened", actor)
    elif case.kind != kind and GRAVITY[kind] < GRAVITY[case.kind]:
        case.kind, case.due_at = kind, _due(kind)
        case.save(update_fields=["kind", "due_at"])
        record_on(case, "case.changed", actor)
    else:
        return case
    letters.begin(case, send=wished.mode == Wish.Mode.SEND)
    return case


def _made(shipment: Shipment, kind: str, wished: Wish) -> Case | None:
    order = shipment.order
    handed = shipment.shipped_at or order.placed_at
    try:
        with transaction.atomic():
            return Case.objects.create(
                shop=order.shop,
                order=order,
                shipment=shipment,
                kind=kind,
                owner=wished.owner,
                due_at=_due(kind),
                claim_before=(handed + CLAIM_WITHIN).date(),
            )
    except IntegrityError:  # another worker opened it at this very moment
        return None


def _due(kind: str) -> datetime:
    return timezone.now() + timedelta(hours=CLOCKS[kind])


def link_conversation(case: Case, conversation_key: int) -> bool:
    """Where the customer wrote about it is where they are answered; False when it has a conversation already."""
    return bool(Case.objects.filter(pk=case.pk, conversation=None).update(conversation=conversation_key))


@transaction.atomic
def close_case(case: Case, *, actor: Actor) -> bool:
    """Nothing is left to do about the parcel; False when it was so already."""
    closed = Case.objects.filter(pk=case.pk, closed_at=None).update(closed_at=timezone.now())
    if closed:
        record_on(case, "case.closed", actor)
    return bool(closed)


@transaction.atomic
def reopen_case(case: Case, *, actor: Actor) -> bool:
    """Take the closing back; False when the parcel has another open case by now."""
    if Case.objects.filter(shipment=case.shipment_id, closed_at=None).exists():
        return False
    done = Case.objects.filter(pk=case.pk, closed_at__isnull=False).update(closed_at=None)
    if done:
        record_on(case, "case.reopened", actor)
    return bool(done)


@transaction.atomic
def assign_case(case: Case, owner: Agent | None, *, actor: Actor) -> bool:
    """Give the case to a colleague or to nobody; False when it was so already."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    if row.owner_id == (owner.pk if owner else None):
        return False
    row.owner = owner
    row.save(update_fields=["owner"])
    record_on(row, "case.assigned", actor, assignee=owner.pk if owner else None)
    return True


@transaction.atomic
def claim(case: Case, *, actor: Actor) -> bool:
    """Note that the carrier was asked for compensation; False when it was noted already."""
    done = Case.objects.filter(pk=case.pk, claimed_at=None).update(claimed_at=timezone.now())
    if done:
        record_on(case, "case.claimed", actor)
    return bool(done)


@transaction.atomic
def unclaim(case: Case, *, actor: Actor) -> bool:
    """The claim was not made after all; False when none was noted."""
    done = Case.objects.filter(pk=case.pk, claimed_at__isnull=False).update(claimed_at=None)
    if done:
        record_on(case, "case.unclaimed", actor)
    return bool(done)


def settle(shipment: Shipment) -> int:
    """Close what the parcel itself has settled: it was delivered or withdrawn, or it moves again; how many."""
    over = [ParcelState.DELIVERED, ParcelState.CANCELLED]
    closed = 0
    for case in Case.objects.filter(shipment=shipment, closed_at=None).exclude(kind=CaseKind.CONTESTED):
        moving = shipment.state in (ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY, ParcelState.ACCEPTED)
        settled = shipment.state in over or (
            moving and case.kind in (CaseKind.SILENT, CaseKind.CUSTOMS, CaseKind.EXCEPTION)
        )
        closed += settled and close_case(case, actor=SYSTEM)
    return closed
