"""`chat.js`: one file for any page of any site. All that it shows before it is opened stands in it: nothing is asked."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse

from comptoir.conversations.models import Inbox
from comptoir.core.models import Shop
from comptoir.customers.languages import OWN_NAMES
from comptoir.portal.chat.door import CORS, inbox_of
from comptoir.portal.chat.faces import face_of
from comptoir.portal.chat.presence import hours_of, team
from comptoir.portal.look import accents, cached
from comptoir.portal.shop import ShopRequest, shopper
from comptoir.ui.icon import svg

SOURCE = Path(__file__).parent / "source"
FILES = ("words", "hours", "keep", "call", "live", "draw", "log", "window", "start")
ICONS = ("chat", "close", "send", "attach", "document", "clock", "check")
_SHAPE = re.compile(r"<(path|circle|rect|ellipse|line)\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@shopper
def words(request: ShopRequest, language: str) -> HttpResponse:
    """What the window says in one language, for pages that speak neither the shop's nor English."""
    if language not in OWN_NAMES:
        raise Http404
    text = json.dumps(words_in(language), ensure_ascii=False, separators=(",", ":"))
    return _for_any_site(cached(request, text, "application/json; charset=utf-8"))


@shopper
def script(request: ShopRequest) -> HttpResponse:
    """The script of the shop's chat; an empty one when the shop has none, so that no page of theirs breaks."""
    inbox = inbox_of(request.shop)
    text = source(request.shop, inbox) if inbox else "/* Cette boutique n’a pas de discussion ouverte. */\n"
    return _for_any_site(cached(request, text, "text/javascript; charset=utf-8"))


def _for_any_site(response: HttpResponse) -> HttpResponse:
    for name, value in CORS.items():
        response.headers[name] = value
    return response


def source(shop: Shop, inbox: Inbox) -> str:
    """The whole script: what the shop chose, then the program."""
    given = json.dumps(settings_of(shop, inbox), ensure_ascii=False, separators=(",", ":"))
    given = given.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'(() => {{\n"use strict";\nconst SHOP = {given};\n{program()}}})();\n'


def settings_of(shop: Shop, inbox: Inbox) -> dict[str, Any]:
    """What the window needs to know of the shop before anybody opens it."""
    drawn = team(shop).filter(photo__isnull=False).order_by("pk").first()
    return {
        "slug": shop.slug,
        "name": shop.name,
        "language": shop.language,
        "spoken": list(OWN_NAMES),
        "words": {code: words_in(code) for code in OWN_NAMES if code in (shop.language[:2], "en")},
        "hours": hours_of(inbox).to_json() if inbox.schedule or shop.schedule else None,
        "accents": accents(shop),
        "trail": inbox.trail,
        "face": face_of(drawn) if drawn else None,
    }


@cache
def words_in(language: str) -> dict[str, str]:
    """The window's texts in one of the nine languages."""
    told: dict[str, str] = json.loads((SOURCE / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return told


@cache
def program() -> str:
    """The program's files in their order, with styles and icons as values; comments and indents left out."""
    styles = " ".join(line.strip() for line in (SOURCE / "chat.css").read_text().splitlines() if line.strip())
    values = (
        f"const STYLES = {json.dumps(styles)};\nconst ICONS = {json.dumps({name: shapes(name) for name in ICONS})};\n"
    )
    return values + "".join(_lines((SOURCE / f"{name}.js").read_text()) for name in FILES)


def shapes(name: str) -> list[Any]:
    """An icon of the shopper's set as [[name, attributes], ...], to be made element by element."""
    return [[tag, dict(_ATTRIBUTE.findall(rest))] for tag, rest in _SHAPE.findall(svg(f"shopper/{name}", "i"))]


def _lines(text: str) -> str:
    kept = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in kept if line and not line.startswith("//"))
