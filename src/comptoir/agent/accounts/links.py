"""Pages that a mailed link opens: an invitation, a new password; and the page that asks for one."""

import time

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comptoir.agent.accounts import signing
from comptoir.agent.accounts.forms import Accept, Forgotten, NewPassword
from comptoir.agent.door import too_many
from comptoir.core import accounts, throttle
from comptoir.core.accounts import LinkExpired
from comptoir.core.throttle import TooMany
from comptoir.outbox import letters

HOUR = 3600
EVEN = 0.2  # seconds


def invitation_link(token: str) -> str:
    """The whole address of an invitation."""
    return settings.PUBLIC_URL + reverse("invitation", args=[token])


def reset_link(token: str) -> str:
    """The whole address where a new password is chosen."""
    return settings.PUBLIC_URL + reverse("password-reset", args=[token])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a reset link; the answer is the same whether or not anybody has that address."""
    form = Forgotten(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "agent/accounts/forgotten.html", {"form": form}, status=status)
    email = form.cleaned_data["email"]
    try:
        throttle.hit(f"reset:network:{signing.network_address(request)}", limit=20, seconds=HOUR)
    except TooMany as pause:
        return too_many(request, pause)
    begun = time.monotonic()
    try:
        throttle.hit(f"reset:account:{email.lower()}", limit=3, seconds=HOUR)
        letters.offer_reset(email, link=reset_link)
    except TooMany:
        pass  # the answer stays the same: saying "enough" would tell that the account exists
    time.sleep(max(0.0, EVEN - (time.monotonic() - begun)))  # nor does the time that a mail takes tell it
    return render(request, "agent/accounts/forgotten_sent.html", {"email": email})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password; then sign in with it, second factor included."""
    try:
        agent = accounts.resetting(token)
        form = NewPassword(request.POST if request.method == "POST" else None, agent=agent)
        if request.method == "POST" and form.is_valid():
            agent = accounts.reset_password(token, password=form.cleaned_data["password"])
            messages.success(request, _("Votre mot de passe est changé. Connectez-vous avec le nouveau."))
            response = HttpResponseRedirect(reverse("signin"))
            signing.remember_device(response, agent)
            return response
    except LinkExpired:
        return render(request, "agent/accounts/expired.html", {"invitation": False}, status=410)
    context = {"form": form, "person": agent}
    return render(request, "agent/accounts/reset.html", context, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join the team: name, password, language."""
    try:
        agent = accounts.invited(token)
        start = {"name": agent.name, "language": get_language()}
        form = Accept(request.POST if request.method == "POST" else None, agent=agent, initial=start)
        if request.method == "POST" and form.is_valid():
            chosen = form.cleaned_data
            agent = accounts.accept(
                token, name=chosen["name"], password=chosen["password"], language=chosen["language"]
            )
            return signing.enter(request, agent, url="/")
    except LinkExpired:
        return render(request, "agent/accounts/expired.html", {"invitation": True}, status=410)
    context = {"form": form, "person": agent}
    return render(request, "agent/accounts/invitation.html", context, status=422 if form.is_bound else 200)
