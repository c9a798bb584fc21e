"""A customer's history: conversations, orders, refunds, parcels' steps, notes and changes of the file, newest first.

Each kind is asked for one page at most, by keyset on (moment, kind, key); a customer with thousands of orders costs the
same as one with three.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from comptoir.conversations.models import Conversation
from comptoir.core import access
from comptoir.core.models import Agent, Event
from comptoir.customers.models import Customer, CustomerNote
from comptoir.orders.models import Order, ParcelState, Refund, TrackingEvent

PAGE = 30
LONGEST = 300  # entries that a refresh brings again
MILESTONES = (
    ParcelState.CUSTOMS,
    ParcelState.DELAYED,
    ParcelState.ATTEMPT_FAILED,
    ParcelState.AVAILABLE_FOR_PICKUP,
    ParcelState.DELIVERED,
    ParcelState.EXCEPTION,
    ParcelState.RETURNING,
    ParcelState.RETURNED,
    ParcelState.LOST,
)
# what else is told by the entry itself, or says nothing to who reads the file
FILE_VERBS = (
    "customer.edited",
    "customer.identity_added",
    "customer.blocked",
    "customer.unblocked",
    "customer.merged",
    "customer.unmerged",
    "customer.exported",
    "customer.erased",
)
# in this order when they share a moment
KINDS = ("conversation", "refund", "parcel", "order", "note", "event")
FILTERS: dict[str, tuple[str, ...]] = {
    "": KINDS,
    "conversations": ("conversation",),
    "orders": ("order", "refund"),
    "parcels": ("parcel",),
    "notes": ("note",),
    "file": ("event",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the history: everything after it is older."""

    at: datetime
    kind: str
    key: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that `str(place)` wrote; None for anything else."""
        moment, _, rest = text.partition("~")
        kind, _, key = rest.partition("~")
        try:
            at = datetime.fromisoformat(moment)
            number = int(key)
        except ValueError:
            return None
        return cls(at, kind, number) if kind in KINDS and at.tzinfo and 0 <= number < 2**63 else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.kind}~{self.key}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `row` is the model's row of that kind."""

    at: datetime
    kind: str
    row: Any

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.at, self.kind, self.row.pk)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the history, and the place from which the next one goes on (None at the end)."""

    entries: list[Entry] = field(default_factory=list)
    more: Place | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    rows: QuerySet[Any]
    moment: str


class History:
    """What an agent may see of a customer's past."""

    def __init__(self, agent: Agent, customer: Customer) -> None:
        orders = access.orders(agent).filter(identity__customer=customer)
        files = [customer.pk, *customer.merged.values_list("pk", flat=True)]
        self.orders = orders
        self._sources = {
            "conversation": _Source(
                access.conversations(agent).filter(identity__customer=customer, merged_into=None), "last_message_at"
            ),
            "order": _Source(orders, "placed_at"),
            "refund": _Source(Refund.objects.filter(order__in=orders.order_by().values("pk")), "refunded_at"),
            "parcel": _Source(
                TrackingEvent.objects.filter(shipment__order__in=orders.order_by().values("pk"), state__in=MILESTONES),
                "occurred_at",
            ),
            "note": _Source(CustomerNote.objects.filter(customer=customer), "created_at"),
            "event": _Source(
                Event.objects.filter(subject_type="customer", customer_key__in=files, verb__in=FILE_VERBS),
                "occurred_at",
            ),
        }

    def counts(self) -> dict[str, int]:
        """How many entries each filter has."""
        each = {kind: source.rows.order_by().count() for kind, source in self._sources.items()}
        return {name: sum(each[kind] for kind in kinds) for name, kinds in FILTERS.items()}

    def page(self, which: str = "", *, after: Place | None = None, size: int = PAGE) -> Page:
        """The next entries of a filter (one of FILTERS), newest first."""
        found: list[Entry] = []
        for kind in FILTERS[which]:
            found += self._entries(kind, after, size + 1)
        found.sort(key=lambda entry: (-entry.at.timestamp(), KINDS.index(entry.kind), -entry.row.pk))
        kept = found[:size]
        return Page(_completed(kept), kept[-1].place if len(found) > size else None)

    def _entries(self, kind: str, after: Place | None, limit: int) -> Iterator[Entry]:
        source = self._sources[kind]
        rows = source.rows.order_by(f"-{source.moment}", "-pk")
        if after is not None:
            rows = rows.filter(_older(source.moment, kind, after))
        for row in rows[:limit]:
            yield Entry(getattr(row, source.moment), kind, row)


def _older(moment: str, kind: str, after: Place) -> Q:
    same = Q(**{moment: after.at})
    if KINDS.index(kind) > KINDS.index(after.kind):
        return Q(**{f"{moment}__lte": after.at})
    if kind == after.kind:
        return Q(**{f"{moment}__lt": after.at}) | (same & Q(pk__lt=after.key))
    return Q(**{f"{moment}__lt": after.at})


# what a page of each kind needs besides its rows, fetched for the page only
_PARTS: dict[str, Callable[[list[Any]], QuerySet[Any]]] = {
    "conversation": lambda keys: Conversation.objects.select_related("assignee").filter(pk__in=keys),
    "order": lambda keys: Order.objects.select_related("shop").prefetch_related("lines__product").filter(pk__in=keys),
    "refund": lambda keys: Refund.objects.select_related("order").filter(pk__in=keys),
    "parcel": lambda keys: TrackingEvent.objects.select_related("shipment__order").filter(pk__in=keys),
    "note": lambda keys: CustomerNote.objects.select_related("agent").filter(pk__in=keys),
}


def _completed(entries: list[Entry]) -> list[Entry]:
    rows: dict[tuple[str, int], Any] = {}
    for kind, parts in _PARTS.items():
        keys = [entry.row.pk for entry in entries if entry.kind == kind]
        if keys:
            rows |= {(kind, row.pk): row for row in parts(keys)}
    return [Entry(entry.at, entry.kind, rows.get((entry.kind, entry.row.pk), entry.row)) for entry in entries]


def heading(at: datetime) -> tuple[str, datetime]:
    """What groups an entry: the day for today and yesterday, else the month."""
    here, today = timezone.localtime(at), timezone.localdate()
    days = (today - here.date()).days
    if days <= 0:
        return "today", here
    return ("yesterday", here) if days == 1 else (f"{here:%Y-%m}", here)
