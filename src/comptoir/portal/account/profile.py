"""Who one is, and what one allows: name, address, language; consents by purpose and channel, each with its proof."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.campaigns.actions import wishing
from comptoir.campaigns.models import StockWish
from comptoir.campaigns.queries import waiting
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.customers import consents
from comptoir.customers.actions import edit
from comptoir.customers.models import Consent, ConsentChannel, ConsentPurpose, Identity
from comptoir.portal.account import mine
from comptoir.portal.account.frame import framed
from comptoir.portal.account.session import AccountRequest, account
from comptoir.portal.forms import ProfileForm
from comptoir.portal.shop import shop_url

VERSION = "2026-11"  # of the words beside the boxes; they are kept with each decision too
FIELDS = ("name", "language", "street", "postcode", "city", "country")
CHANNELS = {
    ConsentPurpose.ORDERS: (ConsentChannel.EMAIL,),
    ConsentPurpose.NEWS: (ConsentChannel.EMAIL, ConsentChannel.POST, ConsentChannel.PHONE),
    ConsentPurpose.SURVEYS: (ConsentChannel.EMAIL,),
    ConsentPurpose.MEASURE: (ConsentChannel.EMAIL,),
}  # only those by which something can leave


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the page: `last` is the decision that it stands on, if there ever was one."""

    name: str
    label: str
    on: bool
    last: Consent | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose with its boxes and the words beside them."""

    code: str
    title: str
    words: str
    boxes: list[Box]


@account
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: AccountRequest) -> HttpResponse:
    """Name, address and language as the shop keeps them."""
    customer = request.identity.customer
    known = {name: getattr(customer, name) for name in FIELDS}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        edit(customer, form.cleaned_data, actor=Actor.customer(request.identity.pk))
        return HttpResponseRedirect(shop_url(request, "account-profile") + "?kept=yes")
    context = {
        "form": form,
        "kept": "kept" in request.GET,
        "addresses": mine.identities(request.identity),
        "payments": mine.payment_means(request.identity, request.shop),
    }
    return framed(request, "portal/account/profile.html", status=422 if form.errors else 200, **context)


@account
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: AccountRequest) -> HttpResponse:
    """What may be sent, and what for; every change counts at once."""
    shown = purposes(request.identity, request.shop)
    if request.method == "POST" and "end" in request.POST:
        _end(request)
        return HttpResponseRedirect(shop_url(request, "account-preferences") + "?kept=yes")
    if request.method == "POST":
        _decide(request, shown)
        return HttpResponseRedirect(shop_url(request, "account-preferences") + "?kept=yes")
    return framed(
        request,
        "portal/account/preferences.html",
        purposes=shown,
        awaited=_awaited(request),
        kept="kept" in request.GET,
    )


def purposes(identity: Identity, shop: Shop) -> list[Purpose]:
    """Every purpose as it stands for that person in that shop."""
    standing = consents.standing(identity.customer_id, shop.pk)
    words = {
        ConsentPurpose.ORDERS: _("Expédition, retard, livraison, remboursement. Actif tant que vous ne l’arrêtez pas."),
        ConsentPurpose.NEWS: _("Ce qui arrive en boutique, et les offres."),
        ConsentPurpose.SURVEYS: _("Une question après une livraison ou un échange."),
        ConsentPurpose.MEASURE: _("Savoir si vous ouvrez nos messages. Sans accord, nous ne comptons que des totaux."),
    }
    made = []
    for purpose, channels in CHANNELS.items():
        boxes = []
        for channel in channels:
            last = standing.get((channel.value, purpose.value))
            on = last.given if last else (channel.value, purpose.value) in consents.WITHOUT_ASKING
            boxes.append(Box(f"{purpose.value}-{channel.value}", str(channel.label), on, last))
        made.append(Purpose(purpose.value, str(purpose.label), words[purpose], boxes))
    return made


def _awaited(request: AccountRequest) -> list[StockWish]:
    return waiting.of_customer(request.identity.customer, [request.shop])


def _end(request: AccountRequest) -> None:
    """An article of theirs is no longer waited for; what is not theirs changes nothing."""
    key = request.POST.get("end", "")
    for row in _awaited(request):
        if str(row.pk) == key:
            wishing.end(request.identity.customer_id, row.pk, actor=Actor.customer(request.identity.pk))


def _decide(request: AccountRequest, shown: list[Purpose]) -> None:
    nothing_more = "stop" in request.POST
    for purpose in shown:
        for box in purpose.boxes:
            wanted = box.name in request.POST
            if nothing_more:
                wanted = box.on and purpose.code == ConsentPurpose.ORDERS
            if wanted == box.on:
                continue
            text = f"{purpose.title} ({box.label}) : {purpose.words}"
            proof = consents.Proof(form="account", text=text, version=VERSION)
            channel = box.name.partition("-")[2]
            decide = consents.give if wanted else consents.withdraw
            actor = Actor.customer(request.identity.pk)
            decide(request.identity, request.shop, (channel, purpose.code), proof=proof, actor=actor)
