"""What care does when something happens to a parcel; each runs as a job of its own."""

from comptoir.care.actions.cases import open_case, settle
from comptoir.care.models import CaseKind
from comptoir.core.models import Event
from comptoir.orders.models import ParcelState, Shipment

KINDS: dict[str, str] = {
    ParcelState.CUSTOMS: CaseKind.CUSTOMS,
    ParcelState.DELAYED: CaseKind.LATE,
    ParcelState.ATTEMPT_FAILED: CaseKind.ATTEMPT,
    ParcelState.EXCEPTION: CaseKind.EXCEPTION,
    ParcelState.RETURNING: CaseKind.RETURNING,
    ParcelState.RETURNED: CaseKind.RETURNING,
    ParcelState.LOST: CaseKind.LOST,
}


def consider(event: Event) -> None:
    """Open, change or close the case of a parcel by where it stands now: another step may have come since."""
    row = Shipment.objects.filter(pk=event.codes.get("parcel") or 0)
    parcel = row.select_related("order__shop", "order__identity__customer").first()
    if parcel is None:
        return
    settle(parcel)
    if parcel.state in KINDS:
        open_case(parcel, KINDS[parcel.state])
    elif parcel.runs_late:
        open_case(parcel, CaseKind.LATE)
