"""An inbox and the account that carries it."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from comptoir.agent.settings.forms.declared import Data, DeclaredForm, declared_by
from comptoir.conversations.models import Inbox, InboxKind, MailboxGrant
from comptoir.core import access, keys
from comptoir.core.models import Agent, Schedule, Shop, Team
from comptoir.ports import registry
from comptoir.ports.channel import Field

GIVEN = {"directory"}  # a path of the server is the installation's to say, never a page's
SIDES = {
    "imap": _("Réception (IMAP)"),
    "smtp": _("Envoi (SMTP)"),
    "sent": _("Messages envoyés"),
    "limit": _("Rythme d’envoi"),
}
PROVIDER = "provider"  # chosen above the fields, which it fills in
LINES = forms.Textarea(attrs={"rows": 3})


class Lines(forms.CharField):
    """One value a line."""

    widget = LINES

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Lines as a list, without the empty ones."""
        text = super().clean(value)
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class NewInboxForm(forms.Form):
    """The least that an inbox needs to exist."""

    shop = forms.ModelChoiceField(label=_("Boutique"), queryset=Shop.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Nom dans Comptoir"), max_length=80)
    address = forms.EmailField(label=_("Adresse"), help_text=_("Celle où vos clients vous écrivent."))
    adapter = forms.ChoiceField(label=_("Par où"))

    def __init__(self, data: Data = None, *, agent: Agent, kind: str) -> None:
        super().__init__(data)
        self.fields["shop"].queryset = access.shops(agent)  # type: ignore[attr-defined]
        if kind != InboxKind.EMAIL:
            del self.fields["address"], self.fields["adapter"]
        else:
            self.fields["adapter"].choices = carriers()  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        """Lower-cased, and nobody else's."""
        return own_address(self.cleaned_data["address"], but=None)


class InboxForm(forms.Form):
    """Everything about an inbox but its account."""

    name = forms.CharField(label=_("Nom dans Comptoir"), max_length=80)
    address = forms.EmailField(label=_("Adresse"))
    sender_name = forms.CharField(
        label=_("Nom affiché"),
        max_length=120,
        required=False,
        help_text=_("Ce que lisent vos clients. Vide : le nom de la boutique."),
    )
    aliases = Lines(
        label=_("Vos autres adresses"),
        required=False,
        help_text=_("Une par ligne : elles arrivent dans la même boîte."),
    )
    signature = forms.CharField(label=_("Signature de la boîte"), required=False, max_length=2_000, widget=LINES)
    adapter = forms.ChoiceField(label=_("Par où"))
    read_from = forms.DateField(
        label=_("Lire les messages à partir du"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Les plus anciens arrivent clos et silencieux : ils ne déclenchent rien. Vide : tous comptent."),
    )
    team = forms.ModelChoiceField(
        label=_("Équipe qui répond"), queryset=Team.objects.none(), required=False, empty_label=_("Toute la maison")
    )
    schedule = forms.ModelChoiceField(
        label=_("Horaires"), queryset=Schedule.objects.none(), required=False, empty_label=_("Ceux de la boutique")
    )
    mail_inbox = forms.ModelChoiceField(
        label=_("Répond par e-mail depuis"),
        queryset=Inbox.objects.none(),
        required=False,
        empty_label=_("La boîte de la boutique"),
    )
    topics = Lines(label=_("Sujets proposés"), required=False, help_text=_("Un par ligne."))
    trail = forms.BooleanField(
        label=_("Voir les pages visitées"),
        required=False,
        help_text=_("Demande l’accord du visiteur ; sans lui, seule la page où il écrit est vue."),
    )

    ONLY = {
        "address": {InboxKind.EMAIL},
        "sender_name": {InboxKind.EMAIL},
        "aliases": {InboxKind.EMAIL},
        "signature": {InboxKind.EMAIL},
        "adapter": {InboxKind.EMAIL},
        "read_from": {InboxKind.EMAIL},
        "schedule": {InboxKind.EMAIL, InboxKind.CHAT, InboxKind.FORM, InboxKind.SHOP},
        "mail_inbox": {InboxKind.CHAT, InboxKind.FORM, InboxKind.SHOP},
        "topics": {InboxKind.FORM},
        "trail": {InboxKind.CHAT},
    }

    def __init__(self, data: Data = None, *, agent: Agent, inbox: Inbox) -> None:
        super().__init__(data, initial={name: getattr(inbox, name) for name in self.base_fields})
        self.inbox = inbox
        self.fields["team"].queryset = access.teams(agent)  # type: ignore[attr-defined]
        self.fields["schedule"].queryset = Schedule.objects.order_by("name")  # type: ignore[attr-defined]
        mail = access.inboxes(agent).filter(shop=inbox.shop_id, kind=InboxKind.EMAIL)
        self.fields["mail_inbox"].queryset = mail  # type: ignore[attr-defined]
        self.fields["adapter"].choices = carriers()  # type: ignore[attr-defined]
        self.initial.update({name: getattr(inbox, f"{name}_id") for name in ("team", "schedule", "mail_inbox")})
        if inbox.kind == InboxKind.SHOP:
            copies: Any = self.fields["mail_inbox"]
            copies.label, copies.empty_label = (
                _("Copie des réponses par e-mail"),
                _("Aucune : dans la boutique seulement"),
            )
            copies.help_text = _(
                "La boutique ne prévient personne d’une réponse. La copie part deux minutes après, depuis cette boîte, avec "
                "les pièces jointes."
            )
        for name, kinds in self.ONLY.items():
            if inbox.kind not in kinds:
                del self.fields[name]

    def clean_address(self) -> str:
        """Lower-cased, and nobody else's."""
        return own_address(self.cleaned_data["address"], but=self.inbox)

    def clean_aliases(self) -> list[str]:
        """Addresses, lower-cased."""
        found = list(dict.fromkeys(alias.lower() for alias in self.cleaned_data["aliases"]))
        for alias in found:
            try:
                validate_email(alias)
            except ValidationError as error:
                raise ValidationError(_("« %(alias)s » n’est pas une adresse."), params={"alias": alias}) from error
        return found

    def clean_topics(self) -> list[str]:
        """Short enough to be chosen from."""
        topics: list[str] = self.cleaned_data["topics"]
        if any(len(topic) > 60 for topic in topics):
            raise ValidationError(_("Un sujet tient en 60 caractères."))
        return topics


class AccountForm(DeclaredForm):
    """The fields of the channel that carries an inbox."""

    def __init__(self, data: Data = None, *, inbox: Inbox) -> None:
        declared = declared_by("channel", inbox.adapter, given=GIVEN)
        if MailboxGrant.objects.filter(inbox=inbox).exists():  # the provider's own page asks for the password
            declared = tuple(f for f in declared if f.kind != "secret" and f.name != "smtp_user")
        held = set(json.loads(keys.decrypt(inbox.secrets) or "{}"))
        super().__init__(data, declared=declared, values=inbox.settings, held=held, prefix="account")

    def drawn(self, field: Field) -> forms.Field:
        """The provider is chosen above the fields."""
        if field.name != PROVIDER:
            return super().drawn(field)
        initial = self.values.get(field.name, field.default)
        return forms.CharField(required=False, initial=initial, max_length=20, widget=forms.HiddenInput)

    def sides(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their titles, by the first part of their names; those without a title come last."""
        found: dict[str, list[forms.BoundField]] = {}
        for field in self.declared:
            if field.name == PROVIDER:
                continue
            found.setdefault(str(SIDES.get(field.name.partition("_")[0], _("Connexion"))), []).append(self[field.name])
        return sorted(found.items(), key=lambda side: side[0] == str(_("Connexion")))


def carriers() -> list[tuple[str, str]]:
    """The adapters that an e-mail inbox may use, by name."""
    words = {"email": _("Un compte IMAP et SMTP"), "outbox": _("Boîte d’essai : rien ne part")}
    return [(name, str(words.get(name, name))) for name in registry.names("channel")]


def own_address(address: str, *, but: Inbox | None) -> str:
    """The address lower-cased; two inboxes reading one mailbox would answer twice."""
    address = address.strip().lower()
    others = Inbox.objects.filter(kind=InboxKind.EMAIL, address__iexact=address)
    if others.exclude(pk=but.pk if but else 0).exists():
        raise ValidationError(_("Une autre boîte a cette adresse."))
    return address
