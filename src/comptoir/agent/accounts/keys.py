"""« Mes touches » : single keys that an agent changes or switches off (WCAG 2.1.4)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.core import accounts

# Every single key of the console, by where it is met; a test holds that no page has another one.
KEYS: dict[str, tuple[Any, dict[str, Any]]] = {
    "everywhere": (
        gettext_lazy("Partout"),
        {
            "?": gettext_lazy("Les raccourcis de la page"),
            "c": gettext_lazy("Nouveau message"),
            "f": gettext_lazy("Chercher ; dans une conversation, transférer"),
            "g": gettext_lazy("Aller à… (suivie d’une autre lettre)"),
            "d": gettext_lazy("Agir sur la commande… (suivie d’une autre lettre)"),
            "h": gettext_lazy("Clair ou sombre ; dans une conversation, son sujet"),
            "u": gettext_lazy("Retour à la liste"),
            "z": gettext_lazy("Annuler ce que dit le dernier message"),
            "e": gettext_lazy("Clore ou rouvrir ; modifier une fiche"),
            "n": gettext_lazy("Note ; nouvelle vue"),
        },
    ),
    "list": (
        gettext_lazy("Dans la liste"),
        {
            "j": gettext_lazy("La suivante"),
            "k": gettext_lazy("La précédente"),
            "o": gettext_lazy("Ouvrir"),
            "x": gettext_lazy("Choisir"),
            "J": gettext_lazy("Choisir, et descendre"),
            "K": gettext_lazy("Choisir, et monter"),
            "v": gettext_lazy("Enregistrer la vue"),
        },
    ),
    "conversation": (
        gettext_lazy("Dans une conversation"),
        {
            "r": gettext_lazy("Répondre"),
            "A": gettext_lazy("Répondre à tous"),
            ";": gettext_lazy("Macros"),
            "a": gettext_lazy("M’attribuer"),
            "s": gettext_lazy("Mettre en pause"),
            "l": gettext_lazy("Étiqueter"),
            "p": gettext_lazy("Écrire à un tiers, à part"),
            "m": gettext_lazy("Fusionner avec une autre"),
            "t": gettext_lazy("Ajouter une tâche"),
            "w": gettext_lazy("Écrire au client (colis, incidents)"),
            "b": gettext_lazy("Bloquer l’expéditeur"),
            "q": gettext_lazy("Dire qu’une réponse est attendue, ou non"),
            "U": gettext_lazy("Marquer non lue"),
            "!": gettext_lazy("Indésirable"),
            "#": gettext_lazy("Mettre à la corbeille"),
            ".": gettext_lazy("Plus d’actions"),
        },
    ),
}
OURS = [key for _title, keys in KEYS.values() for key in keys]


class KeysForm(forms.Form):
    """One field a key: one sign, or nothing to switch it off."""

    def __init__(self, *args: Any, chosen: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, ours in enumerate(OURS):
            self.fields[f"k{number}"] = forms.CharField(
                label=_label(ours),
                required=False,
                initial=chosen.get(ours, ours),
                widget=forms.TextInput(
                    attrs={"maxlength": 1, "autocomplete": "off", "autocapitalize": "off", "size": 2}
                ),
            )

    def clean(self) -> dict[str, Any]:
        """One visible sign each, and never twice the same."""
        taken: dict[str, str] = {}
        for name, key in list(self.cleaned_data.items()):
            if not key:
                continue
            if len(key) > 1 or not key.isprintable():
                self.add_error(name, _("Un seul signe, ou rien."))
            elif key in taken:
                self.add_error(name, _("Cette touche sert déjà : %(what)s.") % {"what": self.fields[taken[key]].label})
            taken.setdefault(key, name)
        return self.cleaned_data

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields, by where their keys are met."""
        return [(title, [self[f"k{OURS.index(key)}"] for key in keys]) for title, keys in KEYS.values()]

    def keymap(self) -> dict[str, str]:
        """What was chosen, by our key."""
        return {ours: str(self.cleaned_data[f"k{number}"]) for number, ours in enumerate(OURS)}


def _label(ours: str) -> str:
    return next(str(keys[ours]) for _title, keys in KEYS.values() if ours in keys)


@require_http_methods(["GET", "HEAD", "POST"])
@console()
def keys(request: ConsoleRequest) -> HttpResponse:
    """The keys, ours and theirs; « Remettre » brings all of ours back."""
    agent = request.agent
    if request.method == "POST" and "reset" in request.POST:
        accounts.edit_keys(agent, {})
        messages.success(request, _("Les touches sont celles de Comptoir."))
        return HttpResponseRedirect(reverse("account-keys"))
    form = KeysForm(request.POST if request.method == "POST" else None, chosen=agent.keymap)
    if request.method == "POST" and form.is_valid():
        accounts.edit_keys(agent, form.keymap())
        messages.success(request, _("Vos touches sont enregistrées."))
        return HttpResponseRedirect(reverse("account-keys"))
    status = 422 if form.is_bound else 200
    return settings_page(request, "agent/accounts/keys.html", {"form": form}, status=status)
