"""All views that one may change: their order, copies, removal with a way back; and the numbers that come after a page."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.places import number
from comptoir.agent.inbox.viewing.editor import changeable, is_icon
from comptoir.agent.page import page
from comptoir.automation.actions import arrivals
from comptoir.automation.models import ArrivalRule
from comptoir.conversations.actions.views import CannotSave, duplicate_view, move_view, restore_view
from comptoir.conversations.models import View
from comptoir.conversations.queries import counts
from comptoir.conversations.queries.places import as_filters, shared_views, visible_views
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor

AT_ONCE = 12


@require_safe
@console()
def everything(request: ConsoleRequest) -> HttpResponse:
    """One's own views and, for who may share, those of the team."""
    removed = request.GET.get("removed", "")
    rules = {rule.view_id: rule for rule in ArrivalRule.objects.filter(active=True)}
    own = View.objects.filter(agent=request.agent).order_by("position", "name", "pk")
    groups = [(_("Mes vues"), [_line(row, rules) for row in own])]
    shares = access.can(request.agent, May.SHARE_VIEWS)
    shared = list(shared_views(request.agent).select_related("team").distinct().order_by("position", "name", "pk"))
    groups.append((_("Vues partagées"), [_line(row, rules) for row in shared]))
    context: dict[str, Any] = {
        "view_groups": [group for group in groups if group[1]],
        "shares": shares,
        "may_act": access.can(request.agent, May.SETTINGS),
        "removed": int(removed) if removed.isascii() and removed.isdigit() and len(removed) < 19 else None,
        "full": request.GET.get("full"),
    }
    return page(request, "agent/inbox/viewing/all.html", context)


def _line(view: View, rules: dict[int, ArrivalRule]) -> tuple[View, ArrivalRule | None, str]:
    """A view, what it does on arrival, and its drawing."""
    return view, rules.get(view.pk), view.icon if is_icon(view.icon) else "list"


@require_POST
@console()
def move(request: ConsoleRequest, key: int) -> HttpResponse:
    """One place up or down in the column."""
    view = changeable(request.agent, key)
    move_view(view, -1 if request.POST.get("step") == "up" else 1, actor=Actor.of(request.agent))
    return HttpResponseRedirect(f"{reverse('views-all')}#v{view.pk}")


@require_POST
@console()
def copy(request: ConsoleRequest, key: int) -> HttpResponse:
    """The same once more, as one's own, opened to be changed."""
    view = visible_views(request.agent).filter(pk=key).first()
    if view is None:
        raise Http404
    name = _("%(name)s (copie)") % {"name": view.name[:50]}
    try:
        made = duplicate_view(view, name, owner=request.agent, actor=Actor.of(request.agent))
    except CannotSave:
        return HttpResponseRedirect(f"{reverse('views-all')}?full=1")
    return HttpResponseRedirect(reverse("view-edit", args=[made.pk]))


@require_POST
@console()
def undo(request: ConsoleRequest, key: int) -> HttpResponse:
    """Bring back the view that was just deleted, with what it does on arrival."""
    restored = restore_view(key, actor=Actor.of(request.agent))
    if restored is None:
        raise Http404
    view, more = restored
    arrivals.brought_back(view, more)
    return HttpResponseRedirect(reverse("list", args=[f"view-{view.pk}"]))


@require_safe
@console()
def late_counts(request: ConsoleRequest) -> HttpResponse:
    """The numbers of views that are counted apart, each within its time."""
    html: list[str] = []
    for view in visible_views(request.agent):
        filters = as_filters(view.filters)
        if not counts.counted_apart(filters):
            continue
        known = counts.remembered(request.agent, filters)
        if known is not None and known[0]:
            count = known[1]
        elif len(html) < AT_ONCE:
            count = counts.count_apart(request.agent, filters)
        else:
            continue
        text = "…" if count is None else number(count)
        html.append(f'<b id="n-view-{view.pk}" hx-swap-oob="true">{escape(text)}</b>')
    return HttpResponse("".join(html))
