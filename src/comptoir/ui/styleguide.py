"""What the living style page shows; the agent's door serves `ui/styleguide.html` with this context, in debug only."""

from typing import Any

from django import forms
from django.utils import timezone

from comptoir.ui.icon import FOLDER


class Sample(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom affiché", help_text="Vos clients le lisent.")
    address = forms.EmailField(label="Adresse", required=False)
    security = forms.ChoiceField(label="Chiffrement", choices=[("tls", "TLS"), ("starttls", "STARTTLS")])
    welcome = forms.CharField(label="Accueil", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    same = forms.BooleanField(label="Même identifiant que pour la réception", required=False)
    read = forms.ChoiceField(
        label="À la lecture",
        choices=[("mark", "Marquer comme lu"), ("leave", "Ne rien changer")],
        widget=forms.RadioSelect(attrs={"class": "radio"}),
    )


def context() -> dict[str, Any]:
    """A filled form, a refused one, the hour and the names of all icons."""
    filled = Sample(initial={"name": "Maison Alba", "security": "tls", "same": True, "read": "mark"})
    return {
        "form": filled,
        "bad_form": Sample({"address": "bonjour@", "security": "tls"}, prefix="bad"),
        "now": timezone.now(),
        "icons": sorted(path.stem for path in FOLDER.glob("*.svg")),
    }
