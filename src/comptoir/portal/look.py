"""A shop's style sheet: its two accents, and inks that can be read on them (WCAG 2.2, 1.4.3)."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from comptoir.core.models import Shop
from comptoir.lib import colours
from comptoir.portal.shop import ShopRequest, shopper

DEFAULT, DEFAULT_DARK = "#1d6b55", "#6cc4a5"
FACES = '--font: "Inter Shop", "Helvetica Neue", Arial, sans-serif; --display: "Newsreader Shop", Georgia, serif;'


def accents(shop: Shop) -> dict[str, str]:
    """The shop's accent in light and dark, each with its ink; what is no colour is replaced by Comptoir's own."""
    return colours.accents(shop.accent, shop.accent_dark, default=DEFAULT, default_dark=DEFAULT_DARK)


def sheet(shop: Shop) -> str:
    """The style sheet as text."""
    chosen = accents(shop)
    light = f"--accent: {chosen['light']}; --accent-ink: {chosen['light_ink']};"
    dark = f"--accent: {chosen['dark']}; --accent-ink: {chosen['dark_ink']};"
    return (
        f":root {{ {light} {FACES} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f':root[data-theme="dark"] {{ {dark} }}\n'
    )


@shopper
def theme(request: ShopRequest) -> HttpResponse:
    """The shop's style sheet, kept by browsers and asked for again by its ETag."""
    return cached(request, sheet(request.shop), "text/css; charset=utf-8")


def cached(request: HttpRequest, text: str, content_type: str, *, seconds: int = 300) -> HttpResponse:
    """A text that browsers keep for some minutes; 304 when they have it still."""
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    response = HttpResponseNotModified() if etag in known else HttpResponse(text, content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response
