"""Requests of a shop's contact form, and what a signed-in shopper adds to a conversation: rows of the same thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions.acknowledging import acknowledge
from comptoir.conversations.actions.finding import attach_named_orders
from comptoir.conversations.actions.hearing import follow, hear
from comptoir.conversations.actions.hiding import hidden
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.incoming import attach
from comptoir.conversations.actions.organising import attach_order
from comptoir.conversations.actions.refusing import is_blocked
from comptoir.conversations.actions.summary import arrived
from comptoir.conversations.actions.topics import named
from comptoir.conversations.models import Conversation, Inbox, Message, MessageKind, State
from comptoir.conversations.queries.topics import resolve
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.customers.actions import identify
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.text import one_line, storable
from comptoir.orders.models import Order
from comptoir.orders.queries import find_by_number
from comptoir.ports.channel import Part

ORDERS_LIMIT = 3


@dataclass(frozen=True, slots=True)
class FormRequest:
    """What someone wrote into the form. Nothing of it is proved. `key` makes a repeated sending add nothing."""

    email: str
    text: str
    key: str
    name: str = ""
    topic: str = ""
    order_number: str = ""
    language: str = ""
    page_url: str = ""
    parts: Sequence[Part] = field(default_factory=tuple)
    doubtful: bool = False


@transaction.atomic
def receive_form(inbox: Inbox, request: FormRequest) -> Message:
    """Open a conversation with what was written; answers leave by mail. A doubtful request goes to the spam list.

    The order whose number was given stands beside it for the team alone, marked proved when its buyer has that address.
    """
    before = Message.objects.filter(inbox=inbox, message_id=_external_id(request)).first()
    if before is not None:
        return before
    words, found = hidden(request.text)
    request = replace(request, text=words)
    heard = hear(request.text, "", hint=request.language, shop=inbox.shop.language)
    spoken = heard.of_stranger() or request.language
    identity = identify(IdentityKind.EMAIL, request.email, name=request.name, language=spoken)
    request = replace(request, language=heard.told(identity).language or request.language)
    conversation = _open(inbox, identity, request)
    flags = ["contact_form", "unproved_sender", *found]
    message = add_message(conversation, identity, request.text, request.parts, request.key, flags=flags)
    message.message_id = _external_id(request)
    message.subject = conversation.subject
    message.page_url = request.page_url[:500]
    message.save(update_fields=["message_id", "subject", "page_url"])
    tell(conversation, message)
    if request.order_number:
        orders = find_by_number(Order.objects.filter(shop=inbox.shop_id), request.order_number)
        for order in orders.select_related("identity")[:ORDERS_LIMIT]:
            attach_order(conversation, order, actor=SYSTEM, found_in_text=True)
    if conversation.state == State.OPEN:
        acknowledge(conversation, message)
    return message


@transaction.atomic
def write_again(
    conversation: Conversation, identity: Identity, text: str, *, key: str, parts: Sequence[Part] = ()
) -> Message:
    """A shopper who proved their address adds to their own conversation; a repeated `key` returns the first message."""
    row = held(conversation)
    before = row.messages.filter(client_key=key).first()
    if before is not None:
        return before
    text, found = hidden(text)
    message = add_message(row, identity, text, parts, key, flags=found)
    if row.pk != conversation.pk:
        message.came_from = conversation.pk
        message.save(update_fields=["came_from"])
    tell(row, message)
    return message


def _external_id(request: FormRequest) -> str:
    return f"form:{request.key}"[:500]


def _open(inbox: Inbox, identity: Identity, request: FormRequest) -> Conversation:
    now = timezone.now()
    spam = request.doubtful or is_blocked(identity)
    number = one_line(request.order_number)[:60]
    subject = one_line(request.topic) or one_line(request.text, 80)
    return Conversation.objects.create(
        shop_id=inbox.shop_id,
        inbox=inbox,
        identity=identity,
        channel=inbox.kind,
        subject=(f"{subject} · {number}" if number else subject)[:300],
        customer_name=(one_line(request.name) or identity.customer.name or identity.value)[:200],
        topic=_topic(inbox, one_line(request.topic)),
        language=(request.language or identity.customer.language)[:10],
        state=State.SPAM if spam else State.OPEN,
        team_id=inbox.team_id,
        last_message_at=now,
        rank=Conversation.rank_of(None, now),
        page_url=request.page_url[:500],
        put_away_at=now if spam else None,
        created_at=now,
    )


def _topic(inbox: Inbox, text: str) -> str:
    """The code of what was chosen; what the merchant lets choose and is no topic yet becomes one."""
    if text in inbox.topics and not resolve(text):
        named([text], actor=SYSTEM)
    return resolve(text, [inbox.shop_id])


def add_message(
    conversation: Conversation, identity: Identity, text: str, parts: Sequence[Part], key: str, *, flags: list[str]
) -> Message:
    """A shopper's message as a row, in the caller's transaction."""
    told = hear(text, "", hint="", shop=conversation.shop.language).told(identity, conversation)
    follow(conversation, identity, told)
    message = Message.objects.create(
        conversation=conversation,
        inbox=conversation.inbox,
        kind=MessageKind.CUSTOMER,
        identity=identity,
        text=storable(text).strip(),
        language=told.language[:10],
        sender={"email": identity.value, "name": conversation.customer_name},
        client_key=key[:80],
        flags=flags,
        created_at=timezone.now(),
    )
    attach(message, parts)
    return message


def tell(conversation: Conversation, message: Message) -> None:
    """Say that a shopper's message came: to lists, streams and reactions, in the caller's transaction."""
    arrived(conversation, message, wakes=conversation.state not in (State.SPAM, State.TRASH))
    record(
        conversation,
        "message.received",
        actor=Actor.customer(message.identity_id),
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        message=message.pk,
        channel=conversation.channel,
    )
    attach_named_orders(conversation, message, conversation.shop)
