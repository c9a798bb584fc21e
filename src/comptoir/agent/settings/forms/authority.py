"""A row of the authority matrix as a form; amounts as people type them, in the row's currency."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.core.models import Agent, Role, Shop
from comptoir.lib.money import NotMoney, decimals, parse_minor
from comptoir.orders.gestures.reasons import LONGEST
from comptoir.orders.models import Authority, GestureVerb
from comptoir.ui.words import money

AMOUNTS = ("per_act", "per_day", "per_customer")
HELP = gettext_lazy("Vide : sans limite.")


class AuthorityForm(forms.Form):
    """Who, what, how much."""

    who = forms.ChoiceField(label=gettext_lazy("Rôle ou membre"))
    verb = forms.ChoiceField(label=gettext_lazy("Geste"), required=False)
    shop = forms.ModelChoiceField(
        label=gettext_lazy("Boutique"), queryset=Shop.objects.none(), required=False, empty_label=gettext_lazy("Toutes")
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"), max_length=LONGEST, required=False, help_text=gettext_lazy("Vide : tous.")
    )
    currency = forms.CharField(
        label=gettext_lazy("Monnaie"),
        max_length=3,
        required=False,
        help_text=gettext_lazy("EUR, USD… Vide : la règle ne parle d’aucun montant."),
    )
    per_act = forms.CharField(label=gettext_lazy("Par geste"), max_length=20, required=False, help_text=HELP)
    per_day = forms.CharField(label=gettext_lazy("Par jour"), max_length=20, required=False, help_text=HELP)
    per_customer = forms.CharField(
        label=gettext_lazy("Par client"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("De toute l’équipe ensemble."),
    )
    period_days = forms.IntegerField(
        label=gettext_lazy("Sur combien de jours"), min_value=1, max_value=3_650, initial=365
    )
    allowed = forms.BooleanField(label=gettext_lazy("Permis"), required=False, initial=True)
    approves = forms.BooleanField(label=gettext_lazy("Donne son accord aux autres, dans ces montants"), required=False)
    watched = forms.BooleanField(label=gettext_lazy("Chaque geste est montré à qui donne son accord"), required=False)

    def __init__(self, data: QueryDict | None, row: Authority | None) -> None:
        super().__init__(data, initial=_initial(row) if row else None)
        people = [(f"agent:{agent.pk}", agent.name) for agent in Agent.objects.filter(is_active=True)]
        roles = [(f"role:{value}", label) for value, label in Role.choices]
        self.fields["who"].choices = [(_("Rôles"), roles), (_("Membres"), people)]  # type: ignore[attr-defined]
        self.fields["verb"].choices = [("", _("Tous les gestes")), *GestureVerb.choices]  # type: ignore[attr-defined]
        self.fields["shop"].queryset = Shop.objects.order_by("name")  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        """A code of three letters, or nothing."""
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code:
            try:
                decimals(code)
            except NotMoney as error:
                raise forms.ValidationError(_("Ce n’est pas le code d’une monnaie.")) from error
        return code

    def clean(self) -> dict[str, Any]:
        """Amounts need a currency, and are not negative."""
        values = dict(super().clean() or {})
        currency = values.get("currency", "")
        for name in AMOUNTS:
            typed = str(values.get(name) or "").strip()
            values[name] = None
            if not typed:
                continue
            if not currency:
                self.add_error("currency", _("Un montant demande une monnaie."))
                break
            try:
                values[name] = parse_minor(typed, currency)
            except NotMoney:
                self.add_error(name, _("Ce n’est pas un montant : écrivez par exemple 80,00."))
                continue
            if values[name] < 0:
                self.add_error(name, _("Un plafond n’est pas négatif."))
        return values

    def values(self) -> dict[str, Any]:
        """What the action keeps."""
        given = dict(self.cleaned_data)
        kind, _colon, key = given.pop("who").partition(":")
        who = {"role": key, "agent_id": None} if kind == "role" else {"role": "", "agent_id": int(key)}
        return given | who


def _initial(row: Authority) -> dict[str, Any]:
    plain = ("verb", "reason", "currency", "period_days", "allowed", "approves", "watched")
    values: dict[str, Any] = {name: getattr(row, name) for name in plain}
    values |= {
        name: money(getattr(row, name), row.currency) if getattr(row, name) is not None else "" for name in AMOUNTS
    }
    return values | {"who": f"agent:{row.agent_id}" if row.agent_id else f"role:{row.role}", "shop": row.shop_id}
