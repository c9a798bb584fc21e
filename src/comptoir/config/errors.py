"""Pages for what goes wrong: they say what happened, what was kept and what to do."""

import logging

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _

from comptoir.config import logs


def page(request: HttpRequest, status: int, fallback: str) -> HttpResponse:
    """The page of that status; plain text when there is no template or the template itself fails."""
    identifier = getattr(request, "id", "") or logs.request_id.get()
    plain = f"<!doctype html><meta charset=utf-8><title>{status}</title><p>{escape(fallback)}</p>"
    body: str = plain
    try:
        body = render_to_string(f"{status}.html", {"request_id": identifier}, request if status < 500 else None)
    except TemplateDoesNotExist:
        body = plain
    except Exception:  # the page that says "something broke" must not break
        logging.getLogger("comptoir.errors").exception("the page of status %s failed", status)
        body = plain
    return HttpResponse(body, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return page(request, 400, _("Cette demande est incomplète ou abîmée. Rien n’a été changé."))


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page(request, 403, _("Cette action vous est fermée. Rien n’a été changé."))


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, when the form's proof is missing: an old tab, or another site that posts in somebody's name."""
    return denied(request, PermissionDenied(reason))


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return page(request, 404, _("Cette page n’existe pas, ou vous ne pouvez pas la voir."))


def misdirected(request: HttpRequest) -> HttpResponse:
    """421: nothing of ours has that host name."""
    return page(request, 421, _("Aucune boutique ne répond à cette adresse."))


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429, with the seconds to wait."""
    response = page(request, 429, _("Trop d’essais en peu de temps. Réessayez dans quelques minutes."))
    response.headers["Retry-After"] = str(seconds)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return page(request, 500, _("Une panne de notre côté. Ce qui était enregistré l’est toujours."))


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer."""
    response = page(request, 503, _("Le service revient dans un instant."))
    response.headers["Retry-After"] = "5"
    return response
