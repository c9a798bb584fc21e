"""What a shop wishes for each kind of case: its own wish, or the house's default."""

from datetime import timedelta

from comptoir.care.models import CaseKind, Wish
from comptoir.core.models import Shop

PROPOSE = Wish.Mode.PROPOSE
# kind -> days after which it opens (of silence, or left at the pick-up point)
DAYS: dict[str, int] = {CaseKind.SILENT: 3, CaseKind.PICKUP: 3}
# kind -> hours within which somebody looks
CLOCKS: dict[str, int] = {
    CaseKind.LOST: 8, CaseKind.CONTESTED: 8, CaseKind.RETURNING: 24, CaseKind.EXCEPTION: 24, CaseKind.ATTEMPT: 24,
    CaseKind.PICKUP: 24, CaseKind.CUSTOMS: 24, CaseKind.SILENT: 24, CaseKind.LATE: 24,
}  # fmt: skip
CLAIM_WITHIN = timedelta(
    days=21
)  # since it was handed over: what French carriers' terms give for a parcel that is missing


def wishes(shop: Shop) -> dict[str, Wish]:
    """The wish of every kind."""
    own = {wish.kind: wish for wish in Wish.objects.filter(shop=shop).select_related("owner")}
    return {
        kind: own.get(kind) or Wish(shop=shop, kind=kind, mode=PROPOSE, days=DAYS.get(kind, 0))
        for kind in CaseKind.values
    }


def wish(shop: Shop, kind: str) -> Wish:
    """The wish of one kind."""
    found = Wish.objects.filter(shop=shop, kind=kind).select_related("owner").first()
    return found or Wish(shop=shop, kind=kind, mode=PROPOSE, days=DAYS.get(kind, 0))


def waiting() -> dict[str, dict[int, list[int]]]:
    """Of each kind that nobody tells: the keys of the shops that wish its cases, by the days after which."""
    own = {(wish.shop_id, wish.kind): wish for wish in Wish.objects.filter(kind__in=DAYS)}
    found: dict[str, dict[int, list[int]]] = {kind: {} for kind in DAYS}
    for shop in Shop.objects.values_list("pk", flat=True):
        for kind, usual in DAYS.items():
            wish = own.get((shop, kind))
            days = usual if wish is None else 0 if wish.mode == Wish.Mode.OFF else wish.days
            if days:
                found[kind].setdefault(days, []).append(shop)
    return found
