"""Looking into a shop's own messages: each minute, from where the last look ended; the first time all of them, silently.

A page is read outside any transaction; what it holds and how far the reading came commit together. While the platform
is down the looks grow rarer, and what was written meanwhile comes in its order when it answers again.
"""

import logging
from contextlib import suppress
from datetime import datetime, time, timedelta

from django.db import OperationalError, transaction
from django.db import connection as database
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.conversations.actions.messaging import Taking, take
from comptoir.conversations.messenger import port_of
from comptoir.conversations.models import Inbox, InboxKind, ThreadReading
from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Origin
from comptoir.customers.erased import digests
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.connecting.marking import WAITS
from comptoir.orders.connecting.reading import take_page
from comptoir.orders.models import Order
from comptoir.ports.errors import PortError
from comptoir.ports.shop import OrderData, ThreadPage

log = logging.getLogger(__name__)
TURN = 7_207  # the class of our advisory locks: one worker looks into an inbox at a time
EACH = timedelta(minutes=1)
PAGES = 5  # in one run; the job then makes room for others
SHOWN = 20  # refusals that are kept with their reason
UNKNOWN_ORDERS = 10  # of a page, which are asked for
LIMIT = 300


def look_due() -> int:
    """Inboxes whose look is due, or whose job was lost: queue them; how many."""
    due = ThreadReading.objects.filter(
        Q(next_at=None) | Q(next_at__lte=timezone.now()), inbox__active=True, inbox__connection__active=True
    )
    keys = list(due.order_by("pk").values_list("inbox_id", flat=True))
    for key in keys:
        with transaction.atomic():
            look.defer(once=turn(key), inbox_id=key)
    return len(keys)


@job("soon", retry=False)
def look(inbox_id: int) -> None:
    """Read what is new, page by page; another run follows while there is more."""
    inbox = (
        Inbox.objects.filter(pk=inbox_id, kind=InboxKind.SHOP, active=True, connection__active=True)
        .select_related("shop", "connection__shop", "reading")
        .first()
    )
    if inbox is None or not hasattr(inbox, "reading"):
        return
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [TURN, inbox_id])
        if not cursor.fetchone()[0]:
            return
        try:
            more = all(_step(inbox) for _page in range(PAGES))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TURN, inbox_id])
    if more:
        with transaction.atomic():
            look.defer(once=turn(inbox_id), inbox_id=inbox_id)


def turn(inbox_id: int) -> str:
    """The name under which one look into an inbox waits."""
    return f"looking:{inbox_id}"


def _step(inbox: Inbox) -> bool:
    """Read one page and take it; whether another waits."""
    reading = ThreadReading.objects.get(inbox=inbox)
    if reading.next_at is not None and reading.next_at > timezone.now():
        return False
    try:
        page = port_of(inbox).messages(reading.mark)
    except PortError as error:
        _wait(inbox, reading, error)
        return False
    try:
        _fetch_orders(inbox, page, since=_since(inbox) if reading.caught_up_at is None else None)
        return _keep(inbox, reading, page)
    except OperationalError:  # the database went away: another run goes on from here
        raise
    except Exception:
        log.exception("A page of a shop's messages could not be taken", extra={"inbox": inbox.pk})
        words = _("Des messages n’ont pas pu être pris\u202f; le journal du serveur dit pourquoi.")
        _wait(inbox, reading, PortError(words))
        return False


def _keep(inbox: Inbox, reading: ThreadReading, page: ThreadPage) -> bool:
    """Take a page, and write how far the reading came, in one transaction."""
    with transaction.atomic():
        row = ThreadReading.objects.select_for_update().get(pk=reading.pk)
        if row.mark != reading.mark:
            return False  # somebody else has read this page
        history = row.caught_up_at is None
        taking = Taking(inbox, history, _since(inbox) if history else None, digests() if history else ())
        refused = list(page.refused)
        for said in page.items:
            try:
                take(taking, said)
            except OperationalError:
                raise
            except Exception as error:  # one that cannot be kept never stops the others
                log.exception("A shop's message could not be taken", extra={"inbox": inbox.pk})
                refused.append((said.external_id, type(error).__name__))
        goes_on = page.more and page.mark != row.mark
        _note(row, page, refused, goes_on=goes_on)
        if history and not goes_on:
            record(inbox, "inbox.caught_up", actor=SYSTEM, shop=inbox.shop_id, count=row.read)
        Inbox.objects.filter(pk=inbox.pk).update(checked_at=timezone.now(), problem="")
        return goes_on


def _note(row: ThreadReading, page: ThreadPage, refused: list[tuple[str, str]], *, goes_on: bool) -> None:
    now = timezone.now()
    if page.items:
        row.told_at = now
    row.mark, row.attempts = page.mark, 0
    row.read += len(page.items) + len(page.refused)
    row.refused += len(refused)
    row.refusals = [*row.refusals, *([key[:120], why[:300]] for key, why in refused)][-SHOWN:]
    if goes_on:
        row.next_at = None
    else:
        row.next_at = now + EACH
        row.caught_up_at = row.caught_up_at or now
    row.save()


def _since(inbox: Inbox) -> datetime:
    """From when an unanswered message of the history still waits for an answer."""
    day = inbox.read_from or timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time.min))


def _fetch_orders(inbox: Inbox, page: ThreadPage, *, since: datetime | None) -> None:
    """The orders that messages name and that are not here yet; of history only for what may wait for an answer. One that
    cannot be had keeps no message away."""
    account = inbox.connection
    named = [said.order_id for said in page.items if said.order_id and (since is None or said.written_at >= since)]
    wanted = list(dict.fromkeys(named))
    if account is None or not wanted:
        return
    known = set(Order.objects.filter(shop=inbox.shop_id, external_id__in=wanted).values_list("external_id", flat=True))
    found: list[OrderData] = []
    with suppress(PortError):
        port = shop_of(account)
        for name in [name for name in wanted if name not in known][:UNKNOWN_ORDERS]:
            order = port.order(name)
            if order is not None:
                found.append(order)
    if found:
        take_page(account, found, Origin.RECONCILIATION, SYSTEM)


def _wait(inbox: Inbox, reading: ThreadReading, error: PortError) -> None:
    """Look again later: after the pause that was asked for, else longer each time; why stands with the inbox."""
    pause = min(error.retry_after, 24 * 3_600) or WAITS[min(reading.attempts, len(WAITS) - 1)]
    ThreadReading.objects.filter(pk=reading.pk).update(
        attempts=min(reading.attempts + 1, 1_000),
        next_at=timezone.now() + timedelta(seconds=3_600 if error.permanent else pause),
    )
    if error.code != "throttled":
        Inbox.objects.filter(pk=inbox.pk).update(checked_at=timezone.now(), problem=error.message[:LIMIT])
