"""A shop's own messages as a channel: answers go into the thread that the platform keeps, through its connection."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from comptoir.conversations.models import Inbox, InboxKind, ShopThread
from comptoir.conversations.threading import behind
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.models import Connection
from comptoir.ports.channel import OutgoingMessage, SendResult
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Fact, KeepsThreads

IN_THREAD = "in_thread"  # the flag of an answer of ours that goes into a shop's own thread


def external_name(name: str) -> str:
    """The Message-ID under which a message of a platform is kept: nobody else's mail has it."""
    return f"shop-message:{name}"[:460]


def keeps_threads(connection: Connection) -> bool:
    """Whether customers write on that platform, as far as its adapter says; never raises."""
    if connection.port != Connection.Port.SHOP:
        return False
    try:
        port = shop_of(connection)
    except PortError:
        return False
    return Fact.THREADS in port.capabilities.facts and isinstance(port, KeepsThreads)


def port_of(inbox: Inbox) -> KeepsThreads:
    """What carries an inbox of kind shop. Raises PortError."""
    if inbox.connection is None:
        raise PortError(_("La boutique n’est plus connectée."), permanent=True, code="connection")
    if not inbox.connection.active:
        raise PortError(_("La connexion à la boutique est en pause."), code="connection")
    port = shop_of(inbox.connection)
    if Fact.THREADS not in port.capabilities.facts or not isinstance(port, KeepsThreads):
        raise PortError(_("Cette boutique ne tient pas de messagerie."), permanent=True, code="connection")
    return port


def threads_in(conversation_id: int) -> QuerySet[ShopThread]:
    """The threads whose messages stand in a conversation, as far as a platform carries them."""
    rows = ShopThread.objects.filter(conversation__in=behind([conversation_id]), inbox__connection__isnull=False)
    return rows.select_related("inbox__connection")


def thread_of(conversation: Any, came_from: int | None = None) -> ShopThread | None:
    """The thread in which an answer goes to the customer: of the merged conversation `came_from`, else its own, else
    another that was merged into it; None where no platform carries it (any more)."""
    if conversation.channel != InboxKind.SHOP:
        return None
    return min(
        threads_in(conversation.pk),
        key=lambda row: (row.conversation_id != came_from, row.conversation_id != conversation.pk, -row.pk),
        default=None,
    )


class Messenger:
    """The channel of one inbox of kind shop. Of an outgoing message it takes the text, `in_reply_to` as the thread and
    `message_id` as the key that the platform keeps, so that the same answer is never written twice."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    def send(self, outgoing: OutgoingMessage) -> SendResult:
        """Write the answer, unless it stands there already (a time-out, a crash, another try)."""
        name = self.found(outgoing)
        if not name:
            name = port_of(self.inbox).answer(outgoing.in_reply_to, outgoing.text, outgoing.message_id)
        return SendResult((external_name(name),) if name else ())

    def found(self, outgoing: OutgoingMessage) -> str:
        """The platform's key of that answer, by reading only; "" when it is not there. Raises PortError."""
        if outgoing.date is None:
            return ""
        return port_of(self.inbox).answered(outgoing.in_reply_to, outgoing.text, outgoing.message_id, outgoing.date)
