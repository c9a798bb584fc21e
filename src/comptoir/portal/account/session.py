"""Who is signed in to their account: a signed cookie of its own, apart from the agents', for thirty minutes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from comptoir.core import keys
from comptoir.customers.models import Identity, IdentityKind
from comptoir.orders.links import guest_order
from comptoir.orders.models import Order
from comptoir.portal.shop import ShopRequest, shop_url, shopper

P = ParamSpec("P")
COOKIE = "portal_session"
AGE = 30 * 60  # seconds without a page
_PURPOSE = "portal-session"


class AccountRequest(ShopRequest):
    """A request whose shopper proved an address, or holds the link of one order (`guest`). For type checking only."""

    identity: Identity
    guest: Order | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a cookie proves: an address, or, when `order` is there, that order of it and nothing else."""

    identity: Identity
    order: Order | None = None


def account(
    view: Callable[Concatenate[AccountRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the account: only for whoever proved an address, else to the sign-in. Each page renews the half hour."""
    return _guarded(view, guests=False)


def order_page(
    view: Callable[Concatenate[AccountRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of one order (`number`): for whoever proved its address, and for who came by that order's link."""
    return _guarded(view, guests=True)


def _guarded(
    view: Callable[Concatenate[AccountRequest, P], HttpResponse], *, guests: bool
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    def known(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        proof = proof_of(request)
        number = str(kwargs.get("number", ""))
        if proof is None or (proof.order and not (guests and proof.order.number == number)):
            asked = "?" + urlencode({"order": number}) if number else ""
            return HttpResponseRedirect(shop_url(request, "account-signin") + asked)
        request.identity, request.guest = proof.identity, proof.order
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        if COOKIE not in response.cookies:
            remember(request, response, proof.identity, proof.order)
        return response

    return wraps(view)(shopper(known))


def proof_of(request: ShopRequest) -> Proof | None:
    """What a request's cookie proves, or None (nothing, too old, of another shop, erased since)."""
    try:
        key, shop, *of = keys.unsign(request.COOKIES.get(COOKIE, ""), purpose=_PURPOSE, max_age=AGE)
    except (keys.BadToken, ValueError, TypeError):
        return None
    if shop != request.shop.pk:
        return None
    if of:
        order = guest_order(of[0], key, request.shop)
        return Proof(order.identity, order) if order is not None else None
    rows = Identity.objects.select_related("customer").filter(kind=IdentityKind.EMAIL, verified_at__isnull=False)
    identity = rows.filter(pk=key, customer__erased_at=None).first()
    return Proof(identity) if identity is not None else None


def identity_of(request: ShopRequest) -> Identity | None:
    """The proved address behind a request's cookie; None for strangers and for who holds one order's link."""
    proof = proof_of(request)
    return proof.identity if proof is not None and proof.order is None else None


def remember(request: ShopRequest, response: HttpResponse, identity: Identity, order: Order | None = None) -> None:
    """Sign someone in (to one order alone, when it is given), or renew their half hour."""
    value = [identity.pk, request.shop.pk, *([order.pk] if order is not None else [])]
    put(request, response, COOKIE, keys.sign(value, purpose=_PURPOSE), AGE)


def forget(request: ShopRequest, response: HttpResponse) -> None:
    """Sign out in this browser."""
    response.delete_cookie(COOKIE, path=shop_url(request, "account"), samesite="Lax")


def put(request: ShopRequest, response: HttpResponse, name: str, value: str, age: int) -> None:
    """A cookie that only the account's pages get."""
    response.set_cookie(
        name,
        value,
        max_age=age,
        path=shop_url(request, "account"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
