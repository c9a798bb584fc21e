"""What is asked about tokens and webhooks."""

from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.core.programs import Scope
from comptoir.webhooks.models import Endpoint
from comptoir.webhooks.verbs import verbs

SCOPES = [
    (Scope.READ_CONVERSATIONS.value, _("Lire les conversations, les messages et leurs fichiers")),
    (Scope.WRITE_CONVERSATIONS.value, _("Répondre, noter, classer, commencer une conversation")),
    (Scope.READ_CUSTOMERS.value, _("Lire et exporter les fiches clients")),
    (Scope.WRITE_CUSTOMERS.value, _("Créer, modifier et effacer des clients")),
    (Scope.READ_ORDERS.value, _("Lire les commandes et les colis")),
    (Scope.WRITE_ORDERS.value, _("Remplir les champs des commandes")),
    (Scope.READ_GESTURES.value, _("Lire les gestes faits sur les commandes")),
    (Scope.WRITE_GESTURES.value, _("Rembourser, renvoyer, offrir, dans les plafonds de son membre")),
    (Scope.READ_EVENTS.value, _("Lire le fil des événements")),
    (Scope.WEBHOOKS.value, _("Régler les webhooks")),
]
BOXES = forms.CheckboxSelectMultiple(attrs={"class": "box"})


class TokenForm(forms.Form):
    """A new token: for whom, for what, until when."""

    name = forms.CharField(label=_("Nom du programme"), max_length=80, help_text=_("Il paraît dans le journal."))
    agent = forms.ModelChoiceField(
        label=_("Il agit au nom de"),
        queryset=Agent.objects.none(),
        empty_label=None,
        help_text=_("Le programme voit et fait ce que cette personne peut, jamais plus."),
    )
    expires_on = forms.DateField(
        label=_("Valable jusqu’au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Vide : jusqu’à ce qu’on le retire."),
    )
    scopes = forms.MultipleChoiceField(label=_("Ce qu’il peut faire"), choices=SCOPES, widget=BOXES)

    def __init__(self, data: QueryDict | None = None, *, agent: Agent) -> None:
        super().__init__(data, initial={"agent": agent.pk})
        self.fields["agent"].queryset = access.accounts(agent).filter(is_active=True)  # type: ignore[attr-defined]

    def clean_expires_on(self) -> datetime | None:
        """The end of that day, which must be to come."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        end = timezone.make_aware(datetime.combine(day, time.max))
        if end <= timezone.now():
            raise ValidationError(_("Cette date est passée."))
        return end


class EndpointForm(forms.Form):
    """An address that is told."""

    name = forms.CharField(label=_("Nom du programme"), max_length=80)
    url = forms.URLField(
        label=_("Adresse"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Elle reçoit un POST signé à chaque événement."),
    )
    verbs = forms.MultipleChoiceField(
        label=_("Événements"), required=False, widget=BOXES, help_text=_("Aucun coché : tous, ceux à venir aussi.")
    )
    content = forms.BooleanField(
        label=_("Joindre le contenu"),
        required=False,
        initial=True,
        help_text=_("Messages, noms, commandes. Sans lui, seuls des numéros partent."),
    )

    def __init__(self, data: QueryDict | None = None, *, endpoint: Endpoint | None = None) -> None:
        initial: dict[str, Any] = {}
        if endpoint:
            initial = {name: getattr(endpoint, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.fields["verbs"].choices = [(verb, verb) for verb in verbs()]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """HTTP without a name and password in it: an address is shown and logged."""
        url: str = self.cleaned_data["url"]
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise ValidationError(_("L’adresse commence par https:// ou http://."))
        if parts.username or parts.password:
            raise ValidationError(_("Pas de mot de passe dans l’adresse : la signature prouve d’où vient l’envoi."))
        return url
