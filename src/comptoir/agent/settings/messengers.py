"""How the reading of a platform's own messages goes, as settings pages show it."""

from typing import Any

from comptoir.conversations.messenger import keeps_threads
from comptoir.conversations.models import Inbox, ThreadReading
from comptoir.orders.models import Connection


def reading_context(inbox: Inbox | None) -> dict[str, Any]:
    """How far a platform's messages were read; nothing for other inboxes."""
    return {"reading": ThreadReading.objects.filter(inbox=inbox).first() if inbox else None}


def of_connection(row: Connection) -> dict[str, Any]:
    """What the page of a connection shows of its messages."""
    inbox = Inbox.objects.filter(connection=row).select_related("connection").first()
    return {"keeps_threads": keeps_threads(row), "inbox": inbox} | reading_context(inbox)
