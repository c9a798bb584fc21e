"""What agents choose on their page of notifications."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAYS = [
    (0, _("Lundi")),
    (1, _("Mardi")),
    (2, _("Mercredi")),
    (3, _("Jeudi")),
    (4, _("Vendredi")),
    (5, _("Samedi")),
    (6, _("Dimanche")),
]
CLOCK = {"type": "time"}


def _switch(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class NotificationsForm(forms.Form):
    """Which events, by which way, and when."""

    mine = _switch(_("Un client écrit dans mes conversations"))
    assigned = _switch(_("On me confie une conversation"))
    mentioned = _switch(_("Une note me nomme"))
    team = _switch(_("Un client écrit dans la file de mon équipe"), _("Quand personne n’en a encore la charge."))
    everything = _switch(_("Tout nouveau message que je peux voir"))
    excerpt = _switch(
        _("Montrer l’extrait"),
        _("Sans lui : le nom du client et la boutique. Avec lui, l’écran verrouillé peut montrer les premiers mots."),
    )
    sound = _switch(
        _("Un son discret dans le navigateur"), _("Pour mes conversations, quand l’onglet n’est pas sous mes yeux.")
    )
    mail_assigned = _switch(
        _("Un e-mail quand on me confie une conversation"),
        _("Y répondre répond au client, si votre adresse est prouvée."),
    )
    mail_mentioned = _switch(_("Un e-mail quand une note me nomme"))
    mail_approvals = _switch(_("Un e-mail quand un geste attend mon accord"))
    quiet_from = forms.TimeField(
        label=_("Silence à partir de"), required=False, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Jusqu’à"), required=False, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("Jours de silence"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        """Both times or neither."""
        given = super().clean() or {}
        start, end = given.get("quiet_from"), given.get("quiet_until")
        if (start is None) != (end is None) and not {"quiet_from", "quiet_until"} & set(self.errors):
            missing = "quiet_until" if end is None else "quiet_from"
            self.add_error(missing, ValidationError(_("Donnez les deux heures, ou aucune.")))
        return given
