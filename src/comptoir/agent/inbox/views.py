"""Saved views: what the list shows now, under a name; the team's by who may share, one's own by anybody."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.places import DEFAULT, Selection, column, selected, sorts_of
from comptoir.automation.actions import arrivals
from comptoir.automation.models import ArrivalRule
from comptoir.conversations.actions.views import CannotSave, create_view, delete_view, edit_view
from comptoir.conversations.models import View
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor


@console()
def saved(request: ConsoleRequest) -> HttpResponse:
    """The dialog that keeps the list `in` with what narrows it; posted, the view is there and is shown."""
    options = (request.POST if request.method == "POST" else request.GET).dict()
    _column, known = column(request.agent)
    selection = selected(known, options.get("in", DEFAULT), options)
    if request.method != "POST":
        return _dialog(request, {"selection": selection, "sort": selection.sort, "words": words(selection)})
    shared = bool(request.POST.get("shared"))
    if shared:
        access.require(request.agent, May.SHARE_VIEWS)
    owner = None if shared else request.agent
    try:
        view = create_view(
            request.POST.get("name", ""), selection.filters, selection.sort, owner=owner, actor=Actor.of(request.agent)
        )
    except CannotSave as refused:
        return _dialog(
            request,
            {"selection": selection, "sort": selection.sort, "words": words(selection), "shared": shared},
            refused,
        )
    return _shown(request, f"/inbox/view-{view.pk}/")


@console()
def view(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog of a view's name and order; posted, it has others."""
    found = _own(request, key)
    if request.method != "POST":
        return _dialog(request, {"view": found, "name": found.name, "sort": found.sort})
    try:
        edit_view(found, request.POST.get("name", ""), request.POST.get("sort", ""), actor=Actor.of(request.agent))
    except CannotSave as refused:
        return _dialog(request, {"view": found, "sort": request.POST.get("sort", "")}, refused)
    return _shown(request, f"/inbox/view-{found.pk}/")


@require_POST
@console()
def removal(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a view away; the page of all views offers to bring it back."""
    found = _own(request, key)
    if ArrivalRule.objects.filter(view=found, active=True).exists():
        access.require(request.agent, May.SETTINGS)
    event = delete_view(found, actor=Actor.of(request.agent), more=arrivals.kept(found))
    return _shown(request, f"/views/all/?removed={event.pk}")


def words(selection: Selection) -> list[str]:
    """What the view will show, in words."""
    narrowed = selection.narrowed
    channels = {
        "email": _("E-mail"),
        "chat": _("Chat"),
        "form": _("Formulaire"),
        "phone": _("Téléphone"),
        "shop": _("Messagerie de la boutique"),
    }
    told = [str(selection.place.name)]
    told += [_("Non lues")] if narrowed.get("unread") else []
    told += [_("Sans réponse")] if narrowed.get("waiting") else []
    told += [channels[narrowed["channel"]]] if narrowed.get("channel") else []
    return told + ([narrowed["tag"]] if narrowed.get("tag") else [])


def _own(request: ConsoleRequest, key: int) -> View:
    """A view that the agent may change: their own; a shared one needs the right to share."""
    found = View.objects.filter(pk=key).first()
    if found is None or found.agent_id not in (None, request.agent.pk):
        raise Http404
    if found.agent_id is None:
        access.require(request.agent, May.SHARE_VIEWS)
    return found


def _dialog(request: ConsoleRequest, context: dict[str, Any], refused: CannotSave | None = None) -> HttpResponse:
    texts = {
        "no_name": _("Donnez-lui un nom."),
        "too_many": _("Il y a déjà cinquante vues : supprimez-en une d’abord."),
    }
    more = {
        "action": request.path,
        "sorts": sorts_of(context["view"].columns if "view" in context else (), context["sort"]),
        "error": texts[refused.code] if refused else "",
        "may_share": access.can(request.agent, May.SHARE_VIEWS),
    }
    response = render(request, "agent/inbox/menus/view.html", context | more, status=422 if refused else 200)
    if refused:
        response.headers["HX-Retarget"] = "#dialog-place"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _shown(request: ConsoleRequest, url: str) -> HttpResponse:
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(url)
    response = HttpResponse(status=200)
    response.headers["HX-Redirect"] = url
    return response
