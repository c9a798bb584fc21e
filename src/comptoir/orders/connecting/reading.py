"""Reading through a platform: the first import, and sweeps that find what no webhook told.

A page is read outside any transaction; what it holds and how far the reading came commit together, so that a killed
worker goes on where it was and doubles nothing. Everything that is read is silent, but what a platform without webhooks
is asked for every few minutes: that is its live road.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db import connection as database
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.actors import IMPORT, SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Origin
from comptoir.orders.actions import Outcome, take_many
from comptoir.orders.connecting import goods
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.connecting.counts import Counts
from comptoir.orders.connecting.marking import WAITS
from comptoir.orders.data import BadOrder, check, tidied
from comptoir.orders.models import Connection, Reading
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Fact, OrderData, Page, ShopPort

log = logging.getLogger(__name__)
TURN = 7_205  # the class of our advisory locks: one worker reads a connection at a time
PAGES = 20  # in one run; the job then makes room for others
SHOWN = 50  # refusals that are kept with their reason
OVERLAP = timedelta(hours=2)  # clocks differ, and pages change while they are read
THINGS = {"customers": Fact.CUSTOMERS, "products": Fact.PRODUCTS, "orders": Fact.ORDERS}


@transaction.atomic
def start_import(account: Connection, *, since: datetime | None = None, actor: Actor) -> None:
    """Read everything that the platform has (or what changed since), silently; what is being read goes on."""
    facts = shop_of(account).capabilities.facts
    Reading.objects.bulk_create(
        [
            Reading(connection=account, kind=Reading.Kind.IMPORT, what=what, since=since)
            for what, fact in THINGS.items()
            if fact in facts
        ],
        ignore_conflicts=True,
    )
    record(account, "connection.import_started", actor=actor, shop=account.shop_id)
    go_on.defer(once=_turn(account.pk), connection_id=account.pk)


@transaction.atomic
def pause(account: Connection, paused: bool, *, actor: Actor) -> None:
    """Stop reading at the next page, or go on from there."""
    open_ones = Reading.objects.filter(connection=account, finished_at=None).exclude(paused=paused)
    if not open_ones.update(paused=paused, next_at=None):
        return
    if paused:
        record(account, "connection.import_paused", actor=actor, shop=account.shop_id)
    else:
        record(account, "connection.import_resumed", actor=actor, shop=account.shop_id)
        go_on.defer(once=_turn(account.pk), connection_id=account.pk)


def compare(account: Connection) -> bool:
    """Queue a sweep over what changed since the last reading ended well; False where nothing was read yet."""
    last = (
        Reading.objects.filter(connection=account, what="orders", finished_at__isnull=False)
        .order_by("-started_at")
        .values_list("started_at", flat=True)
        .first()
    )
    if last is None:
        return False  # nothing was imported: a sweep would be an import that nobody asked for
    with transaction.atomic():
        reading = Reading(connection=account, kind=Reading.Kind.SWEEP, what="orders", since=last - OVERLAP)
        Reading.objects.bulk_create([reading], ignore_conflicts=True)
        go_on.defer(once=_turn(account.pk), connection_id=account.pk)
    return True


@job("bulk", retry=False)
def go_on(connection_id: int) -> None:
    """Read the next pages of what a connection has open, oldest reading first; another run follows while there are more."""
    account = Connection.objects.select_related("shop").filter(pk=connection_id, active=True).first()
    if account is None:
        return
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [TURN, connection_id])
        if not cursor.fetchone()[0]:
            return
        try:
            for _page in range(PAGES):
                reading = _open(account)
                if reading is None or not _step(account, reading):
                    break
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TURN, connection_id])
    if _open(account) is not None:
        with transaction.atomic():
            go_on.defer(once=_turn(connection_id), connection_id=connection_id)


def _turn(connection_id: int) -> str:
    return f"reading:{connection_id}"


def _open(account: Connection) -> Reading | None:
    """The reading whose turn it is: nothing while one of them waits for the platform."""
    reading = Reading.objects.filter(connection=account, finished_at=None, paused=False).order_by("pk").first()
    waits = reading is not None and reading.next_at is not None and reading.next_at > timezone.now()
    return None if waits else reading


def _step(account: Connection, reading: Reading) -> bool:
    """Read one page and take it; False when the platform has to be left alone for a while."""
    try:
        port = shop_of(account)
        page = _page(port, reading)
    except PortError as error:
        _wait(account, reading, error)
        return False
    try:
        _keep(account, reading, page, live=_is_live_road(port))
    except OperationalError:  # the database went away: another run goes on from here
        raise
    except Exception:
        log.exception("A page could not be taken", extra={"reading": reading.pk})
        _wait(
            account, reading, PortError(_("Une page n’a pas pu être prise\u202f; le journal du serveur dit pourquoi."))
        )
        return False
    return True


def _keep(account: Connection, reading: Reading, page: Page, *, live: bool) -> None:
    """Take a page, and write how far the reading came, in one transaction."""
    with transaction.atomic():
        row = Reading.objects.select_for_update().get(pk=reading.pk)
        if row.cursor != reading.cursor or row.finished_at:
            return  # somebody else has read this page
        _note(row, page, _take(account, row, page, live=live))
        if not page.cursor or page.cursor == row.cursor:
            row.finished_at = timezone.now()
        row.cursor, row.problem, row.attempts, row.next_at = page.cursor, "", 0, None
        row.save()
        if row.finished_at:
            _finished(account, row)


def _page(port: ShopPort, reading: Reading) -> Page:
    page: Page = getattr(port, reading.what)(reading.since, reading.cursor)
    return page


def _is_live_road(port: ShopPort) -> bool:
    """Whether sweeps are how the house hears of anything new."""
    return Fact.WEBHOOKS not in port.capabilities.facts


@dataclass(frozen=True, slots=True)
class _Done:
    counts: Counts
    refused: tuple[tuple[str, str], ...] = ()


def _take(account: Connection, reading: Reading, page: Page, *, live: bool) -> _Done:
    if reading.what == "products":
        return _Done(goods.take_products(account.shop, page.items))  # type: ignore[arg-type]
    if reading.what == "customers":
        return _Done(goods.take_customers(account, page.items))  # type: ignore[arg-type]
    if reading.kind == Reading.Kind.IMPORT:
        return take_page(account, page.items, Origin.IMPORT, IMPORT)  # type: ignore[arg-type]
    return take_page(account, page.items, Origin.LIVE if live else Origin.RECONCILIATION, SYSTEM)  # type: ignore[arg-type]


def take_page(account: Connection, orders: Sequence[OrderData], origin: str, actor: Actor) -> _Done:
    """Take a page of orders; what cannot be taken is named with its reason, and never keeps the others away."""
    good, refused = [], []
    for order in map(tidied, orders):
        try:
            check(order)
            good.append(order)
        except BadOrder as problem:
            refused.append((order.external_id, str(problem)))
    try:
        return _Done(_counted(account, good, origin, actor), tuple(refused))
    except (DataError, IntegrityError):  # something that only the database minds: only the culprit is refused
        log.warning("A page of orders is taken one by one", extra={"connection": account.pk}, exc_info=True)
    counts = Counts()
    for order in good:
        try:
            one = _counted(account, [order], origin, actor)
            counts = Counts(counts.created + one.created, counts.changed + one.changed)
        except (DataError, IntegrityError):
            refused.append((order.external_id, _("La base de données refuse cette commande.")))
    return _Done(counts, tuple(refused))


def _counted(account: Connection, orders: Sequence[OrderData], origin: str, actor: Actor) -> Counts:
    with transaction.atomic():
        taken = take_many(account.shop, orders, origin=origin, actor=actor, connection=account)
    outcomes = [done.outcome for done in taken]
    return Counts(outcomes.count(Outcome.CREATED), outcomes.count(Outcome.UPDATED))


def _note(row: Reading, page: Page, done: _Done) -> None:
    refused = [*page.refused, *done.refused]
    row.read += len(page.items) + len(page.refused)
    row.created += done.counts.created
    row.mended += done.counts.changed
    row.refused += len(refused) + done.counts.refused
    kept: list[Any] = [*row.refusals, *([key[:120], why[:300]] for key, why in refused)]
    row.refusals = kept[:SHOWN]


def _wait(account: Connection, reading: Reading, error: PortError) -> None:
    """Go on later: after the pause that was asked for, else longer each time. What needs a person stops until then."""
    pause = min(error.retry_after, 24 * 3_600) or WAITS[min(reading.attempts, len(WAITS) - 1)]
    Reading.objects.filter(pk=reading.pk).update(
        problem=error.message[:300],
        attempts=min(reading.attempts + 1, 1_000),
        next_at=timezone.now() + timedelta(seconds=3_600 if error.permanent else pause),
    )
    if error.code != "throttled":
        Connection.objects.filter(pk=account.pk).update(problem=error.message[:300])


def _finished(account: Connection, row: Reading) -> None:
    Connection.objects.filter(pk=account.pk).update(problem="")
    if row.kind == Reading.Kind.IMPORT:
        record(
            account, "connection.import_finished", actor=SYSTEM, shop=account.shop_id, what=row.what, count=row.created
        )
    elif row.created or row.mended:
        record(account, "connection.swept", actor=SYSTEM, shop=account.shop_id, count=row.created + row.mended)


def queue_due() -> int:
    """Readings whose time has come, or whose job was lost: queue them; how many connections."""
    waiting = Reading.objects.filter(finished_at=None, paused=False, connection__active=True)
    keys = list(
        waiting.exclude(next_at__gt=timezone.now())
        .order_by("connection_id")
        .values_list("connection_id", flat=True)
        .distinct()
    )
    for key in keys:
        with transaction.atomic():
            go_on.defer(once=_turn(key), connection_id=key)
    return len(keys)
