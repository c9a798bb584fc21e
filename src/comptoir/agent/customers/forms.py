"""What an agent writes into a file."""

from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from comptoir.customers.models import Customer, IdentityKind
from comptoir.lib.phone import NotAPhoneNumber, normalise
from comptoir.ui.words import locale

LANGUAGES = "fr en de es it nl pt pl da sv fi el cs ro hu ar ja zh".split()


@cache
def _names(of: str, spoken: str) -> list[tuple[str, str]]:
    found = Locale.parse(spoken)
    table: Any = found.languages if of == "languages" else found.territories
    codes = LANGUAGES if of == "languages" else [code for code in table if len(code) == 2 and code.isalpha()]
    return sorted(((code, capfirst(table[code])) for code in codes if code in table), key=lambda pair: pair[1])


def name_of(of: str, code: str) -> str:
    """The name of a language ("languages") or a country ("territories") in the reader's language."""
    table: Any = getattr(Locale.parse(locale()), of)
    known = code.replace("-", "_").split("_")[0] if of == "languages" else code
    return str(capfirst(table.get(known, code)))


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # Django cannot subscript it
    """The fields of a file."""

    class Meta:
        model = Customer
        fields = ("name", "company", "street", "postcode", "city", "country", "language")
        labels = {
            "name": _("Nom"),
            "company": _("Société"),
            "street": _("Rue"),
            "postcode": _("Code postal"),
            "city": _("Ville"),
            "country": _("Pays"),
            "language": _("Langue"),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field, of in (("language", "languages"), ("country", "territories")):
            choices = [("", "—"), *_names(of, locale())]
            held = getattr(self.instance, field)
            if held and held not in dict(choices):
                choices.append((held, name_of(of, held)))
            self.fields[field] = forms.ChoiceField(label=self.fields[field].label, choices=choices, required=False)
        self.fields["name"].widget.attrs["autofocus"] = True


class AddressForm(forms.Form):
    """One more address or phone; `kind` is email or phone."""

    value = forms.CharField(max_length=320)

    def __init__(self, kind: str, region: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.region = kind, region
        if kind == IdentityKind.EMAIL:
            self.fields["value"] = forms.EmailField(label=_("Adresse e-mail"), max_length=320)
        else:
            self.fields["value"].label = _("Téléphone")
            self.fields["value"].widget.input_type = "tel"
        self.fields["value"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}

    def clean_value(self) -> str:
        """An address in lower case, or a number as E.164."""
        value: str = self.cleaned_data["value"].strip()
        if self.kind == IdentityKind.EMAIL:
            return value.lower()
        try:
            return normalise(value, self.region)
        except NotAPhoneNumber:
            raise forms.ValidationError(
                _("Ce numéro ne peut pas être composé. Écrivez-le avec son indicatif, par exemple +33 6 12 34 56 78.")
            ) from None


class NoteForm(forms.Form):
    """Something to keep in mind."""

    text = forms.CharField(
        label=_("À retenir"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("Visible de l’équipe seulement."),
    )
