"""Asking carriers again: numbers are followed from when they are known until they are over or sixty days old.

How soon again depends on how far the parcel is and how old; how much at once and a day on the carrier. A carrier that
tells by itself is only asked to do so, and asked again when it has been silent for long.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from comptoir.core.jobs import job
from comptoir.orders.connecting.adapters import carrier_of
from comptoir.orders.models import Connection, Following, ParcelState, Shipment
from comptoir.orders.tracking.merging import FINAL
from comptoir.orders.tracking.taking import take
from comptoir.ports.carrier import CarrierCapabilities, CarrierPort, Followed
from comptoir.ports.errors import PortError

log = logging.getLogger(__name__)
GIVEN_UP = timedelta(days=60)
HOUR = timedelta(hours=1)
PAUSES: dict[str, timedelta] = {
    ParcelState.ANNOUNCED: 6 * HOUR,
    ParcelState.ACCEPTED: 4 * HOUR,
    ParcelState.IN_TRANSIT: 3 * HOUR,
    ParcelState.CUSTOMS: 6 * HOUR,
    ParcelState.DELAYED: 4 * HOUR,
    ParcelState.OUT_FOR_DELIVERY: HOUR / 2,
    ParcelState.ATTEMPT_FAILED: 2 * HOUR,
    ParcelState.AVAILABLE_FOR_PICKUP: 6 * HOUR,
    ParcelState.EXCEPTION: 4 * HOUR,
    ParcelState.RETURNING: 12 * HOUR,
    ParcelState.UNKNOWN: 6 * HOUR,
}
MISSES = (6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR)  # a number that the carrier does not know (yet)
TOLD_BY_ITSELF = 24 * HOUR
AT_ONCE = 20  # questions of one run


@dataclass(frozen=True, slots=True)
class Known:
    """What decides when a number is asked for again: its parcel's state and age."""

    state: str
    age: timedelta


def pause(known: Known, capabilities: CarrierCapabilities, missed: int = 0) -> timedelta | None:
    """How long until the next question; None when there is none any more. Pure."""
    if known.age > GIVEN_UP:
        return None
    if known.state in FINAL:
        return None
    if capabilities.every and not missed:
        return timedelta(seconds=capabilities.every)
    if missed:
        return MISSES[min(missed, len(MISSES)) - 1]
    if capabilities.webhooks:
        return TOLD_BY_ITSELF
    old = known.age / timedelta(days=10)
    return PAUSES[known.state] * max(1.0, min(old, 6.0))


def answers_for(capabilities: CarrierCapabilities, carrier: str) -> bool:
    """Whether a connection's carrier is the one that the shop names."""
    return not capabilities.names or carrier.strip().lower() in capabilities.names


def begin() -> int:
    """Follow the numbers of parcels on their way that no row has yet; how many."""
    made = 0
    for account in Connection.objects.filter(port=Connection.Port.CARRIER, active=True):
        try:
            capabilities = carrier_of(account).capabilities
        except PortError:
            continue
        if capabilities.polls or capabilities.registers:
            made += _begin(account, capabilities)
    return made


def _begin(account: Connection, capabilities: CarrierCapabilities) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO orders_following (connection_id, number, due_at, missed, problem, created_at)
            SELECT DISTINCT %(account)s::bigint, s.number, now(), 0, '', now()
            FROM orders_shipment s JOIN orders_order o ON o.id = s.order_id
            WHERE o.shop_id = %(shop)s AND s.number <> '' AND NOT s.state = ANY(%(over)s)
                AND COALESCE(s.shipped_at, o.placed_at) > now() - %(age)s::interval
                AND (%(names)s::text[] = '{}' OR lower(trim(s.carrier)) = ANY(%(names)s))
                AND NOT EXISTS (SELECT FROM orders_following f WHERE f.connection_id = %(account)s AND f.number = s.number)
            ON CONFLICT DO NOTHING
            """,
            {
                "account": account.pk,
                "shop": account.shop_id,
                "over": sorted(FINAL),
                "age": f"{GIVEN_UP.days} days",
                "names": list(capabilities.names),
            },
        )
        return int(cursor.rowcount)


def queue_due() -> int:
    """Wake the connections that have questions to ask."""
    due = Following.objects.filter(due_at__lte=timezone.now(), connection__active=True)
    accounts = list(due.values_list("connection", flat=True).distinct()[:50])
    for key in accounts:
        ask.defer(connection_id=key, once=f"ask carrier {key}", in_turn=f"ask carrier {key}")
    return len(accounts)


@job("bulk", retry=False)
def ask(connection_id: int) -> None:
    """Ask a carrier for what is due, within what it allows a day."""
    account = Connection.objects.select_related("shop").filter(pk=connection_id, active=True).first()
    if account is None:
        return
    try:
        carrier = carrier_of(account)
    except PortError as error:
        _fail(account, error)
        return
    for _ in range(AT_ONCE):
        batch = _claimed(account, carrier.capabilities)
        if not batch:
            return
        try:
            _ask(account, carrier, batch)
        except PortError as error:
            _fail(account, error)
            return
    queue_due()


def _claimed(account: Connection, capabilities: CarrierCapabilities) -> list[Following]:
    """The next batch, its time moved on so that a crash does not ask again and again; none when the day's questions
    are used up."""
    now = timezone.now()
    with transaction.atomic():
        rows = Following.objects.select_for_update(skip_locked=True).filter(connection=account, due_at__lte=now)
        batch = list(rows.order_by("due_at")[: max(1, capabilities.batch)])
        if batch and capabilities.daily:
            today = Following.objects.filter(connection=account, asked_at__gte=now - timedelta(days=1)).count()
            if today / max(1, capabilities.batch) >= capabilities.daily:
                rows.update(due_at=now + HOUR)
                return []
        for row in batch:
            row.asked_at, row.due_at = now, now + HOUR
        Following.objects.bulk_update(batch, ["asked_at", "due_at"])
    return batch


def _ask(account: Connection, carrier: CarrierPort, batch: Sequence[Following]) -> None:
    numbers = [row.number for row in batch]
    capabilities = carrier.capabilities
    fresh = [row for row in batch if row.registered_at is None]
    if capabilities.registers and fresh:
        carrier.follow([row.number for row in fresh])
        for row in fresh:
            row.registered_at = timezone.now()
        Following.objects.bulk_update(fresh, ["registered_at"])
    told = carrier.track(numbers) if capabilities.polls else Followed()
    take(account, told)
    _plan(account, capabilities, batch, told)
    if account.problem:
        Connection.objects.filter(pk=account.pk).update(problem="")


def _plan(account: Connection, capabilities: CarrierCapabilities, batch: Sequence[Following], told: Followed) -> None:
    """When each is asked for again."""
    now = timezone.now()
    heard = {parcel.number.upper() for parcel in told.parcels}
    known = standing(account, [row.number for row in batch], now)
    for row in batch:
        row.missed = 0 if row.number.upper() in heard or not capabilities.polls else row.missed + 1
        wait = pause(known.get(row.number.upper(), Known(ParcelState.CANCELLED, GIVEN_UP)), capabilities, row.missed)
        row.due_at = now + wait if wait else None
    Following.objects.bulk_update(batch, ["missed", "due_at"])


def standing(account: Connection, numbers: Sequence[str], now: datetime) -> dict[str, Known]:
    """The state and age of the parcels of these numbers; of several the one that is least far."""
    rows = Shipment.objects.filter(order__shop=account.shop, number__in=numbers).select_related("order")
    found: dict[str, Known] = {}
    for row in rows:
        known = Known(row.state, now - (row.shipped_at or row.order.placed_at))
        name = row.number.upper()
        if name not in found or (found[name].state in FINAL and known.state not in FINAL):
            found[name] = known
    return found


def _fail(account: Connection, error: PortError) -> None:
    """Nothing is asked for a while: as long as the carrier says, longer when it needs somebody's hand."""
    wait = timedelta(seconds=error.retry_after) if error.retry_after else 6 * HOUR if error.permanent else HOUR / 4
    log.info("A carrier cannot be asked", extra={"connection": account.pk, "code": error.code})
    Following.objects.filter(connection=account, due_at__lte=timezone.now() + HOUR).update(due_at=timezone.now() + wait)
    Connection.objects.filter(pk=account.pk).update(problem=error.message[:300])
