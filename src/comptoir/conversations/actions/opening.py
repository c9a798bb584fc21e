"""The shop writes first about an order: in the matter that stands open about it, else in a new one.

An agent may have confirmed it (then it is held for their undo time), or nobody: then it is an automatic message, and
the guard of these has its word (conversations.automatic).
"""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from comptoir.conversations import automatic, threading
from comptoir.conversations.actions import writing
from comptoir.conversations.actions.delivering import deliver, looked_after
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.organising import attach_order
from comptoir.conversations.actions.summary import answered
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.models import Conversation, Delivery, Inbox, InboxKind, Message, MessageKind, State
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.html import clean_editor, to_text
from comptoir.lib.text import one_line
from comptoir.orders.models import Order

OPEN = (State.OPEN, State.PENDING, State.SNOOZED)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the customer shall read; `html` is ours, its values escaped."""

    subject: str
    html: str
    language: str = ""


def address_of(order: Order) -> Identity | None:
    """The address by which the order's customer can be written to."""
    return reachable(order.identity)


def reachable(person: Identity) -> Identity | None:
    """The address by which a person can be written to: this one, else one of theirs, proved ones before others."""
    if person.kind == IdentityKind.EMAIL and person.blocked_at is None:
        return person
    theirs = Identity.objects.filter(customer=person.customer_id, kind=IdentityKind.EMAIL, blocked_at=None)
    return theirs.order_by(F("verified_at").desc(nulls_last=True), "pk").first()


def standing(order: Order) -> Conversation | None:
    """The matter that the order's customer has open about it, if it can be answered by mail."""
    rows = Conversation.objects.filter(
        orders=order, identity__customer=order.identity.customer_id, state__in=OPEN, channel__in=[InboxKind.EMAIL]
    )
    return rows.order_by("-last_message_at").first()


@transaction.atomic
def write_about(
    order: Order, letter: Letter, *, agent: Agent | None, conversation: Conversation | None = None
) -> Message | None:
    """Write to the order's customer; None when there is no address, no inbox, or the guard of automatic mail refuses.

    `conversation` is where it shall stand; without one, where the matter stands already, else a new one.
    """
    identity = address_of(order)
    inbox = Inbox.objects.filter(shop=order.shop_id, kind=InboxKind.EMAIL, active=True).order_by("pk").first()
    if identity is None or inbox is None:
        return None
    found = conversation or standing(order)
    row = held(found, "identity", "inbox") if found else _begun(inbox, identity, letter, agent)
    to = [{"email": identity.value, "name": identity.customer.name}]
    leaving = leaving_inbox(row) or inbox
    if agent is None and automatic.refused(row, [identity.value]):
        if found is None:
            row.delete()
        return None
    attach_order(row, order, actor=Actor.of(agent) if agent else SYSTEM)
    message = _message(row, leaving, letter, agent)
    message.to = to
    message.save()
    answered(row, message)
    if row.state in (State.OPEN, State.SNOOZED):
        row.state, row.snoozed_until = State.PENDING, None
        row.save(update_fields=["state", "snoozed_until"])
    record(
        row,
        "conversation.written_first",
        actor=Actor.of(agent) if agent else SYSTEM,
        customer=row.identity.customer_id,
        shop=row.shop_id,
        message=message.pk,
        order=order.pk,
    )
    if message.delivery == Delivery.QUEUED:
        deliver.defer(message_id=message.pk)
    return message


def _begun(inbox: Inbox, identity: Identity, letter: Letter, agent: Agent | None) -> Conversation:
    now = timezone.now()
    return Conversation.objects.create(
        shop_id=inbox.shop_id,
        inbox=inbox,
        identity=identity,
        channel=inbox.kind,
        subject=one_line(letter.subject)[:300],
        customer_name=(identity.customer.name or identity.value)[:200],
        language=letter.language or identity.customer.language,
        state=State.PENDING,
        assignee=agent,
        team_id=inbox.team_id,
        last_message_at=now,
        rank=Conversation.rank_of(None, now),
        created_at=now,
    )


def _message(row: Conversation, inbox: Inbox, letter: Letter, agent: Agent | None) -> Message:
    html = clean_editor(letter.html)
    message = Message(
        public_id=uuid.uuid4(),
        conversation=row,
        inbox=inbox,
        kind=MessageKind.REPLY,
        agent=agent,
        text=to_text(html),
        html=html,
        subject=one_line(letter.subject)[:300],
        automatic=agent is None,
        created_at=timezone.now(),
    )
    if agent is not None:
        writing.hold(message, agent)
    else:
        message.message_id = threading.new_message_id(message.public_id, row.pk, inbox)
        message.sender = {"email": inbox.address, "name": inbox.sender_name}
        message.delivery, message.due_at = Delivery.QUEUED, looked_after()
    return message
