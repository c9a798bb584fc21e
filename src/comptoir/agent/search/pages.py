"""The command bar's answers."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.recent import seen
from comptoir.agent.search.completing import completions
from comptoir.agent.search.deeds import Context, deeds
from comptoir.agent.search.finding import (
    conversation_hit,
    customer_hit,
    exact_hits,
    find_all,
    order_hit,
)
from comptoir.agent.search.further import further
from comptoir.agent.search.going import going
from comptoir.agent.search.hits import Group, Hit
from comptoir.agent.search.ordering import ordering
from comptoir.agent.search.telling import sentences
from comptoir.conversations.models import Conversation, Presence
from comptoir.conversations.queries.search import lexemes, read
from comptoir.conversations.queries.search.excerpts import emphasised
from comptoir.core import access

LONGEST = 200
KINDS = {"#": "o", "@": "p", ">": ""}


@require_safe
@console()
def bar(request: ConsoleRequest) -> HttpResponse:
    """What the box finds and can do; without script, the page of results."""
    text = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(f"{reverse('search')}?{urlencode({'q': text})}")
    groups = _groups(request, text)
    looked_for = lexemes.spellings(read(text, typing=True).terms)
    number = 0
    lines: list[tuple[Any, list[dict[str, Any]]]] = []
    for group in groups:
        hits = []
        for hit in group.hits:
            number += 1
            hits.append({"hit": hit, "id": f"o{number}", "title": emphasised(hit.title, looked_for)})
        lines.append((group.title, hits))
    return render(request, "agent/search/bar.html", {"groups": lines, "text": text.strip()})


def _groups(request: ConsoleRequest, text: str) -> list[Group]:
    agent, prefix = request.agent, text.strip()[:1]
    typed = text.strip()[1:].lstrip() if prefix in KINDS and prefix else text
    kinds = KINDS.get(prefix, "opc") if prefix else "opc"
    conversation = _open_conversation(request)
    acts = prefix not in ("#", "@") or not prefix
    doable = []
    if conversation and acts:
        context = Context(agent, conversation)
        doable = [*deeds(context, typed), *further(context, typed), *ordering(context, typed)]
    about = _("Sur cette conversation")
    if not typed.strip():
        groups = [
            Group(about, doable),
            Group(_("Récents"), _recent(request)),
            Group(_("Aller à"), going(agent, "") if acts else []),
        ]
        return [group for group in groups if group.hits]
    begun = [
        Hit(
            "search",
            one.added,
            small=_("filtre"),
            url=f"{reverse('search')}?{urlencode({'q': one.text})}",
            fill=one.text,
        )
        for one in completions(agent, typed)[:3]
    ]
    found = find_all(agent, typed, kinds=kinds)
    people = [*map(order_hit, found.orders), *map(customer_hit, found.customers)]
    groups = [
        Group(_("Trouvé"), exact_hits(found)),
        Group(_("Affiner"), begun),
        Group(about, doable),
        Group(_("Commandes et clients"), people),
        Group(
            _("Conversations"), [conversation_hit(match.conversation, match.excerpt) for match in found.conversations]
        ),
        Group(_("Aller à"), going(agent, typed) if acts else []),
    ]
    kept = [group for group in groups if group.hits]
    if not found.nothing or found.problems:
        url = f"{reverse('search')}?{urlencode({'q': typed.strip()})}"
        told = " ".join(sentences(found.problems))
        kept.append(Group("", [Hit("search", _("Tous les résultats"), small=told, url=f"{url}&all=1")]))
    return kept


def _open_conversation(request: ConsoleRequest) -> Conversation | None:
    """The conversation on the page from which the bar was opened."""
    path = urlsplit(request.headers.get("HX-Current-URL", "")).path
    try:
        match = resolve(path) if path else None
    except Resolver404:
        match = None
    if match is None or not (match.url_name or "").startswith("conversation"):
        return None
    key = next((value for value in match.kwargs.values() if isinstance(value, int)), None)
    rows = access.conversations(request.agent).select_related("assignee", "team")
    found: Conversation | None = rows.filter(pk=key).first() if key else None
    return found


def _recent(request: ConsoleRequest) -> list[Hit]:
    """What the agent opened lately, as far as they may still see it."""
    agent, entries = request.agent, seen(request)
    keys = {kind: [key for other, key in entries if other == kind] for kind in ("customer", "order")}
    customers = access.customers(agent).filter(pk__in=keys["customer"], erased_at=None).prefetch_related("identities")
    orders = access.orders(agent).filter(pk__in=keys["order"]).select_related("identity__customer")
    rows: dict[tuple[Any, Any], Hit] = {}
    if keys["customer"]:
        rows |= {("customer", row.pk): customer_hit(row) for row in customers}
    if keys["order"]:
        rows |= {("order", row.pk): order_hit(row) for row in orders}
    opened = Presence.objects.filter(agent=agent).order_by("-seen_at").values("conversation")[:3]
    talks = access.conversations(agent).filter(pk__in=list(opened.values_list("conversation", flat=True)))
    listed = [rows[(kind, key)] for kind, key in entries if (kind, key) in rows]
    return [*map(conversation_hit, talks.select_related("assignee")), *listed][:6]
