"""What a shopper may do at an order's state, and the page on which they do it. Each opens one conversation."""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.care.actions.cases import link_conversation, open_case
from comptoir.care.models import CaseKind
from comptoir.conversations.actions.asking import Asked, ask
from comptoir.conversations.models import Inbox, InboxKind, Message
from comptoir.core import throttle
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.core.throttle import TooMany
from comptoir.orders.gestures import asking
from comptoir.orders.gestures.quoting import PlatformRefuses
from comptoir.orders.gestures.reckoning import CannotAct
from comptoir.orders.models import Order, ParcelState, Shipment
from comptoir.portal.account.frame import framed, order_of
from comptoir.portal.account.session import AccountRequest, order_page
from comptoir.portal.forms import AddressChangeForm, HelpForm
from comptoir.portal.shop import shop_url
from comptoir.portal.uploads import ACCEPT
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Request, Verb

BEFORE = {Order.State.PENDING, Order.State.PAID, Order.State.PREPARING}
MOVED = {state for state in ParcelState.values if state not in (ParcelState.ANNOUNCED, ParcelState.CANCELLED)}
STILL_MOVING = {
    ParcelState.ACCEPTED,
    ParcelState.IN_TRANSIT,
    ParcelState.CUSTOMS,
    ParcelState.DELAYED,
    ParcelState.ATTEMPT_FAILED,
}
ARRIVED = {ParcelState.DELIVERED, ParcelState.AVAILABLE_FOR_PICKUP}
# Carriers whose tracking page lets the recipient choose another day or place (their own pages, autumn 2026).
LET_CHOOSE = ("colissimo", "chronopost", "laposte", "dhl", "ups", "fedex", "dpd", "gls", "bpost", "hermes", "evri")
BY_PERSON = 12  # requests an hour


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be done: its code, its words, and whether only a proved address may do it."""

    reason: str
    icon: str
    title: str
    under: str
    proved: bool = False
    verb: Verb | None = None


def choices(shop: Shop, order: Order) -> list[Choice]:
    """What may be done with an order as it stands; nothing when the shop has no address that takes questions."""
    if inbox_for(shop) is None:
        return []
    known = _choices()
    states = {parcel.state for parcel in order.shipments.all()}
    wanted = []
    if order.state in BEFORE and not states & MOVED:
        wanted += ["cancel", "address"]
    if states & STILL_MOVING:
        wanted.append("redirect")
    if states & MOVED - {ParcelState.DELIVERED, ParcelState.RETURNED}:
        wanted.append("transit")
    if ParcelState.DELIVERED in states or order.state == Order.State.DELIVERED:
        wanted += ["not_received", "damaged"]
    return [known[reason] for reason in [*wanted, "question"]]


def _choices() -> dict[str, Choice]:
    return {
        "cancel": Choice(
            "cancel",
            "shopper/close",
            _("Annuler la commande"),
            _("Elle n’est pas encore partie."),
            proved=True,
            verb=Verb.CANCEL,
        ),
        "address": Choice(
            "address",
            "shopper/edit",
            _("Corriger l’adresse"),
            _("Tant que rien n’est parti, c’est possible."),
            proved=True,
            verb=Verb.EDIT_ADDRESS,
        ),
        "redirect": Choice(
            "redirect",
            "shopper/pin",
            _("Changer le jour ou le lieu"),
            _("Tant que le colis est en route."),
            proved=True,
        ),
        "transit": Choice(
            "transit", "shopper/truck", _("Signaler un souci de livraison"), _("Nous voyons déjà où est le colis.")
        ),
        "not_received": Choice(
            "not_received", "shopper/help", _("Je n’ai pas reçu mon colis"), _("Il est dit livré, vous ne l’avez pas.")
        ),
        "damaged": Choice(
            "damaged", "shopper/camera", _("Un article est abîmé"), _("Une photo aide à vous répondre tout de suite.")
        ),
        "question": Choice("question", "shopper/chat", _("Poser une question"), _("L’équipe l’aura sous les yeux.")),
    }


def lets_choose(parcel: Shipment) -> bool:
    """Whether the carrier's own page, which we can name, lets its recipient choose another day or place."""
    name = "".join(letter for letter in parcel.carrier.lower() if letter.isalnum())
    return bool(parcel.url) and parcel.state in STILL_MOVING and name.startswith(LET_CHOOSE)


@order_page
@require_http_methods(["GET", "HEAD", "POST"])
def help_page(request: AccountRequest, number: str, reason: str) -> HttpResponse:
    """Say what is wrong, once; the shop's platform is asked where it can act."""
    order = order_of(request, number)
    choice = next((one for one in choices(request.shop, order) if one.reason == reason), None)
    if choice is None:
        raise Http404
    if choice.proved and request.guest is not None:
        return HttpResponseRedirect(shop_url(request, "account-signin") + "?" + urlencode({"order": number}))
    make = AddressChangeForm if reason == "address" else HelpForm
    if request.method != "POST":
        initial = {**order.address, "parcel": request.GET.get("parcel", "")}
        return _show(request, order, choice, make(order, choice.reason, initial=initial))
    form = make(order, choice.reason, request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, order, choice, form, status=422)
    try:
        throttle.hit(f"account:help:{request.identity.pk}", limit=BY_PERSON, seconds=3600)
    except TooMany:
        form.add_error(
            None, _("Beaucoup de demandes en peu de temps. Votre texte est gardé ici : réessayez dans une heure.")
        )
        return _show(request, order, choice, form, status=429)
    message = _asked(request, order, choice, form)
    return HttpResponseRedirect(shop_url(request, "account-asked", number=number, key=message.public_id))


@order_page
@require_safe
def asked(request: AccountRequest, number: str, key: str) -> HttpResponse:
    """It arrived: what was written, and what happens now."""
    order = order_of(request, number)
    rows = Message.objects.filter(public_id=key, identity=request.identity, conversation__orders=order)
    message = rows.select_related("conversation").prefetch_related("attachments__file").first()
    if message is None:
        raise Http404
    return framed(request, "portal/account/asked.html", message=message, order=order)


def inbox_for(shop: Shop) -> Inbox | None:
    """Where an order's questions arrive: the form's inbox, else the mail's."""
    rows = list(Inbox.objects.filter(shop=shop, kind__in=[InboxKind.FORM, InboxKind.EMAIL], active=True).order_by("pk"))
    return min(rows, key=lambda row: row.kind != InboxKind.FORM, default=None)


def _asked(request: AccountRequest, order: Order, choice: Choice, form: forms.Form) -> Message:
    given, inbox = form.cleaned_data, inbox_for(request.shop)
    assert inbox is not None  # else there was no choice
    sent = str(request.POST.get("key", ""))[:40] or secrets.token_hex(12)
    wish = Asked(
        order=order,
        reason=choice.reason,
        subject=choice.title,
        text=form.words(),  # type: ignore[attr-defined]  # both forms say what was asked
        key=f"{order.pk}:{choice.reason}:{sent}",
        language=get_language() or "",
        page_url=request.build_absolute_uri(request.path),
        parts=tuple(given.get("documents") or ()),
        proved=request.guest is None,
    )
    message = ask(inbox, request.identity, wish)
    if choice.verb is not None:
        _propose(order, choice.verb, form, message)
    if choice.reason == "not_received":
        _contest(order, form, message)
    return message


def _propose(order: Order, verb: Verb, form: forms.Form, message: Message) -> None:
    """Lay the act ready for an agent, where it can be quoted now; else the conversation says it all."""
    address = form.address() if isinstance(form, AddressChangeForm) else {}
    wish = Request(verb=verb, reason=_("Demande du client"), address=address)
    try:
        asking.ask(order, wish, f"account:{message.public_id.hex}", conversation_key=message.conversation_id)
    except (CannotAct, PlatformRefuses, PortError):
        return


def _contest(order: Order, form: forms.Form, message: Message) -> None:
    """Open the case of the parcel that is meant; of every delivered one when none is named."""
    meant = form.cleaned_data.get("parcel")
    for parcel in order.shipments.all():
        if parcel.state == ParcelState.DELIVERED and meant in (None, "", str(parcel.pk)):
            case = open_case(parcel, CaseKind.CONTESTED, actor=Actor.customer(message.identity_id))
            if case is not None:
                link_conversation(case, message.conversation_id)


def _show(
    request: AccountRequest, order: Order, choice: Choice, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"order": order, "choice": choice, "form": form, "accept": ACCEPT}
    if choice.reason == "redirect":
        context["elsewhere"] = [row for row in order.shipments.all() if lets_choose(row)]
    context |= {"key": request.POST.get("key") or secrets.token_hex(12), "lost_files": bool(request.FILES)}
    return framed(request, "portal/account/help.html", status=status, **context)
