"""What people type about accounts."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Afterwards, Agent, Sends

PASSWORD_HELP = _("Dix caractères au moins. Une phrase que vous seul connaissez vaut mieux qu’un mot compliqué.")
THEMES = [("", _("Celui du système")), ("light", _("Clair")), ("dark", _("Sombre"))]
UNDO = [(0, _("Aucun")), (5, _("5 secondes")), (10, _("10 secondes")), (20, _("20 secondes")), (30, _("30 secondes"))]


def zones() -> list[tuple[str, str]]:
    """The time zones that have a city."""
    named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [(zone, zone.replace("_", " ")) for zone in named]


def password_field(label: Any, *, fresh: bool) -> forms.CharField:
    """A password; `fresh` tells the browser to offer a new one."""
    complete = "new-password" if fresh else "current-password"
    return forms.CharField(
        label=label,
        strip=False,
        max_length=4096,
        help_text=PASSWORD_HELP if fresh else "",
        widget=forms.PasswordInput(attrs={"autocomplete": complete}),
    )


class SignIn(forms.Form):
    """Address and password."""

    email = forms.CharField(
        label=_("Adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "inputmode": "email"}),
    )
    password = password_field(_("Mot de passe"), fresh=False)


class Code(forms.Form):
    """Six digits of the phone, or a recovery code."""

    code = forms.CharField(
        label=_("Code à six chiffres"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


class Forgotten(forms.Form):
    """The address of whoever forgot."""

    email = forms.EmailField(
        label=_("Adresse e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class NewPassword(forms.Form):
    """A password that is chosen; checked against the person's own name and address."""

    password = password_field(_("Nouveau mot de passe"), fresh=True)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent

    def clean_password(self) -> str:
        """As the house's rules want it."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.agent)
        return password


class Accept(NewPassword):
    """What an invited person tells us."""

    name = forms.CharField(label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Votre langue"), choices=settings.LANGUAGES)
    field_order = ("name", "password", "language")


class ChangePassword(NewPassword):
    """The current password, then the new one."""

    current = password_field(_("Mot de passe actuel"), fresh=False)
    field_order = ("current", "password")


class ProfileForm(forms.Form):
    """An agent's own choices."""

    name = forms.CharField(
        label=_("Nom"), max_length=120, help_text=_("Les clients lisent le premier mot : votre prénom.")
    )
    language = forms.ChoiceField(label=_("Langue"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Fuseau horaire"), choices=zones)
    theme = forms.ChoiceField(label=_("Thème"), choices=THEMES, required=False)
    signature = forms.CharField(
        label=_("Signature"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Du simple texte, sous vos réponses par e-mail. Par boutique ou par langue : Réglages › Signatures."
        ),
    )
    undo_seconds = forms.TypedChoiceField(
        label=_("Délai pour annuler un envoi"),
        choices=UNDO,
        coerce=int,
        help_text=_("Vaut pour l’e-mail ; le chat part aussitôt."),
    )
    sends = forms.ChoiceField(
        label=_("Ctrl Entrée, dans une réponse par e-mail"), choices=Sends.choices, required=False
    )
    afterwards = forms.ChoiceField(label=_("Après une conversation close, montrer"), choices=Afterwards.choices)
    single_keys = forms.BooleanField(
        label=_("Raccourcis d’une seule touche"),
        required=False,
        help_text=_("R répond, E clôt… Sans eux, Ctrl K fait tout."),
    )

    def clean_name(self) -> str:
        """Never only spaces."""
        name = str(self.cleaned_data["name"]).strip()
        if not name:
            raise ValidationError(_("Ce nom est vide."))
        return name
