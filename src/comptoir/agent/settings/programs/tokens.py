"""Tokens: made, shown once, taken away."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.agent.settings.programs.forms import TokenForm
from comptoir.core import programs
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import ApiToken

TOKEN_ONCE = "api_token_once"


@require_safe
@console(May.SETTINGS)
def tokens(request: ConsoleRequest) -> HttpResponse:
    """All tokens, those that work first; a new one's text, once."""
    rows = list(ApiToken.objects.select_related("agent").order_by("-pk")[:200])
    context = {
        "tokens": sorted(rows, key=lambda row: not row.works),
        "once": request.session.pop(TOKEN_ONCE, ""),
        "base": f"{settings.PUBLIC_URL}/api/v1",
    }
    return settings_page(request, "agent/settings/tokens.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def token_new(request: ConsoleRequest) -> HttpResponse:
    """One more token."""
    form = TokenForm(request.POST if request.method == "POST" else None, agent=request.agent)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        request.session[TOKEN_ONCE] = programs.create_token(
            given["name"],
            given["agent"],
            given["scopes"],
            expires_at=given["expires_on"],
            actor=Actor.of(request.agent),
        )[1]
        return HttpResponseRedirect(reverse("settings-tokens"))
    return settings_page(request, "agent/settings/token.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def token_revocation(request: ConsoleRequest, key: int) -> HttpResponse:
    """The program is locked out from now on."""
    programs.revoke_token(get_object_or_404(ApiToken, pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("Le jeton n’ouvre plus rien."))
    return HttpResponseRedirect(reverse("settings-tokens"))
