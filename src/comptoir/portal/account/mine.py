"""What is a shopper's own. Every query of the account starts here; what is another person's does not exist."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from comptoir.conversations.models import Conversation, Delivery, Message, MessageKind, Participant, State
from comptoir.conversations.threading import in_thread
from comptoir.core.models import Shop
from comptoir.customers.models import Identity, IdentityKind
from comptoir.orders.models import Order
from comptoir.orders.queries import with_parts

Parts = Callable[[QuerySet[Order]], QuerySet[Order]]  # what is read of an order besides its heading


def identities(identity: Identity) -> QuerySet[Identity]:
    """The addresses that this person proved by a code: this one, and others of the same file."""
    proved = Q(verified_at__isnull=False) | Q(pk=identity.pk)
    return Identity.objects.filter(proved, customer=identity.customer_id, kind=IdentityKind.EMAIL)


def orders(identity: Identity, shop: Shop, *, parts: Parts = with_parts) -> QuerySet[Order]:
    """The orders placed with those addresses in this shop, newest first, with their parts."""
    rows = Order.objects.filter(shop=shop, identity__in=identities(identity))
    return parts(rows).prefetch_related("shipments__lines__product").order_by("-placed_at", "-pk")


def one_order(order: Order, *, parts: Parts = with_parts) -> QuerySet[Order]:
    """That order alone, with its parts: for a proof that covers no other."""
    return parts(Order.objects.filter(pk=order.pk)).prefetch_related("shipments__lines__product")


def payment_means(identity: Identity, shop: Shop) -> list[str]:
    """The means of payment of the newest orders, as the shop names them."""
    own = Order.objects.filter(shop=shop, identity__in=identities(identity)).exclude(payment="")
    newest = own.order_by("-placed_at", "-pk").values_list("payment", flat=True)[:50]
    return list(dict.fromkeys(newest))[:5]


def conversations(identity: Identity, shop: Shop) -> QuerySet[Conversation]:
    """The conversations begun with those addresses, and the chats whose answers go to them; newest first."""
    own = identities(identity).values("pk")
    begun = Conversation.objects.filter(identity__in=own).values("pk")
    named = Participant.objects.filter(role=Participant.Role.AUTHOR, identity__in=own).values("conversation")
    rows = Conversation.objects.filter(pk__in=begun.union(named, all=True), shop=shop)  # an OR would read them all
    # not the spam list: a shopper whom a guard doubted sees their words as sent
    rows = rows.exclude(state=State.TRASH).filter(Exists(shown_of(OuterRef("pk"))))
    return rows.select_related("assignee", "inbox").order_by("-last_message_at", "-pk")


def shown_of(conversation: Any) -> QuerySet[Message]:
    """The messages of a conversation that its customer may read: never notes, forwards, calls or what has not left."""
    asked = Q(kind=MessageKind.CUSTOMER)
    answered = Q(kind=MessageKind.REPLY) & ~Q(flags__contains="forward") & ~Q(delivery=Delivery.HELD)
    rows = Message.objects.filter(asked | answered, in_thread(conversation))
    rows = rows.exclude(flags__contains="colleague")  # what someone of the team wrote into the thread is the team's
    return rows.exclude(flags__contains="unknown_sender").order_by("created_at", "pk")


def messages(conversation: Conversation, identity: Identity) -> list[Message]:
    """The thread as this person may read it: what they wrote, in chat too, and the team's answers."""
    writers = [*identities(identity).values_list("pk", flat=True), conversation.identity_id]
    rows = shown_of(conversation).filter(Q(kind=MessageKind.REPLY) | Q(identity__in=writers))
    return list(rows.select_related("agent").prefetch_related("attachments__file"))


def last_messages(conversations: list[Conversation]) -> dict[int, Message]:
    """The newest message that may be read of each conversation, in one query."""
    newest = shown_of(OuterRef("pk")).reverse().values("pk")[:1]
    keys = Conversation.objects.filter(pk__in=[row.pk for row in conversations]).values(last=Subquery(newest))
    rows = Message.objects.filter(pk__in=keys).select_related("agent")
    return {row.came_from or row.conversation_id: row for row in rows}
