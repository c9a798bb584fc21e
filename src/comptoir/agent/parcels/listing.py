"""The lists of the parcels' page: what is to be done, what is under way, claims, what was delivered."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.care.models import Case, CaseKind
from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.orders.models import ParcelState, Shipment
from comptoir.orders.queries import find_by_number

PAGE = 60
TABS = ("todo", "moving", "claims", "delivered")
LATELY = timedelta(days=30)
MOVING = (
    ParcelState.ANNOUNCED, ParcelState.ACCEPTED, ParcelState.IN_TRANSIT, ParcelState.CUSTOMS, ParcelState.DELAYED,
    ParcelState.OUT_FOR_DELIVERY, ParcelState.ATTEMPT_FAILED, ParcelState.AVAILABLE_FOR_PICKUP, ParcelState.EXCEPTION,
    ParcelState.RETURNING, ParcelState.UNKNOWN,
)  # fmt: skip
ICONS: dict[str, str] = {
    CaseKind.LOST: "warn", CaseKind.CONTESTED: "pin", CaseKind.RETURNING: "undo", CaseKind.EXCEPTION: "warn",
    CaseKind.ATTEMPT: "home", CaseKind.PICKUP: "box", CaseKind.CUSTOMS: "doc", CaseKind.SILENT: "clock",
    CaseKind.LATE: "clock",
}  # fmt: skip
GRAVE = (CaseKind.LOST, CaseKind.CONTESTED, CaseKind.RETURNING, CaseKind.EXCEPTION)


@dataclass(slots=True)
class Row:
    """A line of the table: a parcel, its open case if it has one, and the words of its cells."""

    parcel: Shipment
    case: Case | None
    icon: str
    tone: str
    trouble: str
    told: str
    told_icon: str
    urgent: bool

    @property
    def expected(self) -> date | None:
        """The later of what the carrier and our own reckoning expect; none when it has gone by."""
        days = [day for day in (self.parcel.estimated_on, self.parcel.expected_on) if day]
        if self.case is not None and self.case.incident is not None and self.case.incident.resumes_on:
            days.append(self.case.incident.resumes_on)
        latest = max(days, default=None)
        return latest if latest and latest >= timezone.localdate() else None


def asked(values: Any) -> dict[str, str]:
    """The page's own options, cleaned."""
    tab = values.get("tab", "")
    return {
        "tab": tab if tab in TABS else "todo",
        "q": str(values.get("q", "")).replace("\0", "").strip()[:60],
        "carrier": str(values.get("carrier", "")).replace("\0", "")[:60],
        "late": "1" if values.get("late") else "",
    }


def cases(agent: Agent, kept: dict[str, str]) -> QuerySet[Case]:
    """The open cases that the options choose: the nearest promise first."""
    rows: QuerySet[Case] = access.cases(agent)
    rows = rows.filter(claimed_at__isnull=False) if kept["tab"] == "claims" else rows.filter(closed_at=None)
    if kept["carrier"]:
        rows = rows.filter(shipment__carrier=kept["carrier"])
    if kept["q"]:
        rows = rows.filter(shipment__in=_found(agent, kept["q"]).values("pk"))
    rows = rows.select_related(
        "order__identity__customer", "shipment", "incident", "owner", "conversation__assignee", "message"
    )
    return rows.order_by("shipment__promised_on", "due_at", "pk")


def parcels(agent: Agent, kept: dict[str, str]) -> QuerySet[Shipment]:
    """The parcels under way, or delivered lately."""
    rows: QuerySet[Shipment] = access.parcels(agent)
    if kept["tab"] == "delivered":
        since = timezone.now() - LATELY
        rows = rows.filter(state=ParcelState.DELIVERED, delivered_at__gte=since).order_by("-delivered_at", "-pk")
    else:
        rows = rows.filter(state__in=MOVING).order_by("promised_on", "pk")
    if kept["carrier"]:
        rows = rows.filter(carrier=kept["carrier"])
    if kept["late"]:
        rows = rows.filter(Q(runs_late=True) | Q(state=ParcelState.DELAYED))
    if kept["q"]:
        rows = rows.filter(pk__in=_found(agent, kept["q"]).values("pk"))
    return rows.select_related("order__identity__customer")


def _found(agent: Agent, text: str) -> QuerySet[Shipment]:
    """Parcels by their number (a part of it) or their order's."""
    orders = find_by_number(access.orders(agent), text).order_by()
    bare = text.replace(" ", "").upper()
    numbered: QuerySet[Shipment] = access.parcels(agent).annotate(upper=Upper("number")).order_by()
    wanted = Q(order__in=orders.values("pk"))
    return numbered.filter(wanted | Q(upper__contains=bare) if len(bare) >= 3 else wanted)


def counts(agent: Agent) -> dict[str, int]:
    """How many stand on each tab."""
    open_ones = access.cases(agent)
    return {
        "todo": open_ones.filter(closed_at=None).count(),
        "moving": access.parcels(agent).filter(state__in=MOVING).count(),
        "claims": open_ones.filter(claimed_at__isnull=False).count(),
    }


def carriers(agent: Agent) -> list[str]:
    """The carriers of what is under way."""
    rows = access.parcels(agent).filter(state__in=MOVING).order_by("carrier")
    return [name for name in rows.values_list("carrier", flat=True).distinct() if name][:30]


def row_of(case: Case) -> Row:
    """A line of the queue."""
    parcel = case.shipment
    parcel.order = case.order  # read already, with its customer
    told, icon = _told(case)
    tone = "bad" if case.kind in GRAVE else "wait"
    near = case.claim_before is not None and case.claim_before <= timezone.localdate() + timedelta(days=3)
    return Row(parcel, case, ICONS[case.kind], tone, _trouble(case), told, icon, near)


def plain_row(parcel: Shipment) -> Row:
    """A line of what is under way or delivered."""
    late = parcel.runs_late or parcel.state == ParcelState.DELAYED
    word = _("Prend du retard") if parcel.runs_late and parcel.state != ParcelState.DELAYED else ""
    icon = "check" if parcel.state == ParcelState.DELIVERED else "clock" if late else "truck"
    return Row(parcel, None, icon, "wait" if late else "", word or parcel.get_state_display(), "", "", False)


def _trouble(case: Case) -> str:
    parcel, now = case.shipment, timezone.now()
    if case.kind in (CaseKind.SILENT, CaseKind.LATE) and parcel.scanned_at:
        hours = int((now - parcel.scanned_at).total_seconds() // 3600)
        if hours >= 48:
            return _("Sans scan, %(days)s\xa0j") % {"days": hours // 24}
        if hours >= 20 and case.kind == CaseKind.SILENT:
            return _("Sans scan, %(hours)s\xa0h") % {"hours": hours}
    if case.kind == CaseKind.PICKUP:
        left = _days_left(str(parcel.relay.get("until", "")))
        if left is not None:
            return _("Relais\u202f: %(days)s\xa0j restants") % {"days": max(0, left)}
    return case.get_kind_display()


def _days_left(until: str) -> int | None:
    try:
        return (date.fromisoformat(until) - timezone.localdate()).days
    except ValueError:
        return None


def _told(case: Case) -> tuple[str, str]:
    talk = case.conversation
    if case.letter == Case.Letter.SENT:
        if talk is not None and talk.waiting_since is not None:
            return _("A répondu"), "reply"
        return _("Prévenu"), "check"
    if talk is not None and talk.assignee is not None and talk.waiting_since is not None:
        return _("%(name)s répond") % {"name": talk.assignee.first_name}, "pencil"
    if case.letter == Case.Letter.CALL:
        return _("À appeler"), "phone"
    return (_("À confirmer"), "mail") if case.letter == Case.Letter.PROPOSED else (_("Pas encore"), "mail")


def url(kept: dict[str, str], **more: str) -> str:
    """The address of the page with these options."""
    query = urlencode(
        {name: value for name, value in (kept | more).items() if value and (name, value) != ("tab", "todo")}
    )
    return f"{reverse('parcels')}?{query}" if query else reverse("parcels")
