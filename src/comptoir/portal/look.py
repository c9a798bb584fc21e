"""A shop's style sheet: its two accents, and inks that can be read on them (WCAG 2.2, 1.4.3)."""

import hashlib
import re

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from comptoir.core.models import Shop
from comptoir.portal.shop import ShopRequest, shopper

_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
DEFAULT, DEFAULT_DARK = "#1d6b55", "#6cc4a5"
INKS = ("#ffffff", "#1f1d1a", "#000000")
FACES = '--font: "Inter Shop", "Helvetica Neue", Arial, sans-serif; --display: "Newsreader Shop", Georgia, serif;'


def accents(shop: Shop) -> dict[str, str]:
    """The shop's accent in light and dark, each with its ink; what is no colour is replaced by Comptoir's own."""
    light = shop.accent if _HEX.fullmatch(shop.accent) else DEFAULT
    dark = shop.accent_dark if _HEX.fullmatch(shop.accent_dark) else DEFAULT_DARK
    return {"light": light, "light_ink": ink_on(light), "dark": dark, "dark_ink": ink_on(dark)}


def ink_on(colour: str) -> str:
    """White, near-black or black: the first that has a contrast of 4.5 with a #rgb or #rrggbb colour (one always has)."""
    ground = luminance(colour)
    return next(ink for ink in INKS if contrast(ground, luminance(ink)) >= 4.5)


def contrast(one: float, other: float) -> float:
    """The contrast of two luminances, 1 to 21."""
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
