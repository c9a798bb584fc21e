"""One conversation: the page, and the fragments that keep it fresh."""

import json
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import aside as sides
from comptoir.agent.inbox import editors, joined, purposes, showing
from comptoir.agent.inbox.found import opened_of
from comptoir.agent.inbox.lists import list_context, whole
from comptoir.agent.inbox.places import BUILT_IN, DEFAULT, Place, Selection, beside, selected
from comptoir.assistant.queries import switched_on
from comptoir.automation.queries.choosing import language_of
from comptoir.conversations.actions.answering import is_from_stranger
from comptoir.conversations.models import MessageKind, State
from comptoir.conversations.queries import lists, thread
from comptoir.conversations.queries.limits import TooSlow
from comptoir.conversations.queries.ordering import place_after
from comptoir.conversations.queries.places import as_filters, visible_views
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Afterwards, Agent
from comptoir.lib.mail.mailboxes import is_robot

Trigger = dict[str, Any]


@console()
def conversation(request: ConsoleRequest, key: int) -> HttpResponse:
    """The whole page with its list, or, for a row that was clicked, the middle and the right only."""
    opened = opened_of(request, key, sides=True)
    if opened.pk != key:
        return _elsewhere(request, opened.pk, key)
    if request.headers.get("HX-Target") == "main":
        return main(request, opened, place_of(request.agent, request.GET.dict()))
    options = request.GET.dict()
    try:
        context = list_context(request, options.get("in", DEFAULT), options, current=sides.matter_key(opened))
    except Http404:  # a view that was deleted
        context = list_context(request, DEFAULT, {}, current=sides.matter_key(opened))
    back = context["selection"]
    return render(request, "agent/inbox/page.html", whole(request) | context | _shown(request, opened, back))


def _elsewhere(request: ConsoleRequest, key: int, former: int) -> HttpResponse:
    """The conversation was merged into another one: that one is opened, and says so."""
    whole_page = "HX-Request" not in request.headers or "HX-Boosted" in request.headers
    place = place_of(request.agent, request.GET.dict() if whole_page else beside(request))
    path = f"/conversations/{key}/?{place.inside}&merged={former}"
    if whole_page:
        return HttpResponseRedirect(path)
    response = HttpResponse(status=204)
    response.headers["HX-Location"] = json.dumps({"path": path, "target": "#main", "swap": "outerHTML show:none"})
    return response


@console()
def messages(request: ConsoleRequest, key: int) -> HttpResponse:
    """The stream and the head again, after something changed; or the messages before one."""
    before = request.GET.get("before", "")
    if before.isdigit():
        opened = opened_of(request, key, sides=True)
        earlier = thread.read(opened, before=int(before))
        items = showing.stream(earlier, request.agent, earlier=True)
        context = {"opened": opened, "items": items, "older": earlier.older, "first": _first(earlier)}
        return render(request, "agent/inbox/thread/items.html", context)
    return refreshed(request, key)


@console()
def message(request: ConsoleRequest, key: int, message: int) -> HttpResponse:
    """One message, unfolded."""
    opened = opened_of(request, key, sides=True)
    row = thread.message(opened, message)
    if row is None:
        raise Http404
    shown = showing.show(row, opened, request.agent, unfolded=True)
    return render(request, "agent/inbox/thread/message.html", {"opened": opened, "shown": shown} | _rights(request))


def main(request: ConsoleRequest, opened: Any, selection: Selection, *, trigger: Trigger | None = None) -> HttpResponse:
    """The middle of the page with the place of the panel, to be swapped for #main."""
    response = render(request, "agent/inbox/thread/swapped.html", _shown(request, opened, selection))
    return triggering(response, trigger)


def refreshed(request: ConsoleRequest, key: int, *, trigger: Trigger | None = None, sent: str = "") -> HttpResponse:
    """The stream (to be swapped for itself) and the head.

    After a reply or note was `sent`, its editor anew and nothing in the target: the other editor stays untouched, since
    the agent may be writing in it by now. After a forward, the whole composer.
    """
    opened = opened_of(request, key, sides=True)
    if opened.pk != key:
        return triggering(_elsewhere(request, opened.pk, key), trigger)
    unfolded = {int(part) for part in request.GET.get("open", "").split(",") if part.isdigit()}
    context = _shown(request, opened, place_of(request.agent, beside(request)), unfolded=unfolded, editor=bool(sent))
    if sent in ("reply", "note"):
        context |= {"anew": True, "editors": [editor for editor in context["editors"] if editor.kind == sent]}
    template = "agent/inbox/thread/answered.html" if sent else "agent/inbox/thread/refreshed.html"
    return triggering(render(request, template, context), trigger)


def composer(request: ConsoleRequest, key: int) -> HttpResponse:
    """The reply and the note again, as they were kept."""
    context = _shown(request, opened_of(request, key, sides=True), place_of(request.agent, beside(request)))
    return render(request, "agent/inbox/compose/composer.html", context)


def onwards(request: ConsoleRequest, former: Any, *, trigger: Trigger | None = None) -> HttpResponse:
    """After a matter was put away: the next one of the list, or (at its end, or by the agent's wish) the list.

    `former` is the row as it was before, whose place in the list says what follows.
    """
    selection = place_of(request.agent, beside(request))
    to_list = request.agent.afterwards == Afterwards.LIST
    following = None if to_list else _following(request, selection, former)
    if following is None:
        return calm(request, trigger=trigger or {})
    response = main(request, opened_of(request, following), selection)
    response.headers["HX-Push-Url"] = f"/conversations/{following}/?{selection.inside}"
    response.headers["HX-Retarget"] = "#main"
    response.headers["HX-Reswap"] = "outerHTML show:none"
    return triggering(response, trigger)


def _following(request: ConsoleRequest, selection: Selection, former: Any) -> int | None:
    for after in (place_after(former, selection.sort), None):
        try:
            rows = lists.page(request.agent, selection.filters, sort=selection.sort, after=after, limit=2).rows
        except TooSlow:
            return None
        for row in rows:
            if row.key != former.pk:
                return row.key
    return None


def place_of(agent: Agent, options: dict[str, str]) -> Selection:
    """The list beside a conversation without reading the column: enough for addresses and for what follows."""
    slug = options.get("in", DEFAULT)
    kind, _, number = slug.partition("-")
    known: dict[str, Place] = dict(BUILT_IN)
    if kind in ("team", "shop") and number.isdigit():
        known[slug] = Place(slug, "people", "", {kind: int(number)})
    elif slug not in known:
        known[slug] = _view_place(agent, slug, kind, number)
    return selected(known, slug, options)


def _view_place(agent: Agent, slug: str, kind: str, number: str) -> Place:
    named = kind == "view" and number.isascii() and number.isdigit() and len(number) < 19
    view = visible_views(agent).filter(pk=int(number)).first() if named else None
    if view is None:
        return BUILT_IN[DEFAULT]
    split = view.split if view.split in lists.SPLITS else ""
    return Place(slug, "list", view.name, as_filters(view.filters), sort=view.sort, split=split)


def _shown(
    request: ConsoleRequest, opened: Any, selection: Selection, *, unfolded: set[int] | None = None, editor: bool = True
) -> dict[str, Any]:
    read = thread.read(opened)
    last = next((row for row in reversed(read.messages) if row.kind == MessageKind.CUSTOMER), None)
    context = {
        "opened": opened,
        "selection": selection,
        "merged": joined.notice(opened, request.GET.get("merged", "")),
        "items": showing.stream(read, request.agent, opened=unfolded or set()),
        "older": read.older,
        "first": _first(read),
        "newest": max((row.pk for row in read.messages), default=0),
        "closed": opened.state in (State.CLOSED, State.SPAM, State.TRASH),
        "by_chat": opened.channel == "chat",
        "into_thread": editors.into_thread(opened),
        "stranger": last.sender.get("email", "") if last is not None and is_from_stranger(last) else "",
        "quiet": purposes.why(opened),
        "foreign": showing.foreign_language(opened),
        "spoken": language_of(opened),
        "robot": last is not None and not last.routes.get("reply_to") and is_robot(last.sender.get("email", "")),
        "opened_tags": [tag["name"] for tag in opened.tag_list],
    } | _rights(request)
    if editor:
        context["closing"] = editors.closing_of(opened, request.agent) if context["may_answer"] else None
        context["editors"] = editors.beside(opened, request.agent, messages=read.messages, newest=context["newest"])
    return context | sides.beside(opened)


def _first(read: thread.Thread) -> int:
    return read.messages[0].pk if read.messages else 0


def _rights(request: ConsoleRequest) -> dict[str, Any]:
    return {
        "assistant": switched_on(),
        "may_answer": access.can(request.agent, May.ANSWER),
        "may_organise": access.can(request.agent, May.ORGANISE),
    }


def calm(request: ConsoleRequest, *, trigger: Trigger) -> HttpResponse:
    """The list with nothing open."""
    selection = place_of(request.agent, beside(request))
    context = {"selection": selection, "page": lists.Page([], None), "oob": True}
    response = render(request, "agent/inbox/thread/none_swapped.html", context)
    response.headers["HX-Push-Url"] = selection.url
    response.headers["HX-Retarget"] = "#main"
    response.headers["HX-Reswap"] = "outerHTML show:none"
    return triggering(response, trigger)


def location(request: ConsoleRequest, key: int) -> str:
    """What HX-Location needs to open a conversation beside the list that is shown."""
    path = f"/conversations/{key}/?{place_of(request.agent, beside(request)).inside}"
    return json.dumps({"path": path, "target": "#main", "swap": "outerHTML show:none"})


def triggering(response: HttpResponse, trigger: Trigger | None) -> HttpResponse:
    """Say what the page has to do besides: toasts, and the list anew."""
    if trigger is not None:
        response.headers["HX-Trigger"] = json.dumps({"inboxchanged": {}} | trigger)
    return response
