"""What a new house tells about itself."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comptoir.agent.accounts.forms import password_field, zones
from comptoir.core.models import Agent


class SetUpForm(forms.Form):
    """The owner, the shop, and an address that may wait."""

    name = forms.CharField(
        label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    email = forms.EmailField(
        label=_("Votre adresse e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = password_field(_("Mot de passe"), fresh=True)
    shop_name = forms.CharField(label=_("Nom de la boutique"), max_length=120)
    language = forms.ChoiceField(label=_("Langue"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Fuseau horaire"), choices=zones)
    address = forms.EmailField(
        label=_("Adresse où vos clients écrivent"),
        required=False,
        help_text=_("Vous la relierez ensuite, dans les réglages. Vide : plus tard."),
    )

    def clean_shop_name(self) -> str:
        """A name from which an address can be made."""
        name = str(self.cleaned_data["shop_name"]).strip()
        if not slugify(name):
            raise ValidationError(_("Il faut des lettres dans ce nom."))
        return name

    def clean(self) -> dict[str, Any]:
        """Check the password against the person."""
        chosen: dict[str, Any] = super().clean() or {}
        if "password" in chosen:
            try:
                password_validation.validate_password(
                    chosen["password"], Agent(email=chosen.get("email", ""), name=chosen.get("name", ""))
                )
            except ValidationError as error:
                self.add_error("password", error)
        return chosen
