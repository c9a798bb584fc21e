"""The ways into the account without a code: a signed link of a mail, and the sign-in of the shop's own site."""

import logging

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.core import throttle
from comptoir.core.throttle import TooMany
from comptoir.customers.actions import identify, prove
from comptoir.customers.models import Identity, IdentityKind
from comptoir.customers.signin import BadSignIn, read_token
from comptoir.orders.links import open_link
from comptoir.portal.account import mine, session
from comptoir.portal.chat.calls import network_of
from comptoir.portal.shop import ShopRequest, shop_url, shopper

log = logging.getLogger(__name__)
BY_NETWORK = 60  # sign-ins of a shop's site that fail, an hour


@shopper
@require_safe
def link(request: ShopRequest, token: str) -> HttpResponse:
    """Open what a mail's link is for, at an address that does not hold the link any more."""
    opened = open_link(token, request.shop)
    if opened is None:
        return _refused(request, "link")
    known = session.identity_of(request)
    if opened.order is None:
        prove(opened.identity, at=timezone.now())  # only that mailbox had the link
        return _signed_in(request, "account", opened.identity)
    number = opened.order.number
    response = HttpResponseRedirect(shop_url(request, "account-order", number=number))
    if known is None or not mine.orders(known, request.shop).filter(pk=opened.order.pk).exists():
        session.remember(request, response, opened.identity, opened.order)
    return response


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
    if who.order and mine.orders(identity, request.shop).filter(number=who.order).exists():
        return _signed_in(request, "account-order", identity, number=who.order)
    return _signed_in(request, "account", identity)


def _signed_in(request: ShopRequest, name: str, identity: Identity, **kwargs: str) -> HttpResponse:
    response = HttpResponseRedirect(shop_url(request, name, **kwargs))
    session.remember(request, response, identity)
    return response


def _refused(request: ShopRequest, why: str) -> HttpResponse:
    return HttpResponseRedirect(shop_url(request, "account-signin") + f"?why={why}")
