"""What a shopper asks from an order's pages: one conversation that knows the order, the parcel and the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions.acknowledging import acknowledge
from comptoir.conversations.actions.forms import add_message, tell
from comptoir.conversations.actions.hiding import hidden
from comptoir.conversations.actions.organising import attach_order
from comptoir.conversations.actions.refusing import is_blocked
from comptoir.conversations.models import Conversation, Inbox, Message, State
from comptoir.conversations.queries.topics import resolve
from comptoir.core.actors import SYSTEM
from comptoir.customers.models import Customer, Identity
from comptoir.orders.models import Order
from comptoir.ports.channel import Part

REASON = "reason:"  # begins the flag that names why it was asked
OVER = (State.CLOSED, State.SPAM, State.TRASH)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about an order. `reason` is a code, `subject` its words; `key` makes a repeated sending add nothing.
    `proved` says that the asker proved the address, else they hold a link only."""

    order: Order
    reason: str
    subject: str
    text: str
    key: str
    language: str = ""
    page_url: str = ""
    parts: Sequence[Part] = field(default_factory=tuple)
    proved: bool = True


@transaction.atomic
def ask(inbox: Inbox, identity: Identity, asked: Asked) -> Message:
    """Open the conversation, or add to the one that is open about this order and reason; acknowledged once."""
    Customer.objects.select_for_update().get(pk=identity.customer_id)  # two clicks at once are one question
    sent = f"account:{asked.key}"[:80]
    before = Message.objects.filter(client_key=sent, identity=identity).first()
    if before is not None:
        return before
    text, found = hidden(asked.text)
    open_ = _open_one(identity, asked)
    conversation = open_ or _begin(inbox, identity, asked)
    flags = ["account", REASON + asked.reason, *found, *([] if asked.proved else ["unproved_sender"])]
    message = add_message(conversation, identity, text, asked.parts, sent, flags=flags)
    message.subject, message.page_url = conversation.subject, asked.page_url[:500]
    message.save(update_fields=["subject", "page_url"])
    tell(conversation, message)
    attach_order(conversation, asked.order, actor=SYSTEM)
    if open_ is None and conversation.state == State.OPEN:
        acknowledge(conversation, message)
    return message


def _open_one(identity: Identity, asked: Asked) -> Conversation | None:
    same = Message.objects.filter(identity=identity, flags__contains=REASON + asked.reason).values("conversation")
    rows = Conversation.objects.filter(pk__in=same, orders=asked.order, identity=identity).exclude(state__in=OVER)
    return rows.order_by("-pk").first()


def _begin(inbox: Inbox, identity: Identity, asked: Asked) -> Conversation:
    now = timezone.now()
    spam = is_blocked(identity)
    return Conversation.objects.create(
        shop_id=inbox.shop_id,
        inbox=inbox,
        identity=identity,
        channel=inbox.kind,
        subject=f"{asked.subject} · {asked.order.number}"[:300],
        customer_name=(identity.customer.name or identity.value)[:200],
        topic=resolve(asked.subject, [inbox.shop_id]),
        language=(identity.customer.language or asked.language)[:10],
        state=State.SPAM if spam else State.OPEN,
        team_id=inbox.team_id,
        last_message_at=now,
        rank=Conversation.rank_of(None, now),
        page_url=asked.page_url[:500],
        put_away_at=now if spam else None,
        created_at=now,
    )
