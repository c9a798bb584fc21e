"""Pages and fragments of a list."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.beginning import steps
from comptoir.agent.inbox.column import drawn
from comptoir.agent.inbox.keeping import strip
from comptoir.agent.inbox.places import DEFAULT, Column, Selection, column, number, selected, sorts_of
from comptoir.agent.inbox.rows import Sheet, rendered, rendered_parts
from comptoir.agent.page import frame
from comptoir.conversations.queries import lists
from comptoir.conversations.queries.counts import COUNTED_UP_TO
from comptoir.conversations.queries.limits import TooSlow
from comptoir.conversations.queries.lists import Cursor
from comptoir.core import access
from comptoir.core.access import May


@console()
def inbox(request: ConsoleRequest, slug: str = DEFAULT) -> HttpResponse:
    """A whole page: the views, one list, nothing open yet."""
    context = list_context(request, slug, request.GET.dict())
    if not context["page"].rows and context["selection"].place.slug == DEFAULT:
        context["steps"] = steps(request.agent)
        context["done"] = sum(step.done for step in context["steps"])
    return render(request, "agent/inbox/page.html", whole(request) | context)


@console()
def rows(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The rows after a place, with the button for those that follow."""
    _column, known = column(request.agent)
    selection = selected(known, slug, request.GET.dict())
    after = Cursor.parse(request.GET.get("after", ""))
    return HttpResponse(render(request, "agent/inbox/list/rows.html", rows_context(request, selection, after)).content)


@console()
def refreshed(request: ConsoleRequest, slug: str) -> HttpResponse:
    """The list again, as long as it was, and the column of views beside it."""
    wanted = request.GET.get("rows", "")
    limit = min(int(wanted), lists.LOADED_LIMIT) if wanted.isdigit() else lists.PAGE
    context = list_context(request, slug, request.GET.dict(), limit=max(limit, lists.PAGE))
    return render(request, "agent/inbox/list/refreshed.html", context)


def list_context(
    request: ConsoleRequest, slug: str, options: dict[str, str], *, current: int | None = None, limit: int = lists.PAGE
) -> dict[str, Any]:
    """What the column of views and the list show: three queries."""
    views, known = column(request.agent)
    selection = selected(known, slug, options)
    shown = rows_context(request, selection, None, current=current, limit=limit)
    return {
        **shown,
        "column": drawn(views, selection.place.slug),
        "views": views,
        "view_key": _changeable(request, views, selection),
        "total": shown.get("parts_total") or _total(views, selection, shown["page"]),
        "away": strip(request, selection.place.slug),
    }


def _changeable(request: ConsoleRequest, views: Column, selection: Selection) -> int | None:
    """The key of the saved view that is looked at, when the agent may rename and delete it."""
    slug = selection.place.slug
    mine = any(place.slug == slug for place in views.own)
    shared = any(place.slug == slug for place in views.shared) and access.can(request.agent, May.SHARE_VIEWS)
    return int(slug.removeprefix("view-")) if mine or shared else None


def rows_context(
    request: ConsoleRequest,
    selection: Selection,
    after: Cursor | None,
    *,
    current: int | None = None,
    limit: int = lists.PAGE,
) -> dict[str, Any]:
    """One page of rows, drawn."""
    sheet = Sheet(selection, request.agent, timezone.now(), current)
    sorts = sorts_of(selection.place.columns, selection.sort)
    empty: dict[str, Any] = {"page": lists.Page([], None), "rows": "", "selection": selection, "sorts": sorts}
    try:
        if selection.split and after is None:
            return empty | _in_parts(sheet)
        facts = sheet.facts
        page = lists.page(request.agent, selection.filters, sort=selection.sort, after=after, limit=limit, facts=facts)
    except TooSlow:
        return empty | {"too_slow": True}
    drawn = rendered(sheet, page.rows, after=after, ends=page.following is None)
    return empty | {"page": page, "rows": drawn}


def _in_parts(sheet: Sheet) -> dict[str, Any]:
    """The list by team, person, shop or channel: the first rows of each part."""
    chosen = sheet.selection
    parts, more = lists.parts(sheet.agent, chosen.filters, sort=chosen.sort, split=chosen.split, facts=sheet.facts)
    rows = [row for part in parts for row in part.rows]
    whole = sum(part.count for part in parts)
    total = number(COUNTED_UP_TO + 1) if more else str(whole)
    return {
        "page": lists.Page(rows, None),
        "rows": rendered_parts(sheet, parts),
        "parts_total": total,
        "parts_more": more,
    }


def whole(request: ConsoleRequest) -> dict[str, Any]:
    """The console's frame, with the inbox as the current place of the rail."""
    context = frame(request)
    context["rail_links"] = [
        replace(link, prefix=request.path) if link.icon == "inbox" else link for link in context["rail_links"]
    ]
    return context


def _total(views: Column, selection: Selection, page: lists.Page) -> str:
    """How many the list has: the place's number unless it is narrowed or counts something else."""
    if page.following is None:
        return str(len(page.rows))
    counted = views.counts.get(selection.place.slug) if not selection.narrowed else None
    return number(counted) if selection.place.counted is None else ""
