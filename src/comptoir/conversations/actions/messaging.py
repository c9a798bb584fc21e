"""A message of a shop's own thread becomes a row of a conversation: once, in order, with the person whom the shop names.

What the shop's back office wrote stands as an answer or as a note; what we wrote ourselves is known by its key.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions import notified
from comptoir.conversations.actions.finding import attach_named_orders
from comptoir.conversations.actions.hearing import follow, hear
from comptoir.conversations.actions.hiding import hidden
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.incoming import attach, begin, moment
from comptoir.conversations.actions.organising import attach_order
from comptoir.conversations.actions.refusing import is_blocked
from comptoir.conversations.actions.sent import counted
from comptoir.conversations.actions.settling import arrived_there
from comptoir.conversations.actions.summary import arrived, noted
from comptoir.conversations.messenger import external_name
from comptoir.conversations.models import (
    UNREAD,
    Conversation,
    ConversationOrder,
    Delivery,
    Inbox,
    Message,
    MessageAlias,
    ShopThread,
    State,
)
from comptoir.conversations.models import MessageKind as Kind
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Origin
from comptoir.customers.actions import identify
from comptoir.customers.erased import is_erased
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.text import clean_name, one_line, storable
from comptoir.orders.data import is_address
from comptoir.orders.models import Order
from comptoir.orders.queries import find_by_number
from comptoir.ports.channel import Address, IncomingMessage, MessageKind
from comptoir.ports.shop import ThreadMessage

IN_SHOP = "from_shop"  # the flag of what the shop's back office wrote
OLD_NEWS = timedelta(days=3)
TICK = timedelta(milliseconds=1)
AWAY = (State.SPAM, State.TRASH)


@dataclass(frozen=True, slots=True)
class Taking:
    """Into which inbox a page is taken. `history`: the first reading, which rings nowhere and waits for nobody, but for
    what was written since `open_from` and has no answer. `erased` are the digests of who does not come back with it."""

    inbox: Inbox
    history: bool = False
    open_from: datetime | None = None
    erased: Collection[str] = ()


@transaction.atomic
def take(taking: Taking, said: ThreadMessage) -> Message | None:
    """Take one message; None when there is nothing to add (it is here, it is ours, it is a note without a thread)."""
    inbox = taking.inbox
    if _known(inbox, said) or _is_ours(inbox, said):
        return None
    thread = ShopThread.objects.filter(inbox=inbox, external_id=said.thread_id).select_related("conversation").first()
    kind, value = _person(said)
    if (thread is None and said.private) or (taking.history and is_erased(kind, value, taking.erased)):
        return None
    if said.by_customer and not taking.history and (told := notified.adopt(inbox, said, thread, value)) is not None:
        _attach_orders(taking, told, said)
        return None
    shop = inbox.shop if kind == IdentityKind.SHOP else None
    identity = identify(kind, value, name=clean_name(said.name), language=said.language, shop=shop)
    conversation, thread = _place(taking, said, thread, identity)
    _remember_state(thread, said)
    if said.private:
        return _note(taking, conversation, thread, said)
    if said.by_customer:
        return _from_customer(taking, conversation, thread, said, identity)
    return _from_team(taking, conversation, thread, said)


def _known(inbox: Inbox, said: ThreadMessage) -> bool:
    name = external_name(said.external_id)
    return (
        Message.objects.filter(inbox=inbox, message_id=name).exists()
        or MessageAlias.objects.filter(inbox=inbox, external_id=name).exists()
    )


def _is_ours(inbox: Inbox, said: ThreadMessage) -> bool:
    """What Comptoir wrote there: an answer, whose delivery is thereby settled, or the note of an act on an order."""
    if not said.key or said.by_customer:
        return False
    if said.private:
        return True
    rows = Message.objects.select_related("inbox", "conversation").filter(kind=Kind.REPLY, inbox__shop=inbox.shop_id)
    message = rows.filter(public_id=said.key).first() if _is_uuid(said.key) else None
    if message is None:
        return False
    arrived_there(message, external_name(said.external_id), inbox)
    return True


def _is_uuid(text: str) -> bool:
    return len(text) == 32 and all(sign in "0123456789abcdef" for sign in text)


def _person(said: ThreadMessage) -> tuple[str, str]:
    """By what the person is known. Where the thread's address is not its account's, the account is who reads it, and
    the address proves nothing: they are kept apart from whoever else has it."""
    if said.customer_id and said.account_email != said.email:
        return IdentityKind.SHOP, said.customer_id[:120]
    if is_address(said.email):
        return IdentityKind.EMAIL, said.email.lower()
    return IdentityKind.SHOP, said.customer_id[:120] or f"thread:{said.thread_id}"[:120]


def _place(
    taking: Taking, said: ThreadMessage, thread: ShopThread | None, identity: Identity
) -> tuple[Conversation, ShopThread]:
    """The conversation of the thread, locked; a new one for a thread that is new, or whose person was erased since."""
    if thread is not None:
        found = held(thread.conversation, "identity__customer", "inbox", "shop")
        if found.identity.customer.erased_at is None:
            return found, thread
    conversation = _begin(taking, said, identity)
    row, _made = ShopThread.objects.update_or_create(
        inbox=taking.inbox, external_id=said.thread_id, defaults={"conversation": conversation, "closed": said.closed}
    )
    if taking.history:
        for order in _orders(taking.inbox, said):
            proved = order.identity.customer_id == identity.customer_id
            ConversationOrder.objects.get_or_create(
                conversation=conversation, order=order, defaults={"found_in_text": True, "proved": proved}
            )
    return conversation, row


def _begin(taking: Taking, said: ThreadMessage, identity: Identity) -> Conversation:
    number = one_line(said.order_number)[:60]
    subject = one_line(said.subject) or one_line(hidden(said.text)[0], 80)
    spam = is_blocked(identity)
    waits = said.by_customer and not taking.history
    incoming = IncomingMessage(
        MessageKind.MESSAGE, said.external_id, Address(said.email, said.name), f"{subject} · {number}" if number else subject,
        "", "", said.written_at, language=said.language,
    )  # fmt: skip
    return begin(
        taking.inbox,
        identity,
        incoming,
        at=moment(said.written_at) if taking.history else timezone.now(),
        state=State.SPAM if spam else State.OPEN if waits else State.CLOSED,
        silent=taking.history,
        put_away_at=timezone.now() if spam else None,
    )


def _remember_state(thread: ShopThread, said: ThreadMessage) -> None:
    if thread.closed != said.closed:
        thread.closed = said.closed
        thread.save(update_fields=["closed"])


def _from_customer(
    taking: Taking, conversation: Conversation, thread: ShopThread, said: ThreadMessage, identity: Identity
) -> Message:
    text, found = hidden(said.text)
    told = hear(text, "", hint=said.language, shop=taking.inbox.shop.language).told(identity, conversation)
    follow(conversation, identity, told)
    flags = {*found, *_warned(said)}
    if not said.proved:
        flags.add("unproved_sender")
    if identity.customer_id != conversation.identity.customer_id and conversation.pk == thread.conversation_id:
        flags.add("unknown_sender")
    message = _add(
        taking, conversation, thread, said, kind=Kind.CUSTOMER, text=text, flags=sorted(flags), identity=identity,
        language=told.language[:10],
        sender={"email": said.account_email or said.email, "name": one_line(said.name)[:200] or conversation.customer_name},
    )  # fmt: skip
    recent = taking.open_from is not None and message.created_at >= taking.open_from
    refused = conversation.state in AWAY or is_blocked(identity)
    wakes = not refused and (not taking.history or (recent and not said.closed))
    conversation.silent = conversation.silent and not wakes
    arrived(conversation, message, wakes=wakes)
    record(
        conversation,
        "message.received",
        actor=Actor.customer(identity.pk),
        customer=identity.customer_id,
        shop=conversation.shop_id,
        origin=Origin.IMPORT if taking.history or refused else _origin(said),
        occurred_at=message.created_at,
        message=message.pk,
        channel=taking.inbox.kind,
    )
    if not taking.history:
        _attach_orders(taking, conversation, said)
        attach_named_orders(conversation, message, taking.inbox.shop)
    return message


def _attach_orders(taking: Taking, conversation: Conversation, said: ThreadMessage) -> None:
    for order in _orders(taking.inbox, said):
        attach_order(conversation, order, actor=SYSTEM, found_in_text=True)


def _origin(said: ThreadMessage) -> str:
    """What is told days late, since the platform or the house was away, is news for nobody's telephone."""
    return Origin.LIVE if said.written_at > timezone.now() - OLD_NEWS else Origin.RECONCILIATION


def _from_team(taking: Taking, conversation: Conversation, thread: ShopThread, said: ThreadMessage) -> Message:
    """An answer of the back office. It is nobody's of ours, whatever name it bears there: a name proves nothing."""
    message = _add(
        taking, conversation, thread, said, kind=Kind.REPLY, text=storable(said.text), flags=[IN_SHOP, *_warned(said)],
        sender={"email": "", "name": one_line(said.author)[:200]}, delivery=Delivery.SENT,
    )  # fmt: skip
    if conversation.state == State.OPEN and (taking.history or said.closed):
        conversation.state, conversation.closed_at = State.CLOSED, message.created_at
        conversation.silent = conversation.silent or taking.history
    counted(conversation, message, begun=False)
    record(
        conversation,
        "conversation.answered_in_shop",
        actor=SYSTEM,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        origin=Origin.IMPORT if taking.history else _origin(said),
        occurred_at=message.created_at,
        message=message.pk,
    )
    return message


def _note(taking: Taking, conversation: Conversation, thread: ShopThread, said: ThreadMessage) -> Message:
    text, found = hidden(said.text)
    message = _add(
        taking, conversation, thread, said, kind=Kind.NOTE, text=text, flags=[IN_SHOP, *found, *_warned(said)],
        sender={"email": "", "name": one_line(said.author)[:200]},
    )  # fmt: skip
    noted(conversation, message)
    record(
        conversation,
        "conversation.noted_in_shop",
        actor=SYSTEM,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        origin=Origin.IMPORT if taking.history else _origin(said),
        message=message.pk,
    )
    return message


def _add(
    taking: Taking, conversation: Conversation, thread: ShopThread, said: ThreadMessage, *, text: str, **more: object
) -> Message:
    message = Message.objects.create(
        conversation=conversation,
        inbox=taking.inbox,
        text=storable(text).strip(),
        message_id=external_name(said.external_id),
        came_from=thread.conversation_id if thread.conversation_id != conversation.pk else None,
        created_at=_at(taking, conversation, said),
        sent_at=moment(said.written_at),
        **more,
    )
    attach(message, said.parts)
    return message


def _at(taking: Taking, conversation: Conversation, said: ThreadMessage) -> datetime:
    """What arrives counts as written now, as a mail does; history keeps its time, and its order where the clock went back."""
    if not taking.history:
        return timezone.now()
    at = moment(said.written_at)
    last = conversation.messages.order_by("-created_at").values_list("created_at", flat=True).first()
    return max(at, last + TICK) if last else at


def _warned(said: ThreadMessage) -> list[str]:
    return ["warnings", UNREAD + one_line(said.problem)[:200]] if said.problem else []


def _orders(inbox: Inbox, said: ThreadMessage) -> list[Order]:
    """The order that the thread names. Whose it is, is told beside it: a thread can name somebody else's."""
    ours = Order.objects.filter(shop=inbox.shop_id).select_related("identity")
    if said.order_id:
        return list(ours.filter(external_id=said.order_id)[:1])
    return list(find_by_number(ours, said.order_number)[:1]) if said.order_number else []
