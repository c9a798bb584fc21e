"""Who is signed in to their account: a signed cookie of its own, apart from the agents', for thirty minutes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from comptoir.core import keys
from comptoir.customers.models import Identity, IdentityKind
from comptoir.portal.shop import ShopRequest, shop_url, shopper

P = ParamSpec("P")
COOKIE = "portal_session"
AGE = 30 * 60  # seconds without a page
_PURPOSE = "portal-session"


class AccountRequest(ShopRequest):
    """A request whose shopper proved an address. For type checking only."""

    identity: Identity


def account(
    view: Callable[Concatenate[AccountRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the account: only for whoever proved an address, else to the sign-in. Each page renews the half hour."""

    def known(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        identity = identity_of(request)
        if identity is None:
            return HttpResponseRedirect(shop_url(request, "account-signin"))
        request.identity = identity
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        if COOKIE not in response.cookies:
            remember(request, response, identity)
        return response

    return wraps(view)(shopper(known))


def identity_of(request: ShopRequest) -> Identity | None:
    """The proved address behind a request's cookie, or None (none, too old, of another shop, erased since)."""
    try:
        key, shop = keys.unsign(request.COOKIES.get(COOKIE, ""), purpose=_PURPOSE, max_age=AGE)
    except (keys.BadToken, ValueError, TypeError):
        return None
    if shop != request.shop.pk:
        return None
    rows = Identity.objects.select_related("customer").filter(kind=IdentityKind.EMAIL, verified_at__isnull=False)
    return rows.filter(pk=key, customer__erased_at=None).first()


def remember(request: ShopRequest, response: HttpResponse, identity: Identity) -> None:
    """Sign someone in, or renew their half hour."""
    put(request, response, COOKIE, keys.sign([identity.pk, request.shop.pk], purpose=_PURPOSE), AGE)


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
