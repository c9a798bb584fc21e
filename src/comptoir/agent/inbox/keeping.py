"""Spam and trash: emptied, deleted for good, and whose mail goes there by itself."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.conversations.actions import keeping, organising, refusing
from comptoir.conversations.models import BlockedDomain, Conversation, Inbox, Retention, State
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers import actions as people
from comptoir.customers.models import Identity, IdentityKind


def strip(request: ConsoleRequest, slug: str) -> dict[str, Any] | None:
    """What stands above a list of spam or trash; None for any other list."""
    if slug not in keeping.AWAY:
        return None
    kept = Retention.current()
    days = kept.spam_days if slug == State.SPAM else kept.trash_days
    return {"slug": slug, "days": days, "may_empty": access.can(request.agent, May.ERASE)}


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ERASE)
def emptying(request: ConsoleRequest, slug: str) -> HttpResponse:
    """Ask, then delete all that stands in spam or trash."""
    if slug not in keeping.AWAY:
        raise Http404
    if request.method != "POST":
        many = access.conversations(request.agent).filter(state=slug).count()
        return render(request, "agent/inbox/keeping/empty.html", {"slug": slug, "count": many, "action": request.path})
    keeping.empty(slug, request.agent)
    trigger = {"closedialog": {}, "toast": {"text": _("C’est en train d’être supprimé.")}}
    return threads.triggering(HttpResponse(status=204), trigger)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ERASE)
def deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Ask, then delete one conversation for good."""
    row = conversation_of(request, key)
    if row.state not in keeping.AWAY:
        raise Http404
    if request.method != "POST":
        return render(request, "agent/inbox/keeping/delete.html", {"opened": row, "action": request.path})
    keeping.delete_for_good([row.pk], actor=Actor.of(request.agent))
    trigger = {"closedialog": {}, "toast": {"text": _("La conversation est supprimée, avec ses fichiers.")}}
    return threads.onwards(request, row, trigger=trigger)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.EDIT_CUSTOMERS)
def block(request: ConsoleRequest, key: int) -> HttpResponse:
    """Ask what to block, the address or its domain; then the conversation goes to spam."""
    row = conversation_of(request, key)
    sender = _sender(row)
    domain = sender.value.rpartition("@")[2] if sender.kind == IdentityKind.EMAIL else ""
    offered = domain if domain and domain not in refusing.PUBLIC else ""
    if request.method != "POST":
        context = {"opened": row, "sender": sender, "domain": offered, "action": request.path}
        return render(request, "agent/inbox/keeping/block.html", context)
    actor = Actor.of(request.agent)
    if request.POST.get("what") == "domain":
        try:
            refusing.block_domain(domain, actor=actor, ours=own_domains())
        except refusing.CannotBlock as refused:
            return threads.triggering(HttpResponse(status=204), {"toast": {"text": why(refused.code), "bad": True}})
        text = _("Ce qui vient de %(domain)s ira aux indésirables.") % {"domain": domain}
    else:
        people.block(sender, actor=actor)
        text = _("Ce qui vient de %(address)s ira aux indésirables.") % {"address": sender.value}
    organising.mark_spam(row, actor=actor)
    toast = {"text": text, "undo": f"/conversations/{row.pk}/unblock/", "label": _("Annuler"), "seconds": 12}
    return threads.onwards(request, row, trigger={"closedialog": {}, "toast": toast})


@require_POST
@console(May.EDIT_CUSTOMERS)
def unblock(request: ConsoleRequest, key: int) -> HttpResponse:
    """The sender may write again, and the conversation comes back."""
    row = conversation_of(request, key)
    sender, actor = _sender(row), Actor.of(request.agent)
    if sender.blocked_at is not None:
        people.block(sender, actor=actor, blocked=False)
    domain = BlockedDomain.objects.filter(domain=sender.value.rpartition("@")[2]).first()
    if domain is not None:
        refusing.unblock_domain(domain, actor=actor)
    organising.reopen(row, actor=actor)
    response = HttpResponse(status=204)
    response.headers["HX-Location"] = threads.location(request, row.pk)
    return response


def own_domains() -> frozenset[str]:
    """The domains of our own inboxes."""
    return frozenset(address.rpartition("@")[2] for box in Inbox.objects.all() for address in box.own_addresses)


def why(code: str) -> str:
    """Why a domain cannot be blocked."""
    texts = {
        "public": _("Ce domaine est à tout le monde : bloquez l’adresse seule."),
        "ours": _("Ce domaine est le vôtre."),
    }
    return texts.get(code, _("Ce n’est pas un nom de domaine."))


def _sender(row: Conversation) -> Identity:
    """Who wrote first: the identity of the conversation's oldest message of a customer."""
    first = row.messages.filter(kind="customer").select_related("identity").order_by("created_at", "pk").first()
    return first.identity if first is not None and first.identity is not None else row.identity
