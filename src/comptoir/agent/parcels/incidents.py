"""Incidents: parcels chosen by filter, one text a language, told, and closed together."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.page import page
from comptoir.agent.parcels import beside, listing
from comptoir.care import words
from comptoir.care.actions import incidents as acting
from comptoir.care.models import Incident
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent, Shop
from comptoir.orders.models import ParcelState, Shipment


class IncidentForm(forms.Form):
    """What happened, which parcels, and what their customers read."""

    name = forms.CharField(label=gettext_lazy("Que se passe-t-il"), max_length=120)
    shop = forms.ModelChoiceField(label=gettext_lazy("Boutique"), queryset=Shop.objects.none())
    carrier = forms.ChoiceField(label=gettext_lazy("Transporteur"), required=False)
    state = forms.MultipleChoiceField(
        label=gettext_lazy("Colis dans cet état"),
        choices=ParcelState.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.CharField(
        label=gettext_lazy("Code postal commençant par"), max_length=5, required=False,
        help_text=gettext_lazy("44, 49… Vide\u202f: partout."),
    )  # fmt: skip
    silent = forms.IntegerField(
        label=gettext_lazy("Sans scan depuis, en heures"), min_value=0, max_value=2_000, required=False
    )
    resumes_on = forms.DateField(
        label=gettext_lazy("Nouvelle date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, agent: Agent, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.agent = agent
        self.fields["shop"].queryset = access.shops(agent)  # type: ignore[attr-defined]
        names = [(name, name) for name in listing.carriers(agent)]
        self.fields["carrier"].choices = [("", _("Tous")), *names]  # type: ignore[attr-defined]
        for language in words.LANGUAGES:
            own = words.letter("late", language)
            self.fields[f"subject_{language}"] = forms.CharField(
                label=_("Objet (%(language)s)") % {"language": language}, max_length=200, required=False,
                initial=own["subject"],
            )  # fmt: skip
            self.fields[f"body_{language}"] = forms.CharField(
                label=_("Message (%(language)s)") % {"language": language}, max_length=5_000, required=False,
                widget=forms.Textarea(attrs={"rows": 9}), initial=own["body"],
            )  # fmt: skip

    def letters(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Subject and body of each language."""
        return [(self[f"subject_{code}"], self[f"body_{code}"]) for code in words.LANGUAGES]

    def texts(self) -> dict[str, dict[str, str]]:
        """What was written, by language; left empty it is what late parcels are told."""
        told = {
            code: {"subject": self.cleaned_data[f"subject_{code}"], "body": self.cleaned_data[f"body_{code}"]}
            for code in words.LANGUAGES
        }
        return {code: text for code, text in told.items() if text["subject"].strip() and text["body"].strip()}

    def plan(self) -> acting.Plan:
        """The incident as it is to be."""
        values = self.cleaned_data
        return acting.Plan(values["name"], values["carrier"], None, values["resumes_on"], self.texts())

    def parcels(self) -> QuerySet[Shipment]:
        """The parcels that the choices name, of what is under way."""
        values = self.cleaned_data
        rows: QuerySet[Shipment] = access.parcels(self.agent).filter(order__shop=values["shop"])
        rows = rows.filter(state__in=values["state"] or listing.MOVING)
        if values["carrier"]:
            rows = rows.filter(carrier=values["carrier"])
        if values["region"]:
            rows = rows.filter(order__address__postcode__startswith=values["region"].strip())
        if values["silent"]:
            rows = rows.filter(scanned_at__lt=timezone.now() - timedelta(hours=values["silent"]))
        return rows.select_related("order__shop", "order__identity__customer").order_by("pk")


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ORGANISE)
def new(request: ConsoleRequest) -> HttpResponse:
    """Describe an incident, see how many it holds up, open it."""
    first = access.shops(request.agent).first()
    form = IncidentForm(request.agent, request.POST or None, initial={"shop": first.pk if first else None})
    found: int | None = None
    if request.method == "POST" and form.is_valid():
        rows = form.parcels()
        if "open" in request.POST:
            incident = acting.begin(form.cleaned_data["shop"], form.plan(), rows, agent=request.agent)
            return HttpResponseRedirect(reverse("incident", args=[incident.pk]))
        found = rows.count()
    return page(request, "agent/parcels/new.html", {"form": form, "found": found, "languages": list(words.LANGUAGES)})


@require_safe
@console()
def incident(request: ConsoleRequest, key: int) -> HttpResponse:
    """One incident: how far its customers are told, its parcels, its letter and its steps."""
    row = _of(request, key)
    shown = beside.told(row)
    cases = (
        access.cases(request.agent)
        .filter(incident=row)
        .select_related(
            "order__identity__customer", "shipment", "incident", "owner", "conversation__assignee", "message"
        )
    )
    rows = [listing.row_of(case) for case in cases.order_by("closed_at", "letter", "pk")[:200]]
    context = {"shown": shown, "incident": row, "rows": rows, "url": reverse("incident", args=[row.pk])}
    context["may_organise"] = access.can(request.agent, May.ORGANISE)
    return page(request, "agent/parcels/incident.html", context | beside.column(shown))


@require_POST
@console(May.ANSWER)
def telling(request: ConsoleRequest, key: int) -> HttpResponse:
    """Write to all who do not know yet."""
    row = _of(request, key)
    acting.tell(row, agent=request.agent)
    messages.success(
        request, _("Les clients sont prévenus l’un après l’autre\u202f: cette page montre où l’on en est.")
    )
    return HttpResponseRedirect(reverse("incident", args=[row.pk]))


@require_POST
@console(May.ORGANISE)
def closure(request: ConsoleRequest, key: int) -> HttpResponse:
    """Close it with all its cases."""
    closed = acting.end(_of(request, key), agent=request.agent)
    text = ngettext("L’incident est clos avec %(count)s cas.", "L’incident est clos avec %(count)s cas.", closed)
    messages.success(request, text % {"count": closed})
    return HttpResponseRedirect(reverse("parcels"))


def _of(request: ConsoleRequest, key: int) -> Incident:
    found: Incident = get_object_or_404(access.incidents(request.agent).select_related("shop"), pk=key)
    return found
