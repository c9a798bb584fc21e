"""« Messages »: what is proposed to customers, confirmed or dropped many at once, and what left lately."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.page import page
from comptoir.agent.proactive.framed import framed
from comptoir.agent.tell import tell
from comptoir.campaigns.actions import deciding
from comptoir.campaigns.models import Announcement, Confirmation, Kind
from comptoir.campaigns.queries import waiting
from comptoir.campaigns.queries.gate import ABOUT, REASONS
from comptoir.campaigns.queries.letters import letter
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent, Role

SHOWN, LATELY, AWAITED = 100, 30, 30
State = Announcement.State


@require_safe
@console()
def queue(request: ConsoleRequest) -> HttpResponse:
    """What waits for somebody, by kind if wished, and what left or was dropped lately."""
    rows = access.announcements(request.agent).select_related(*ABOUT, "mail", "confirmed_by")
    kind = request.GET.get("kind", "")
    proposed = rows.filter(state=State.PROPOSED).order_by("due_at", "pk")
    kinds = set(proposed.values_list("kind", flat=True).order_by().distinct())
    if kind in Kind.values:
        proposed = proposed.filter(kind=kind)
    past = rows.filter(state__in=[State.LEFT, State.DROPPED]).order_by("-pk")[:LATELY]
    context: dict[str, Any] = {
        "rows": list(proposed[:SHOWN]),
        "total": proposed.count(),
        "kinds": [(key, label, key == kind) for key, label in Kind.choices if key in kinds],
        "kind": kind if kind in Kind.values else "",
        "awaited": _awaited(request.agent),
        "past": [(row, REASONS.get(row.reason, "")) for row in past],
        "may_decide": access.can(request.agent, May.ANSWER),
        "may_set": access.can(request.agent, May.SETTINGS),
    }
    return page(request, "agent/proactive/queue.html", context)


@require_safe
@console()
def mail(request: ConsoleRequest, key: int) -> HttpResponse:
    """The message as it would leave now, or as it left."""
    rows = access.announcements(request.agent).select_related(*ABOUT, "mail")
    row = get_object_or_404(rows, pk=key)
    html = row.mail.html if row.mail and row.mail.html else letter(row).html
    return framed(html, dark="dark" in request.GET)


@require_POST
@console(May.ANSWER)
def decisions(request: ConsoleRequest) -> HttpResponse:
    """Let the chosen messages leave, or drop them."""
    asked = [text for text in request.POST.getlist("row") if text.isascii() and text.isdecimal() and len(text) < 19]
    mine = access.announcements(request.agent).filter(pk__in=asked[:SHOWN]).values_list("pk", flat=True)
    dropped = request.POST.get("decision") == "drop"
    decide = deciding.drop if dropped else deciding.confirm
    made = decide(list(mine), agent=request.agent)
    if made is None:
        return _told(_("Rien n’a changé\u202f: ces messages n’attendent plus personne."))
    count = len(made.announcements)
    if dropped:
        words = ngettext("%(count)s message abandonné.", "%(count)s messages abandonnés.", count)
    else:
        words = ngettext("%(count)s message va partir.", "%(count)s messages vont partir.", count)
    return _told(words % {"count": count}, undo=f"/proactive/decisions/{made.pk}/undo/")


@require_POST
@console(May.ANSWER)
def undo(request: ConsoleRequest, key: int) -> HttpResponse:
    """Propose again what has not left."""
    made = get_object_or_404(Confirmation, pk=key, agent=request.agent)
    count = deciding.take_back(made, agent=request.agent)
    if not count:
        return _told(_("Trop tard\u202f: ces messages sont partis."))
    words = ngettext("%(count)s message attend de nouveau.", "%(count)s messages attendent de nouveau.", count)
    return _told(words % {"count": count})


def _awaited(agent: Agent) -> list[waiting.Awaited]:
    """The articles that customers of the agent's shops wait for; none for who keeps a store."""
    if agent.role == Role.STORE:
        return []
    return waiting.awaited(waiting.open_wishes().filter(shop__in=access.shops(agent)), AWAITED)


def _told(words: str, *, undo: str = "") -> HttpResponse:
    return tell(HttpResponse(status=204), words, undo=undo, events={"proactivechanged": {}})
