"""When a platform may be asked for carts or stock: every few minutes, and not before the pause that it asked for."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.campaigns.models import Setting, Watch
from comptoir.orders.models import Connection
from comptoir.ports.errors import PortError

EVERY = timedelta(minutes=10)
AFTER_TROUBLE = timedelta(minutes=30)
NEEDS_A_HAND = timedelta(hours=6)


def accounts(kind: str) -> list[Connection]:
    """The connected shops that wish messages of this kind, said by nobody else."""
    wished = Setting.objects.filter(kind=kind, said_by=[]).exclude(mode=Setting.Mode.OFF)
    rows = Connection.objects.filter(port=Connection.Port.SHOP, active=True, shop__in=wished.values("shop"))
    return list(rows.select_related("shop").order_by("pk"))


def waits(account: Connection, what: str) -> bool:
    """Whether it was asked a moment ago."""
    return Watch.objects.filter(connection=account, what=what, next_at__gt=timezone.now()).exists()


@transaction.atomic
def claim(account: Connection, what: str) -> Watch | None:
    """The turn to ask, moved on so that nobody else asks too; None while it has to wait."""
    now = timezone.now()
    Watch.objects.get_or_create(connection=account, what=what, defaults={"next_at": now})
    row = Watch.objects.select_for_update().get(connection=account, what=what)
    if row.next_at > now:
        return None
    row.next_at = now + EVERY
    row.save(update_fields=["next_at"])
    return row


def seen(row: Watch, to: datetime) -> None:
    """It was read up to that moment."""
    Watch.objects.filter(pk=row.pk).update(seen_to=to)


def failed(row: Watch, error: PortError) -> None:
    """Ask again when the platform says, later when it needs somebody's hand."""
    wait = timedelta(seconds=error.retry_after) if error.retry_after else NEEDS_A_HAND if error.permanent else AFTER_TROUBLE  # fmt: skip
    Watch.objects.filter(pk=row.pk).update(next_at=timezone.now() + wait)
