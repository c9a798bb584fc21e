"""What a platform or carrier tells: its bytes are committed before it is answered, then understood, once.

A payload that holds the whole order is taken as it is; a thin one names what is read again from the platform, outside
any transaction. While the platform is down everything waits: one question finds out, not a thousand.
"""

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.orders.connecting import sorting
from comptoir.orders.connecting.adapters import carrier_of, shop_of
from comptoir.orders.connecting.marking import Mark, mark, postpone
from comptoir.orders.models import Connection, RawNotice
from comptoir.ports.errors import PortError

log = logging.getLogger(__name__)
BATCH = 50
TURN = 7_204  # the class of our advisory locks that give each connection its turn
FORGOTTEN_AFTER = timedelta(seconds=5)


def arrive(connection_id: int, key: str, topic: str, body: bytes) -> bool:
    """Commit a webhook's bytes with the job that understands them; False when this delivery was already committed.

    When this returns, the platform may be told that it is ours.
    """
    key = key[:200] or hashlib.sha256(body).hexdigest()
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_rawnotice (connection_id, key, topic, body, state, problem, attempts, received_at) "
            "VALUES (%s, %s, %s, %s, 'waiting', '', 0, now()) ON CONFLICT (connection_id, key) DO NOTHING RETURNING id",
            [connection_id, key.replace("\0", ""), topic[:120].replace("\0", ""), body],
        )
        if cursor.fetchone() is None:
            return False
        _queue(connection_id)
    return True


@job("soon", retry=False)
def understand(connection_id: int) -> None:
    """Take all that waits of a connection, oldest first. One worker at a time does this; the lock goes with its
    database connection if it dies. Whoever does not get the lock leaves: its holder looks again after letting go."""
    account = Connection.objects.select_related("shop").filter(pk=connection_id, active=True).first()
    if account is None:
        return
    with database.cursor() as cursor:
        while due(account):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [TURN, connection_id])
            if not cursor.fetchone()[0]:
                return
            try:
                while batch := due(account):
                    _take(account, batch)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TURN, connection_id])


def due(account: Connection) -> list[RawNotice]:
    """What waits and may be tried now."""
    waiting = RawNotice.objects.filter(connection=account, state=RawNotice.State.WAITING)
    return list(waiting.filter(Q(next_at=None) | Q(next_at__lte=timezone.now())).order_by("pk")[:BATCH])


def _take(account: Connection, batch: list[RawNotice]) -> None:
    """One batch: what can be taken together is; what spoils the whole is found by taking each alone."""
    _told(account, max(notice.received_at for notice in batch))
    try:
        if account.port == Connection.Port.CARRIER:
            carrier = carrier_of(account)
            for notice in batch:
                _alone(account, notice, sorting.of_carrier(notice, carrier))
            return
        pieces = sorting.of_shop(batch, shop_of(account))
    except PortError as error:  # no adapter, no key: what arrived waits until somebody mends the connection
        postpone(account, batch, error)
        return
    if whole := [piece for piece in pieces if piece.together]:
        try:
            with transaction.atomic():
                mark(sorting.take_together(account, whole))
        except OperationalError:
            raise
        except Exception:  # one of them spoils it: it is found below, and the others are taken
            log.warning("A batch of webhooks is taken one by one", extra={"connection": account.pk}, exc_info=True)
            for piece in whole:
                _alone(account, piece.notice, piece)
    _others(account, [piece for piece in pieces if not piece.together])


def _others(account: Connection, pieces: list[sorting.Piece]) -> None:
    """What stands alone; the first question that a platform that is down leaves open lets all others wait."""
    read: dict[str, sorting.Piece] = {}
    for place, piece in enumerate(pieces):
        try:
            ready = piece if not piece.order_id else read.get(piece.order_id) or sorting.fetched(account, piece)
        except PortError as error:
            if error.permanent:
                mark([Mark(piece.notice, RawNotice.State.FAILED, error.message)])
                continue
            postpone(account, [later.notice for later in pieces[place:] if later.order_id], error)
            for later in pieces[place:]:
                if not later.order_id:
                    _alone(account, later.notice, later)
            return
        if piece.order_id:
            read[piece.order_id] = ready
        _alone(account, piece.notice, ready)


def _alone(account: Connection, notice: RawNotice, piece: sorting.Piece) -> None:
    """Take one; its outcome commits with its effect. What cannot be taken is kept with its reason."""
    try:
        with transaction.atomic():
            mark([sorting.take_one(account, notice, piece)])
    except OperationalError:  # the database went away: it waits for the next try
        raise
    except Exception as error:
        log.exception("A webhook could not be taken", extra={"notice": notice.pk})
        mark([Mark(notice, RawNotice.State.FAILED, f"{type(error).__name__}")])


def _told(account: Connection, moment: datetime) -> None:
    """When the connection last told something; and that what it could not do before is over."""
    Connection.objects.filter(Q(told_at=None) | Q(told_at__lt=moment), pk=account.pk).update(told_at=moment)


@transaction.atomic
def replay(account: Connection, *, actor: Actor, only: int | None = None) -> int:
    """Take what failed once more, all of it or one; how many."""
    failed = RawNotice.objects.filter(connection=account, state=RawNotice.State.FAILED).exclude(body=b"")
    count = (failed.filter(pk=only) if only else failed).update(
        state=RawNotice.State.WAITING, problem="", attempts=0, next_at=None
    )
    if count:
        record(account, "connection.replayed", actor=actor, shop=account.shop_id, count=count)
        _queue(account.pk)
    return count


def wake(account: Connection) -> None:
    """The connection works again: what waited for it need wait no longer."""
    RawNotice.objects.filter(connection=account, state=RawNotice.State.WAITING).update(next_at=None)
    with transaction.atomic():
        _queue(account.pk)


def queue_due() -> int:
    """Webhooks whose time has come, or whose job was lost to a crash: queue them; how many connections."""
    now = timezone.now()
    lost = Q(next_at=None, received_at__lt=now - FORGOTTEN_AFTER)
    waiting = RawNotice.objects.filter(state=RawNotice.State.WAITING, connection__active=True)
    due = waiting.filter(lost | Q(next_at__lte=now)).order_by("connection_id").values_list("connection_id", flat=True)
    keys = list(due.distinct())
    for key in keys:
        _queue(key)
    return len(keys)


def _queue(connection_id: int) -> None:
    """One run waits at most: it takes all that has arrived."""
    understand.defer(once=f"notices:{connection_id}", connection_id=connection_id)
