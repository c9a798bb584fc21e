"""What a connection needs: its shop and name, and the fields of its adapter."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comptoir.agent.settings.forms.declared import DeclaredForm, declared_by
from comptoir.core import access
from comptoir.core.models import Agent, Shop
from comptoir.orders.connecting.accounts import OWN_SECRET
from comptoir.orders.connecting.adapters import given, held_secrets
from comptoir.orders.models import Connection

Data = QueryDict | None
MAPPING = "mapping"  # drawn on a page of its own


class NewConnectionForm(forms.Form):
    """Whose it is."""

    shop = forms.ModelChoiceField(label=_("Boutique"), queryset=Shop.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Nom dans Comptoir"), max_length=80)

    def __init__(self, data: Data = None, *, agent: Agent, name: str) -> None:
        super().__init__(data, initial={"name": name})
        self.fields["shop"].queryset = access.shops(agent)  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """What it is called."""

    name = forms.CharField(label=_("Nom dans Comptoir"), max_length=80)


class VendorForm(DeclaredForm):
    """The fields of the platform or carrier. A secret that is ours to choose may stay empty: one is made."""

    def __init__(self, data: Data = None, *, port: str, vendor: str, connection: Connection | None = None) -> None:
        declared = declared_by(port, vendor, given={MAPPING, *given()})
        held = set(held_secrets(connection)) if connection else set()
        values = connection.settings if connection else {}
        super().__init__(data, declared=declared, values=values, held=held, prefix="account")
        if OWN_SECRET in self.fields:
            self.fields[OWN_SECRET].required = False
            if not connection:
                self.fields[OWN_SECRET].help_text = _("Vide\u202f: Comptoir en crée un et le montre une fois.")
