"""A case's letter: proposed, confirmed or sent by itself, at most once for each kind."""

from django.db import transaction
from django.utils import timezone

from comptoir.care.actions.telling import record_on
from comptoir.care.models import Case
from comptoir.care.queries.letters import letter
from comptoir.conversations.actions.opening import address_of, write_about
from comptoir.conversations.models import Message
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.models import Agent


def begin(case: Case, *, send: bool) -> None:
    """Propose the letter of the case's kind, or write it at once; in the caller's transaction."""
    if topic_of(case) in case.told:
        return
    reachable = address_of(case.order) is not None
    case.letter = Case.Letter.PROPOSED if reachable else Case.Letter.CALL
    case.save(update_fields=["letter"])
    if send and reachable:
        write(case, agent=None)


def topic_of(case: Case) -> str:
    """What the customer is told about: the incident, which is said once, or the kind."""
    return f"incident:{case.incident_id}" if case.incident_id else str(case.kind)


@transaction.atomic
def write(case: Case, *, agent: Agent | None) -> Message | None:
    """Write to the customer, once for each kind and incident; None when they know already or cannot be reached."""
    row = (
        Case.objects.select_for_update(of=("self",))
        .select_related("order__identity__customer", "order__shop", "shop", "shipment", "incident", "conversation")
        .filter(pk=case.pk, closed_at=None)
        .first()
    )
    if row is None or topic_of(row) in row.told:
        return None
    message = write_about(row.order, letter(row), agent=agent, conversation=row.conversation)
    if message is None:
        if address_of(row.order) is None and row.letter != Case.Letter.CALL:
            Case.objects.filter(pk=row.pk).update(letter=Case.Letter.CALL)
        return None
    row.letter, row.message, row.conversation = Case.Letter.SENT, message, message.conversation
    row.told, row.told_at = [*row.told, topic_of(row)], timezone.now()
    row.save(update_fields=["letter", "message", "conversation", "told", "told_at"])
    record_on(row, "case.told", Actor.of(agent) if agent else SYSTEM, message=message.pk)
    return message


@transaction.atomic
def unwrite(case: Case, *, actor: Actor) -> None:
    """The letter did not leave after all: it is proposed again."""
    row = Case.objects.select_for_update(of=("self",)).select_related("order__identity").get(pk=case.pk)
    row.told = [said for said in row.told if said != topic_of(row)]
    row.letter, row.told_at, row.message = Case.Letter.PROPOSED, None, None
    row.save(update_fields=["told", "letter", "told_at", "message"])
    record_on(row, "case.untold", actor, message=None)
