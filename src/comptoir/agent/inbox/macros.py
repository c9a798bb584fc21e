"""Macros beside an answer: offered, put in with their actions, done at once, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import editors, threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.automation.actions import applying, performing
from comptoir.automation.acts import BadAct
from comptoir.automation.models import Macro
from comptoir.automation.queries.choosing import Said, Teller, beginning, say, usable
from comptoir.automation.queries.described import Chip, chips
from comptoir.automation.queries.ranking import offered
from comptoir.automation.queries.values import variables
from comptoir.conversations.models import Conversation
from comptoir.core import access
from comptoir.core.access import May
from comptoir.customers.models import Identity, IdentityKind

BACK_FOR = 60  # seconds in which what was done at once can be taken back
SALT = "comptoir.macros.done"


@dataclass(frozen=True, slots=True)
class Row:
    """A macro in the list: what it says here, its actions in words, what is missing in words."""

    said: Said
    chips: list[Chip]
    missing: list[str]


@console(May.ANSWER)
def menu(request: ConsoleRequest, key: int) -> HttpResponse:
    """The menu: a search and the macros that fit this conversation best."""
    conversation = conversation_of(request, key)
    context = {"opened": conversation, "rows": rows_of(request, conversation, "")}
    return render(request, "agent/inbox/macros/menu.html", context)


@console(May.ANSWER)
def rows(request: ConsoleRequest, key: int) -> HttpResponse:
    """The macros that fit what was typed (`q`), or one of them (`only`)."""
    return _rows(request, conversation_of(request, key))


def _rows(request: ConsoleRequest, conversation: Conversation) -> HttpResponse:
    only = request.GET.get("only", "")
    if only:
        found = usable(request.agent, conversation).filter(pk=_number(only)).first()
        if found is None:
            raise Http404
        shown = [_row(found, request, conversation)]
    else:
        shown = rows_of(request, conversation, request.GET.get("q", "")[:60])
    return render(request, "agent/inbox/macros/rows.html", {"rows": shown, "q": request.GET.get("q", "")})


@console(May.ANSWER)
def first_menu(request: ConsoleRequest) -> HttpResponse:
    """The menu beside a message that begins a conversation."""
    context = {"rows": rows_of(request, _beginning(request), ""), "address": first_address(request.GET)}
    return render(request, "agent/inbox/macros/menu.html", context)


@console(May.ANSWER)
def first_rows(request: ConsoleRequest) -> HttpResponse:
    """The macros for a message that begins a conversation, filled in for its first recipient (`to`) and `inbox`."""
    return _rows(request, _beginning(request))


def first_address(given: Mapping[str, str]) -> str:
    """Where rows for a message to these people are asked for."""
    return f"{reverse('first-macro-rows')}?{urlencode({name: given.get(name, '')[:400] for name in ('to', 'inbox')})}"


def _beginning(request: ConsoleRequest) -> Conversation:
    boxes = access.inboxes(request.agent).filter(active=True).select_related("shop").order_by("kind", "pk")
    inbox = boxes.filter(pk=_number(request.GET.get("inbox", ""))).first() or boxes.first()
    if inbox is None:
        raise Http404
    people = editors.parties([request.GET.get("to", "")[:400]])
    address = people[0]["email"].lower() if people else ""
    known = Identity.objects.filter(
        kind=IdentityKind.EMAIL, value=address, customer__in=access.customers(request.agent)
    )
    return beginning(inbox, known.select_related("customer").first(), address)


@require_POST
@console(May.ORGANISE)
def acts(request: ConsoleRequest, key: int) -> HttpResponse:
    """Do the actions that the editor carries, without a message; they can be taken back for a minute."""
    conversation = conversation_of(request, key)
    try:
        done = applying.act(conversation, editors.load(request), agent=request.agent)
    except applying.MissingValues as missing:
        return lacking(request, missing)
    except BadAct:
        raise Http404 from None
    token = signing.dumps([request.agent.pk, conversation.pk, done], salt=SALT)
    text = ngettext("%(count)s action faite.", "%(count)s actions faites.", len(done)) % {"count": len(done)}
    toast: dict[str, Any] = {"text": text if done else _("Il n’y avait rien à changer.")}
    if done:
        toast |= {"undo": f"{reverse('macro-acts-undo', args=[key])}?done={token}", "seconds": 8}
    return threads.refreshed(request, key, trigger={"toast": toast, "macro:done": {}})


@require_POST
@console(May.ORGANISE)
def acts_undo(request: ConsoleRequest, key: int) -> HttpResponse:
    """Put back what was done a moment ago."""
    conversation = conversation_of(request, key)
    try:
        agent, row, done = signing.loads(request.GET.get("done", ""), salt=SALT, max_age=BACK_FOR)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    if (agent, row) != (request.agent.pk, conversation.pk):
        raise Http404
    performing.take_back(conversation, done, agent=request.agent)
    response = HttpResponse(status=204)
    response.headers["HX-Location"] = threads.location(request, conversation.pk)
    return response


def rows_of(request: ConsoleRequest, conversation: Conversation, typed: str) -> list[Row]:
    """The macros to offer, filled in."""
    teller = Teller(conversation, request.agent)
    said = [teller.say(macro) for macro in offered(conversation, request.agent, typed)]
    labels = {chip.code: chip for chip in chips(dict.fromkeys(code for one in said for code in one.acts))}
    return [Row(one, [labels[code] for code in one.acts if code in labels], in_words(one.missing)) for one in said]


def lacking(request: ConsoleRequest, missing: applying.MissingValues) -> HttpResponse:
    """What is missing, above the editor, which shows the places."""
    response = render(request, "agent/inbox/macros/missing.html", {"names": in_words(missing.names)}, status=422)
    response.headers["HX-Trigger"] = "macro:missing"
    return response


def in_words(names: list[str]) -> list[str]:
    """« numéro de commande » for order.number."""
    return [str(variables().get(name, name)) for name in names]


def _row(macro: Macro, request: ConsoleRequest, conversation: Conversation) -> Row:
    said = say(macro, conversation, request.agent)
    return Row(said, chips(said.acts), in_words(said.missing))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
