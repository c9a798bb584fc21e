"""Steps 1 and 2 of a mail's way: raw bytes are committed before their source is acknowledged, then understood."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from comptoir.conversations.actions.hiding import hidden_raw
from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import Inbox, RawMessage
from comptoir.core.jobs import job

log = logging.getLogger(__name__)
# Each mail runs these; as SQL they cost a third of what the ORM takes to compile them (docs/performance.md).
_TAKE = (
    "SELECT content, sha256, silent, outgoing FROM conversations_rawmessage "
    "WHERE id = %s AND state IN ('arrived', 'failed') FOR UPDATE SKIP LOCKED"
)
_DONE = "UPDATE conversations_rawmessage SET state = %s, error = '', customer_key = %s WHERE id = %s"
BATCH = 50
TURN = 7_201  # the class of our advisory locks that give each inbox its turn
FORGOTTEN_AFTER = timedelta(seconds=5)


def arrive(
    inbox: Inbox, raw: bytes, *, source_key: str, received_at: datetime | None = None, outgoing: bool = False
) -> RawMessage | None:
    """Commit raw bytes with the job that understands them; None when this delivery was already committed.

    `source_key` names the delivery for ever ("uidvalidity:uid", a provider's id). When this returns, the source may
    be told that the mail is ours. `outgoing` mail lay in the folder of what the mailbox has sent.
    """
    digest = hashlib.sha256(raw).hexdigest()
    silent = bool(inbox.read_from and received_at and received_at.date() < inbox.read_from)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO conversations_rawmessage
                (inbox_id, source_key, sha256, content, size, state, error, silent, outgoing, arrived_at)
            VALUES (%s, %s, %s, %s, %s, 'arrived', '', %s, %s, now())
            ON CONFLICT (inbox_id, source_key) DO NOTHING RETURNING id
            """,
            [inbox.pk, source_key[:200], digest, raw, len(raw), silent, outgoing],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        _queue(inbox.pk)
    return RawMessage(pk=row[0], inbox=inbox, source_key=source_key[:200], sha256=digest, size=len(raw), silent=silent)


@job("soon", retry=False)
def understand(inbox_id: int) -> None:
    """Receive all raw mail of an inbox that waits, oldest first, each in a transaction of its own.

    A mail that cannot be read or received is kept with its error and never stops the next one. One worker at a time
    does this for an inbox, since threads need their order; the lock goes with the connection if the worker dies.
    Whoever does not get the lock leaves: its holder looks again after letting go, so that nothing stays behind.
    """
    inbox = Inbox.objects.select_related("shop").get(pk=inbox_id)
    with connection.cursor() as cursor:
        while _waiting(inbox):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [TURN, inbox_id])
            if not cursor.fetchone()[0]:
                return
            try:
                while batch := _waiting(inbox):
                    for key in batch:
                        understand_one(inbox, key)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TURN, inbox_id])


def _waiting(inbox: Inbox) -> list[int]:
    arrived = RawMessage.objects.filter(inbox=inbox, state=RawMessage.State.ARRIVED).order_by("pk")
    return list(arrived.values_list("pk", flat=True)[:BATCH])


def understand_waiting(inbox: Inbox) -> None:
    """Someone else had the inbox's turn: what arrived meanwhile is queued."""
    if _waiting(inbox):
        with transaction.atomic():
            _queue(inbox.pk)


def queue_forgotten() -> int:
    """Mail that waits for more than a few seconds has lost its job to a crash: queue it again; how many inboxes."""
    old = timezone.now() - FORGOTTEN_AFTER
    waiting = RawMessage.objects.filter(state=RawMessage.State.ARRIVED, arrived_at__lt=old)
    inboxes = list(waiting.order_by("inbox").values_list("inbox", flat=True).distinct())
    for inbox_id in inboxes:
        _queue(inbox_id)
    return len(inboxes)


def understand_one(inbox: Inbox, raw_id: int) -> None:
    """Receive one raw mail unless another worker has it; its outcome commits with its effect."""
    try:
        with transaction.atomic():
            raw = _taken(inbox, raw_id)
            if raw is None:
                return
            message = receive(inbox, channel_for(inbox).parse(bytes(raw.content)), raw=raw)
            state = RawMessage.State.RECEIVED if message else RawMessage.State.IGNORED
            customer_key = message.conversation.identity.customer_id if message else None
            with connection.cursor() as cursor:
                cursor.execute(_DONE, [state, customer_key, raw_id])
            if message and (content := hidden_raw(bytes(raw.content), message.flags)) != raw.content:
                RawMessage.objects.filter(pk=raw_id).update(content=content, size=len(content))
    except OperationalError:  # the database went away: the mail waits for the next try
        raise
    except Exception as error:  # the poisoned mail is kept and listed; the next one must not wait for it
        log.exception("A mail could not be received", extra={"raw": raw_id})
        RawMessage.objects.filter(pk=raw_id).update(
            state=RawMessage.State.FAILED, error=f"{type(error).__name__}: {error}"[:500]
        )


def _taken(inbox: Inbox, raw_id: int) -> RawMessage | None:
    """A raw mail that still waits or had failed, locked; None when it is done or another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [raw_id])
        row = cursor.fetchone()
    if row is None:
        return None
    content, sha256, silent, outgoing = row
    return RawMessage(pk=raw_id, inbox=inbox, content=content, sha256=sha256, silent=silent, outgoing=outgoing)


@transaction.atomic
def replay(raw: RawMessage) -> None:
    """Try a mail that could not be read once more."""
    RawMessage.objects.filter(pk=raw.pk, state=RawMessage.State.FAILED).update(state=RawMessage.State.ARRIVED, error="")
    _queue(raw.inbox_id)


def _queue(inbox_id: int) -> None:
    """One run waits at most: it takes all that has arrived."""
    understand.defer(once=f"understand:{inbox_id}", inbox_id=inbox_id)
