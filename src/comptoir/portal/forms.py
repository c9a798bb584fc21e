"""The forms of the shopper's pages, with errors in plain words."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.conversations.models import Inbox
from comptoir.customers.languages import OWN_NAMES
from comptoir.lib.text import one_line
from comptoir.orders.models import Order, OrderLine
from comptoir.portal.uploads import ACCEPT, COUNT_LIMIT, BadFile, parts_of
from comptoir.ports.channel import Part

TEXT_LIMIT = 10_000
_NUMBER = re.compile(r"[#\w][\w/.-]{1,39}")


def _autocomplete(what: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": what})


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each looked at: cleans to parts of a message."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=SeveralFiles(attrs={"multiple": True, "accept": ACCEPT}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Part]:
        given: list[UploadedFile[Any]] = [file for file in (data or []) if file]
        try:
            return parts_of(given)
        except BadFile as bad:
            raise forms.ValidationError(_file_words(bad)) from bad


def _file_words(bad: BadFile) -> str:
    named = {"name": bad.name or _("Un fichier")}
    words = {
        "too_many_files": _("%(count)d fichiers au plus : retirez-en, ou envoyez-les en deux fois.")
        % {"count": COUNT_LIMIT},
        "too_heavy": _("« %(name)s » dépasse 10 Mo.") % named,
        "empty_file": _("« %(name)s » est vide.") % named,
    }
    return words.get(bad.code, _("« %(name)s » n’est ni une image ni un PDF.") % named)


class ContactForm(forms.Form):
    """What someone writes to the shop."""

    use_required_attribute = True
    topic = forms.ChoiceField(label=gettext_lazy("C’est à propos de"), required=False)
    order = forms.CharField(
        label=gettext_lazy("Numéro de commande"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Dans votre e-mail de confirmation."),
        error_messages={"max_length": gettext_lazy("Ce numéro est trop long pour un numéro de commande.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Votre nom"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Dites-nous à qui nous répondons.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": gettext_lazy("Il nous faut une adresse pour vous répondre."),
            "invalid": gettext_lazy("Cette adresse n’est pas complète : il y manque peut-être un point ou un @."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("Votre message"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": gettext_lazy("Écrivez votre message : quelques mots suffisent."),
            "max_length": gettext_lazy("Ce message dépasse 10 000 signes. Raccourcissez-le, ou joignez un PDF."),
        },
    )
    documents = FilesField(label=gettext_lazy("Photos ou documents"))

    def __init__(self, inbox: Inbox, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("Choisissez"))] + [(topic, topic) for topic in inbox.topics]  # type: ignore[attr-defined]
        if not inbox.topics:
            del self.fields["topic"]

    def clean_name(self) -> str:
        """One line."""
        return one_line(self.cleaned_data["name"])[:200]

    def clean_order(self) -> str:
        """A number has the shape of one; whether it exists is never said here."""
        number = "".join(self.cleaned_data["order"].split())
        if number and not _NUMBER.fullmatch(number):
            raise forms.ValidationError(
                _("Un numéro de commande n’a que des lettres, des chiffres et des tirets, comme MA-20418.")
            )
        return number


class AddressForm(forms.Form):
    """The address at which a code is asked for."""

    email = forms.EmailField(
        label=gettext_lazy("Votre e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "autofocus": True}),
        error_messages={
            "required": gettext_lazy("Il nous faut l’adresse donnée à la commande."),
            "invalid": gettext_lazy("Cette adresse n’est pas complète : il y manque peut-être un point ou un @."),
        },
    )


class WaitingForm(AddressForm):
    """The address that wants to be told when an article is back."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["email"].error_messages["required"] = _("Il nous faut une adresse pour vous prévenir.")


class OrderForm(forms.Form):
    """An order's number, with what its buyer knows besides."""

    order = forms.CharField(
        label=gettext_lazy("Numéro de commande"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Il nous faut le numéro de la commande, comme MA-20418.")},
    )
    clue = forms.CharField(
        label=gettext_lazy("E-mail ou code postal de la commande"),
        max_length=254,
        error_messages={"required": gettext_lazy("Il nous faut l’e-mail ou le code postal donné à la commande.")},
    )


class CodeForm(forms.Form):
    """The six digits of a mail."""

    code = forms.CharField(
        label=gettext_lazy("Code à six chiffres"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "input pincode"}
        ),
        error_messages={"required": gettext_lazy("Tapez le code reçu par e-mail.")},
    )

    def clean_code(self) -> str:
        """Digits alone."""
        code = "".join(self.cleaned_data["code"].split())
        if not (code.isascii() and code.isdecimal() and len(code) == 6):
            raise forms.ValidationError(_("Le code a six chiffres."))
        return code


class HelpForm(forms.Form):
    """What is wrong with an order: which parcel, which articles, what happened, photos."""

    parcel = forms.ChoiceField(label=gettext_lazy("Quel colis ?"), required=False)
    lines = forms.MultipleChoiceField(
        label=gettext_lazy("Quels articles ?"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
    )
    wish = forms.ChoiceField(
        label=gettext_lazy("Que souhaitez-vous ?"),
        widget=forms.RadioSelect(attrs={"class": "radio"}),
        choices=[
            ("day", gettext_lazy("Un autre jour")),
            ("relay", gettext_lazy("Un point de retrait")),
            ("neighbour", gettext_lazy("Chez un voisin ou le gardien")),
            ("place", gettext_lazy("Une autre adresse")),
        ],
        error_messages={"required": gettext_lazy("Dites ce que vous souhaitez.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Que s’est-il passé ?"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Écrivez quelques mots : ils suffisent.")},
    )
    documents = FilesField(label=gettext_lazy("Photos"))

    def __init__(self, order: Order, reason: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parcels = [(str(row.pk), f"{row.carrier} {row.number}".strip()) for row in order.shipments.all()]
        if len(parcels) > 1 and reason in ("not_received", "transit", "redirect"):
            self.fields["parcel"].choices = [("", _("Tous")), *parcels]  # type: ignore[attr-defined]
        else:
            del self.fields["parcel"]
        if reason == "damaged":
            self.fields["lines"].choices = [(str(row.pk), _article(row)) for row in order.lines.all()[:100]]  # type: ignore[attr-defined]
        else:
            del self.fields["lines"]
        if reason == "redirect":
            self.fields["text"].label = _("Le jour, le lieu ou l’adresse")
        else:
            del self.fields["wish"]
        if reason in ("cancel", "transit"):
            self.fields["text"].label = _("Un mot pour l’équipe")
        if reason == "question":
            self.fields["text"].label = _("Votre question")
        if reason in ("cancel", "not_received"):
            self.fields["text"].required = False
        if reason not in ("damaged", "question"):
            del self.fields["documents"]

    def words(self) -> str:
        """What was asked, as the first lines of the conversation."""
        chosen = []
        for name in ("parcel", "lines", "wish"):
            field, given = self.fields.get(name), self.cleaned_data.get(name)
            if isinstance(field, forms.ChoiceField) and given:
                labels = dict(field.choices)  # type: ignore[arg-type]
                chosen += [str(labels[key]) for key in ([given] if isinstance(given, str) else given)]
        text = self.cleaned_data["text"].strip()
        return "\n\n".join(filter(None, ("\n".join(chosen), text))) or _("(sans autre mot)")


def _article(line: OrderLine) -> str:
    return f"{line.title} · {line.variant}" if line.variant else line.title


class AddressChangeForm(forms.Form):
    """The address to which an order shall go instead."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200, widget=_autocomplete("name"))
    street = forms.CharField(label=gettext_lazy("Rue"), max_length=300, widget=_autocomplete("street-address"))
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=20, widget=_autocomplete("postal-code"))
    city = forms.CharField(label=gettext_lazy("Ville"), max_length=120, widget=_autocomplete("address-level2"))
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=40, required=False, widget=_autocomplete("tel"))

    def __init__(self, order: Order, reason: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = str(order.address.get("country") or "")

    def address(self) -> dict[str, str]:
        """As an act on the order names it; the country stays."""
        given = {name: one_line(str(value)) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in (given | {"country": self.country}).items() if value}

    def words(self) -> str:
        """What was asked, as the first lines of the conversation."""
        given = self.address()
        town = f"{given.get('postcode', '')} {given.get('city', '')}"
        return "\n".join(
            filter(None, (_("Nouvelle adresse :"), given.get("name"), given.get("street"), town, given.get("phone")))
        )


class ProfileForm(forms.Form):
    """Who one is, as the shop keeps it."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200, required=False, widget=_autocomplete("name"))
    language = forms.ChoiceField(
        label=gettext_lazy("Langue de nos messages"), choices=[("", "—"), *OWN_NAMES.items()], required=False
    )
    street = forms.CharField(
        label=gettext_lazy("Rue"), max_length=300, required=False, widget=_autocomplete("street-address")
    )
    postcode = forms.CharField(
        label=gettext_lazy("Code postal"), max_length=20, required=False, widget=_autocomplete("postal-code")
    )
    city = forms.CharField(
        label=gettext_lazy("Ville"), max_length=120, required=False, widget=_autocomplete("address-level2")
    )


class ReplyForm(forms.Form):
    """A message added to a conversation from the account."""

    text = forms.CharField(
        label=gettext_lazy("Votre message"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Écrivez votre message : quelques mots suffisent.")},
    )
    documents = FilesField(label=gettext_lazy("Photos ou documents"))
