"""The way into every page of a shop: which shop, in which language, at which address.

@shopper
def contact(request: ShopRequest) -> HttpResponse: ...
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from comptoir.conversations.models import Inbox, InboxKind
from comptoir.core.models import Shop
from comptoir.customers.languages import OWN_NAMES

P = ParamSpec("P")
LANGUAGE_COOKIE = "portal_language"
LANGUAGE_AGE = 180 * 24 * 3600
_GZIP = GZipMiddleware(lambda _request: HttpResponse())


class ShopRequest(HttpRequest):
    """A request whose shop is known: what the middleware made of Django's own, for type checking only."""

    shop: Shop


def shopper(
    view: Callable[Concatenate[ShopRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Serve a shop's page in the shopper's language and the shop's zone; 404 when the address names no shop."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        shop: Shop | None = getattr(request, "shop", None)
        if shop is None:
            raise Http404
        language = language_of(request, shop)
        try:
            with translation.override(language), timezone.override(ZoneInfo(shop.timezone)):
                response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # the middleware set its shop
        except Exception:
            translation.activate(language)  # for the page of that error; the middleware of languages puts it back
            raise
        response.headers["Content-Language"] = language
        if request.GET.get("lang") == language:
            response.set_cookie(
                LANGUAGE_COOKIE,
                language,
                max_age=LANGUAGE_AGE,
                path=shop_url(request, "home"),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return guarded


def language_of(request: HttpRequest, shop: Shop | None) -> str:
    """What the shopper chose (`?lang=`, remembered), else the first language of theirs that we speak, else the shop's."""
    spoken = OWN_NAMES
    for chosen in (request.GET.get("lang", ""), request.COOKIES.get(LANGUAGE_COOKIE, "")):
        if chosen in spoken:
            return chosen
    for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if wanted.partition("-")[0] in spoken:
            return wanted.partition("-")[0]
    return shop.language if shop is not None and shop.language in spoken else settings.LANGUAGE_CODE


def shop_url(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """The address of a page of this request's shop, under /s/<slug>/ or at the root of the shop's own host."""
    urlconf = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    if urlconf != settings.SHOP_URLCONF:
        kwargs["shop"] = request.shop.slug  # type: ignore[attr-defined]  # the middleware set it
    return reverse(f"portal:{name}", urlconf=urlconf, kwargs=kwargs)


def page(
    request: ShopRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a whole page that extends "portal/base.html"."""
    frame = {
        "theme_url": shop_url(request, "theme"),
        "languages": OWN_NAMES.items(),
        "contact_url": shop_url(request, "contact") if _takes_requests(request.shop) else "",
        "stores": [store for store in request.shop.teams.filter(kind="store") if store.address],
    }
    response = render(request, template, frame | (context or {}), status=status)
    response.headers.setdefault("Cache-Control", "no-store")
    return compressed(request, response)


def compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page as the browser takes it: a phone far from its mast waits for bytes. Django adds as many random bytes as
    hide the length of what a page keeps secret (BREACH)."""
    return cast(HttpResponse, _GZIP.process_response(request, response))


def _takes_requests(shop: Shop) -> bool:
    """Whether the shop has a contact form to link to."""
    return Inbox.objects.filter(shop=shop, kind=InboxKind.FORM, active=True).exists()
