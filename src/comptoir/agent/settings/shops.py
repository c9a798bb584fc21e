"""Shops: one page each, with colours and order numbers that can be tried before they are saved."""

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.contrast import DARK, LIGHT, contrast
from comptoir.agent.settings.forms.house import ShopForm, pattern_of
from comptoir.agent.settings.page import settings_page
from comptoir.core import access
from comptoir.core import shops as actions
from comptoir.core.access import May
from comptoir.core.actors import Actor

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@require_safe
@console(May.SETTINGS)
def shops(request: ConsoleRequest) -> HttpResponse:
    """All shops."""
    return settings_page(request, "agent/settings/shops.html", {"shops": access.shops(request.agent)})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def shop_new(request: ConsoleRequest) -> HttpResponse:
    """One more shop."""
    form = ShopForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.create_shop(form.cleaned_data, actor=Actor.of(request.agent))
        messages.success(request, _("La boutique est ouverte. Donnez-lui un canal."))
        return HttpResponseRedirect(reverse("settings-shop", args=[made.pk]))
    return settings_page(request, "agent/settings/shop.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def shop(request: ConsoleRequest, key: int) -> HttpResponse:
    """One shop."""
    row = get_object_or_404(access.shops(request.agent), pk=key)
    form = ShopForm(request.POST if request.method == "POST" else None, shop=row)
    if request.method == "POST" and form.is_valid():
        actions.edit_shop(row, form.cleaned_data, actor=Actor.of(request.agent))
        messages.success(request, _("La boutique est enregistrée."))
        return HttpResponseRedirect(reverse("settings-shop", args=[row.pk]))
    context = {"form": form, "shop_row": row}
    return settings_page(request, "agent/settings/shop.html", context, status=422 if form.is_bound else 200)


@require_safe
@console(May.SETTINGS)
def colours(request: ConsoleRequest) -> HttpResponse:
    """How readable the two colours are, as they are being chosen."""
    found = []
    for name, paper, words in (("accent", LIGHT, _("thème clair")), ("accent_dark", DARK, _("thème sombre"))):
        colour = request.GET.get(name, "")
        if COLOUR.fullmatch(colour):
            ratio = contrast(colour, paper)
            found.append(
                {"words": words, "ratio": round(ratio, 1), "ok": ratio >= 4.5, "colour": colour, "paper": paper}
            )
    return render(request, "agent/settings/colours.html", {"colours": found})


@require_safe
@console(May.SETTINGS)
def pattern(request: ConsoleRequest) -> HttpResponse:
    """What the order pattern finds in a sentence."""
    text = request.GET.get("sentence", "")[:500]
    try:
        form = pattern_of(request.GET.get("order_pattern", "")[:120])
    except ValidationError as error:
        return render(request, "agent/settings/pattern.html", {"problem": error.messages[0]})
    numbers = [hit.group() for hit in re.finditer(form, text)] if form and text else []
    return render(request, "agent/settings/pattern.html", {"numbers": numbers, "tried": bool(form and text)})
