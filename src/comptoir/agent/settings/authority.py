"""Limits and accords (the authority matrix), and why things are done in each shop."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.gestures.words import limits
from comptoir.agent.settings.forms.authority import AuthorityForm
from comptoir.agent.settings.page import settings_page
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.orders.gestures import authority as reading
from comptoir.orders.gestures import matrix
from comptoir.orders.gestures.reasons import reasons
from comptoir.orders.models import Authority


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def authorities(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """The matrix, with one row or a new one to fill in."""
    row = get_object_or_404(Authority, pk=key) if key else None
    form = AuthorityForm(request.POST if request.method == "POST" else None, row)
    if request.method == "POST" and form.is_valid():
        matrix.save(row, form.values(), actor=Actor.of(request.agent))
        messages.success(request, _("Les plafonds sont enregistrés ; ils valent dès maintenant."))
        return HttpResponseRedirect(reverse("settings-authority"))
    kept = Authority.objects.exists()
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "rows": [(each, limits(each)) for each in reading.rows()],
        "kept": kept,
        "lists": [(shop, "\n".join(reasons(shop))) for shop in Shop.objects.order_by("name")],
    }
    return settings_page(request, "agent/settings/authority.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def authority_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a row away."""
    matrix.delete(get_object_or_404(Authority, pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("La règle est supprimée."))
    return HttpResponseRedirect(reverse("settings-authority"))


@require_POST
@console(May.SETTINGS)
def authority_defaults(request: ConsoleRequest) -> HttpResponse:
    """Keep the rows that Comptoir brings, to change them one by one."""
    matrix.keep_defaults()
    return HttpResponseRedirect(reverse("settings-authority"))


@require_POST
@console(May.SETTINGS)
def shop_reasons(request: ConsoleRequest, key: int) -> HttpResponse:
    """The reasons of a shop, one a line."""
    shop = get_object_or_404(Shop, pk=key)
    words = request.POST.get("reasons", "")[:10_000].replace("\0", "").splitlines()
    matrix.save_reasons(shop, words, actor=Actor.of(request.agent))
    messages.success(request, _("Les motifs sont enregistrés."))
    return HttpResponseRedirect(reverse("settings-authority"))
