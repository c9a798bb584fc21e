"""How each shop speaks: vous or tu, words that it does not use, promises that it does not make."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.automation.actions.wording import set_wording
from comptoir.automation.models import Wording
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor


class WordingForm(forms.Form):
    """One phrase a line; after « = », what to write instead."""

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
    form = WordingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and shop and form.is_valid():
        given = form.cleaned_data
        actor = Actor.of(request.agent)
        set_wording(shop, given["address"], _rows(given["forbidden"]), _rows(given["promises"]), actor=actor)
        messages.success(request, _("Les mots de la boutique sont enregistrés."))
        return HttpResponseRedirect(reverse("settings-wording-shop", args=[shop.pk]))
    tabs = [(reverse("settings-wording-shop", args=[one.pk]), one.name, one == shop) for one in shops]
    context = {"form": form, "shop": shop, "tabs": tabs if len(tabs) > 1 else []}
    return settings_page(request, "agent/settings/wording.html", context, status=422 if form.is_bound else 200)


def _lines(rows: list[dict[str, str]]) -> str:
    return "\n".join(f"{row['words']} = {row['instead']}" if row.get("instead") else row["words"] for row in rows)


def _rows(text: str) -> list[dict[str, str]]:
    pairs = (line.partition("=") for line in text.splitlines() if line.partition("=")[0].strip())
    return [
        {"words": " ".join(words.split())[:120], "instead": " ".join(instead.split())[:120]}
        for words, _sep, instead in pairs
    ]
