"""One change to many conversations: the chosen ones, or all that the list holds."""

from typing import Any
from urllib.parse import parse_qs

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import snoozing, threads
from comptoir.agent.inbox.places import Selection
from comptoir.conversations.actions import changing
from comptoir.conversations.models import BulkChange, Priority
from comptoir.conversations.queries import topics
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.customers.models import Tag
from comptoir.lib.text import one_line

CHOSEN = 1_000


@require_POST
@console(May.ORGANISE)
def changes(request: ConsoleRequest) -> HttpResponse:
    """Change the chosen conversations, or with `all` those of the list `list` (its options, as an address has them)."""
    change, value = _asked(request)
    try:
        if request.POST.get("all"):
            bulk = changing.change_list(
                request.agent, change, value, _list(request.agent, request.POST.get("list", "")).filters
            )
        else:
            texts = request.POST.getlist("conversations")
            keys = [int(text) for text in texts if text.isdigit() and len(text) < 19]
            bulk = changing.change_chosen(request.agent, change, value, keys[:CHOSEN])
    except changing.CannotChange as refused:
        raise Http404 from refused
    trigger: dict[str, Any] = {"bulkdone": {}}
    if bulk.state == BulkChange.State.RUNNING:
        trigger["bulkstarted"] = {"address": f"/bulk/{bulk.pk}/"}
    else:
        toast = {"text": words(bulk)}
        if bulk.changed:
            toast |= {"undo": f"/bulk/{bulk.pk}/undo/", "label": _("Annuler"), "seconds": "12"}
        trigger["toast"] = toast
    return threads.triggering(HttpResponse(status=204), trigger)


@require_safe
@console(May.ORGANISE)
def count(request: ConsoleRequest) -> HttpResponse:
    """How many conversations the list holds, to the last one."""
    options = request.GET.urlencode()
    number = changing.count_list(request.agent, _list(request.agent, options).filters)
    return HttpResponse(str(number), content_type="text/plain")


@require_safe
@console(May.ORGANISE)
def menu(request: ConsoleRequest) -> HttpResponse:
    """Colleagues, teams, priorities, tags and the rest."""
    context = {
        "colleagues": access.agents(request.agent).exclude(pk=request.agent.pk)[:40],
        "teams": access.teams(request.agent)[:40],
        "priorities": Priority.choices[::-1],
        "tags": Tag.objects.order_by("name")[:12],
        "nodes": topics.offered(access.shops(request.agent).values_list("pk", flat=True)),
    }
    return render(request, "agent/inbox/list/bulk_menu.html", context)


@require_safe
@console(May.ORGANISE)
def progress(request: ConsoleRequest, key: int) -> HttpResponse:
    """How far a change came, with what can be done about it."""
    return _progress(request, _mine(request, key))


@require_POST
@console(May.ORGANISE)
def stop(request: ConsoleRequest, key: int) -> HttpResponse:
    """Leave the rest as it is."""
    bulk = _mine(request, key)
    changing.stop(bulk, actor=Actor.of(request.agent))
    bulk.refresh_from_db()
    return _progress(request, bulk)


@require_POST
@console(May.ORGANISE)
def undo(request: ConsoleRequest, key: int) -> HttpResponse:
    """Give each one back what it had."""
    bulk = _mine(request, key)
    changing.undo(bulk, actor=Actor.of(request.agent))
    bulk.refresh_from_db()
    if request.headers.get("HX-Target") == "bulk-progress":
        return _progress(request, bulk)
    trigger: dict[str, Any] = {"toast": {"text": words(bulk)}}
    if bulk.state == BulkChange.State.UNDOING:
        trigger = {"bulkstarted": {"address": f"/bulk/{bulk.pk}/"}}
    return threads.triggering(HttpResponse(status=204), trigger)


def words(bulk: BulkChange) -> str:
    """What became of it, counted."""
    if bulk.state in (BulkChange.State.UNDOING, BulkChange.State.UNDONE):
        text = ngettext(
            "%(count)s conversation remise comme avant", "%(count)s conversations remises comme avant", bulk.restored
        )
        text %= {"count": bulk.restored}
        kept = bulk.changed - bulk.restored
        if bulk.state == BulkChange.State.UNDONE and kept:
            text += ngettext(
                " ; %(count)s a changé depuis et reste ainsi", " ; %(count)s ont changé depuis et restent ainsi", kept
            ) % {"count": kept}
        return text + "."
    text = ngettext("%(count)s conversation changée", "%(count)s conversations changées", bulk.changed)
    text %= {"count": bulk.changed}
    same = bulk.done - bulk.changed
    if same:
        text += ngettext(" ; %(count)s l’était déjà", " ; %(count)s l’étaient déjà", same) % {"count": same}
    return text + "."


def _progress(request: ConsoleRequest, bulk: BulkChange) -> HttpResponse:
    reached = bulk.restored if bulk.state == BulkChange.State.UNDOING else bulk.done
    whole = bulk.changed if bulk.state == BulkChange.State.UNDOING else bulk.total
    context = {
        "bulk": bulk,
        "words": words(bulk),
        "reached": reached,
        "whole": whole,
        "works": bulk.state in (BulkChange.State.RUNNING, BulkChange.State.UNDOING),
    }
    return render(request, "agent/inbox/list/progress.html", context)


def _mine(request: ConsoleRequest, key: int) -> BulkChange:
    return get_object_or_404(BulkChange, pk=key, agent=request.agent)


def _list(agent: Agent, options: str) -> Selection:
    """The list that its options name; 404 for a view that is gone, so that nothing else is changed in its place."""
    values = {name: found[-1] for name, found in parse_qs(options[:500]).items()}
    place = threads.place_of(agent, values)
    if place.place.slug != values.get("in"):
        raise Http404
    return place


def _asked(request: ConsoleRequest) -> tuple[str, str]:
    """The change and its detail, when the agent may give it; 404 else."""
    name, _sep, detail = one_line(request.POST.get("change", "")).partition(":")
    me = request.agent
    if name in ("assign-me", "unassign"):
        return "assign", str(me.pk) if name == "assign-me" else ""
    if name == "assign":
        return name, str(get_object_or_404(access.agents(me), pk=_key(detail)).pk)
    if name == "team":
        return name, str(get_object_or_404(access.teams(me), pk=_key(detail)).pk) if detail else ""
    if name == "snooze":
        until = snoozing.moment(detail)
        if until is None:
            raise Http404
        return name, until.isoformat()
    if name == "priority" and detail not in {str(value) for value in Priority.values}:
        raise Http404
    if name in ("tag", "untag"):
        return name, detail or one_line(request.POST.get("tag", ""))
    if name == "topic":
        text = detail or one_line(request.POST.get("topic", ""))
        code = topics.resolve(text)
        if text and not code:
            raise Http404
        return name, code
    return name, detail


def _key(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 19 else 0
