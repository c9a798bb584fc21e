"""How long spam and trash are kept, and whose mail goes to spam by itself."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.keeping import own_domains, why
from comptoir.agent.settings.page import settings_page
from comptoir.conversations.actions import keeping, refusing
from comptoir.conversations.models import BlockedDomain, Retention
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers import actions as people
from comptoir.customers.models import Identity

LISTED = 200


class RetentionForm(forms.Form):
    """Days of spam and trash."""

    spam_days = forms.IntegerField(label=gettext_lazy("Indésirables, en jours"), min_value=1, max_value=3_650)
    trash_days = forms.IntegerField(label=gettext_lazy("Corbeille, en jours"), min_value=1, max_value=3_650)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def away(request: ConsoleRequest) -> HttpResponse:
    """Days, and the list of what is blocked."""
    kept = Retention.current()
    initial = {"spam_days": kept.spam_days, "trash_days": kept.trash_days}
    form = RetentionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        keeping.set_retention(**form.cleaned_data, actor=Actor.of(request.agent))
        messages.success(request, _("C’est enregistré."))
        return HttpResponseRedirect(reverse("settings-away"))
    context = {
        "form": form,
        "addresses": Identity.objects.exclude(blocked_at=None)
        .select_related("customer")
        .order_by("-blocked_at")[:LISTED],
        "domains": BlockedDomain.objects.select_related("agent")[:LISTED],
    }
    return settings_page(request, "agent/settings/away.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def domain_new(request: ConsoleRequest) -> HttpResponse:
    """Block a domain."""
    try:
        refusing.block_domain(request.POST.get("domain", ""), actor=Actor.of(request.agent), ours=own_domains())
        messages.success(request, _("Le domaine est bloqué."))
    except refusing.CannotBlock as refused:
        messages.error(request, why(refused.code))
    return HttpResponseRedirect(reverse("settings-away"))


@require_POST
@console(May.SETTINGS)
def domain_removal(request: ConsoleRequest, key: int) -> HttpResponse:
    """Let a domain write again."""
    refusing.unblock_domain(get_object_or_404(BlockedDomain, pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("Le domaine n’est plus bloqué."))
    return HttpResponseRedirect(reverse("settings-away"))


@require_POST
@console(May.SETTINGS)
def address_removal(request: ConsoleRequest, key: int) -> HttpResponse:
    """Let an address write again."""
    people.block(get_object_or_404(Identity, pk=key), actor=Actor.of(request.agent), blocked=False)
    messages.success(request, _("L’adresse n’est plus bloquée."))
    return HttpResponseRedirect(reverse("settings-away"))
