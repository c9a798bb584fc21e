"""One's own password, second factor, recovery codes and open sessions."""

import segno
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.accounts import signing
from comptoir.agent.accounts.forms import ChangePassword, Code
from comptoir.agent.accounts.signin import wait_words
from comptoir.agent.door import ConsoleRequest, console, installation_of
from comptoir.agent.settings.page import settings_page
from comptoir.core import accounts, sessions, throttle
from comptoir.core.accounts import WrongCode, WrongCredentials
from comptoir.core.accounts.signing_in import count_code
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import AgentSession, Shop
from comptoir.core.throttle import TooMany


@require_http_methods(["GET", "HEAD"])
@console()
def security(request: ConsoleRequest) -> HttpResponse:
    """Everything about coming in, on one page."""
    return _security(request, ChangePassword(agent=request.agent))


@sensitive_post_parameters("current", "password")
@require_POST
@console()
def password(request: ConsoleRequest) -> HttpResponse:
    """Change the password; the other sessions end."""
    form = ChangePassword(request.POST, agent=request.agent)
    if form.is_valid():
        agent, chosen = request.agent, form.cleaned_data
        try:
            throttle.hit(f"password:{agent.pk}", limit=10, seconds=900)
            accounts.change_password(
                agent,
                current=chosen["current"],
                password=chosen["password"],
                session_key=str(request.session.session_key),
            )
        except WrongCredentials:
            form.add_error("current", _("Ce n’est pas votre mot de passe actuel."))
        except TooMany as pause:
            form.add_error("current", wait_words(pause))
        else:
            signing.keep_open(request, agent)
            messages.success(request, _("Votre mot de passe est changé ; vos autres sessions sont fermées."))
            return HttpResponseRedirect(reverse("security"))
    return _security(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@console(enrolled=False)
def two_factor(request: ConsoleRequest) -> HttpResponse:
    """Set the second factor up: a picture to scan, then a code that proves it worked."""
    agent = request.agent
    if agent.two_factor:
        return HttpResponseRedirect(reverse("security"))
    form = Code(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count_code(agent)
            codes = accounts.confirm_second_factor(
                agent, form.cleaned_data["code"], session_key=str(request.session.session_key)
            )
            return render(request, "agent/accounts/codes.html", {"codes": codes, "fresh": True})
        except WrongCode:
            form.add_error("code", _("Ce code n’est pas le bon. Vérifiez l’heure du téléphone, puis tapez le suivant."))
        except TooMany as pause:
            form.add_error("code", wait_words(pause))
    secret = accounts.start_second_factor(agent)
    shop = Shop.objects.order_by("pk").first()
    uri = accounts.provisioning_uri(agent, secret, f"Comptoir {shop.name}" if shop else "Comptoir")
    context = {
        "form": form,
        "picture": _picture(uri),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "uri": uri,
        "required": installation_of(request).two_factor_required,
    }
    return render(request, "agent/accounts/two_factor.html", context, status=422 if form.is_bound else 200)


@require_POST
@console()
def two_factor_removal(request: ConsoleRequest) -> HttpResponse:
    """Turn one's own second factor off, with the password."""
    if installation_of(request).two_factor_required:
        messages.error(request, _("Votre maison exige le second facteur : il ne se retire pas, il se remplace."))
    elif _knows_password(request):
        accounts.remove_second_factor(request.agent, actor=Actor.of(request.agent))
        messages.success(request, _("Le second facteur est retiré."))
    return HttpResponseRedirect(reverse("security"))


@require_http_methods(["GET", "HEAD", "POST"])
@console()
def recovery_codes(request: ConsoleRequest) -> HttpResponse:
    """How many recovery codes are left, and ten new ones with the password."""
    if not request.agent.two_factor:
        return HttpResponseRedirect(reverse("security"))
    if request.method == "POST":
        if not _knows_password(request):
            return HttpResponseRedirect(reverse("recovery-codes"))
        codes = accounts.new_recovery_codes(request.agent, actor=Actor.of(request.agent))
        return render(request, "agent/accounts/codes.html", {"codes": codes})
    return render(request, "agent/accounts/codes_left.html", {"left": len(request.agent.recovery_codes)})


@require_POST
@console()
def session_end(request: ConsoleRequest, key: int) -> HttpResponse:
    """End one of one's own sessions."""
    session = get_object_or_404(AgentSession, pk=key, agent=request.agent)
    sessions.end(session)
    record(request.agent, "agent.session_ended", actor=Actor.of(request.agent), after={"device": session.device})
    messages.success(request, _("Cette session est fermée."))
    return HttpResponseRedirect(reverse("security"))


@require_POST
@console()
def sessions_end(request: ConsoleRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    ended = sessions.end_all(request.agent, but=str(request.session.session_key))
    if ended:
        record(request.agent, "agent.sessions_ended", actor=Actor.of(request.agent), sessions=ended)
    messages.success(request, _("Vos autres sessions sont fermées."))
    return HttpResponseRedirect(reverse("security"))


def _security(request: ConsoleRequest, form: ChangePassword, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "sessions": request.agent.sessions.order_by("-seen_at"),
        "here": request.session.session_key,
        "codes_left": len(request.agent.recovery_codes),
        "two_factor_required": installation_of(request).two_factor_required,
    }
    return settings_page(request, "agent/accounts/security.html", context, status=status)


def _knows_password(request: ConsoleRequest) -> bool:
    """Whether the person at the keyboard is still the agent; says so when not."""
    throttle.hit(f"password:{request.agent.pk}", limit=10, seconds=900)
    if request.agent.check_password(request.POST.get("password", "")):
        return True
    messages.error(request, _("Ce n’est pas votre mot de passe. Rien n’a été changé."))
    return False


def _picture(uri: str) -> SafeString:
    drawn: str = segno.make(uri, error="m", micro=False).svg_inline(
        omitsize=True, border=0, svgclass="qr-code", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308  # segno writes it, from a secret of ours and an address
