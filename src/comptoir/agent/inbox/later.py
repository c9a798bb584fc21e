"""An answer that leaves later: the menu of times, words understood, and what can be done with one that waits."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import threads
from comptoir.agent.inbox.found import conversation_of, message_of
from comptoir.agent.inbox.times import LONGEST, chosen, offered
from comptoir.agent.search import moments
from comptoir.conversations.actions import scheduling
from comptoir.conversations.actions.scheduling import BadTime
from comptoir.conversations.models import Message
from comptoir.core.access import May
from comptoir.ui.words import moment as in_words


@console(May.ANSWER)
def menu(request: ConsoleRequest, key: int) -> HttpResponse:
    """The times that are offered, for the editor of a conversation or, with `message`, for an answer planned already."""
    conversation = conversation_of(request, key)
    wanted = request.GET.get("message", "")
    planned = None
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19:
        planned = Message.objects.filter(conversation=conversation.pk, pk=int(wanted)).first()
    times = [(label, at.isoformat(), in_words(at, "list")) for label, at in offered()]
    context = {"opened": conversation, "times": times, "planned": planned}
    return render(request, "agent/inbox/menus/later.html", context)


@console(May.ANSWER)
def understood(request: ConsoleRequest) -> HttpResponse:
    """What typed words mean, said back: « vendredi 27 novembre à 14:00 »."""
    text = request.GET.get("send_text", "")[:LONGEST]
    at = moments.read(text, timezone.localtime()) if text.strip() else None
    said = in_words(at, "full") if at else _("Ce moment n’est pas compris, ou il est passé.") if text.strip() else ""
    return HttpResponse(said, content_type="text/plain; charset=utf-8")


@require_POST
@console(May.ANSWER)
def now(request: ConsoleRequest, key: int) -> HttpResponse:
    """Send what waits without waiting any longer."""
    message = message_of(request, key)
    done = scheduling.send_now(message, agent=request.agent)
    return _again(request, message, "" if done else _("Trop tard : le message est déjà parti."))


@require_POST
@console(May.ANSWER)
def plan(request: ConsoleRequest, key: int) -> HttpResponse:
    """Another time for a planned answer."""
    message = message_of(request, key)
    try:
        at = chosen(request.POST)
        if at is None:
            raise BadTime("")
        done = scheduling.replan(message, at, agent=request.agent)
    except BadTime:
        return _again(request, message, _("Ce moment n’est pas compris, ou il est passé : rien n’a changé."))
    return _again(request, message, "" if done else _("Trop tard : le message est déjà parti."))


def _again(request: ConsoleRequest, message: Message, problem: str) -> HttpResponse:
    trigger: dict[str, Any] = {"toast": {"text": problem, "bad": True}} if problem else {}
    return threads.refreshed(request, message.conversation_id, trigger=trigger)
