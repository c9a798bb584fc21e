"""The dialogs of order actions: opened beside a conversation or on the order's page, quoted as they are filled in."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.gestures import letters, showing, words
from comptoir.agent.gestures.asking import Asker, request_of
from comptoir.agent.spoken import spoken
from comptoir.agent.tell import tell
from comptoir.conversations.models import Conversation
from comptoir.conversations.queries.proof import doubts, sentence
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent
from comptoir.orders.gestures import authority, codes, platforms, proposing, quoting, reckoning
from comptoir.orders.gestures.proposing import Changed, KeyTaken, NotAllowed, Wish
from comptoir.orders.gestures.quoting import PlatformRefuses, Quoted
from comptoir.orders.gestures.reasons import reasons
from comptoir.orders.gestures.reckoning import CannotAct
from comptoir.orders.models import Gesture, Order
from comptoir.orders.queries import with_parts
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Verb

# what tells or gives something to whoever writes: asked for once more when they are not proved
DISCLOSES = frozenset(Verb) - {Verb.NOTE, Verb.TAG}
FIELDS = {
    Verb.REFUND: "refund", Verb.RESHIP: "lines", Verb.REPLACE: "lines", Verb.DUPLICATE: "lines", Verb.CANCEL: "cancel",
    Verb.EDIT_ADDRESS: "address", Verb.DISCOUNT_CODE: "gift", Verb.GIFT_CARD: "gift", Verb.STORE_CREDIT: "gift",
    Verb.FREE_SHIPPING: "code", Verb.NOTE: "text", Verb.TAG: "tag",
}  # fmt: skip


class Cannot(Exception):
    """The dialog cannot go on; the text says why, in words for the agent."""


@require_safe
@console(May.ACT_ON_ORDERS)
def dialog(request: ConsoleRequest, key: int, verb: str) -> HttpResponse:
    """The empty dialog of a verb; nothing is asked of the platform yet."""
    order, what = order_of(request.agent, key), verb_of(verb)
    return render(request, "agent/gestures/dialog.html", _dialog(request, order, what))


@require_POST
@console(May.ACT_ON_ORDERS)
def quote(request: ConsoleRequest, key: int, verb: str) -> HttpResponse:
    """What the filled-in dialog would do now: the platform's quote, the limits, who has to agree."""
    order, what = order_of(request.agent, key), verb_of(verb)
    try:
        quoted = quoting.quote(order, request_of(what, Asker(order, request.POST)), request.agent)
    except CannotAct as refused:
        quiet = refused.code == "nothing"
        return _quoted(request, order, what, "" if quiet else words.why(refused, order.currency))
    except PlatformRefuses as refused:
        return _quoted(request, order, what, spoken(str(refused)))
    except PortError as error:
        return _quoted(request, order, what, spoken(error.message))
    return _quoted(request, order, what, "", quoted)


@require_POST
@console(May.ACT_ON_ORDERS)
def confirm(request: ConsoleRequest, key: int, verb: str) -> HttpResponse:
    """Do it, or ask for an accord; what is wrong stands in the dialog, and nothing was done."""
    order, what = order_of(request.agent, key), verb_of(verb)
    try:
        made = _carried(request, order, what)
    except Cannot as refused:
        return _quoted(request, order, what, str(refused), status=422)
    except Changed as changed:
        text = _("Le devis a changé entre-temps : regardez-le, puis confirmez.")
        return _quoted(request, order, what, text, changed.quoted, status=422)
    response = HttpResponse(status=204)
    return tell(response, words.outcome(made), events={"closedialog": {}, "gesture:done": {"order": order.pk}})


def _carried(request: ConsoleRequest, order: Order, verb: Verb) -> Gesture:
    wish = _wish(request, order, verb)
    try:
        made = proposing.propose(wish, agent=request.agent)
        return proposing.confirm(made, agent=request.agent, already="already" in request.POST)
    except CannotAct as refused:
        raise Cannot(words.why(refused, order.currency)) from refused
    except PlatformRefuses as refused:
        raise Cannot(spoken(str(refused))) from refused
    except PortError as error:
        raise Cannot(spoken(error.message)) from error
    except NotAllowed as refused:
        raise Cannot(words.forbidden(refused.verdict, nobody=refused.nobody)) from refused
    except KeyTaken as refused:
        raise Cannot(_("Cette fenêtre a déjà servi à un autre geste : rouvrez-la.")) from refused


def _wish(request: ConsoleRequest, order: Order, verb: Verb) -> Wish:
    asker = Asker(order, request.POST)
    conversation = conversation_of(request, request.POST.get("conversation", ""))
    doubtful = doubts(conversation, order) if conversation is not None and verb in DISCLOSES else []
    if doubtful and "verified" not in request.POST:
        raise Cannot(_("Confirmez d’abord que vous avez vérifié qui vous écrit."))
    try:
        asked = request_of(verb, asker)
    except CannotAct as refused:
        raise Cannot(words.why(refused, order.currency)) from refused
    if not asked.reason:
        raise Cannot(_("Choisissez un motif."))
    seen = asker.text("seen", 20)
    return Wish(
        order,
        asked,
        key=f"console:{request.agent.pk}:{asker.text('key', 80)}",
        words=asker.text("words", 500),
        letter=asker.text("letter", 5_000) if "tell" in request.POST else "",
        conversation_key=conversation.pk if conversation is not None else None,
        doubts=doubtful,
        seen=int(seen) if seen.isdecimal() else None,
    )


def order_of(agent: Agent, key: int) -> Order:
    """An order that the agent may see, with all that a dialog shows; Http404."""
    rows = with_parts(access.orders(agent)).select_related("shop", "connection", "identity__customer")
    found: Order | None = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def verb_of(text: str) -> Verb:
    """The verb of an address; Http404."""
    try:
        return Verb(text)
    except ValueError:
        raise Http404 from None


def conversation_of(request: ConsoleRequest, key: str) -> Conversation | None:
    """The conversation beside which it is done; None without one that the agent may see."""
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    rows = access.conversations(request.agent).select_related("identity", "inbox", "shop")
    found: Conversation | None = rows.filter(pk=int(key)).first()
    return found


def _dialog(request: ConsoleRequest, order: Order, verb: Verb) -> dict[str, Any]:
    conversation = conversation_of(request, request.GET.get("conversation", ""))
    doubtful = doubts(conversation, order) if conversation is not None and verb in DISCLOSES else []
    known = platforms.capabilities_of(order)
    lacking = words.lacking(verb, known)
    blank = order.identity.customer.erased_at is not None
    return _common(order, verb) | {
        "action": address(order, verb, "gesture-act"),
        "quote_action": address(order, verb, "gesture-quote"),
        "fields": f"agent/gestures/fields/{FIELDS[verb]}.html",
        "conversation": conversation,
        "doubts": [sentence(code) for code in doubtful],
        "key": uuid.uuid4().hex,
        "lines": showing.lines(order, everything=verb != Verb.REFUND),
        "shipping_left": reckoning.shipping_left(order),
        "refundable": reckoning.refundable(order),
        "partly": spoken(str(known.partly.get(verb, ""))) if known else "",
        "lacking": spoken(lacking),
        "nearest": [
            (address(order, near, conversation=conversation), words.title(near)) for near in words.nearest(verb, known)
        ]
        if lacking
        else [],
        "reasons": reasons(order.shop),
        "code": codes.suggested("" if blank else order.identity.customer.name),
        "tellable": letters.tellable(verb, conversation),
        "given": authority.given(order.identity.customer, order.currency),
    }


def _common(order: Order, verb: Verb) -> dict[str, Any]:
    return {
        "order": order,
        "verb": verb,
        "heading": words.heading(verb, order.number),
        "button": words.title(verb),
        "icon_name": words.ICONS[verb],
        "platform": platforms.platform_name(order),
        "by_hand": platforms.connection_of(order) is None,
    }


def address(order: Order, verb: Verb, name: str = "gesture", *, conversation: Conversation | None = None) -> str:
    """Where a dialog is."""
    path = reverse(name, args=[order.pk, verb.value])
    return f"{path}?conversation={conversation.pk}" if conversation is not None else path


def _quoted(
    request: ConsoleRequest, order: Order, verb: Verb, problem: str, quoted: Quoted | None = None, *, status: int = 200
) -> HttpResponse:
    """The right side, the limits and the button, each swapped where it stands."""
    conversation = conversation_of(request, request.POST.get("conversation", ""))
    context = _common(order, verb) | {"problem": problem, "conversation": conversation}
    if quoted is not None:
        context |= showing.quoted(quoted, request.agent)
        context["letter"] = letters.letter(quoted, request.agent, conversation)
    response = render(request, "agent/gestures/quoted.html", context, status=status)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#gesture-quote", "outerHTML"
    return response
