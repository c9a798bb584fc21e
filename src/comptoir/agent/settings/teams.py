"""Teams and stores."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.forms.house import TeamForm
from comptoir.agent.settings.page import settings_page
from comptoir.core import access
from comptoir.core import shops as actions
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import TeamKind


@require_safe
@console(May.SETTINGS)
def teams(request: ConsoleRequest) -> HttpResponse:
    """All teams and stores, with how many people each has."""
    members = Count("agents", filter=Q(agents__is_active=True))
    rows = access.teams(request.agent).select_related("shop").annotate(people=members)
    return settings_page(request, "agent/settings/teams.html", {"teams": rows.order_by("-kind", "position", "name")})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def team_new(request: ConsoleRequest) -> HttpResponse:
    """One more team or store."""
    form = TeamForm(request.POST if request.method == "POST" else None, agent=request.agent)
    form.initial.setdefault("kind", request.GET.get("kind", TeamKind.TEAM))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        members = values.pop("members")
        actions.create_team(values, members, actor=Actor.of(request.agent))
        messages.success(request, _("C’est fait."))
        return HttpResponseRedirect(reverse("settings-teams"))
    return settings_page(request, "agent/settings/team.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def team(request: ConsoleRequest, key: int) -> HttpResponse:
    """One team or store."""
    row = get_object_or_404(access.teams(request.agent), pk=key)
    form = TeamForm(request.POST if request.method == "POST" else None, agent=request.agent, team=row)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        members = values.pop("members")
        actions.edit_team(row, values, members, actor=Actor.of(request.agent))
        messages.success(request, _("C’est enregistré."))
        return HttpResponseRedirect(reverse("settings-teams"))
    context = {"form": form, "team": row}
    return settings_page(request, "agent/settings/team.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def team_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a team away."""
    row = get_object_or_404(access.teams(request.agent), pk=key)
    try:
        actions.delete_team(row, actor=Actor.of(request.agent))
        messages.success(request, _("L’équipe est supprimée. Ses conversations restent, sans équipe."))
    except actions.InUse:
        messages.error(request, _("Un responsable de magasin y travaille : donnez-lui d’abord un autre magasin."))
    return HttpResponseRedirect(reverse("settings-teams"))
