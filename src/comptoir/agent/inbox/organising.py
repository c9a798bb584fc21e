"""Putting a conversation in order: every verb is a noun that is POSTed to."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import snoozing, threads
from comptoir.agent.inbox.found import conversation_of, opened_of
from comptoir.conversations.actions import organising
from comptoir.conversations.models import Conversation, Priority
from comptoir.conversations.queries import closing, topics
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers.actions import identify
from comptoir.customers.models import IdentityKind, Tag
from comptoir.orders.queries import find_by_number

P = ParamSpec("P")
Change = Callable[Concatenate[ConsoleRequest, Conversation, P], "str | None"]


class Refused(Exception):
    """It is not done; the text says why, in words."""


def told_missing(names: list[str]) -> str:
    """What is to be filled in before closing."""
    return _("Pour clore, il manque : %(names)s.") % {"names": ", ".join(names)}


def changing(view: Change[P]) -> Callable[..., HttpResponse]:
    """A POST that changes one conversation and answers with its thread again; the view's text is told as a toast."""

    @require_POST
    @console(May.ORGANISE)
    def guarded(request: ConsoleRequest, /, key: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        text = view(request, conversation_of(request, key), *args, **kwargs)
        return threads.refreshed(request, key, trigger={"toast": {"text": text}} if text else {})

    return guarded


def putting_away(view: Change[P]) -> Callable[..., HttpResponse]:
    """A POST after which the next conversation of the list is shown, with a way back."""

    @require_POST
    @console(May.ORGANISE)
    def guarded(request: ConsoleRequest, /, key: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        former = conversation_of(request, key)
        try:
            text = view(request, former, *args, **kwargs)
        except Refused as refused:
            return threads.refreshed(request, key, trigger={"toast": {"text": str(refused), "bad": True}})
        if text is None:
            return threads.refreshed(request, key, trigger={})
        toast = {"text": text, "undo": f"/conversations/{key}/opening/?back=1", "label": _("Annuler")}
        return threads.onwards(request, former, trigger={"toast": toast})

    return guarded


@putting_away
def closure(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Close it."""
    if wanting := closing.missing(conversation):
        raise Refused(told_missing(wanting))
    return _("Conversation close.") if organising.close(conversation, actor=_actor(request)) else None


@putting_away
def spam(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Unwanted mail."""
    done = organising.mark_spam(conversation, actor=_actor(request))
    return _("Conversation classée indésirable.") if done else None


@putting_away
def trash(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """To the trash."""
    return _("Conversation à la corbeille.") if organising.discard(conversation, actor=_actor(request)) else None


@putting_away
def snooze(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Let it rest until a time."""
    until = snoozing.moment(request.POST.get("until", ""))
    if until is None:
        raise Http404
    try:
        done = organising.snooze(conversation, until, actor=_actor(request))
    except organising.CannotSnooze:
        return None
    return _("En pause jusqu’à %(moment)s.") % {"moment": snoozing.words(until)} if done else None


@require_POST
@console(May.ORGANISE)
def opening(request: ConsoleRequest, key: int) -> HttpResponse:
    """Open it again; after an undo (`back`) the page goes back to it."""
    conversation = conversation_of(request, key)
    organising.reopen(conversation, actor=_actor(request))
    if request.GET.get("back"):
        response = HttpResponse(status=204)
        response.headers["HX-Location"] = threads.location(request, key)
        return response
    return threads.refreshed(request, key, trigger={"toast": {"text": _("Conversation rouverte.")}})


@changing
def pending(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """The next step is the customer's."""
    organising.wait_for_customer(conversation, actor=_actor(request))
    return None


@changing
def assignment(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Give it to a colleague ("me", a key) or to nobody ("")."""
    wanted = request.POST.get("agent", "")
    if wanted == "me":
        organising.assign(conversation, request.agent, actor=_actor(request))
        return _("Conversation à vous.")
    if not wanted:
        organising.assign(conversation, None, actor=_actor(request))
        return None
    colleague = _one(access.agents(request.agent), wanted)
    organising.assign(conversation, colleague, actor=_actor(request))
    return _("Attribuée à %(name)s.") % {"name": colleague.name}


@changing
def team(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Give it to a team or store, or to none ("")."""
    wanted = request.POST.get("team", "")
    found = _one(access.teams(request.agent), wanted) if wanted else None
    organising.assign_team(conversation, found, actor=_actor(request))
    return None


@changing
def priority(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """How soon it matters."""
    wanted = request.POST.get("priority", "")
    if wanted not in {str(value) for value in Priority.values}:
        raise Http404
    organising.set_priority(conversation, int(wanted), actor=_actor(request))
    return None


@changing
def tags(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Put a tag on it."""
    organising.tag(conversation, request.POST.get("name", ""), actor=_actor(request))
    return None


@changing
def tag_removal(request: ConsoleRequest, conversation: Conversation, tag: int) -> str | None:
    """Take a tag off."""
    found = Tag.objects.filter(pk=tag).first()
    if found is not None:
        organising.untag(conversation, found, actor=_actor(request))
    return None


@changing
def orders(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Put an order beside it, by its number."""
    number = request.POST.get("number", "")
    found = find_by_number(access.orders(request.agent).filter(shop=conversation.shop_id), number).first()
    if found is None:
        return _("Aucune commande ne porte le numéro « %(number)s ».") % {"number": number[:40]}
    organising.attach_order(conversation, found, actor=_actor(request))
    return None


@changing
def order_removal(request: ConsoleRequest, conversation: Conversation, order: int) -> str | None:
    """Take an order away from it."""
    organising.detach_order(conversation, _one(access.orders(request.agent), str(order)), actor=_actor(request))
    return None


@require_POST
@console()
def unread(request: ConsoleRequest, key: int) -> HttpResponse:
    """Show it in bold again, and leave it."""
    former = conversation_of(request, key)
    organising.mark_unread(former, request.agent)
    return threads.calm(request, trigger={"toast": {"text": _("Marquée non lue.")}})


@console(May.ORGANISE)
def subject(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog of the subject and topic; posted, both change."""
    conversation = conversation_of(request, key)
    if request.method != "POST":
        context = {"opened": opened_of(request, key), "action": request.path}
        return render(request, "agent/inbox/menus/subject.html", context | {"topics": _topics_of(conversation)})
    organising.rename(conversation, request.POST.get("subject", ""), actor=_actor(request))
    if (code := _topic_code(conversation, request.POST.get("topic", ""))) is not None:
        organising.set_topic(conversation, code, actor=_actor(request))
    return threads.refreshed(request, key, trigger={"closedialog": {}})


@require_POST
@console(May.ORGANISE)
def topic(request: ConsoleRequest, key: int) -> HttpResponse:
    """What it is about, by a topic's code; "" for nothing. The toast takes it back."""
    conversation = conversation_of(request, key)
    code = _topic_code(conversation, request.POST.get("topic", request.GET.get("topic", "")))
    if code is None:
        raise Http404
    former = conversation.topic
    if not organising.set_topic(conversation, code, actor=_actor(request)):
        return threads.refreshed(request, key)
    text = _("Thème : %(path)s") % {"path": topics.label(code)} if code else _("Plus de thème.")
    query = urlencode({"topic": former})
    toast = {"text": text, "undo": f"{request.path}?{query}", "label": _("Annuler")}
    return threads.refreshed(request, key, trigger={"toast": toast})


@console(May.ORGANISE)
def topic_menu(request: ConsoleRequest, key: int) -> HttpResponse:
    """The tree, to choose from by typing."""
    conversation = conversation_of(request, key)
    context = {"opened": conversation, "nodes": _topics_of(conversation)}
    return render(request, "agent/inbox/menus/topics.html", context)


def _topics_of(conversation: Conversation) -> list[topics.Node]:
    return topics.offered([conversation.shop_id])


def _topic_code(conversation: Conversation, text: str) -> str | None:
    """The code that is meant: "" for none, the one that it has already even if it is offered no more; None for another."""
    if not text or text == conversation.topic:
        return text
    return topics.resolve(text[:300], [conversation.shop_id]) or None


@console(May.ORGANISE)
def customer(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog that says whose matter it is; posted with an address, it becomes theirs."""
    conversation = conversation_of(request, key)
    if request.method != "POST":
        context = {"opened": opened_of(request, key), "action": request.path}
        return render(request, "agent/inbox/menus/customer.html", context)
    email = request.POST.get("email", "").strip().lower()
    local, _at, domain = email.partition("@")
    if not local or "." not in domain or " " in email:
        context = {"opened": opened_of(request, key), "action": request.path, "email": email, "wrong": True}
        response = render(request, "agent/inbox/menus/customer.html", context, status=422)
        response.headers["HX-Retarget"] = "#dialog-place"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    organising.set_customer(conversation, identify(IdentityKind.EMAIL, email), actor=_actor(request))
    return threads.refreshed(request, key, trigger={"closedialog": {}})


def _actor(request: ConsoleRequest) -> Actor:
    return Actor.of(request.agent)


def _one(rows: Any, key: str) -> Any:
    found = rows.filter(pk=int(key)).first() if key.isdigit() and len(key) < 19 else None
    if found is None:
        raise Http404
    return found
