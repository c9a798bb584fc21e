"""« Mon compte » : what agents decide about their own workspace."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.accounts.forms import ProfileForm
from comptoir.agent.door import ConsoleRequest, console, is_fragment, safe_next
from comptoir.agent.settings.page import settings_page
from comptoir.core import accounts
from comptoir.core.accounts import Profile


@require_http_methods(["GET", "HEAD", "POST"])
@console()
def account(request: ConsoleRequest) -> HttpResponse:
    """Name, language, zone, theme, signature, undo, keys."""
    agent = request.agent
    start = {field: getattr(agent, field) for field in ProfileForm.base_fields}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        accounts.edit_profile(agent, Profile(**form.cleaned_data))
        with translation.override(agent.language):
            messages.success(request, _("Vos préférences sont enregistrées."))
        return HttpResponseRedirect(reverse("account"))
    status = 422 if form.is_bound else 200
    return settings_page(request, "agent/accounts/account.html", {"form": form}, status=status)


@require_POST
@console()
def away(request: ConsoleRequest) -> HttpResponse:
    """Say that one is away, or back."""
    accounts.set_away(request.agent, not request.agent.away)
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(safe_next(request))
