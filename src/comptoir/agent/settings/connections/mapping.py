"""Where a program's own payload keeps our fields: typed, and seen at once on a payload that is pasted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comptoir.agent.door import ConsoleRequest, console, is_fragment
from comptoir.agent.settings.connections.forms import MAPPING
from comptoir.agent.settings.connections.views import one
from comptoir.agent.settings.forms.declared import declared_by
from comptoir.agent.settings.page import settings_page
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.orders.connecting import accounts
from comptoir.ports import registry
from comptoir.ports.shop import Notice, OrderData

LONGEST = 200_000
LINES = 5
SAMPLE = """{
 "reference": "A-1042",
 "created": "2026-11-20T10:00:00+01:00",
 "status": "complete",
 "amount": "31.20",
 "customer": {"email": "camille@example.org"},
 "items": [{"label": "Bougie", "count": 2, "price": "15.60"}]
}"""
EXAMPLE = """{
 "number": "reference",
 "placed_at": "created",
 "state": "status",
 "total": "amount",
 "email": "customer.email",
 "lines": "items",
 "lines.title": "label",
 "lines.quantity": "count",
 "lines.unit_price": "price",
 "states": {"complete": "shipped"}
}"""


class MappingForm(forms.Form):
    """The mapping, and a payload to try it on; the payload is not kept."""

    mapping = forms.CharField(
        label=gettext_lazy("Correspondance"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "class": "code", "spellcheck": "false"}),
    )
    sample = forms.CharField(
        label=gettext_lazy("Un exemple de ce que votre programme envoie"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "code", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def connection_mapping(request: ConsoleRequest, key: int) -> HttpResponse:
    """The page; posted from its fields it shows what would be understood, posted with `save` it is kept."""
    row = one(request, key)
    if MAPPING not in {field.name for field in declared_by(row.port, row.vendor)}:
        raise Http404
    held = str(row.settings.get(MAPPING, ""))
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        initial={"mapping": held or EXAMPLE, "sample": SAMPLE},
    )
    if form.is_bound and form.is_valid():
        mapping, sample = form.cleaned_data["mapping"], form.cleaned_data["sample"]
    else:
        mapping, sample = form["mapping"].value() or "", form["sample"].value() or ""
    context: dict[str, Any] = {"connection": row, "form": form} | _seen(row.vendor, mapping, sample)
    if form.is_bound and form.is_valid() and request.POST.get("save") and not context["wrong"]:
        accounts.edit(row, {"settings": {**row.settings, MAPPING: mapping.strip()}}, {}, actor=Actor.of(request.agent))
        messages.success(request, _("La correspondance est enregistrée."))
        return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]))
    if form.is_bound and is_fragment(request):
        return render(request, "agent/settings/connections/preview.html", context)
    status = 422 if form.is_bound and context["wrong"] and request.POST.get("save") else 200
    return settings_page(request, "agent/settings/connections/mapping.html", context, status=status)


def _seen(vendor: str, mapping: str, sample: str) -> dict[str, Any]:
    """What the adapter makes of the sample: `wrong` says what is wrong with the mapping itself."""
    adapter = registry.get("shop", vendor)({MAPPING: mapping})
    notice: Notice = adapter.parse("", sample.encode("utf-8", "replace"))
    return {"wrong": getattr(adapter, "problem", ""), "problem": notice.problem, "notice": notice} | (
        {"order": notice.order, "facts": _facts(notice.order), "lines": notice.order.lines[:LINES]}
        if notice.order
        else {}
    )


def _facts(order: OrderData) -> list[tuple[str, str]]:
    told = [
        (_("Numéro"), order.number),
        (_("Identifiant"), order.external_id),
        (_("E-mail"), order.email),
        (_("Nom"), order.name),
        (_("Passée le"), order.placed_at.isoformat(" ", "minutes")),
        (_("État"), f"{order.status} → {order.state}" if order.status != order.state else order.state),
        (_("Ville"), order.address.get("city", "")),
        (_("Mise à jour"), order.updated_at.isoformat(" ", "minutes") if order.updated_at else ""),
    ]
    return [(name, value or "—") for name, value in told]
