"""What each kind of message needs: the events that may call for it, while what it says is true, and what it carries."""

from dataclasses import dataclass
from datetime import timedelta

from comptoir.campaigns.models import Kind
from comptoir.care.models import CaseKind
from comptoir.orders.models import Order, ParcelState

P, S = ParcelState, Order.State
MOVING = frozenset({P.ACCEPTED, P.IN_TRANSIT, P.CUSTOMS, P.DELAYED, P.OUT_FOR_DELIVERY})


@dataclass(frozen=True, slots=True)
class Trait:
    """`parcel`: said of each parcel. `true_in`: states of the parcel (or the order) in which it may still leave; empty:
    any. `after` (or `hours`): how long it waits unless the shop says otherwise. `case`: the kind of case that speaks of it as well.
    `solicits`: asks something of the customer, so not while anything of theirs is open. `at_night`: what the customer
    has just asked for does not wait for the morning. `tells_where`: answers « where is my order »."""

    verbs: frozenset[str]
    parcel: bool = False
    true_in: frozenset[str] = frozenset()
    after: int = 0
    case: str = ""
    solicits: bool = False
    at_night: bool = False
    tells_where: bool = False
    stale: timedelta = timedelta(days=3)
    hours: int = 0
    blocks: tuple[str, ...] = ("lines",)


def _verbs(*names: str) -> frozenset[str]:
    return frozenset(names)


SHIPPING = _verbs("order.shipped", "order.updated", "parcel.accepted", "parcel.in_transit")
TRAITS: dict[str, Trait] = {
    Kind.CONFIRMED: Trait(_verbs("order.created", "order.updated"), true_in=frozenset({S.PAID, S.PREPARING}), at_night=True, stale=timedelta(days=2), blocks=("steps", "lines", "totals", "address")),
    Kind.PREPARING: Trait(_verbs("order.created", "order.updated"), true_in=frozenset({S.PREPARING}), tells_where=True, blocks=("steps", "lines")),
    Kind.PARTLY_SHIPPED: Trait(_verbs("order.shipped", "order.updated"), true_in=frozenset({S.PARTLY_SHIPPED}), tells_where=True, blocks=("sent", "still")),
    Kind.SHIPPED: Trait(SHIPPING, parcel=True, true_in=frozenset({P.ANNOUNCED, *MOVING}), tells_where=True, blocks=("steps", "lines", "parcel", "address")),
    Kind.CUSTOMS: Trait(_verbs("parcel.customs"), parcel=True, true_in=frozenset({P.CUSTOMS}), case=CaseKind.CUSTOMS, tells_where=True, blocks=("steps", "parcel")),
    Kind.TRENDING_LATE: Trait(_verbs("parcel.trending_late"), parcel=True, true_in=MOVING, case=CaseKind.LATE, tells_where=True, blocks=("dates", "parcel", "lines")),
    Kind.DELAYED: Trait(_verbs("parcel.delayed"), parcel=True, true_in=frozenset({P.DELAYED}), case=CaseKind.LATE, tells_where=True, blocks=("dates", "parcel", "lines")),
    Kind.OUT_FOR_DELIVERY: Trait(_verbs("parcel.out_for_delivery"), parcel=True, true_in=frozenset({P.OUT_FOR_DELIVERY}), tells_where=True, stale=timedelta(hours=12), blocks=("steps", "parcel", "address")),
    Kind.ATTEMPT_FAILED: Trait(_verbs("parcel.attempt_failed"), parcel=True, true_in=frozenset({P.ATTEMPT_FAILED}), case=CaseKind.ATTEMPT, tells_where=True, blocks=("parcel", "address")),
    Kind.AT_RELAY: Trait(_verbs("parcel.available_for_pickup"), parcel=True, true_in=frozenset({P.AVAILABLE_FOR_PICKUP}), tells_where=True, blocks=("relay", "parcel", "lines")),
    Kind.RELAY_REMINDER: Trait(_verbs("parcel.available_for_pickup"), parcel=True, true_in=frozenset({P.AVAILABLE_FOR_PICKUP}), case=CaseKind.PICKUP, tells_where=True, stale=timedelta(days=1), blocks=("relay", "parcel")),
    Kind.READY_IN_STORE: Trait(_verbs("parcel.available_for_pickup"), parcel=True, true_in=frozenset({P.AVAILABLE_FOR_PICKUP}), tells_where=True, blocks=("relay", "lines")),
    Kind.DELIVERED: Trait(_verbs("parcel.delivered", "order.delivered"), parcel=True, true_in=frozenset({P.DELIVERED}), blocks=("steps", "lines")),
    Kind.WELL_RECEIVED: Trait(_verbs("parcel.delivered", "order.delivered"), parcel=True, true_in=frozenset({P.DELIVERED}), after=2, solicits=True, blocks=("lines",)),
    Kind.EXCEPTION: Trait(_verbs("parcel.exception", "parcel.lost"), parcel=True, true_in=frozenset({P.EXCEPTION, P.LOST}), case=CaseKind.EXCEPTION, tells_where=True, blocks=("parcel", "lines")),
    Kind.RETURNED: Trait(_verbs("parcel.returning", "parcel.returned"), parcel=True, true_in=frozenset({P.RETURNING, P.RETURNED}), case=CaseKind.RETURNING, tells_where=True, blocks=("parcel", "lines")),
    Kind.CANCELLED: Trait(_verbs("order.cancelled"), true_in=frozenset({S.CANCELLED}), blocks=("lines",)),
    Kind.REFUNDED: Trait(_verbs("order.refunded"), blocks=("refund", "lines")),
    Kind.ABANDONED_CART: Trait(frozenset(), hours=4, solicits=True),
    Kind.BACK_IN_STOCK: Trait(frozenset()),
    Kind.REVIEW: Trait(_verbs("parcel.delivered", "order.delivered"), true_in=frozenset({S.DELIVERED}), after=10, solicits=True, stale=timedelta(days=10), blocks=("lines",)),
}  # fmt: skip


def kinds_of(verb: str) -> list[str]:
    """The kinds that an event of this verb may call for."""
    return [kind for kind, trait in TRAITS.items() if verb in trait.verbs]


VERBS = sorted({verb for trait in TRAITS.values() for verb in trait.verbs})
