"""The page of results: conversations by keyset, people and orders above them, facets, recent searches."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.page import page
from comptoir.agent.search import drawn
from comptoir.agent.search.completing import completions, narrowed, own_name
from comptoir.agent.search.finding import customer_hit, exact_hits, find_all, order_hit
from comptoir.agent.search.saving import saveable
from comptoir.agent.search.telling import sentences
from comptoir.conversations.actions.searching import forget, remember
from comptoir.conversations.models import RecentSearch, State
from comptoir.conversations.queries import search
from comptoir.conversations.queries.search.finding import BEST, COUNTED_UP_TO, NEWEST
from comptoir.conversations.queries.search.values import STATES
from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers.models import Tag

LONGEST = 200
ABOVE = 5  # people and orders that are shown above conversations
FACET = 8


@require_safe
@console()
def results(request: ConsoleRequest) -> HttpResponse:
    """Everything that matches; one order, parcel or phone number alone opens what it names at once."""
    text = _text(request)
    found = find_all(request.agent, text, limit=ABOVE, kinds="op")
    named = exact_hits(found)
    digits = any(character.isdigit() for character in text)
    if len(named) == 1 and digits and "@" not in text and "all" not in request.GET:
        return HttpResponseRedirect(named[0].url)
    asked = search.read(text)
    shown, problems = _conversations(request, asked)
    if text:
        remember(request.agent, text)
    stems = shown["stems"]
    above = [
        (_("Trouvé"), named),
        (_("Clients"), [customer_hit(person) for person in found.customers]),
        (_("Commandes"), [order_hit(order) for order in found.orders]),
    ]
    context = {
        "text": text,
        "groups": [
            (title, [(hit, search.emphasised(hit.title, stems)) for hit in hits]) for title, hits in above if hits
        ],
        "told": sentences(problems),
        "recent": _recent(request.agent),
        "sorts": [(_address(text, sort), label, sort == shown["sort"]) for sort, label in _sorts()],
        "words": asked.words,
        "overview_url": f"{reverse('search-overview')}?{urlencode({'q': shown['whole']})}",
        "saveable": saveable(request.agent, asked),
        "empty": asked.empty,
    }
    return page(request, "agent/search/results.html", context | shown)


@require_safe
@console()
def rows(request: ConsoleRequest) -> HttpResponse:
    """More conversations, after a place."""
    shown, _problems = _conversations(request, search.read(_text(request)))
    return render(request, "agent/search/rows.html", shown)


@require_safe
@console()
def overview(request: ConsoleRequest) -> HttpResponse:
    """How many there are, and what narrows them: asked for once the page stands."""
    text = _text(request)
    asked = search.read(text)
    try:
        found = search.overview(request.agent, asked) if not asked.empty else None
    except search.TooSlow:
        found = None
    groups = _facets(request.agent, text, found) if found else []
    total = _("1 000+") if found and found.total > COUNTED_UP_TO else str(found.total) if found else ""
    return render(request, "agent/search/overview.html", {"facets": groups, "total": total})


@require_safe
@console()
def complete(request: ConsoleRequest) -> HttpResponse:
    """Options for the box: what its last word may become; recent searches while it is empty."""
    text = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    texts = [one.text for one in completions(request.agent, text)] if text.strip() else _recent(request.agent)
    return render(request, "agent/search/options.html", {"texts": texts})


@require_POST
@console()
def forget_recent(request: ConsoleRequest) -> HttpResponse:
    """Take away the agent's own recent searches."""
    forget(request.agent)
    return HttpResponseRedirect(reverse("search"))


def _text(request: ConsoleRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]


def _conversations(request: ConsoleRequest, asked: search.Asked) -> tuple[dict[str, Any], list[search.Problem]]:
    sort = BEST if request.GET.get("sort") == BEST else NEWEST
    literally = "literally" in request.GET
    try:
        found = search.find(
            request.agent, asked, sort=sort, after=request.GET.get("after", "")[:40], correct=not literally
        )
    except search.TooSlow:
        found = search.Results(problems=[*asked.problems, search.Problem("too_slow", "")])
    whole = found.whole or asked.text
    return {
        "lines": found.matches,
        "drawn": drawn.rows(found.matches, found.stems),
        "sort": sort,
        "stems": found.stems,
        "instead": found.instead,
        "whole": whole,
        "literal_url": f"{_address(asked.text, sort)}&literally=1",
        "more_url": f"{reverse('search-rows')}?{urlencode({'q': whole, 'sort': sort, 'after': found.following})}"
        if found.following
        else "",
    }, found.problems


def _sorts() -> list[tuple[str, str]]:
    return [(NEWEST, _("Les plus récentes")), (BEST, _("Les plus proches"))]


def _address(text: str, sort: str) -> str:
    return f"{reverse('search')}?{urlencode({'q': text} | ({'sort': sort} if sort != NEWEST else {}))}"


def _recent(agent: Agent) -> list[str]:
    return list(RecentSearch.objects.filter(agent=agent).values_list("text", flat=True)[:6])


def _facets(agent: Agent, text: str, found: Any) -> list[tuple[str, list[tuple[str, str, int]]]]:
    states, words = dict(State.choices), {state: word for word, state in reversed(STATES.items())}
    inboxes = dict(access.inboxes(agent).values_list("pk", "name"))
    tags = dict(Tag.objects.filter(pk__in=found.tags).values_list("pk", "name"))
    kinds: list[tuple[str, str, list[tuple[str, str, int]]]] = [
        (_("État"), "state", [(str(states[key]), words.get(key, key), n) for key, n in found.states.most_common()]),
        (_("Boîte"), "inbox", [(inboxes[key], inboxes[key], n) for key, n in found.inboxes.most_common() if key in inboxes]),
        (_("Étiquette"), "tag", [(tags[key], tags[key], n) for key, n in found.tags.most_common() if key in tags]),
    ]  # fmt: skip
    return [
        (title, [(_address(narrowed(text, key, value), NEWEST), label, n) for label, value, n in rows[:FACET]])
        for title, key, rows in kinds
        if rows and f"{own_name(key)}:" not in text
    ]
