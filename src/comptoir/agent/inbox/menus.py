"""Menus that are read when they are opened."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import editors
from comptoir.agent.inbox.found import opened_of
from comptoir.assistant.queries import switched_on
from comptoir.conversations.models import Priority
from comptoir.core import access
from comptoir.core.access import May
from comptoir.customers.models import Tag

OFFERED = 8


@console()
def more(request: ConsoleRequest, key: int) -> HttpResponse:
    """Assign, team, priority, subject, customer, forward, print, spam, trash."""
    context = {
        "opened": opened_of(request, key),
        "colleagues": access.agents(request.agent).exclude(pk=request.agent.pk)[:40],
        "teams": access.teams(request.agent)[:40],
        "priorities": Priority.choices[::-1],
        "may_organise": access.can(request.agent, May.ORGANISE),
        "may_answer": access.can(request.agent, May.ANSWER),
        "assistant": switched_on(),
        "may_block": access.can(request.agent, May.EDIT_CUSTOMERS),
    }
    put_away = context["opened"].state in ("spam", "trash")
    context["may_erase"] = put_away and access.can(request.agent, May.ERASE)
    return render(request, "agent/inbox/menus/more.html", context)


@console(May.ORGANISE)
def tags(request: ConsoleRequest, key: int) -> HttpResponse:
    """The tags of the conversation and those that the team has."""
    opened = opened_of(request, key)
    known = list(Tag.objects.all()[:200])
    held = {tag["pk"] for tag in opened.tag_list}
    offered = [tag for tag in known if tag.pk not in held][:OFFERED]
    return render(request, "agent/inbox/menus/tags.html", {"opened": opened, "known": known, "offered": offered})


@console()
def colleagues(request: ConsoleRequest) -> HttpResponse:
    """Whom a note can name: [{id, name, first}]."""
    rows = access.agents(request.agent).exclude(pk=request.agent.pk)
    found = [{"id": row.pk, "name": row.name, "first": row.first_name} for row in rows[:200]]
    return JsonResponse(found, safe=False)


@console(May.ANSWER)
def addresses(request: ConsoleRequest) -> HttpResponse:
    """Addresses of customers that begin like what was typed."""
    text = request.GET.get("q", "").strip()
    return JsonResponse(editors.people_like(request.agent, text) if len(text) > 1 else [], safe=False)
