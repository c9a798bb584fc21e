"""One change to many conversations."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import snoozing, threads
from comptoir.conversations.actions import organising
from comptoir.conversations.models import Conversation
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor

LIMIT = 400


@require_POST
@console(May.ORGANISE)
def changes(request: ConsoleRequest) -> HttpResponse:
    """Assign, close, tag, snooze... those of the chosen conversations that the agent may see."""
    change = _change(request)
    keys = [int(text) for text in request.POST.getlist("conversations") if text.isdigit() and len(text) < 19][:LIMIT]
    done = 0
    for row in access.conversations(request.agent).filter(pk__in=keys).select_related("identity").distinct():
        done += bool(change(row))
    text = ngettext("%(count)s conversation changée.", "%(count)s conversations changées.", done) % {"count": done}
    response = HttpResponse(status=204)
    return threads.triggering(response, {"toast": {"text": text}, "bulkdone": {}})


def _change(request: ConsoleRequest) -> Callable[[Conversation], object]:
    actor, agent = Actor.of(request.agent), request.agent
    name, _sep, detail = request.POST.get("change", "").partition(":")
    until = snoozing.moment(detail) if name == "snooze" else None
    known: dict[str, Callable[[Conversation], object]] = {
        "assign-me": lambda row: organising.assign(row, agent, actor=actor),
        "unassign": lambda row: organising.assign(row, None, actor=actor),
        "close": lambda row: organising.close(row, actor=actor),
        "reopen": lambda row: organising.reopen(row, actor=actor),
        "spam": lambda row: organising.mark_spam(row, actor=actor),
        "trash": lambda row: organising.discard(row, actor=actor),
        "tag": lambda row: organising.tag(row, request.POST.get("tag", ""), actor=actor),
    }
    if until is not None:
        known["snooze"] = lambda row: organising.snooze(row, until, actor=actor)
    if name not in known:
        raise Http404
    return known[name]
