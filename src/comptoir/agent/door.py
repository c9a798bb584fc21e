"""The way into every page of the console: who is signed in, what their role allows, and plain words when not.

@console(May.ANSWER)
def replies(request: ConsoleRequest, key: int) -> HttpResponse: ...
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from comptoir.core import access
from comptoir.core.access import Denied, May
from comptoir.core.models import Agent, Installation
from comptoir.core.throttle import TooMany

P = ParamSpec("P")


class ConsoleRequest(HttpRequest):
    """A request whose agent is known: what the middleware made of Django's own, for type checking only."""

    agent: Agent


def console(
    may: May | None = None, *, enrolled: bool = True
) -> Callable[
    [Callable[Concatenate[ConsoleRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let only agents in, and only those whose role allows `may`; `request.agent` is theirs.

    A stranger's page goes to the sign-in and comes back; a fragment gets 401, upon which the page says that the session
    ended. Denied is 403, TooMany 429, both in words. With `enrolled`, agents who must have a second factor set it up
    first.
    """

    def decorate(
        view: Callable[Concatenate[ConsoleRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            agent: Agent | None = getattr(request, "agent", None)
            if agent is None:
                return _stranger(request)
            if enrolled and not agent.two_factor and installation_of(request).two_factor_required:
                return _elsewhere(request, reverse("two-factor"))
            try:
                if may is not None:
                    access.require(agent, may)
                response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # the middleware set its agent
            except Denied as refused:
                return _refused(request, refused)
            except TooMany as pause:
                return too_many(request, pause)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], guarded)

    return decorate


def installation_of(request: HttpRequest) -> Installation:
    """The installation's row, read at most once a request."""
    found: Installation | None = request.__dict__.get("installation")
    if found is None:
        found = request.__dict__["installation"] = Installation.current()
    return found


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script asked, which cannot follow to another page: htmx (boosted links apart) or fetch."""
    if "HX-Request" in request.headers:
        return "HX-Boosted" not in request.headers
    return request.headers.get("Sec-Fetch-Dest", "document") not in {"document", "iframe", "frame"}


def safe_next(request: HttpRequest) -> str:
    """Where `next` asks to go, when that is a page of this console; else the console's first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if ours and not wanted.startswith(settings.LOGIN_URL) else "/"


def too_many(request: HttpRequest, pause: TooMany) -> HttpResponse:
    """429 in words, with the seconds to wait."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(pause.seconds)
    return response


def _stranger(request: HttpRequest) -> HttpResponse:
    if is_fragment(request):
        response = HttpResponse(_("Votre session est terminée."), status=401, content_type="text/plain")
        response.headers["HX-Trigger"] = "signedout"
        return response
    back = request.get_full_path() if request.method == "GET" and request.path != "/" else ""
    return HttpResponseRedirect(settings.LOGIN_URL + (f"?{urlencode({'next': back})}" if back else ""))


def _elsewhere(request: HttpRequest, url: str) -> HttpResponse:
    if is_fragment(request):
        response = HttpResponse(status=403)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def _refused(request: HttpRequest, refused: Denied) -> HttpResponse:
    if is_fragment(request):
        return HttpResponse(
            _("Votre rôle ne le permet pas. Rien n’a été changé."), status=403, content_type="text/plain"
        )
    raise PermissionDenied(str(refused)) from refused
