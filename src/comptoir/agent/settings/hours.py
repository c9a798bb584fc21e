"""Opening hours: a week with split shifts, and closed days."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.accounts.forms import zones
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.agent.spoken import spoken
from comptoir.core import shops as actions
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Schedule
from comptoir.lib.dates.hours import BadOpeningHours, OpeningHours

USUAL: dict[str, Any] = {
    "zone": "Europe/Paris",
    "week": [[["09:30", "12:30"], ["14:00", "18:30"]]] * 5 + [[["10:00", "18:00"]], []],
    "closed": [],
}


@require_safe
@console(May.SETTINGS)
def hours(request: ConsoleRequest) -> HttpResponse:
    """All opening hours."""
    rows = [{"row": row, "week": _days(row.hours)} for row in Schedule.objects.order_by("name")]
    return settings_page(request, "agent/settings/hours.html", {"schedules": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def schedule(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """One set of opening hours, or a new one."""
    row = get_object_or_404(Schedule, pk=key) if key else None
    plan, name, problem = (row.hours if row else USUAL), (row.name if row else _("Horaires habituels")), ""
    if request.method == "POST":
        name, plan = request.POST.get("name", "").strip()[:80], _typed(request.POST)
        try:
            kept = OpeningHours.from_json(plan).to_json()
            if not name:
                raise BadOpeningHours(_("Donnez un nom à ces horaires."))
        except BadOpeningHours as error:
            problem = spoken(str(error))
        else:
            if row:
                actions.edit_schedule(row, name, kept, actor=Actor.of(request.agent))
            else:
                actions.create_schedule(name, kept, actor=Actor.of(request.agent))
            messages.success(request, _("Les horaires sont enregistrés."))
            return HttpResponseRedirect(reverse("settings-hours"))
    context = {
        "row": row,
        "name": name,
        "problem": problem,
        "week": _week(plan),
        "closed": "\n".join(plan.get("closed", [])),
        "zone": plan.get("zone", "Europe/Paris"),
        "zones": zones(),
    }
    return settings_page(request, "agent/settings/schedule.html", context, status=422 if problem else 200)


@require_POST
@console(May.SETTINGS)
def schedule_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take opening hours away."""
    actions.delete_schedule(get_object_or_404(Schedule, pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("Les horaires sont supprimés ; ce qui les suivait est toujours ouvert."))
    return HttpResponseRedirect(reverse("settings-hours"))


def _typed(posted: QueryDict) -> dict[str, Any]:
    """The form's fields as a plan; empty shifts are left out."""
    week = []
    for day in range(7):
        pairs = zip(posted.getlist(f"from{day}"), posted.getlist(f"to{day}"), strict=False)
        week.append([[start, "24:00" if end == "00:00" else end] for start, end in pairs if start or end])
    closed = list(dict.fromkeys(posted.get("closed", "").replace(",", " ").split()))
    return {"zone": posted.get("zone", ""), "week": week, "closed": closed}


def _week(plan: dict[str, Any]) -> list[dict[str, Any]]:
    week = plan.get("week") or [[]] * 7
    return [{"number": day, "name": str(WEEKDAYS[day]), "shifts": shifts} for day, shifts in enumerate(week[:7])]


def _days(plan: dict[str, Any]) -> list[str]:
    """The week in words, days alike in one: « lundi–samedi 9 h 30–19 h »."""
    runs: list[tuple[list[str], list[list[str]]]] = []
    for day in _week(plan):
        if runs and runs[-1][1] == day["shifts"]:
            runs[-1][0].append(day["name"])
        else:
            runs.append(([day["name"]], day["shifts"]))
    said = []
    for names, shifts in runs:
        who = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        if shifts:
            said.append(f"{who} {', '.join(f'{_clock(start)}–{_clock(end)}' for start, end in shifts)}")
    return said


def _clock(text: str) -> str:
    if not (get_language() or "fr").startswith("fr"):
        return text
    hour, _colon, minute = text.partition(":")
    return f"{int(hour)}\u00a0h" if minute == "00" else f"{int(hour)}\u00a0h\u00a0{minute}"
