"""« Colis »: the exception queue with its incident, what is under way, claims and deliveries."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.page import page
from comptoir.agent.parcels import beside, listing
from comptoir.core import access
from comptoir.core.access import May

IN_INCIDENT = 4  # lines of an incident that are shown before the rest is asked for


@require_safe
@console()
def parcels(request: ConsoleRequest) -> HttpResponse:
    """One tab; with `from`, the lines that come after."""
    kept = listing.asked(request.GET)
    start = _number(request.GET.get("from", ""))
    rows, more = _rows(request, kept, start)
    context: dict[str, Any] = {"kept": kept, "url": listing.url(kept), "more_url": more, "rows": rows}
    if start and "HX-Request" in request.headers:
        return render(request, "agent/parcels/rows.html", context)
    incidents = list(access.incidents(request.agent).filter(closed_at=None)[:5])
    numbers = listing.counts(request.agent)
    labels = {"todo": _("À traiter"), "moving": _("En route"), "claims": _("Réclamations"), "delivered": _("Livrés")}
    context |= {
        "tabs": [
            (listing.url(kept | {"tab": tab}), labels[tab], numbers.get(tab), tab == kept["tab"])
            for tab in listing.TABS
        ],
        "carriers": [
            (listing.url(kept, carrier=name), name, name == kept["carrier"]) for name in listing.carriers(request.agent)
        ],
        "all_carriers": listing.url(kept | {"carrier": ""}),
        "late_url": listing.url(kept | {"late": "" if kept["late"] else "1"}),
        "incidents": [beside.told(incident) for incident in incidents] if kept["tab"] == "todo" else [],
        "groups": _groups(rows, incidents) if kept["tab"] == "todo" else [],
        "may_write": access.can(request.agent, May.ANSWER),
        "may_organise": access.can(request.agent, May.ORGANISE),
    }
    if context["incidents"]:
        context |= beside.column(context["incidents"][0])
    return page(request, "agent/parcels/parcels.html", context)


def _rows(request: ConsoleRequest, kept: dict[str, str], start: int) -> tuple[list[listing.Row], str]:
    if kept["tab"] in ("todo", "claims"):
        found = list(listing.cases(request.agent, kept)[start : start + listing.PAGE + 1])
        rows = [listing.row_of(case) for case in found[: listing.PAGE]]
    else:
        plain = list(listing.parcels(request.agent, kept)[start : start + listing.PAGE + 1])
        found, rows = plain, [listing.plain_row(parcel) for parcel in plain[: listing.PAGE]]  # type: ignore[assignment]
    more = listing.url(kept, **{"from": str(start + listing.PAGE)}) if len(found) > listing.PAGE else ""
    return rows, more


def _groups(rows: list[listing.Row], incidents: list[Any]) -> list[dict[str, Any]]:
    """The lines of each incident, then the others."""
    groups = []
    for incident in incidents:
        mine = [row for row in rows if row.case and row.case.incident_id == incident.pk]
        if mine:
            groups.append(
                {"incident": incident, "rows": mine[:IN_INCIDENT], "rest": mine[IN_INCIDENT:], "count": len(mine)}
            )
    names = {incident.pk for incident in incidents}
    others = [row for row in rows if row.case and row.case.incident_id not in names]
    if others:
        groups.append({"incident": None, "rows": others, "rest": [], "count": len(others), "alone": not groups})
    return groups


def _number(text: str) -> int:
    return min(int(text), 100_000) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
