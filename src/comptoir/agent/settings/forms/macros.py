"""A macro as a form: the master text, its translations, what it does."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.agent.settings.forms.topics import filled_lines, topic_choices, unknown_topic
from comptoir.automation import acts
from comptoir.automation.models import Macro
from comptoir.automation.queries.values import variables
from comptoir.conversations.models import Priority
from comptoir.conversations.queries.topics import label as path_of
from comptoir.conversations.queries.topics import resolve
from comptoir.core import access
from comptoir.core.models import Agent, Shop
from comptoir.customers.languages import LANGUAGES
from comptoir.lib import placeholders
from comptoir.lib.html import to_text
from comptoir.lib.money import NotMoney, parse_minor, to_decimal

RESTS = [
    ("3h", gettext_lazy("trois heures")),
    ("evening", gettext_lazy("jusqu’à ce soir, 18 h")),
    ("tomorrow", gettext_lazy("jusqu’à demain, 9 h")),
    ("monday", gettext_lazy("jusqu’à lundi, 9 h")),
    ("2d", gettext_lazy("deux jours")),
    ("3d", gettext_lazy("trois jours")),
    ("7d", gettext_lazy("une semaine")),
    ("14d", gettext_lazy("deux semaines")),
]
NOTHING = ("", gettext_lazy("Ne rien changer"))
STATES = [NOTHING, ("closed", gettext_lazy("Clore")), ("pending", gettext_lazy("Attendre le client")), ("open", gettext_lazy("Laisser ouverte"))]  # fmt: skip
PROPOSED = [
    ("discount_code", gettext_lazy("Code de remise")), ("free_shipping", gettext_lazy("Livraison offerte")),
    ("refund_shipping", gettext_lazy("Rembourser la livraison")), ("refund", gettext_lazy("Rembourser un montant")),
    ("gift_card", gettext_lazy("Carte cadeau")), ("store_credit", gettext_lazy("Avoir")),
    ("reship", gettext_lazy("Renvoyer")), ("cancel", gettext_lazy("Annuler la commande")),
]  # fmt: skip
WITH_AMOUNT = ("discount_code", "refund", "gift_card", "store_credit")
_WRITTEN = re.compile(r"\b[A-Z]{3}$")  # a currency behind an amount
LISTED = 20  # tags on one macro


class MacroForm(forms.Form):
    """All of a macro. `acts()` gives the actions as codes."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    shortcut = forms.RegexField(
        label=gettext_lazy("Raccourci"),
        regex=r"^[\w-]{1,30}$",
        required=False,
        help_text=gettext_lazy("Tapez « / » puis ce mot dans une réponse."),
        error_messages={"invalid": gettext_lazy("Des lettres, des chiffres et des tirets.")},
    )
    folder = forms.CharField(label=gettext_lazy("Dossier"), max_length=60, required=False)
    topics = forms.CharField(
        label=gettext_lazy("Thèmes"),
        max_length=600,
        required=False,
        help_text=gettext_lazy("Séparés par des virgules : la macro y est proposée en premier."),
    )
    shop = forms.ModelChoiceField(
        label=gettext_lazy("Boutique"), queryset=Shop.objects.none(), required=False, empty_label=gettext_lazy("Toutes")
    )
    language = forms.ChoiceField(label=gettext_lazy("Langue du texte"), choices=LANGUAGES)
    shared = forms.BooleanField(label=gettext_lazy("Partagée avec toute l’équipe"), required=False)
    active = forms.BooleanField(label=gettext_lazy("Proposée dans les réponses"), required=False, initial=True)
    html = forms.CharField(
        label=gettext_lazy("Texte"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "body", "data-editor": True}),
    )
    state = forms.ChoiceField(label=gettext_lazy("État"), choices=STATES, required=False)
    snooze = forms.ChoiceField(label=gettext_lazy("Pause"), choices=[NOTHING, *RESTS], required=False)
    assign = forms.ChoiceField(label=gettext_lazy("Responsable"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Équipe"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priorité"), choices=[NOTHING, *Priority.choices], required=False)
    topic = forms.ChoiceField(label=gettext_lazy("Thème à donner"), required=False)
    gesture = forms.ChoiceField(
        label=gettext_lazy("Geste à proposer sur la commande"),
        required=False,
        help_text=gettext_lazy("Il s’affiche avec son devis ; rien ne part sans votre confirmation."),
    )
    gesture_value = forms.CharField(
        label=gettext_lazy("Montant du geste"), max_length=20, required=False, help_text=gettext_lazy("10,00 ou 15 %")
    )
    fields_set = forms.CharField(
        label=gettext_lazy("Champs à remplir"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "motif = retard"}),
        help_text=gettext_lazy("Une ligne par champ de conversation : clé = valeur."),
    )
    tags = forms.CharField(label=gettext_lazy("Étiquettes à ajouter"), max_length=600, required=False)
    untags = forms.CharField(label=gettext_lazy("Étiquettes à retirer"), max_length=600, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note interne"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: QueryDict | None, *, agent: Agent, may_share: bool, macro: Macro | None = None) -> None:
        super().__init__(data, initial=_initial(macro) if macro else {"language": agent.language, "shared": may_share})
        self.macro = macro
        self.fields["shop"].queryset = access.shops(agent)  # type: ignore[attr-defined]
        people = [(str(row.pk), row.name) for row in access.agents(agent).exclude(pk=agent.pk)]
        teams = [(str(row.pk), row.name) for row in access.teams(agent)]
        known = [("me", _("Qui répond")), ("nobody", _("Personne"))]
        self.fields["assign"].choices = [NOTHING, *known, *people]  # type: ignore[attr-defined]
        self.fields["team"].choices = [NOTHING, ("none", _("Aucune")), *teams]  # type: ignore[attr-defined]
        self.fields["gesture"].choices = [NOTHING, *PROPOSED]  # type: ignore[attr-defined]
        self.fields["topic"].choices = topic_choices(self.initial.get("topic", ""), none=str(NOTHING[1]))  # type: ignore[attr-defined]
        if not may_share or macro is not None:
            del self.fields["shared"]
        self.texts = {row.language: row for row in macro.translations.all()} if macro else {}
        for code, label in LANGUAGES:
            row = self.texts.get(code)
            self.fields[f"text_{code}"] = forms.CharField(
                label=label,
                max_length=20_000,
                required=False,
                initial=row.html if row else "",
                widget=forms.Textarea(attrs={"rows": 5, "class": "body", "data-editor": True}),
            )
            self.fields[f"fresh_{code}"] = forms.BooleanField(label=gettext_lazy("Toujours juste"), required=False)

    def clean(self) -> dict[str, Any]:
        """Every place must be one that can be filled, and something must be there."""
        values = dict(super().clean() or {})
        for name in ("html", "note", *(f"text_{code}" for code, _label in LANGUAGES)):
            for problem in placeholders.problems(values.get(name) or "", variables())[:5]:
                self.add_error(name, in_words(problem))
        named = {word: resolve(word) for word in split(values.get("topics") or "", 300)}
        if unknown := [word for word, code in named.items() if not code]:
            self.add_error("topics", unknown_topic(unknown[0]))
        values["topics"] = list(dict.fromkeys(named.values()))
        self.filled = filled_lines(self, "fields_set")
        self._check_gesture(values)
        does = any(
            values.get(name)
            for name in (
                "state",
                "snooze",
                "assign",
                "team",
                "priority",
                "topic",
                "tags",
                "untags",
                "fields_set",
                "gesture",
            )
        )
        if not does and not to_text(values.get("html") or "").strip() and not (values.get("note") or "").strip():
            self.add_error("html", _("Écrivez un texte, ou choisissez une action."))
        return values

    def _check_gesture(self, values: dict[str, Any]) -> None:
        """An amount becomes minor units with its currency: the one that is written behind it, else the shop's; a code
        may be a percentage."""
        name, typed = values.get("gesture"), str(values.get("gesture_value") or "").strip()
        if name not in WITH_AMOUNT:
            return
        try:
            if typed.endswith("%"):
                value = f"{int(typed.removesuffix('%').strip())}%"
            elif currency := self._currency(values, typed):
                value = f"{parse_minor(typed, currency)}{currency}"
            else:
                self.add_error("gesture_value", _("Dites aussi la monnaie, par exemple 10,00 EUR."))
                return
            acts.read(f"gesture:{name}={value}")
        except (NotMoney, ValueError):
            self.add_error("gesture_value", _("Donnez un montant, par exemple 10,00, ou 15 % pour un code."))
        else:
            values["gesture_value"] = value

    def _currency(self, values: dict[str, Any], typed: str) -> str:
        """The currency of an amount; empty where the macro is for shops of several."""
        if written := _WRITTEN.search(typed):
            return written[0]
        if values.get("shop"):
            return str(values["shop"].currency)
        known = set(self.fields["shop"].queryset.values_list("currency", flat=True))  # type: ignore[attr-defined]
        return str(known.pop()) if len(known) == 1 else ""

    def values(self) -> dict[str, Any]:
        """What the action keeps."""
        given = self.cleaned_data
        plain = ("name", "shortcut", "folder", "shop", "language", "active", "html", "note")
        kept = {name: given[name] for name in plain}
        kept["html"] = kept["html"] if to_text(kept["html"]).strip() else ""
        kept["note"] = as_html(given["note"])
        return kept | {"topics": given["topics"], "acts": self.acts()}

    def acts(self) -> list[str]:
        """The actions as codes."""
        given = self.cleaned_data
        if given.get("gesture"):
            given["gesture"] = given["gesture"] + (
                f"={given['gesture_value']}" if given["gesture"] in WITH_AMOUNT else ""
            )
        single = ("gesture", "assign", "team", "priority", "topic", "state", "snooze")
        codes = [f"{kind}:{given[kind]}" for kind in single if given.get(kind)]
        listed = {"tag": given["tags"], "untag": given["untags"]}
        codes += self.filled
        return codes + [f"{kind}:{word}" for kind, text in listed.items() for word in split(text, 40)]

    def translated(self) -> list[tuple[str, str]]:
        """The translations that were written, emptied or confirmed: (language, HTML)."""
        found = []
        for code, _label in LANGUAGES:
            text, row = self.cleaned_data[f"text_{code}"], self.texts.get(code)
            text = text if to_text(text).strip() else ""
            if text != (row.html if row else "") or (row and self.cleaned_data[f"fresh_{code}"]):
                found.append((code, text))
        return found


def in_words(problem: placeholders.Problem) -> ValidationError:
    """What is wrong with a place, and what to write."""
    if problem.code == "broken":
        text = _(
            '« %(written)s » ne se lit pas : il faut {{ nom }} ou {{ nom | default: "texte" }}, sans mise en forme.'
        )
        return ValidationError(text, params={"written": problem.written})
    if problem.nearest:
        text = _("La variable « %(written)s » n’existe pas. Vouliez-vous {{ %(nearest)s }} ?")
        return ValidationError(text, params={"written": problem.written, "nearest": problem.nearest})
    return ValidationError(_("La variable « %(written)s » n’existe pas."), params={"written": problem.written})


def split(text: str, longest: int) -> list[str]:
    """Words between commas, each once."""
    words = (" ".join(part.split())[:longest] for part in text.replace(";", ",").split(","))
    return list(dict.fromkeys(word for word in words if word))[:LISTED]


def as_html(text: str) -> str:
    """Plain lines as paragraphs."""
    from django.utils.html import escape

    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _initial(macro: Macro) -> dict[str, Any]:
    plain = ("name", "shortcut", "folder", "language", "active", "html")
    values: dict[str, Any] = {name: getattr(macro, name) for name in plain}
    values |= {
        "shop": macro.shop_id,
        "topics": ", ".join(path_of(code) for code in macro.topics),
        "note": to_text(macro.note),
    }
    values |= acts.as_fields(macro.acts)
    if values.get("gesture"):
        asked = acts.offer(values["gesture"])
        values["gesture"] = asked.name
        if asked.percent:
            values["gesture_value"] = f"{asked.percent} %"
        elif asked.currency:
            amount = str(to_decimal(asked.minor, asked.currency)).replace(".", ",")
            values["gesture_value"] = f"{amount} {asked.currency}"
    return values
