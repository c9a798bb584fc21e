"""Menus that are read when they are opened."""

from html import escape

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import editors
from comptoir.agent.inbox.found import conversation_of, opened_of
from comptoir.automation.models import Macro as CannedText
from comptoir.conversations.models import Priority
from comptoir.core import access
from comptoir.core.access import May
from comptoir.customers.models import Tag
from comptoir.lib.html import clean_editor

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
    }
    return render(request, "agent/inbox/menus/more.html", context)


@console(May.ORGANISE)
def tags(request: ConsoleRequest, key: int) -> HttpResponse:
    """The tags of the conversation and those that the team has."""
    opened = opened_of(request, key)
    known = list(Tag.objects.all()[:200])
    held = {tag["pk"] for tag in opened.tag_list}
    offered = [tag for tag in known if tag.pk not in held][:OFFERED]
    return render(request, "agent/inbox/menus/tags.html", {"opened": opened, "known": known, "offered": offered})


@console(May.ANSWER)
def canned(request: ConsoleRequest, key: int) -> HttpResponse:
    """Texts that are often needed, with the customer's and the agent's names filled in."""
    conversation = conversation_of(request, key)
    rows = CannedText.objects.filter(Q(agent=None) | Q(agent=request.agent))
    rows = rows.filter(Q(shop=None) | Q(shop=conversation.shop_id))
    first, _sep, last = conversation.customer_name.partition(" ")
    words = {
        "{prénom}": first, "{prenom}": first, "{first_name}": first, "{nom}": last or first,
        "{conseiller}": request.agent.first_name, "{agent}": request.agent.first_name,
        "{boutique}": conversation.shop.name, "{shop}": conversation.shop.name,
    }  # fmt: skip
    texts = list(rows[:200])
    for row in texts:
        filled = row.html
        for word, value in words.items():
            filled = filled.replace(word, escape(value))
        row.filled = mark_safe(clean_editor(filled))  # type: ignore[attr-defined]  # noqa: S308 (cleaned)
    return render(request, "agent/inbox/menus/canned.html", {"texts": texts})


@require_POST
@console(May.ANSWER)
def canned_use(request: ConsoleRequest, key: int) -> HttpResponse:
    """A canned text was put into an answer."""
    rows = CannedText.objects.filter(Q(agent=None) | Q(agent=request.agent))
    found = rows.filter(Q(shop=None) | Q(shop__in=access.shops(request.agent).order_by().values("pk")), pk=key).first()
    if found is None:
        raise Http404
    used_canned(found)
    return HttpResponse(status=204)


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
