"""« Tell me when it is back »: an address is asked for, a link is mailed to it, and only that link makes the wish."""

import json
import time
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.campaigns.actions import wishing
from comptoir.campaigns.queries import waiting
from comptoir.core import keys, throttle
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.core.throttle import TooMany
from comptoir.customers.models import Identity, IdentityKind
from comptoir.orders.links import base
from comptoir.orders.models import Product
from comptoir.outbox.actions import send_mail
from comptoir.outbox.suppression import suppressed
from comptoir.portal import guards
from comptoir.portal.chat.calls import network_of
from comptoir.portal.forms import WaitingForm
from comptoir.portal.shop import ShopRequest, page, shopper

DAYS = 3  # that the mailed link is good for
BY_NETWORK = 20  # an hour
BY_ADDRESS = 5  # mails a day, whatever the article
LONGEST_NAME = 80
_PURPOSE = "stock-wish"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a mailed link carries: the article, the address, the language in which it was asked."""

    product: int
    address: str
    language: str


@shopper
@require_http_methods(["GET", "HEAD", "POST"])
def stock(request: ShopRequest) -> HttpResponse:
    """Ask for the address. What is shown is the same whether or not it is known, and whether or not a mail leaves."""
    if not waiting.offered(request.shop):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    product = waiting.product_of(request.shop, asked.get("product", ""))
    if product is None:
        name = asked.get("name", "").replace("\0", "").strip()[:LONGEST_NAME]
        return page(request, "portal/stock/unknown.html", {"name": name}, status=404)
    form = WaitingForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or _is_there(product):
        return _show(request, product, form)
    try:
        guards.read_stamp(request.POST.get("stamp", ""), time.time())
    except guards.Expired:
        form.add_error(None, _("Cette page était ouverte depuis trop longtemps. Envoyez à nouveau."))
    if not form.is_valid():
        return _show(request, product, form, status=422)
    try:
        throttle.hit(f"stock:{request.shop.pk}:{network_of(request)}", limit=BY_NETWORK, seconds=3600)
    except TooMany:
        form.add_error(None, _("Beaucoup de demandes sont parties d’ici cette heure-ci. Réessayez plus tard."))
        return _show(request, product, form, status=429)
    address = form.cleaned_data["email"].strip().lower()
    if not request.POST.get("website"):  # only a machine sees this field
        _mail(request.shop, product, address)
    return page(request, "portal/stock/sent.html", {"product": product, "address": address, "days": DAYS})


@shopper
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: ShopRequest, token: str) -> HttpResponse:
    """The mailed link: a look does nothing, the button keeps the wish, another one takes it back."""
    asked = read(token)
    product = Product.objects.filter(pk=asked.product, shop=request.shop).first() if asked else None
    if asked is None or product is None:
        return page(request, "portal/stock/gone.html", status=404)
    if request.method == "POST":
        if "end" in request.POST:
            _end(asked, product)
        else:
            wishing.wish(product, asked.address, language=asked.language)
    context = {"product": product, "stands": _standing(asked, product) is not None, "done": request.method == "POST"}
    return page(request, "portal/stock/confirm.html", context)


def link_for(shop: Shop, asked: Asked) -> str:
    """The address that proves the mailbox: its bearer can read nothing in it."""
    until = int(time.time()) + DAYS * 24 * 3600
    token = keys.encrypt(json.dumps([_PURPOSE, asked.product, asked.address, asked.language, until]))
    return f"{base(shop)}/stock/{token}/"


def read(token: str) -> Asked | None:
    """What the link carries; None when it is forged or too old."""
    try:
        purpose, product, address, language, until = json.loads(keys.decrypt(token[:2000]))
    except (keys.CannotDecrypt, ValueError, TypeError):
        return None
    return Asked(product, address, language) if purpose == _PURPOSE and until > time.time() else None


def _mail(shop: Shop, product: Product, address: str) -> None:
    """Mail the link, unless that address had many today, refuses our mail, or asks to be left alone."""
    try:
        throttle.hit(f"stock:address:{shop.pk}:{address}", limit=BY_ADDRESS, seconds=24 * 3600)
    except TooMany:
        return
    blocked = Identity.objects.filter(kind=IdentityKind.EMAIL, value=address, blocked_at__isnull=False)
    if suppressed(address) or blocked.exists():
        return
    language = get_language() or "fr"
    context = {"product": product.title, "link": link_for(shop, Asked(product.pk, address, language)), "days": DAYS}
    send_mail("stock_wish", to=address, context=context, language=language, shop=shop)


def _standing(asked: Asked, product: Product) -> Any:
    rows = waiting.open_wishes(product.shop).filter(product=product, identity__value=asked.address)
    return rows.select_related("identity").first()


def _end(asked: Asked, product: Product) -> None:
    row = _standing(asked, product)
    if row is not None:
        wishing.end(row.identity.customer_id, row.pk, actor=Actor.customer(row.identity_id))


def _is_there(product: Product) -> bool:
    return product.stock is not None and product.stock > 0


def _show(request: ShopRequest, product: Product, form: WaitingForm, *, status: int = 200) -> HttpResponse:
    context = {
        "product": product,
        "form": form,
        "stamp": guards.new_stamp(time.time()),
        "is_there": _is_there(product),
    }
    return page(request, "portal/stock/form.html", context, status=status)
