"""Conversations to be seen together, and the move to another inbox or shop."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.agent.inbox.joined import candidates
from comptoir.agent.inbox.joining import told
from comptoir.conversations.actions import linking
from comptoir.conversations.models import Conversation, Inbox
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor


@require_safe
@console(May.ORGANISE)
def links(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog that asks for the other conversation; with `q`, those that match."""
    opened = conversation_of(request, key)
    found = candidates(request.agent, opened, request.GET.get("q", ""))
    rows = [(row, False) for row in found]
    context = {"opened": opened, "rows": rows, "text": request.GET.get("q", "").strip(), "verb": "links"}
    template = "candidates" if "q" in request.GET else "links"
    return render(request, f"agent/inbox/joining/{template}.html", context)


@require_POST
@console(May.ORGANISE)
def link(request: ConsoleRequest, key: int, other: int) -> HttpResponse:
    """Show each beside the other."""
    opened, there = conversation_of(request, key), conversation_of(request, other)
    linking.link(opened, there, actor=Actor.of(request.agent))
    toast = {
        "text": _("Les deux conversations se voient l’une à côté de l’autre."),
        "undo": f"/conversations/{opened.pk}/links/{there.pk}/removal/",
        "label": _("Annuler"),
    }
    return threads.refreshed(request, opened.pk, trigger={"closedialog": {}, "toast": toast})


@require_POST
@console(May.ORGANISE)
def unlink(request: ConsoleRequest, key: int, other: int) -> HttpResponse:
    """Take the link away."""
    opened, there = conversation_of(request, key), conversation_of(request, other)
    linking.unlink(opened, there, actor=Actor.of(request.agent))
    return threads.triggering(HttpResponse(status=204), {"toast": {"text": _("Le lien est retiré.")}})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ORGANISE)
def move(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog with the inboxes that the agent may use; posted, the conversation goes there."""
    opened = conversation_of(request, key)
    places = access.inboxes(request.agent).filter(active=True, kind__in=linking.MOVABLE).exclude(pk=opened.inbox_id)
    if request.method != "POST":
        rows = places.select_related("shop").order_by("shop__name", "name")
        context = {"opened": opened, "inboxes": rows, "action": request.path, "chat": opened.channel == "chat"}
        return render(request, "agent/inbox/joining/move.html", context)
    wanted = request.POST.get("inbox", "")
    inbox: Inbox = get_object_or_404(places, pk=int(wanted) if wanted.isdigit() and len(wanted) < 19 else 0)
    try:
        linking.move(opened, inbox, actor=Actor.of(request.agent))
    except linking.CannotMove as refused:
        return told(why(refused.code))
    text = _("La conversation est dans %(inbox)s.") % {"inbox": inbox.name}
    trigger = {"closedialog": {}, "toast": {"text": text}}
    if access.conversations(request.agent).filter(pk=opened.pk).exists():
        return threads.refreshed(request, opened.pk, trigger=trigger)
    return threads.onwards(request, Conversation.objects.get(pk=opened.pk), trigger=trigger)


def why(code: str) -> str:
    """Why it cannot go there."""
    texts = {
        "chat": _("Un chat reste dans sa boutique : sa fenêtre n’en connaît pas d’autre."),
        "away": _("Sortez-la d’abord des indésirables ou de la corbeille."),
    }
    return texts.get(code, _("Cette boîte ne peut pas la recevoir. Rien n’a changé."))
