"""The fields that an adapter declares, as a form. Secrets are never shown again: left empty, they stay as they are."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comptoir.ports import registry
from comptoir.ports.channel import Field

UNCHANGED = _("inchangé")

Data = QueryDict | None


class DeclaredForm(forms.Form):
    """Draws `declared`; `values` are the open settings as they are, `held` the names of secrets that are kept."""

    def __init__(
        self, data: Data, *, declared: tuple[Field, ...], values: Mapping[str, Any], held: Collection[str], prefix: str
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.declared, self.values, self.held = declared, values, held
        for field in declared:
            self.fields[field.name] = self.drawn(field)

    def drawn(self, field: Field) -> forms.Field:
        """The control of a field."""
        words: dict[str, Any] = {
            "label": gettext(field.label),
            "required": field.required,
            "help_text": gettext(field.help) if field.help else "",
            "initial": self.values.get(field.name, field.default),
        }
        if field.kind == "secret":
            kept = field.name in self.held
            attributes = {"autocomplete": "new-password", "placeholder": f"•••••••• {UNCHANGED}" if kept else ""}
            hidden = forms.PasswordInput(attrs=attributes)
            return forms.CharField(
                **words | {"required": field.required and not kept, "initial": ""}, widget=hidden, strip=False
            )
        if field.kind == "number":
            return forms.IntegerField(**words, min_value=0, max_value=65_535)
        if field.kind == "switch":
            return forms.BooleanField(
                **words | {"required": False, "initial": str(words["initial"]).lower() in {"1", "true", "on", "yes"}}
            )
        if field.kind == "choice":
            return forms.ChoiceField(**words, choices=[(value, gettext(label)) for value, label in field.choices])
        kind = forms.EmailField if field.kind == "email" else forms.CharField
        return kind(**words, max_length=300)

    def open_values(self) -> dict[str, str]:
        """What may be read again."""
        values = {field.name: self.cleaned_data.get(field.name) for field in self.declared if field.kind != "secret"}
        return {name: _text(value) for name, value in values.items()}

    def new_secrets(self) -> dict[str, str]:
        """The secrets that were typed."""
        typed = {field.name: self.cleaned_data.get(field.name) for field in self.declared if field.kind == "secret"}
        return {name: str(value) for name, value in typed.items() if value}


def declared_by(port: str, adapter: str, *, given: Collection[str] = ()) -> tuple[Field, ...]:
    """The fields of an adapter but those that the installation gives; none when it is not there."""
    if not adapter:
        return ()
    try:
        fields: tuple[Field, ...] = registry.get(port, adapter).fields
    except (registry.UnknownAdapter, ImportError):
        return ()
    return tuple(field for field in fields if field.name not in given)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
