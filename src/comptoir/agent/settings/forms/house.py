"""Shops, teams, agents and tags."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comptoir.agent.accounts.forms import zones
from comptoir.agent.settings.contrast import DARK, LIGHT, contrast
from comptoir.core import access
from comptoir.core.accounts import Place
from comptoir.core.models import Agent, Role, Schedule, Shop, Team, TeamKind
from comptoir.customers.languages import LANGUAGES
from comptoir.customers.models import Tag

HOST = RegexValidator(
    r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", _("Il faut un nom comme aide.maboutique.fr.")
)
TONES = [("", _("Neutre")), ("ok", _("Vert")), ("wait", _("Ambre")), ("bad", _("Rouge")), ("info", _("Bleu"))]
COLOUR = forms.TextInput(attrs={"type": "color"})

Data = QueryDict | None


class ShopForm(forms.Form):
    """One brand."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    slug = forms.SlugField(
        label=_("Nom court"),
        max_length=60,
        required=False,
        help_text=_("Dans les adresses : /s/nom-court/. Vide : tiré du nom."),
    )
    host = forms.CharField(
        label=_("Adresse publique de Comptoir"),
        required=False,
        max_length=253,
        help_text=_("Par exemple aide.maboutique.fr, qui pointe vers ce serveur."),
    )
    site_url = forms.URLField(label=_("Site de la boutique"), required=False, assume_scheme="https")
    email = forms.EmailField(label=_("E-mail public"), required=False)
    phone = forms.CharField(label=_("Téléphone public"), required=False, max_length=32)
    address = forms.CharField(label=_("Adresse postale"), required=False, max_length=300)
    language = forms.ChoiceField(label=_("Langue"), choices=LANGUAGES)
    timezone = forms.ChoiceField(label=_("Fuseau horaire"), choices=zones, initial="Europe/Paris")
    country = forms.CharField(
        label=_("Pays"), min_length=2, max_length=2, initial="FR", help_text=_("Deux lettres : FR, BE, CH…")
    )
    currency = forms.CharField(
        label=_("Monnaie"), min_length=3, max_length=3, initial="EUR", help_text=_("Trois lettres : EUR, CHF…")
    )
    schedule = forms.ModelChoiceField(
        label=_("Horaires"), queryset=Schedule.objects.none(), required=False, empty_label=_("Toujours ouverte")
    )
    accent = forms.RegexField(
        label=_("Couleur, thème clair"), regex=r"^#[0-9a-fA-F]{6}$", widget=COLOUR, initial="#1d6b55"
    )
    accent_dark = forms.RegexField(
        label=_("Couleur, thème sombre"), regex=r"^#[0-9a-fA-F]{6}$", widget=COLOUR, initial="#6cc4a5"
    )
    order_pattern = forms.CharField(
        label=_("Forme d’un numéro de commande"),
        required=False,
        max_length=120,
        help_text=_("Une expression rationnelle : MA-\\d{5} reconnaît MA-24817 dans un message."),
    )

    def __init__(self, data: Data = None, *, shop: Shop | None = None) -> None:
        initial = {name: getattr(shop, name) for name in self.base_fields} if shop else None
        super().__init__(data, initial=initial)
        self.shop = shop
        self.fields["schedule"].queryset = Schedule.objects.order_by("name")  # type: ignore[attr-defined]
        if shop:
            self.initial["schedule"] = shop.schedule_id

    def clean_slug(self) -> str:
        """Unique."""
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60]
        if not slug:
            raise ValidationError(_("Il faut un nom court, en lettres et tirets."))
        if self._others().filter(slug=slug).exists():
            raise ValidationError(_("Une autre boutique a ce nom court."))
        return slug

    def clean_host(self) -> str:
        """A host name that is nobody else's."""
        host = str(self.cleaned_data["host"]).strip().lower().removeprefix("https://").removesuffix("/")
        if host:
            HOST(host)
            if self._others().filter(host__iexact=host).exists():
                raise ValidationError(_("Une autre boutique a cette adresse."))
        return host

    def clean_country(self) -> str:
        """Two capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_currency(self) -> str:
        """Three capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def clean_accent(self) -> str:
        """Readable on white, and white readable on it."""
        return _readable(self.cleaned_data["accent"], LIGHT)

    def clean_accent_dark(self) -> str:
        """Readable on the dark paper."""
        return _readable(self.cleaned_data["accent_dark"], DARK)

    def clean_order_pattern(self) -> str:
        """An expression that can be compiled and finds something other than nothing."""
        return pattern_of(self.cleaned_data["order_pattern"])

    def _others(self) -> Any:
        return Shop.objects.exclude(pk=self.shop.pk if self.shop else 0)


class TeamForm(forms.Form):
    """A team or a store."""

    name = forms.CharField(label=_("Nom"), max_length=80)
    kind = forms.ChoiceField(label=_("Genre"), choices=TeamKind.choices)
    shop = forms.ModelChoiceField(
        label=_("Boutique"), queryset=Shop.objects.none(), required=False, empty_label=_("Toutes")
    )
    address = forms.CharField(label=_("Adresse"), required=False, max_length=300)
    phone = forms.CharField(label=_("Téléphone"), required=False, max_length=32)
    schedule = forms.ModelChoiceField(
        label=_("Horaires"), queryset=Schedule.objects.none(), required=False, empty_label=_("Ceux de la boutique")
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Membres"),
        queryset=Agent.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "box"}),
    )

    def __init__(self, data: Data = None, *, agent: Agent, team: Team | None = None) -> None:
        initial: dict[str, Any] = {}
        if team:
            plain = ("name", "kind", "address", "phone")
            initial = {name: getattr(team, name) for name in plain}
            initial |= {"shop": team.shop_id, "schedule": team.schedule_id, "members": list(team.agents.all())}
        super().__init__(data, initial=initial)
        self.fields["shop"].queryset = access.shops(agent)  # type: ignore[attr-defined]
        self.fields["schedule"].queryset = Schedule.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["members"].queryset = access.agents(agent)  # type: ignore[attr-defined]


class AgentForm(forms.Form):
    """Someone of the team, and their place in the house."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    email = forms.EmailField(label=_("Adresse e-mail"))
    role = forms.ChoiceField(label=_("Rôle"), choices=Role.choices, initial=Role.AGENT)
    every_shop = forms.BooleanField(
        label=_("Toutes les boutiques"), required=False, initial=True, help_text=_("Y compris celles à venir.")
    )
    shops = forms.ModelMultipleChoiceField(
        label=_("Sinon, seulement"),
        queryset=Shop.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "box"}),
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Équipes et magasins"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "box"}),
    )

    def __init__(self, data: Data = None, *, agent: Agent, person: Agent | None = None) -> None:
        initial: dict[str, Any] = {}
        if person:
            initial = {name: getattr(person, name) for name in ("name", "email", "role", "every_shop")}
            initial |= {"shops": list(person.shops.all()), "teams": list(person.teams.all())}
        super().__init__(data, initial=initial)
        self.fields["shops"].queryset = access.shops(agent)  # type: ignore[attr-defined]
        self.fields["teams"].queryset = access.teams(agent)  # type: ignore[attr-defined]

    def place(self) -> Place:
        """Where the person stands; owners see every shop."""
        chosen = self.cleaned_data
        every = chosen["every_shop"] or chosen["role"] == Role.OWNER
        return Place(chosen["role"], every, tuple(chosen["shops"]), tuple(chosen["teams"]))


class TagForm(forms.Form):
    """A word and its colour."""

    name = forms.CharField(label=_("Nom"), max_length=40)
    tone = forms.ChoiceField(label=_("Couleur"), choices=TONES, required=False)

    def __init__(self, data: Data = None, *, tag: Tag | None = None) -> None:
        initial = {"name": tag.name, "tone": tag.tone} if tag else None
        super().__init__(data, initial=initial, prefix=f"tag{tag.pk}" if tag else "tag")


def pattern_of(text: str) -> str:
    """The expression as it may be kept; raises ValidationError in words."""
    try:
        compiled = re.compile(text)
    except re.error as error:
        raise ValidationError(_("Cette forme ne se lit pas : %(why)s."), params={"why": str(error)}) from error
    if text and (compiled.search("") or re.search(r"\([^)]*[+*][^)]*\)[+*{]", text)):
        raise ValidationError(_("Cette forme reconnaîtrait n’importe quoi, ou prendrait trop de temps."))
    return text


def _readable(colour: str, paper: str) -> str:
    found = contrast(colour, paper)
    if found < 4.5:
        raise ValidationError(
            _("Contraste de %(found)s pour 1 sur le fond ; il en faut 4,5 pour que chacun lise."),
            params={"found": f"{found:.1f}".replace(".", ",")},
        )
    return colour.lower()
