"""What a browser fetches to install the console. Open to all: nothing here is about anybody or anything of the house."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comptoir import __version__

PAPER = "#fbfaf8"  # of the tokens; pages name the dark one beside it (ui/components/app_head.html)
KEPT = ("ui/agent.css", "ui/favicon.svg", "agent/app/offline.js")  # what the page without a network needs
SIZES = (192, 512)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons, colours and shortcuts (W3C Web Application Manifest), in the reader's language."""
    said = {
        "id": "/",
        "name": "Comptoir",
        "short_name": "Comptoir",
        "description": _("Les demandes de vos clients, au même endroit."),
        "lang": get_language(),
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["business", "productivity"],
        "icons": _icons(),
        "shortcuts": [
            _shortcut(_("À moi"), reverse("list", args=["mine"])),
            _shortcut(_("Boîte"), reverse("inbox")),
            _shortcut(_("Nouveau message"), reverse("new-message")),
            _shortcut(_("Clients"), reverse("customers")),
        ],
    }
    response = HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/manifest+json")
    return _fresh(response)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its first line names this release and its files, so that a new release is a new worker."""
    release = {
        "version": _version(),
        "offline": reverse("offline"),
        "files": [static(name) for name in KEPT],
        "icon": static("ui/app/icon-192.png"),
        "badge": static("ui/app/badge-96.png"),
        "words": _("Du nouveau dans votre boîte"),
    }
    script = f"const RELEASE = {json.dumps(release)};\n{_source()}"
    return _fresh(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a phone shows without a network: it names nobody, since browsers keep it."""
    return _fresh(render(request, "agent/app/offline.html"))


def _fresh(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


def _icons() -> list[dict[str, str]]:
    drawn = [
        {"src": static(f"ui/app/{name}-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, purpose in (("icon", "any"), ("maskable", "maskable"))
        for size in SIZES
    ]
    vector = {"src": static("ui/app/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    single = {"src": static("ui/app/badge-96.png"), "sizes": "96x96", "type": "image/png", "purpose": "monochrome"}
    return [vector, *drawn, single]


def _shortcut(name: str, url: str) -> dict[str, object]:
    return {"name": name, "url": url, "icons": [{"src": static("ui/app/icon-192.png"), "sizes": "192x192"}]}


@cache
def _source() -> str:
    return Path(str(finders.find("agent/app/worker.js"))).read_text()


@cache
def _version() -> str:
    told = [__version__, _source(), *(static(name) for name in KEPT)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]
