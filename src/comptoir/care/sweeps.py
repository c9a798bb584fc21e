"""What nobody tells: parcels that are silent for days, and those whose days at the pick-up point end."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from comptoir.care.actions.cases import open_case
from comptoir.care.models import Case, CaseKind, Wish
from comptoir.care.wishes import wish
from comptoir.core.models import Shop
from comptoir.orders.models import ParcelState, Shipment

SILENT_IN = (ParcelState.ACCEPTED, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY, ParcelState.DELAYED)
FORGOTTEN = timedelta(days=60)
BATCH = 200


def look_around() -> int:
    """Open what is to be opened, in every shop; how many."""
    return sum(_silent(shop) + _ending(shop) for shop in Shop.objects.all())


def _silent(shop: Shop) -> int:
    wished = wish(shop, CaseKind.SILENT)
    if wished.mode == Wish.Mode.OFF or not wished.days:
        return 0
    now = timezone.now()
    rows = Shipment.objects.filter(
        order__shop=shop,
        state__in=SILENT_IN,
        scanned_at__lt=now - timedelta(days=wished.days),
        scanned_at__gt=now - FORGOTTEN,
    )
    return _open(rows, CaseKind.SILENT)


def _ending(shop: Shop) -> int:
    wished = wish(shop, CaseKind.PICKUP)
    if wished.mode == Wish.Mode.OFF or not wished.days:
        return 0
    today = timezone.localdate()
    rows = Shipment.objects.filter(
        order__shop=shop,
        state=ParcelState.AVAILABLE_FOR_PICKUP,
        relay__until__gte=today.isoformat(),
        relay__until__lte=(today + timedelta(days=wished.days)).isoformat(),
    )
    return _open(rows, CaseKind.PICKUP)


def _open(rows: QuerySet[Shipment], kind: str) -> int:
    without = rows.exclude(pk__in=Case.objects.filter(closed_at=None).values("shipment"))
    # one that was closed by hand is not opened again before something new happens to the parcel
    without = without.exclude(pk__in=Case.objects.filter(kind=kind, closed_at__isnull=False).values("shipment"))
    found = list(without.select_related("order__shop", "order__identity__customer").order_by("pk")[:BATCH])
    return sum(open_case(parcel, kind) is not None for parcel in found)
