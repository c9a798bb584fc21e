"""How each shop speaks: vous or tu, words that it does not use, promises that it does not make."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.agent.customers.forms import name_of
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.automation.actions.wording import LONGEST, set_culture, set_wording
from comptoir.automation.cultures import countries, culture
from comptoir.automation.models import Wording
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor


class WordingForm(forms.Form):
    """One phrase a line; after « = », what to write instead."""

    spelled = forms.CharField(
        label=gettext_lazy("Mots bien écrits"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "Lin d’Alba"}),
        help_text=gettext_lazy(
            "Un par ligne : l’orthographe les laisse passer. Les noms de vos produits et des clients passent déjà."
        ),
    )
    address = forms.ChoiceField(label=gettext_lazy("Les clients sont"), choices=[("formal", gettext_lazy("vouvoyés")), ("informal", gettext_lazy("tutoyés"))])  # fmt: skip
    promises = forms.CharField(
        label=gettext_lazy("Promesses à ne pas faire"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": gettext_lazy("sans faute = dès que possible")}),
        help_text=gettext_lazy(
            "Une par ligne ; après « = », ce qu’on écrit à la place. « * » à la fin d’un mot : toutes ses terminaisons."
        ),
    )
    forbidden = forms.CharField(
        label=gettext_lazy("Mots à ne pas écrire"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": gettext_lazy("impossible = voici ce que je peux faire")}
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def wording(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """The words of one shop (the first one without a key)."""
    shops = list(access.shops(request.agent))
    shop = get_object_or_404(access.shops(request.agent), pk=key) if key else (shops[0] if shops else None)
    row = Wording.objects.filter(shop=shop).first() if shop else None
    initial: dict[str, Any] = {"address": row.address if row else Wording.Address.FORMAL}
    initial |= {name: _lines(getattr(row, name)) for name in ("promises", "forbidden") if row}
    initial["spelled"] = "\n".join(row.spelled) if row else ""
    form = WordingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and shop and form.is_valid():
        given = form.cleaned_data
        actor = Actor.of(request.agent)
        spelled = [" ".join(line.split())[:LONGEST] for line in given["spelled"].splitlines() if line.strip()]
        phrases = _rows(given["forbidden"]), _rows(given["promises"])
        set_wording(shop, given["address"], *phrases, spelled=spelled, actor=actor)
        messages.success(request, _("Les mots de la boutique sont enregistrés."))
        return HttpResponseRedirect(reverse("settings-wording-shop", args=[shop.pk]))
    tabs = [(reverse("settings-wording-shop", args=[one.pk]), one.name, one == shop) for one in shops]
    own = row.cultures if row else {}
    known = sorted((name_of("territories", code), code, code in own) for code in countries())
    context = {"form": form, "shop": shop, "tabs": tabs if len(tabs) > 1 else [], "countries": known}
    return settings_page(request, "agent/settings/wording.html", context, status=422 if form.is_bound else 200)


class CultureForm(forms.Form):
    """What a shop says of a country; what is left empty is as usual."""

    address = forms.ChoiceField(
        label=gettext_lazy("Les clients sont"),
        required=False,
        choices=[("", gettext_lazy("comme d’habitude")), ("formal", gettext_lazy("vouvoyés")), ("informal", gettext_lazy("tutoyés"))],
    )  # fmt: skip
    greeting = forms.CharField(
        label=gettext_lazy("Salutation"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("{first} et {last} : le prénom et le nom du client."),
    )
    closing = forms.CharField(label=gettext_lazy("Formule de fin"), required=False, max_length=120)
    note = forms.CharField(
        label=gettext_lazy("À savoir"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Paraît en tête de la fiche, à côté de la réponse."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def shop_culture(request: ConsoleRequest, key: int, country: str) -> HttpResponse:
    """The ways of one country, and what the shop says of it."""
    shop = get_object_or_404(access.shops(request.agent), pk=key)
    if country not in countries():
        raise Http404
    row = Wording.objects.filter(shop=shop).first()
    form = CultureForm(
        request.POST if request.method == "POST" else None, initial=row.cultures.get(country) if row else None
    )
    if request.method == "POST" and form.is_valid():
        set_culture(shop, country, form.cleaned_data, actor=Actor.of(request.agent))
        messages.success(request, _("La fiche du pays est enregistrée."))
        return HttpResponseRedirect(reverse("settings-wording-shop", args=[shop.pk]) + "#countries")
    usual = culture(country, reader=get_language() or "fr")
    context = {"form": form, "shop": shop, "culture": usual, "name": name_of("territories", country)}
    return settings_page(request, "agent/settings/culture.html", context, status=422 if form.is_bound else 200)


def _lines(rows: list[dict[str, str]]) -> str:
    return "\n".join(f"{row['words']} = {row['instead']}" if row.get("instead") else row["words"] for row in rows)


def _rows(text: str) -> list[dict[str, str]]:
    pairs = (line.partition("=") for line in text.splitlines() if line.partition("=")[0].strip())
    return [
        {"words": " ".join(words.split())[:120], "instead": " ".join(instead.split())[:120]}
        for words, _sep, instead in pairs
    ]
