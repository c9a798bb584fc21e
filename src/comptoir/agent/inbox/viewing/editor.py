"""The page on which a view is made: its conditions, what its rows show, whom it is for; with what it finds as one types."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console, is_fragment
from comptoir.agent.inbox.places import DEFAULT, Place, Selection, column, number, selected, sorts_of
from comptoir.agent.inbox.rows import USUAL, Sheet, rendered
from comptoir.agent.inbox.viewing import conditions
from comptoir.agent.inbox.viewing.drawing import SUBJECTS, Drawer
from comptoir.agent.page import page
from comptoir.automation.models import ArrivalRule
from comptoir.conversations.actions.views import CannotSave, Wanted, change_view, make_view
from comptoir.conversations.models import View
from comptoir.conversations.queries import columns, counts, lists
from comptoir.conversations.queries.conditions import asks_each
from comptoir.conversations.queries.filtering import as_tree
from comptoir.conversations.queries.limits import TooSlow
from comptoir.conversations.queries.ordering import order_of
from comptoir.conversations.queries.places import as_filters
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.custom.filters import name_of
from comptoir.core.filters import BadCondition
from comptoir.core.models import Agent, Team
from comptoir.ui.icon import svg

FOUND = 5
ICONS = [
    ("list", gettext_lazy("Liste")), ("star", gettext_lazy("Étoile")), ("flag", gettext_lazy("Drapeau")),
    ("clock", gettext_lazy("Horloge")), ("box", gettext_lazy("Colis")), ("truck", gettext_lazy("Camion")),
    ("bag", gettext_lazy("Sac")), ("refund", gettext_lazy("Remboursement")), ("gift", gettext_lazy("Cadeau")),
    ("heart", gettext_lazy("Cœur")), ("globe", gettext_lazy("Globe")), ("mail", gettext_lazy("Enveloppe")),
    ("chat", gettext_lazy("Bulle")), ("phone", gettext_lazy("Téléphone")), ("store", gettext_lazy("Magasin")),
    ("people", gettext_lazy("Personnes")), ("bolt", gettext_lazy("Éclair")), ("warn", gettext_lazy("Attention")),
]  # fmt: skip
COLUMN_NAMES = {
    "preview": gettext_lazy("Premiers mots"), "tags": gettext_lazy("Étiquettes"), "waiting": gettext_lazy("Attente"),
    "assignee": pgettext_lazy("conversation", "Responsable"), "topic": pgettext_lazy("conversation", "Thème"), "team": gettext_lazy("Équipe"),
    "shop": gettext_lazy("Boutique"), "inbox": gettext_lazy("Boîte d’arrivée"), "language": gettext_lazy("Langue"),
    "messages": gettext_lazy("Nombre de messages"), "created": gettext_lazy("Début"),
    "orders": gettext_lazy("Commandes jointes"), "country": gettext_lazy("Pays du client"),
}  # fmt: skip


@dataclass(slots=True)
class Typed:
    """The form as it is: from a view, from a list, or as it was posted."""

    root: conditions.Group
    name: str = ""
    icon: str = "list"
    owner: str = "me"
    sort: str = lists.WAITING_FIRST
    split: str = ""
    columns: tuple[str, ...] = ()
    error: str = ""
    name_error: str = ""


@console()
def new(request: ConsoleRequest) -> HttpResponse:
    """A new view, from the list `in` with what narrows it when there is one."""
    if request.method == "POST":
        return _posted(request, None)
    options = request.GET.dict()
    root = conditions.fresh()
    sort = lists.WAITING_FIRST
    if "in" in options:
        _column, known = column(request.agent)
        selection = selected(known, options.get("in", DEFAULT), options)
        root, sort = conditions.from_tree(as_tree(selection.filters)), selection.sort
    return _page(request, Typed(root, sort=sort), None)


@console()
def edit(request: ConsoleRequest, key: int) -> HttpResponse:
    """A view that the agent may change."""
    view = changeable(request.agent, key)
    if request.method == "POST":
        return _posted(request, view)
    owner = "me" if view.agent_id else f"team:{view.team_id}" if view.team_id else "all"
    root = conditions.from_tree(as_tree(as_filters(view.filters)))
    icon = view.icon if is_icon(view.icon) else "list"
    typed = Typed(root, view.name, icon, owner, view.sort, view.split, tuple(view.columns))
    return _page(request, typed, view)


@require_POST
@console()
def matches(request: ConsoleRequest) -> HttpResponse:
    """What the conditions find right now: how many, and the first ones."""
    root = conditions.read(request.POST)
    if root is None:
        raise Http404
    typed = _typed(request, root)
    return render(request, "agent/inbox/viewing/matches.html", _found(request, typed))


def changeable(agent: Agent, key: int) -> View:
    """A view that the agent may change: their own; a shared one needs the right to share. Http404, Denied."""
    found = View.objects.filter(pk=key).first()
    if found is None or found.agent_id not in (None, agent.pk):
        raise Http404
    if found.agent_id is None:
        access.require(agent, May.SHARE_VIEWS)
        theirs = access.teams(agent).filter(pk=found.team_id) if found.team_id else None
        if theirs is not None and not theirs.exists():
            raise Http404
    return found


def _posted(request: ConsoleRequest, view: View | None) -> HttpResponse:
    root = conditions.read(request.POST)
    if root is None:
        raise Http404
    typed = _typed(request, root)
    do = request.POST.get("do", "")
    if do:
        typed.root = conditions.edited(typed.root, do) if do != "redraw" else typed.root
        return _redrawn(request, typed, view) if is_fragment(request) else _page(request, typed, view)
    tree = conditions.to_tree(typed.root)
    if tree is None:
        typed.error = typed.root.error or _("Une condition est à revoir. Rien n’est perdu.")
        return _page(request, typed, view, status=422)
    try:
        saved = _save(request, typed, tree, view)
    except CannotSave as refused:
        if refused.code == "no_name":
            typed.name_error = _("Donnez-lui un nom.")
        else:
            typed.error = _CANNOT.get(refused.code, _CANNOT["too_many"])
        return _page(request, typed, view, status=422)
    except BadCondition as problem:
        typed.error = conditions.said(problem)
        return _page(request, typed, view, status=422)
    return HttpResponseRedirect(f"/inbox/view-{saved.pk}/")


_CANNOT: dict[str, Any] = {
    "too_many": gettext_lazy("Il y a déjà cinquante vues : supprimez-en une d’abord."),
    "acts": gettext_lazy("Ce filtre agit à l’arrivée des messages : arrêtez-le avant de le garder pour vous."),
    "each": gettext_lazy(
        "Ce filtre agit à l’arrivée des messages : ses conditions ne peuvent pas dépendre de qui regarde."
    ),
}


def _save(request: ConsoleRequest, typed: Typed, tree: dict[str, Any], view: View | None) -> View:
    agent, actor = request.agent, Actor.of(request.agent)
    owner, team = _owner(agent, typed.owner)
    wanted = Wanted(typed.name, tree, typed.sort, typed.icon, typed.split, list(typed.columns), team)
    if view is None:
        return make_view(wanted, owner=owner, actor=actor)
    if ArrivalRule.objects.filter(view=view, active=True).exists():
        access.require(agent, May.SETTINGS)
        if owner is not None:
            raise CannotSave("acts")
        if asks_each(tree):
            raise CannotSave("each")
    change_view(view, wanted, owner=owner, actor=actor)
    return view


def _owner(agent: Agent, text: str) -> tuple[Agent | None, Team | None]:
    if text == "me":
        return agent, None
    access.require(agent, May.SHARE_VIEWS)
    kind, _colon, key = text.partition(":")
    if kind != "team":
        return None, None
    team = access.teams(agent).filter(pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0).first()
    if team is None:
        raise Http404
    return None, team


def _typed(request: ConsoleRequest, root: conditions.Group) -> Typed:
    posted = request.POST
    shown = tuple(columns.chosen(posted.getlist("columns")))
    icon = posted.get("icon", "list")
    return Typed(
        root,
        posted.get("name", "")[:200],
        icon if is_icon(icon) else "list",
        posted.get("owner", "me")[:30],
        posted.get("sort", lists.WAITING_FIRST)[:10],
        posted.get("split", "")[:10],
        () if set(shown) == USUAL else shown,
    )


def is_icon(name: str) -> bool:
    """Whether there is a drawing of that name."""
    try:
        return name.isalpha() and bool(svg(name, "i"))
    except LookupError:
        return False


def _page(request: ConsoleRequest, typed: Typed, view: View | None, *, status: int = 200) -> HttpResponse:
    return page(request, "agent/inbox/viewing/page.html", _context(request, typed, view), status=status)


def _redrawn(request: ConsoleRequest, typed: Typed, view: View | None) -> HttpResponse:
    return render(request, "agent/inbox/viewing/redrawn.html", _context(request, typed, view))


def _context(request: ConsoleRequest, typed: Typed, view: View | None) -> dict[str, Any]:
    agent = request.agent
    found = _found(request, typed)
    shares = access.can(agent, May.SHARE_VIEWS)
    owners = [("me", _("Moi"))]
    if shares:
        teams = [(f"team:{team.pk}", _("L’équipe %(name)s") % {"name": team.name}) for team in access.teams(agent)]
        owners += [("all", _("Tout le monde")), *teams]
    shown = frozenset(typed.columns) or USUAL
    return found | {
        "typed": typed,
        "view": view,
        "root": Drawer(agent).draw(typed.root),
        "owners": owners,
        "sorts": sorts_of(),
        "splits": View.Split.choices,
        "icons": ICONS if typed.icon in dict(ICONS) else [*ICONS, (typed.icon, typed.icon)],
        "columns": [(code, name, code in shown) for code, name in COLUMN_NAMES.items()],
        "fields": _field_columns(shown),
        "most_fields": columns.MOST,
        "may_act": view is not None and view.agent_id is None and access.can(agent, May.SETTINGS),
        "acts": view is not None and ArrivalRule.objects.filter(view=view, active=True).exists(),
    }


def _field_columns(shown: frozenset[str]) -> list[tuple[Any, list[tuple[str, str, bool]]]]:
    """The custom fields that a row may show, by what they are of."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for field in columns.offered():
        found.setdefault(field.subject, []).append((name_of(field), field.name, name_of(field) in shown))
    return [(SUBJECTS[subject], rows) for subject, rows in found.items()]


def _found(request: ConsoleRequest, typed: Typed) -> dict[str, Any]:
    """How many match and the first ones, as they will stand in the list; nothing while a condition is not whole."""
    tree = conditions.to_tree(deepcopy(typed.root))  # what is not whole yet is no error while one types
    if tree is None:
        return {"incomplete": True}
    filters = {"where": tree}
    sort = typed.sort if order_of(typed.sort) else lists.WAITING_FIRST
    selection = Selection(Place(DEFAULT, "list", "", filters, columns=typed.columns), sort)
    try:
        count = counts.count_apart(request.agent, filters)
        sheet = Sheet(selection, request.agent, timezone.now())
        rows = lists.page(request.agent, filters, sort=selection.sort, limit=FOUND, facts=sheet.facts).rows
    except TooSlow:
        return {"too_slow": True}
    except BadCondition as problem:
        return {"incomplete": True, "problem": conditions.said(problem)}
    drawn = rendered(sheet, rows, after=None, ends=False)
    return {"count": "…" if count is None else number(count), "found": drawn, "none": count == 0}
