"""Merging with another conversation, taking that back, and taking messages out."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.agent.inbox.joined import candidates
from comptoir.agent.inbox.showing import author
from comptoir.conversations.actions import joining, splitting
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.models import Conversation, Joining
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers import actions as people
from comptoir.customers.models import Customer
from comptoir.lib.html import to_text
from comptoir.lib.text import preview

LISTED = 200


@require_safe
@console(May.ORGANISE)
def merging(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog that asks for the other conversation; with `q`, those that match."""
    opened = conversation_of(request, key)
    found = candidates(request.agent, opened, request.GET.get("q", ""))
    rows = [(row, asks_first(row, opened)) for row in found]
    context = {"opened": opened, "rows": rows, "text": request.GET.get("q", "").strip(), "verb": "merge"}
    template = "candidates" if "q" in request.GET else "merge"
    return render(request, f"agent/inbox/joining/{template}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ORGANISE)
def merge(request: ConsoleRequest, key: int, other: int) -> HttpResponse:
    """Merge the other one into this one. Two customers or shops: the question first, unless it was answered (`confirmed`)."""
    target, source = conversation_of(request, key), conversation_of(request, other)
    strangers = source.identity.customer_id != target.identity.customer_id
    if request.method != "POST" or (asks_first(source, target) and not request.POST.get("confirmed")):
        context = {"opened": target, "source": source, "strangers": strangers, "people": _both(request, source, target)}
        context |= {"shops": source.shop_id != target.shop_id, "leaving": leaving_inbox(target) or target.inbox}
        response = render(request, "agent/inbox/joining/question.html", context)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog-place", "innerHTML"
        return response
    try:
        done = joining.merge(source, target, actor=Actor.of(request.agent))
    except joining.CannotJoin as refused:
        return told(why(refused.code))
    if strangers and request.POST.get("people"):
        _merge_people(request, source, target)
    text = _("« %(subject)s » est fusionnée ici.") % {"subject": _subject(source)}
    toast = {"text": text, "undo": f"/joinings/{done.pk}/undo/", "label": _("Annuler"), "seconds": 12}
    return threads.refreshed(request, target.pk, trigger={"closedialog": {}, "toast": toast})


@require_POST
@console(May.ORGANISE)
def unmerge(request: ConsoleRequest, key: int) -> HttpResponse:
    """Two conversations again."""
    done = Joining.objects.filter(pk=key).first()
    mine = access.conversations(request.agent)
    if done is None or not mine.filter(pk=done.target_id).exists() or not mine.filter(pk=done.source_id).exists():
        raise Http404
    try:
        source = joining.unmerge(done, actor=Actor.of(request.agent))
    except joining.CannotJoin as refused:
        return told(why(refused.code))
    response = HttpResponse(status=204)
    response.headers["HX-Location"] = threads.location(request, done.target_id)
    text = _("« %(subject)s » est de nouveau à part, avec tout ce qui est à elle.") % {"subject": _subject(source)}
    return threads.triggering(response, {"toast": {"text": text}})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ORGANISE)
def split(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog in which messages are chosen; posted, they stand in a conversation of their own."""
    opened = conversation_of(request, key)
    if request.method != "POST":
        return render(request, "agent/inbox/joining/split.html", {"opened": opened, "rows": _messages(request, opened)})
    keys = [int(text) for text in request.POST.getlist("messages") if text.isdigit() and len(text) < 19]
    try:
        made = splitting.split(
            opened,
            keys,
            actor=Actor.of(request.agent),
            following=request.POST.get("following") == "1",
            subject=request.POST.get("subject", ""),
        )
    except splitting.CannotSplit as refused:
        context = {"opened": opened, "rows": _messages(request, opened, set(keys)), "problem": why(refused.code)}
        response = render(request, "agent/inbox/joining/split.html", context, status=422)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog-place", "innerHTML"
        return response
    response = HttpResponse(status=204)
    response.headers["HX-Location"] = threads.location(request, made.pk)
    toast = {
        "text": _("Les messages ont leur propre conversation."),
        "undo": f"/conversations/{opened.pk}/split/{made.pk}/undo/",
        "label": _("Annuler"),
        "seconds": 12,
    }
    return threads.triggering(response, {"closedialog": {}, "toast": toast})


@require_POST
@console(May.ORGANISE)
def unsplit(request: ConsoleRequest, key: int, other: int) -> HttpResponse:
    """The messages go back to where they were taken from."""
    origin, made = conversation_of(request, key), conversation_of(request, other)
    if origin.pk != made.pk:
        try:
            splitting.unsplit(made, origin, actor=Actor.of(request.agent))
        except joining.CannotJoin as refused:
            return told(why(refused.code))
    response = HttpResponse(status=204)
    response.headers["HX-Location"] = threads.location(request, origin.pk)
    return threads.triggering(response, {})


def asks_first(source: Conversation, target: Conversation) -> bool:
    """Whether a merge of these is asked about before: they are of two customers or of two shops."""
    return source.identity.customer_id != target.identity.customer_id or source.shop_id != target.shop_id


def told(text: str) -> HttpResponse:
    """A refusal in words; nothing else on the page changes."""
    response = HttpResponse(status=204)
    return threads.triggering(response, {"toast": {"text": text, "bad": True}})


def why(code: str) -> str:
    """Why it cannot be, and what to do."""
    texts = {
        "same": _("C’est la même conversation."),
        "merged": _("L’une des deux vient d’être fusionnée par quelqu’un d’autre. Rien n’a changé."),
        "away": _("L’une des deux est aux indésirables ou à la corbeille : sortez-la d’abord."),
        "undone": _("Cette fusion est déjà défaite."),
        "later": _("Cette conversation a été fusionnée à son tour : défaites d’abord cette autre fusion."),
        "nothing": _("Choisissez au moins un message."),
        "everything": _("Tous les messages partiraient : laissez-en au moins un ici."),
        "no_mail_inbox": _("Ce chat ne peut pas continuer par e-mail : la boutique n’a pas de boîte aux lettres."),
    }
    return texts.get(code, _("Rien n’a changé."))


def _subject(row: Conversation) -> str:
    return row.subject or _("(sans objet)")


def _both(request: ConsoleRequest, source: Conversation, target: Conversation) -> list[Customer]:
    """The two customers, when the agent may make them one."""
    if not access.can(request.agent, May.EDIT_CUSTOMERS):
        return []
    keys = {source.identity.customer_id, target.identity.customer_id}
    rows = list(access.customers(request.agent).filter(pk__in=keys, erased_at=None))
    return rows if len(rows) == 2 else []


def _merge_people(request: ConsoleRequest, source: Conversation, target: Conversation) -> None:
    if len(_both(request, source, target)) == 2:
        former, kept = source.identity.customer, target.identity.customer
        people.merge(former, kept, actor=Actor.of(request.agent))


def _messages(request: ConsoleRequest, opened: Conversation, chosen: set[int] | None = None) -> list[dict[str, Any]]:
    rows = opened.messages.select_related("agent", "identity").order_by("-created_at", "-pk")[:LISTED]
    return [
        {
            "key": row.pk,
            "name": author(row, request.agent),
            "at": row.created_at,
            "text": preview(row.text or to_text(row.html), 110),
            "chosen": row.pk in (chosen or ()),
        }
        for row in list(rows)[::-1]
    ]
