"""Signing in, the second factor, and signing out."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.accounts import signing
from comptoir.agent.accounts.forms import Code, SignIn
from comptoir.agent.door import safe_next
from comptoir.core import accounts, sessions
from comptoir.core.accounts import Attempt, WrongCode, WrongCredentials
from comptoir.core.accounts.signing_in import count_code
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Installation
from comptoir.core.throttle import TooMany


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Address and password, then the code if there is one."""
    if getattr(request, "agent", None) is not None and request.method != "POST":
        return HttpResponseRedirect(safe_next(request))
    if request.method != "POST":
        return _page(request, SignIn())
    form = SignIn(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    attempt = Attempt(
        email=form.cleaned_data["email"],
        password=form.cleaned_data["password"],
        network_address=signing.network_address(request),
        device=request.COOKIES.get(signing.DEVICE_COOKIE, ""),
    )
    try:
        agent = accounts.know_again(attempt)
    except WrongCredentials:
        form.add_error(None, _("Cette adresse et ce mot de passe ne vont pas ensemble."))
        return _page(request, form, status=422)
    except TooMany as pause:
        form.add_error(None, wait_words(pause))
        return _page(request, form, status=429)
    if not agent.two_factor:
        return signing.enter(request, agent)
    signing.hold(request, agent)
    return HttpResponseRedirect(f"{reverse('signin-code')}?{urlencode({'next': safe_next(request)})}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second factor: a code of the phone, or a recovery code."""
    agent = signing.held(request)
    if agent is None:
        return HttpResponseRedirect(reverse("signin"))
    form = Code(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            count_code(agent)
            way = accounts.prove(agent, form.cleaned_data["code"])
            agent = Agent.objects.get(pk=agent.pk)
            used = way == "recovery"
            return signing.enter(request, agent, url=reverse("recovery-codes") if used else "")
        except WrongCode:
            form.add_error("code", _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant."))
            status = 422
        except TooMany as pause:
            form.add_error("code", wait_words(pause))
            status = 429
    return render(request, "agent/accounts/code.html", {"form": form, "next": safe_next(request)}, status=status)


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End this session."""
    agent: Agent | None = getattr(request, "agent", None)
    if agent is not None:
        for session in agent.sessions.filter(session_key=request.session.session_key):
            sessions.end(session)
        record(agent, "agent.signed_out", actor=Actor.of(agent))
    request.session.flush()
    response = HttpResponseRedirect(reverse("signin"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def wait_words(pause: TooMany) -> str:
    """How long to wait, in minutes."""
    minutes = -(-pause.seconds // 60)
    return ngettext(
        "Trop d’essais. Par sécurité, réessayez dans %(minutes)s minute.",
        "Trop d’essais. Par sécurité, réessayez dans %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}


def _page(request: HttpRequest, form: SignIn, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": safe_next(request), "demo": Installation.current().demo}
    return render(request, "agent/accounts/signin.html", context, status=status)
