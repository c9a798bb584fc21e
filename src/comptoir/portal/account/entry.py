"""The ways into the account without a code: a signed link of a mail, and the sign-in of the shop's own site."""

import logging
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.core import keys, throttle
from comptoir.core.throttle import TooMany
from comptoir.customers.actions import identify, prove
from comptoir.customers.models import Identity, IdentityKind
from comptoir.customers.signin import BadSignIn, read_token
from comptoir.orders.links import guest_order, open_link
from comptoir.orders.models import Order
from comptoir.portal.account import mine, session
from comptoir.portal.chat.calls import network_of
from comptoir.portal.shop import ShopRequest, page, shop_url, shopper

log = logging.getLogger(__name__)
BY_NETWORK = 60  # sign-ins of a shop's site that fail, an hour
CHANGE_WITHIN = 600  # seconds in which one may say yes to another account
_CHANGE = "account-change"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who comes in, to which page; to one order alone when `only` is there."""

    identity: Identity
    page: str = "account"
    number: str = ""
    only: Order | None = None


@shopper
@require_safe
def link(request: ShopRequest, token: str, opens: str = "account-order") -> HttpResponse:
    """Open what a mail's link is for (of an order, the page `opens`), at an address that does not hold the link any
    more."""
    opened = open_link(token, request.shop)
    if opened is None:
        return _refused(request, "link")
    if opened.order is None:
        prove(opened.identity, at=timezone.now())  # only that mailbox had the link
        return _enter(request, Entry(opened.identity))
    known, number = session.identity_of(request), opened.order.number
    if known is not None and mine.orders(known, request.shop).filter(pk=opened.order.pk).exists():
        return HttpResponseRedirect(shop_url(request, opens, number=number))
    return _enter(request, Entry(opened.identity, opens, number, opened.order))


@csrf_exempt  # the token itself is what another site cannot forge
@shopper
@require_http_methods(["GET", "HEAD", "POST"])
def vouched(request: ShopRequest) -> HttpResponse:
    """Sign in whom the shop's site vouches for."""
    given = request.POST.get("token", "") or request.GET.get("token", "")
    try:
        who = read_token(request.shop, given)
    except BadSignIn as error:
        log.info("A sign-in of the shop's site was refused", extra={"code": error.code, "shop": request.shop.pk})
        try:
            throttle.hit(f"signin:bad:{network_of(request)}", limit=BY_NETWORK, seconds=3600)
        except TooMany:
            return HttpResponse(status=429)
        return _refused(request, "site")
    identity = identify(IdentityKind.EMAIL, who.email, name=who.name)
    if identity.customer.erased_at is not None or identity.blocked_at is not None:
        return _refused(request, "site")
    prove(identity, at=timezone.now())
    ordered = who.order and mine.orders(identity, request.shop).filter(number=who.order).exists()
    return _enter(request, Entry(identity, "account-order", who.order) if ordered else Entry(identity))


@shopper
@require_POST
def change(request: ShopRequest) -> HttpResponse:
    """Leave the account that is open here for the one that was asked about: its page and this browser agreed to it."""
    known = session.identity_of(request)
    try:
        told = keys.unsign(request.POST.get("to", ""), purpose=_CHANGE, max_age=CHANGE_WITHIN)
        former, key, opens, number, only = told
    except (keys.BadToken, ValueError, TypeError):
        return _refused(request, "link")
    if known is None or former != known.pk:
        return _refused(request, "link")
    rows = Identity.objects.select_related("customer").filter(customer__erased_at=None, blocked_at=None)
    identity = rows.filter(pk=key).first()
    order = guest_order(only, key, request.shop) if only else None
    if identity is None or (only and order is None):
        return _refused(request, "link")
    return _let_in(request, Entry(identity, opens, number, order))


def _enter(request: ShopRequest, entry: Entry) -> HttpResponse:
    """Sign in; where another person's account is open in this browser, ask first: a link that somebody else sent must
    not put one's next words and addresses into their account."""
    known = session.identity_of(request)
    if known is None or known.customer_id == entry.identity.customer_id:
        return _let_in(request, entry)
    only = entry.only.pk if entry.only else 0
    to = keys.sign([known.pk, entry.identity.pk, entry.page, entry.number, only], purpose=_CHANGE)
    other = "" if entry.only else entry.identity.value
    context = {"section": "account", "known": known.value, "other": other, "number": entry.number, "to": to}
    return page(request, "portal/account/change.html", context)


def _let_in(request: ShopRequest, entry: Entry) -> HttpResponse:
    named = {"number": entry.number} if entry.number else {}
    response = HttpResponseRedirect(shop_url(request, entry.page, **named))
    session.remember(request, response, entry.identity, entry.only)
    return response


def _refused(request: ShopRequest, why: str) -> HttpResponse:
    return HttpResponseRedirect(shop_url(request, "account-signin") + f"?why={why}")
