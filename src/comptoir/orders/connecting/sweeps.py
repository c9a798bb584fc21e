"""What is due: webhooks and readings that wait, the nightly comparison, the questions to platforms that tell nothing."""

import logging
from datetime import timedelta

from django.utils import timezone

from comptoir.orders.connecting import intake, reading
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.models import Connection, Reading
from comptoir.orders.notices import forget_old
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Fact

log = logging.getLogger(__name__)
EACH_NIGHT = timedelta(hours=20)  # since the last one, so that it stays in the night
POLL = timedelta(minutes=4)
NIGHT = range(1, 6)  # o'clock
LATE = timedelta(hours=30)  # a house that was off all night compares at once
KEPT = timedelta(days=60)  # reports of sweeps

__all__ = ["compare_due", "forget_old", "forget_old_readings", "queue_due", "queue_readings"]


def queue_due() -> int:
    """Webhooks that wait."""
    return intake.queue_due()


def queue_readings() -> int:
    """Readings that wait."""
    return reading.queue_due()


def compare_due() -> int:
    """Compare what is due: each night where webhooks tell the news, every few minutes where nothing does."""
    count = 0
    for account in Connection.objects.filter(port=Connection.Port.SHOP, active=True).select_related("shop"):
        try:
            polled = Fact.WEBHOOKS not in shop_of(account).capabilities.facts
        except PortError:
            continue
        if _is_due(account, polled) and reading.compare(account):
            count += 1
    return count


def _is_due(account: Connection, polled: bool) -> bool:
    rows = Reading.objects.filter(connection=account, what="orders")
    last = rows.order_by("-started_at").values_list("started_at", flat=True).first()
    if last is None or rows.filter(finished_at=None).exists():
        return False
    now = timezone.localtime()
    if polled:
        return now - last >= POLL
    return now - last >= LATE or (now.hour in NIGHT and now - last >= EACH_NIGHT)


def forget_old_readings() -> int:
    """Reports of sweeps that are older than KEPT; the newest of each connection stays, it says from when to compare."""
    old = Reading.objects.filter(kind=Reading.Kind.SWEEP, finished_at__lt=timezone.now() - KEPT)
    read = Reading.objects.filter(what="orders", finished_at__isnull=False).order_by("connection_id", "-started_at")
    newest = list(read.distinct("connection_id").values_list("pk", flat=True))
    return old.exclude(pk__in=newest).delete()[0]
