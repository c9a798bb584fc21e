"""« Gestes »: what waits for somebody, and the ledger of all that was done to orders; as a page and as CSV."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.gestures import showing
from comptoir.agent.page import page
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent
from comptoir.lib import tables
from comptoir.lib.money import to_decimal
from comptoir.orders.gestures import authority
from comptoir.orders.models import Gesture, GestureVerb
from comptoir.orders.queries import find_by_number

PAGE, QUEUE = 50, 30
MOST = 50_000  # lines of one file
COLUMNS = (
    "date", "shop", "order", "act", "state", "amount", "currency", "reason", "agent", "role", "approver", "done_at",
    "external_id", "key",
)  # fmt: skip
State = Gesture.State


@require_safe
@console()
def ledger(request: ConsoleRequest) -> HttpResponse:
    """The queue above, the ledger below; with `before`, what comes after."""
    rows, kept = filtered(request.agent, request.GET)
    found = list(_after(rows, request.GET.get("before", ""))[: PAGE + 1])
    shown = found[:PAGE]
    more = _url(kept | {"before": str(shown[-1].pk)}) if len(found) > PAGE else ""
    context: dict[str, Any] = {"lines": showing.shown(shown, request.agent), "more_url": more}
    if "before" in request.GET and "HX-Request" in request.headers:
        return render(request, "agent/gestures/rows.html", context)
    context |= {
        "queue": showing.shown(waiting(request.agent)[:QUEUE], request.agent),
        "kept": kept,
        "states": [(_url(kept | {"state": value}), label, value == kept["state"]) for value, label in _states()],
        "verbs": GestureVerb.choices,
        "agents": access.agents(request.agent),
        "export_url": f"{reverse('gestures-export')}?{urlencode({n: v for n, v in kept.items() if v})}",
        "url": _url(kept),
    }
    return page(request, "agent/gestures/ledger.html", context)


@require_safe
@console()
def export(request: ConsoleRequest) -> HttpResponse:
    """The ledger as CSV, with the filters of the page; amounts are plain decimals."""
    rows, _kept = filtered(request.agent, request.GET)
    table = tables.write(COLUMNS, (_cells(row) for row in rows[:MOST].iterator(chunk_size=500)))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="gestes-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def filtered(agent: Agent, asked: Any) -> tuple[QuerySet[Gesture], dict[str, str]]:
    """The lines that the filters choose, newest first, and the filters as they were understood."""
    names = ("state", "verb", "agent", "q", "from", "to")
    kept = {name: str(asked.get(name, "")).strip()[:80] for name in names}
    rows: QuerySet[Gesture] = access.gestures(agent).select_related(
        "agent", "approver", "order", "shop", "identity__customer"
    )
    if kept["state"] in State.values:
        rows = rows.filter(state=kept["state"])
    if kept["verb"] in GestureVerb.values:
        rows = rows.filter(verb=kept["verb"])
    if kept["agent"].isascii() and kept["agent"].isdecimal() and len(kept["agent"]) < 19:
        rows = rows.filter(Q(agent=int(kept["agent"])) | Q(approver=int(kept["agent"])))
    if kept["q"]:
        numbered = find_by_number(access.orders(agent), kept["q"].replace("\0", "")).order_by()
        rows = rows.filter(order__in=numbered.values("pk"))
    for name, how in (("from", "created_at__date__gte"), ("to", "created_at__date__lte")):
        if day := _day(kept[name]):
            rows = rows.filter(**{how: day})
        else:
            kept[name] = ""
    return rows.order_by("-pk"), kept


def waiting(agent: Agent) -> QuerySet[Gesture]:
    """What waits for this agent: wishes of customers, accords they may give, outcomes to look up, watched acts to look at, their own."""
    rows: QuerySet[Gesture] = access.gestures(agent).select_related(
        "agent", "approver", "order", "shop", "identity__customer"
    )
    wanted = Q(state__in=[State.PROPOSED, State.WAITING, State.BY_HAND], agent=agent) | Q(state=State.UNCERTAIN)
    if access.can(agent, May.ACT_ON_ORDERS):
        wanted |= Q(state=State.PROPOSED, agent=None)  # a customer asks
    if authority.can_approve_anything(agent):
        wanted |= Q(state=State.WAITING) | Q(
            watched=True, seen_at=None, state__in=[State.DONE, State.UNCERTAIN, State.RESERVED]
        )
    return rows.filter(wanted).order_by("created_at", "pk")


def _states() -> list[tuple[str, Any]]:
    return [("", _("Tous")), *State.choices]


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _after(rows: QuerySet[Gesture], key: str) -> QuerySet[Gesture]:
    return rows.filter(pk__lt=int(key)) if key.isascii() and key.isdecimal() and len(key) < 19 else rows


def _url(kept: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{reverse('gestures')}?{query}" if query else reverse("gestures")


def _cells(row: Gesture) -> list[object]:
    return [
        _moment(row.created_at), row.shop.name, row.order.number, row.verb, row.state,
        to_decimal(row.amount, row.currency), row.currency, row.reason, row.agent.name if row.agent else "", row.role,
        row.approver.name if row.approver else "", _moment(row.done_at), row.result.get("external_id", ""), row.key,
    ]  # fmt: skip


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
