"""Macros, tags and agents in and out as tables: first the report, then all of it at once."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.automation.commands import sentences, table_in_words
from comptoir.automation.importing import macros, people
from comptoir.automation.importing.plans import Plan, carry_out
from comptoir.automation.models import Macro
from comptoir.conversations.actions.drafts import keep_upload
from comptoir.conversations.models import Draft
from comptoir.core import access, files
from comptoir.core.access import May
from comptoir.core.accounts import AccountProblem
from comptoir.core.actors import Actor
from comptoir.core.models import File
from comptoir.lib.tables import MOST_BYTES, BadTable

SHOWN = 200
# what can be imported: the right it takes, how a table is judged
THINGS: dict[str, tuple[May, Any, Callable[[bytes], Plan]]] = {
    "macros": (May.SHARE_MACROS, gettext_lazy("Macros"), macros.plan),
    "tags": (May.SETTINGS, gettext_lazy("Étiquettes"), people.plan_tags),
    "agents": (May.AGENTS, gettext_lazy("Membres"), people.plan_agents),
}


@require_safe
@console(May.SHARE_MACROS)
def tables(request: ConsoleRequest) -> HttpResponse:
    """What can come in and go out."""
    things = [(name, label) for name, (may, label, _plan) in THINGS.items() if access.can(request.agent, may)]
    return settings_page(request, "agent/settings/tables.html", {"things": things})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SHARE_MACROS)
def table(request: ConsoleRequest, thing: str) -> HttpResponse:
    """The report of a file; posted again with `go`, it is written: everything or nothing."""
    label, judge = _allowed(request, thing)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("settings-import"))
    file = _given(request)
    if file is None:
        messages.error(request, _("Choisissez un fichier CSV de 20 Mo au plus."))
        return HttpResponseRedirect(reverse("settings-import"))
    try:
        plan = judge(files.read(file))
    except BadTable as problem:
        messages.error(request, table_in_words(problem))
        return HttpResponseRedirect(reverse("settings-import"))
    if request.POST.get("go"):
        return _carry_out(request, plan)
    noted = sorted(plan.lines, key=lambda line: (not line.notes, line.number))
    context = {
        "thing": thing,
        "label": label,
        "plan": plan,
        "file": file,
        "lines": noted[:SHOWN],
        "sentences": sentences(plan),
    }
    return settings_page(request, "agent/settings/table.html", context)


def _carry_out(request: ConsoleRequest, plan: Plan) -> HttpResponse:
    try:
        carry_out(plan, actor=Actor.of(request.agent))
    except AccountProblem:
        messages.error(request, _("Un compte a été créé entre-temps : rien n’a été écrit. Recommencez."))
    else:
        messages.success(request, sentences(plan)[0])
    return HttpResponseRedirect(reverse("settings-import"))


def _given(request: ConsoleRequest) -> File | None:
    """The file that was sent, or the agent's own of a moment ago."""
    sent = request.FILES.get("file")
    if sent is not None:
        if sent.size is None or sent.size > MOST_BYTES:
            return None
        kept = files.save(sent, name=(sent.name or "import.csv")[-200:], content_type="text/csv")
        keep_upload(request.agent, kept)
        return kept
    try:
        key = uuid.UUID(request.POST.get("kept", ""))
    except ValueError:
        return None
    mine = Draft.files.through.objects.filter(draft__agent=request.agent).values("file")
    return File.objects.filter(pk__in=mine, public_id=key, content_type="text/csv").first()


@require_safe
@console(May.SHARE_MACROS)
def export(request: ConsoleRequest, thing: str) -> HttpResponse:
    """The table that comes back in unchanged."""
    _allowed(request, thing)
    shops = access.shops(request.agent).order_by().values("pk")
    shared = Macro.objects.filter(agent=None).select_related("shop").prefetch_related("translations")
    makers: dict[str, Callable[[], bytes]] = {
        "macros": lambda: macros.export(shared.filter(shop=None) | shared.filter(shop__in=shops)),
        "tags": people.export_tags,
        "agents": people.export_agents,
    }
    response = HttpResponse(makers[thing](), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="comptoir-{thing}.csv"'
    return response


def _allowed(request: ConsoleRequest, thing: str) -> tuple[Any, Callable[[bytes], Plan]]:
    if thing not in THINGS:
        raise Http404
    may, label, judge = THINGS[thing]
    access.require(request.agent, may)
    return label, judge
