"""What a shop wishes for a kind of message, its text, and how its messages leave: as forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Kind, Manner, Model, Setting
from comptoir.campaigns.queries.values import VARIABLES
from comptoir.campaigns.words import Wording
from comptoir.lib.placeholders import problems


class WishForm(forms.Form):
    """Who sends, who says it already, and what a confirmation offers."""

    mode = forms.ChoiceField(label=gettext_lazy("Départ"), choices=Setting.Mode.choices, widget=forms.RadioSelect)
    said_by = forms.MultipleChoiceField(
        label=gettext_lazy("Déjà dit par"),
        choices=Setting.Speaker.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Une case cochée, et Comptoir se tait\u202f: rien n’est dit deux fois."),
    )
    model = forms.ChoiceField(label=gettext_lazy("Modèle"), choices=Model.choices)
    days = forms.IntegerField(label=gettext_lazy("Jours après la livraison"), min_value=1, max_value=60)
    hours = forms.IntegerField(label=gettext_lazy("Heures sans toucher au panier"), min_value=1, max_value=48)
    code = forms.CharField(label=gettext_lazy("Code de réduction"), max_length=60, required=False)
    words = forms.CharField(
        label=gettext_lazy("Ce que donne le code"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Par exemple\u202f: 10 % sur la prochaine commande."),
    )
    referral_url = forms.URLField(
        label=gettext_lazy("Lien de parrainage"), max_length=300, required=False, assume_scheme="https"
    )

    def __init__(self, data: Any, setting: Setting) -> None:
        offer = setting.offer
        initial = {"mode": setting.mode, "said_by": setting.said_by, "model": setting.model, **offer}
        initial["days"] = setting.days or TRAITS[setting.kind].after
        initial["hours"] = setting.hours or TRAITS[setting.kind].hours
        super().__init__(data, initial=initial)
        if setting.kind != Kind.CONFIRMED:
            for name in ("model", "code", "words", "referral_url"):
                del self.fields[name]
        if not TRAITS[setting.kind].after:
            del self.fields["days"]
        if not TRAITS[setting.kind].hours:
            del self.fields["hours"]

    def values(self) -> dict[str, Any]:
        """What `choose` takes."""
        given = self.cleaned_data
        found: dict[str, Any] = {"mode": given["mode"], "said_by": given["said_by"]}
        if "model" in self.fields:
            offer = {name: given[name] for name in ("code", "words", "referral_url")}
            found |= {"model": given["model"], "offer": {name: value for name, value in offer.items() if value}}
        if "days" in self.fields:
            found["days"] = given["days"]
        if "hours" in self.fields:
            found["hours"] = given["hours"]
        return found


class TextForm(forms.Form):
    """Subject, title and body, whose places are looked at."""

    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=300)
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=300, required=False)
    body = forms.CharField(label=gettext_lazy("Texte"), max_length=8_000, widget=forms.Textarea(attrs={"rows": 9}))

    def clean(self) -> dict[str, Any]:
        """Places that nobody can fill are told where they stand."""
        given = super().clean() or {}
        for name, text in list(given.items()):
            for problem in problems(str(text), VARIABLES):
                words = _("« %(written)s » ne se remplit pas.") % {"written": problem.written}
                if problem.nearest:
                    words += " " + _("Peut-être %(nearest)s\u202f?") % {"nearest": problem.nearest}
                self.add_error(name, words)
        return given

    def wording(self) -> Wording:
        """The text."""
        return Wording(*(self.cleaned_data[name].replace("\0", "") for name in ("subject", "title", "body")))


class MannerForm(forms.Form):
    """The quiet hours and what is counted."""

    quiet_from = forms.IntegerField(label=gettext_lazy("Silence à partir de (heure)"), min_value=0, max_value=23)
    quiet_until = forms.IntegerField(
        label=gettext_lazy("Jusqu’à (heure)"),
        min_value=0,
        max_value=23,
        help_text=gettext_lazy("À l’heure du client. Deux fois la même heure\u202f: pas de silence."),
    )
    measures = forms.BooleanField(
        label=gettext_lazy("Compter les ouvertures et les clics"),
        required=False,
        help_text=gettext_lazy("En totaux, sans savoir qui\u202f; par personne seulement avec son accord."),
    )

    def __init__(self, data: Any, manner: Manner) -> None:
        names = ("quiet_from", "quiet_until", "measures")
        super().__init__(data, initial={name: getattr(manner, name) for name in names})
