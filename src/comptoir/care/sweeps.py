"""What nobody tells: parcels that are silent for days, and those whose days at the pick-up point end."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from comptoir.care.actions.cases import open_case
from comptoir.care.models import Case, CaseKind
from comptoir.care.wishes import waiting
from comptoir.orders.models import ParcelState, Shipment

SILENT_IN = (ParcelState.ACCEPTED, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY, ParcelState.DELAYED)
FORGOTTEN = timedelta(days=60)
BATCH = 200


def look_around() -> int:
    """Open what is to be opened, in every shop; how many. As many questions for fifty shops as for one."""
    now, today, wished = timezone.now(), timezone.localdate(), waiting()
    opened = 0
    for days, shops in wished[CaseKind.SILENT].items():
        silent = Shipment.objects.filter(
            order__shop__in=shops,
            state__in=SILENT_IN,
            scanned_at__lt=now - timedelta(days=days),
            scanned_at__gt=now - FORGOTTEN,
        )
        opened += _open(silent, CaseKind.SILENT)
    for days, shops in wished[CaseKind.PICKUP].items():
        ending = Shipment.objects.filter(
            order__shop__in=shops,
            state=ParcelState.AVAILABLE_FOR_PICKUP,
            relay__until__gte=today.isoformat(),
            relay__until__lte=(today + timedelta(days=days)).isoformat(),
        )
        opened += _open(ending, CaseKind.PICKUP)
    return opened


def _open(rows: QuerySet[Shipment], kind: str) -> int:
    without = rows.exclude(pk__in=Case.objects.filter(closed_at=None).values("shipment"))
    # one that was closed by hand is not opened again before something new happens to the parcel
    without = without.exclude(pk__in=Case.objects.filter(kind=kind, closed_at__isnull=False).values("shipment"))
    found = list(without.select_related("order__shop", "order__identity__customer").order_by("pk")[:BATCH])
    return sum(open_case(parcel, kind) is not None for parcel in found)
