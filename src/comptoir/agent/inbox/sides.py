"""Conversations aside: a mail to a carrier, a supplier, a store about the matter, and what they answer."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import answers, checking, editors, macros, threads
from comptoir.agent.inbox.found import conversation_of, opened_of, side_of
from comptoir.automation.actions import applying
from comptoir.automation.acts import BadAct
from comptoir.conversations.actions import sides
from comptoir.conversations.actions.answering import CannotAnswer, SomeoneAnswered, Written
from comptoir.conversations.models import Conversation, Delivery, Message
from comptoir.conversations.queries.thread import enclosable
from comptoir.core.access import May
from comptoir.core.actors import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ANSWER)
def new(request: ConsoleRequest, key: int) -> HttpResponse:
    """The editor of a mail to a third party; posted, it leaves."""
    if request.method == "POST":
        matter = conversation_of(request, key)
        form = f"editor-{matter.pk}-side"

        def send(written: Written) -> Message:
            return sides.open_side(
                matter,
                written,
                agent=request.agent,
                messages=_keys(request, "messages"),
                attachments=_keys(request, "attachments"),
            )

        return _sent(request, matter, matter, form, send)
    opened = opened_of(request, key)
    draft = next((row for row in opened.draft_list if row["kind"] == "side"), None)
    editor = editors.from_draft("side", draft)
    if draft is None:
        editor = editors.Editor("side", subject=opened.subject)
    context = {"opened": opened, "editors": [editor], "writing_aside": True, "enclosable": enclosable(opened)}
    context["closing"] = editors.closing_of(opened, request.agent)
    return render(request, "agent/inbox/compose/composer.html", context)


@require_POST
@console(May.ANSWER)
def replies(request: ConsoleRequest, key: int) -> HttpResponse:
    """Go on with the third party."""
    thread = side_of(request, key)
    return _sent(
        request,
        thread,
        thread.side.conversation,
        f"editor-{thread.pk}-reply",
        lambda written: sides.reply_aside(thread, written, agent=request.agent),
    )


@require_POST
@console(May.ANSWER)
def closure(request: ConsoleRequest, key: int) -> HttpResponse:
    """Nothing more is expected of the third party."""
    thread = side_of(request, key)
    sides.close_side(thread, actor=Actor.of(request.agent))
    toast = {"text": _("La conversation à part est close."), "undo": f"/conversations/{key}/aside/opening/"}
    return threads.refreshed(request, key, trigger={"toast": toast | {"label": _("Annuler")}})


@require_POST
@console(May.ANSWER)
def opening(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take it up again."""
    thread = side_of(request, key)
    sides.reopen_side(thread, actor=Actor.of(request.agent))
    return threads.refreshed(request, key, trigger={})


def _sent(
    request: ConsoleRequest,
    shown: Conversation,
    matter: Conversation,
    form: str,
    send: Callable[[Written], Message],
) -> HttpResponse:
    """Look at what was written, send it, and draw the page that it was written on again."""
    try:
        written = editors.written(request)
        warned = checking.held_back_aside(request, matter.shop, written, form)
        if warned is not None:
            return warned
        message = applying.aside(matter, written, editors.load(request), send=send, agent=request.agent)
    except applying.MissingValues as missing:
        return macros.lacking(request, missing)
    except BadAct:
        raise Http404 from None
    except SomeoneAnswered as warning:
        context: dict[str, Any] = {"opened": shown, "newer": warning.newer, "then": "", "send_at": None}
        context["warned"] = request.POST.getlist("warned")
        return render(request, "agent/inbox/compose/newer.html", context, status=422)
    except CannotAnswer as refused:
        return answers.refusal(request, refused)
    trigger = {"toast": answers.toast(message)} if message.delivery == Delivery.HELD else {}
    return threads.refreshed(request, shown.pk, trigger=trigger, sent="side")


def _keys(request: ConsoleRequest, name: str) -> list[int]:
    return [
        int(text) for text in request.POST.getlist(name)[:200] if text.isascii() and text.isdecimal() and len(text) < 19
    ]
