"""Custom fields of conversations, customers and orders: defined, changed, put in order, archived."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.conversations.queries.search.asking import KNOWN
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.custom import defining
from comptoir.core.custom.defining import CannotDefine, Wanted, define, key_of, redefine
from comptoir.core.models import CustomField, FieldKind, FieldSubject, Shop
from comptoir.lib.money import NotMoney, decimals

OTHERS = [(code, label) for code, label in settings.LANGUAGES if code != "fr"]


class FieldForm(forms.Form):
    """A field; subject, kind and key are chosen once."""

    subject = forms.ChoiceField(label=gettext_lazy("À propos de"), choices=FieldSubject.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Contenu"), choices=FieldKind.choices)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=60)
    key = forms.CharField(
        label=gettext_lazy("Clé"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Pour la recherche (taille:42), les macros et l’API. Vide : tirée du nom."),
    )
    help = forms.CharField(label=gettext_lazy("Aide"), max_length=200, required=False)
    currency = forms.CharField(label=gettext_lazy("Devise"), max_length=3, required=False, initial="EUR")
    added = forms.CharField(
        label=gettext_lazy("Nouveaux choix, un par ligne"),
        required=False,
        max_length=13_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    required = forms.BooleanField(
        label=gettext_lazy("Nécessaire pour clore"),
        required=False,
        help_text=gettext_lazy("Une conversation ne se clôt à la main qu’une fois ce champ rempli."),
    )
    shops = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Boutiques"),
        queryset=Shop.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Aucune cochée : toutes."),
    )

    def __init__(self, data: Any, row: CustomField | None) -> None:
        super().__init__(data, initial=_initial(row) if row else {})
        self.row = row
        self.fields["shops"].queryset = Shop.objects.order_by("name")  # type: ignore[attr-defined]
        for code, label in OTHERS:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Nom en %(language)s") % {"language": str(label).lower()},
                max_length=60,
                required=False,
                initial=row.names.get(code, "") if row else "",
            )
        if row is not None:
            for name in ("subject", "kind", "key"):
                del self.fields[name]
            if row.kind not in ("choice", "choices"):
                del self.fields["added"]
            if row.kind != FieldKind.MONEY:
                del self.fields["currency"]
            if row.subject != FieldSubject.CONVERSATION:
                del self.fields["required"]

    @property
    def others(self) -> list[Any]:
        """The names in other languages."""
        return [self[f"name_{code}"] for code, _label in OTHERS]

    @property
    def options(self) -> list[Any]:
        """The choices that there are, to rename or take away."""
        return list(self.row.options.filter(archived_at=None)) if self.row and "added" in self.fields else []

    def clean_currency(self) -> str:
        """An ISO code."""
        code: str = (self.cleaned_data["currency"] or "EUR").upper()
        try:
            decimals(code)
        except NotMoney:
            raise forms.ValidationError(_("Il faut un code comme EUR.")) from None
        return code

    def clean(self) -> dict[str, Any]:
        """The key names nothing else."""
        values = dict(super().clean() or {})
        if self.row is None and values.get("name"):
            values["key"] = (values.get("key") or key_of(values["name"])).strip().lower()
            if values["key"] in KNOWN:
                self.add_error("key", _("La recherche se sert déjà de ce mot. Choisissez une autre clé."))
            elif not defining.KEY.fullmatch(values["key"]):
                self.add_error("key", why("bad_key"))
        return values

    def wanted(self) -> Wanted:
        """What the action keeps."""
        given = self.cleaned_data
        kept = {option.pk: self.data.get(f"option-{option.pk}", option.name) for option in self.options}
        return Wanted(
            name=given["name"],
            names={code: given[f"name_{code}"] for code, _label in OTHERS},
            help=given["help"],
            currency=given.get("currency", ""),
            required=given.get("required", False),
            shops=list(given["shops"]),
            kept={key: name for key, name in kept.items() if not self.data.get(f"gone-{key}")},
            added=given.get("added", "").splitlines(),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def fields(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """All fields, with one of them or a new one to fill in."""
    row = get_object_or_404(CustomField, pk=key) if key else None
    form = FieldForm(request.POST if request.method == "POST" else None, row)
    actor = Actor.of(request.agent)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if row is None:
                define(given["subject"], given["kind"], given["key"], form.wanted(), actor=actor)
            else:
                redefine(row, form.wanted(), actor=actor)
            messages.success(request, _("Le champ est enregistré."))
            return HttpResponseRedirect(reverse("settings-fields"))
        except CannotDefine as refused:
            places = {
                "bad_key": "key",
                "taken": "key",
                "no_options": "added",
                "too_many_options": "added",
                "twice": "added",
            }
            place = places.get(refused.code, "name")
            form.add_error(place if place in form.fields else None, why(refused.code))
    rows = list(CustomField.objects.prefetch_related("shops"))
    context = {
        "form": form,
        "row": row,
        "groups_of_fields": [
            (label, [one for one in rows if one.subject == code]) for code, label in FieldSubject.choices
        ],
        "any_fields": bool(rows),
        "several_shops": Shop.objects.count() > 1,
    }
    return settings_page(request, "agent/settings/fields.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def field_move(request: ConsoleRequest, key: int) -> HttpResponse:
    """One place up or down among its subject's."""
    step = -1 if request.POST.get("step") == "up" else 1
    defining.move(get_object_or_404(CustomField, pk=key), step, actor=Actor.of(request.agent))
    return HttpResponseRedirect(f"{reverse('settings-fields')}#field-{key}")


@require_POST
@console(May.SETTINGS)
def field_archiving(request: ConsoleRequest, key: int) -> HttpResponse:
    """Show it nowhere, or again."""
    row, back = get_object_or_404(CustomField, pk=key), bool(request.POST.get("back"))
    if defining.archive(row, archived=not back, actor=Actor.of(request.agent)):
        gone = _("Le champ n’est plus montré ; ce qui y est écrit est gardé.")
        messages.success(request, _("Le champ est de nouveau là, avec ce qui y était écrit.") if back else gone)
    return HttpResponseRedirect(reverse("settings-fields"))


def why(code: str) -> str:
    """Why there can be no such field."""
    texts = {
        "no_name": _("Donnez-lui un nom."),
        "bad_key": _("Une clé a des lettres sans accent, des chiffres et des tirets bas, et commence par une lettre."),
        "taken": _("Un autre champ a cette clé."),
        "many": _("Deux cents champs au plus."),
        "no_options": _("Écrivez au moins un choix."),
        "too_many_options": _("Deux cents choix au plus."),
        "twice": _("Deux choix ont le même nom."),
    }
    return texts[code]


def _initial(row: CustomField) -> dict[str, Any]:
    plain = ("name", "help", "currency", "required")
    return {name: getattr(row, name) for name in plain} | {"shops": row.shops.all()}
