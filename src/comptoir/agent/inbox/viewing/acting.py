"""What a shared view does when a message arrives: its acts, a trial on what came lately, a switch, a log."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.viewing.editor import changeable
from comptoir.agent.page import page
from comptoir.agent.settings.forms.topics import filled_lines, topic_choices
from comptoir.automation import acts
from comptoir.automation.actions import arrivals
from comptoir.automation.acts import BadAct
from comptoir.automation.models import ArrivalRule, ArrivalRun
from comptoir.automation.queries.described import chips
from comptoir.conversations.models import Priority, View
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Agent

SHOWN, LOGGED = 20, 50
NOTHING = ("", gettext_lazy("Ne rien changer"))
STATES = [
    NOTHING,
    ("quiet", gettext_lazy("Sans réponse attendue")),
    ("closed", gettext_lazy("Clore")),
    ("pending", gettext_lazy("Attendre le client")),
    ("spam", gettext_lazy("Vers les indésirables")),
    ("trash", gettext_lazy("Vers la corbeille")),
]


class ArrivalForm(forms.Form):
    """The acts of a filter, and whether others come after it."""

    assign = forms.ChoiceField(label=pgettext_lazy("conversation", "Responsable"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Équipe"), required=False)
    tags = forms.CharField(
        label=gettext_lazy("Étiquettes à ajouter"), max_length=600, required=False,
        help_text=gettext_lazy("Séparées par des virgules."),
    )  # fmt: skip
    untags = forms.CharField(label=gettext_lazy("Étiquettes à retirer"), max_length=600, required=False)
    topic = forms.ChoiceField(label=pgettext_lazy("conversation", "Thème"), required=False)
    fields_set = forms.CharField(
        label=gettext_lazy("Champs à remplir"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "motif = retard"}),
        help_text=gettext_lazy("Une ligne par champ de conversation : clé = valeur."),
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priorité"), choices=[NOTHING, *Priority.choices], required=False)
    state = forms.ChoiceField(label=gettext_lazy("Ranger"), choices=STATES, required=False)
    stops = forms.BooleanField(
        label=gettext_lazy("S’arrêter là"), required=False,
        help_text=gettext_lazy("Les filtres suivants ne regardent plus ce message."),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, agent: Agent, rule: ArrivalRule | None) -> None:
        super().__init__(data, initial=_initial(rule) if rule else {})
        people = [(str(row.pk), row.name) for row in access.agents(agent).order_by("name")]
        teams = [(str(row.pk), row.name) for row in access.teams(agent)]
        self.fields["assign"].choices = [NOTHING, ("nobody", _("Personne")), *people]  # type: ignore[attr-defined]
        self.fields["topic"].choices = topic_choices(self.initial.get("topic", ""), none=str(NOTHING[1]))  # type: ignore[attr-defined]
        self.fields["team"].choices = [NOTHING, ("none", _("Aucune")), *teams]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is to be filled in must be a field with a value that fits."""
        values = dict(super().clean() or {})
        self.filled = filled_lines(self, "fields_set")
        return values

    def acts(self) -> list[str]:
        """The acts as codes."""
        given = self.cleaned_data
        codes = [f"{kind}:{given[kind]}" for kind in ("assign", "team", "priority", "topic") if given.get(kind)]
        codes += self.filled
        for kind, text in (("tag", given["tags"]), ("untag", given["untags"])):
            words = (" ".join(part.split())[:40] for part in text.replace(";", ",").split(","))
            codes += [f"{kind}:{word}" for word in dict.fromkeys(words) if word]
        return [*codes, f"state:{given['state']}"] if given["state"] else codes


@require_http_methods(["GET", "HEAD", "POST"])
@console()
def arrival(request: ConsoleRequest, key: int) -> HttpResponse:
    """The page; posted, the acts are kept, and with `switch` they begin or end."""
    view = _shared(request, key)
    rule = ArrivalRule.objects.filter(view=view).first()
    if request.method != "POST":
        return _page(request, view, rule, ArrivalForm(None, agent=request.agent, rule=rule))
    form = ArrivalForm(request.POST, agent=request.agent, rule=rule)
    if not form.is_valid():
        return _page(request, view, rule, form, status=422)
    switch = request.POST.get("switch", "")
    active = switch == "on" if switch in ("on", "off") else bool(rule and rule.active)
    try:
        stops = form.cleaned_data["stops"]
        arrivals.save_rule(view, form.acts(), active=active, stops=stops, actor=Actor.of(request.agent))
    except BadAct:
        form.add_error(None, _("Une action ne peut pas être faite : choisissez-en une autre."))
    except arrivals.CannotAct as refused:
        form.add_error(None, _why(refused))
    if form.errors:
        return _page(request, view, rule, form, status=422)
    return HttpResponseRedirect(reverse("view-arrival", args=[view.pk]))


@require_POST
@console()
def order(request: ConsoleRequest, key: int) -> HttpResponse:
    """Before or after the other filters."""
    view = _shared(request, key)
    rule = get_object_or_404(ArrivalRule, view=view)
    arrivals.move_rule(rule, -1 if request.POST.get("step") == "up" else 1, actor=Actor.of(request.agent))
    return HttpResponseRedirect(reverse("view-arrival", args=[view.pk]) + "#order")


def _shared(request: ConsoleRequest, key: int) -> View:
    view = changeable(request.agent, key)
    access.require(request.agent, May.SETTINGS)
    if view.agent_id is not None:
        raise Http404
    return view


def _why(refused: arrivals.CannotAct) -> str:
    if refused.code == "each":
        return _("Ces conditions dépendent de qui regarde : %(what)s. Un filtre qui agit vaut pour tous.") % {
            "what": refused.what
        }
    if refused.code == "nothing":
        return _("Choisissez au moins une action.")
    return _("Partagez d’abord cette vue : un filtre qui agit vaut pour tous.")


def _page(
    request: ConsoleRequest, view: View, rule: ArrivalRule | None, form: ArrivalForm, *, status: int = 200
) -> HttpResponse:
    looked_at, found = arrivals.tried(view, access.conversations(request.agent))
    runs = ArrivalRun.objects.filter(rule__view=view).select_related("conversation").order_by("-pk")[:LOGGED]
    context: dict[str, Any] = {
        "view": view,
        "rule": rule,
        "form": form,
        "looked_at": looked_at,
        "taken": len(found),
        "found": found[:SHOWN],
        "runs": [(run, chips(run.done)) for run in runs],
        "rules": ArrivalRule.objects.filter(active=True).select_related("view"),
    }
    return page(request, "agent/inbox/viewing/arrival.html", context, status=status)


def _initial(rule: ArrivalRule) -> dict[str, Any]:
    return {"stops": rule.stops} | acts.as_fields(rule.acts)
