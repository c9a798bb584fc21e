"""What a customer was told about a parcel in trouble by another room: the case does not say it again."""

from django.db import transaction
from django.utils import timezone

from comptoir.care.models import Case
from comptoir.core.actors import SYSTEM
from comptoir.core.events import record


@transaction.atomic
def told_elsewhere(shipment_key: int, kind: str) -> bool:
    """Mark the open case of that kind as told; False when there is none, or the customer knew."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("order__identity")
    case = rows.filter(shipment=shipment_key, kind=kind, closed_at=None).first()
    if case is None or kind in case.told:
        return False
    case.told, case.told_at = [*case.told, kind], timezone.now()
    if case.letter in (Case.Letter.PROPOSED, Case.Letter.CALL):
        case.letter = Case.Letter.SENT
    case.save(update_fields=["told", "told_at", "letter"])
    record(case, "case.told", actor=SYSTEM, customer=case.order.identity.customer_id, shop=case.shop_id, kind=kind)
    return True
