"""The team's people: invited, placed, closed."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.accounts.links import invitation_link
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.forms.house import AgentForm
from comptoir.agent.settings.page import settings_page
from comptoir.core import access, accounts
from comptoir.core.access import May
from comptoir.core.accounts import AccountProblem, AddressTaken, LastOwner, NotAllowed, PlaceMissing
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.outbox import letters

LINK_ONCE = "invitation_link_once"


@require_safe
@console(May.AGENTS)
def agents(request: ConsoleRequest) -> HttpResponse:
    """Everybody who has, had or is offered an account."""
    rows = access.accounts(request.agent).prefetch_related("shops", "teams").order_by("-is_active", "name")
    context = {"people": rows, "link": request.session.pop(LINK_ONCE, "") if LINK_ONCE in request.session else ""}
    return settings_page(request, "agent/settings/agents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.AGENTS)
def agent_new(request: ConsoleRequest) -> HttpResponse:
    """Invite someone by mail."""
    form = AgentForm(request.POST if request.method == "POST" else None, agent=request.agent)
    if request.method == "POST" and form.is_valid():
        chosen, me = form.cleaned_data, request.agent
        try:
            person = letters.invite(
                chosen["email"],
                chosen["name"],
                form.place(),
                language=me.language,
                actor=Actor.of(me),
                by=me.name,
                link=invitation_link,
            )
            return _invited(request, person)
        except AccountProblem as problem:
            _explain(form, problem)
    return settings_page(request, "agent/settings/agent.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.AGENTS)
def agent(request: ConsoleRequest, key: int) -> HttpResponse:
    """One person's name, role and place."""
    person = _person(request, key)
    form = AgentForm(request.POST if request.method == "POST" else None, agent=request.agent, person=person)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            accounts.edit_agent(person, chosen["name"], chosen["email"], form.place(), actor=Actor.of(request.agent))
            messages.success(request, _("Le compte est enregistré."))
            return HttpResponseRedirect(reverse("settings-agents"))
        except AccountProblem as problem:
            _explain(form, problem)
    context = {"form": form, "person": person}
    return settings_page(request, "agent/settings/agent.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.AGENTS)
def agent_activity(request: ConsoleRequest, key: int) -> HttpResponse:
    """Close an account or open it again."""
    person, actor = _person(request, key), Actor.of(request.agent)
    try:
        if request.POST.get("active") == "1":
            accounts.reactivate(person, actor=actor)
            messages.success(request, _("Le compte est rouvert."))
        else:
            accounts.deactivate(person, actor=actor)
            messages.success(request, _("Le compte est fermé, ses sessions aussi. Ce qu’il a écrit reste."))
    except LastOwner:
        messages.error(request, _last_owner())
    except NotAllowed:
        messages.error(request, _("On ne ferme pas son propre compte : demandez à un autre propriétaire."))
    return HttpResponseRedirect(reverse("settings-agents"))


@require_POST
@console(May.AGENTS)
def agent_invitation(request: ConsoleRequest, key: int) -> HttpResponse:
    """Send the invitation again; the earlier link no longer works."""
    person = _person(request, key)
    try:
        letters.invite_again(person, actor=Actor.of(request.agent), by=request.agent.name, link=invitation_link)
    except NotAllowed:
        messages.error(request, _("Cette personne a déjà un mot de passe."))
        return HttpResponseRedirect(reverse("settings-agents"))
    return _invited(request, person)


@require_POST
@console(May.AGENTS)
def agent_withdrawal(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take an invitation back that nobody accepted."""
    try:
        accounts.withdraw_invitation(_person(request, key), actor=Actor.of(request.agent))
        messages.success(request, _("L’invitation est retirée."))
    except NotAllowed:
        messages.error(request, _("Cette personne a déjà un mot de passe."))
    return HttpResponseRedirect(reverse("settings-agents"))


@require_POST
@console(May.AGENTS)
def agent_factor(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a lost phone's second factor off."""
    accounts.remove_second_factor(_person(request, key), actor=Actor.of(request.agent))
    messages.success(request, _("Le second facteur est retiré."))
    return HttpResponseRedirect(reverse("settings-agent", args=[key]))


def _person(request: ConsoleRequest, key: int) -> Agent:
    return get_object_or_404(access.accounts(request.agent), pk=key)


def _invited(request: ConsoleRequest, person: Agent) -> HttpResponse:
    messages.success(request, _("L’invitation est en route vers %(email)s.") % {"email": person.email})
    if not settings.SYSTEM_MAIL["smtp_url"]:  # nothing leaves this machine: the link must be handed over by hand
        person.refresh_from_db()
        request.session[LINK_ONCE] = invitation_link(accounts.invitation_token(person))
    return HttpResponseRedirect(reverse("settings-agents"))


def _explain(form: AgentForm, problem: AccountProblem) -> None:
    if isinstance(problem, AddressTaken):
        form.add_error("email", _("Quelqu’un a déjà cette adresse."))
    elif isinstance(problem, PlaceMissing):
        field = "teams" if form.cleaned_data["role"] == "store" else "shops"
        form.add_error(field, _("Sans cela, cette personne ne verrait rien."))
    elif isinstance(problem, LastOwner):
        form.add_error("role", _last_owner())
    else:
        raise problem


def _last_owner() -> str:
    return _("C’est le dernier propriétaire. Nommez-en d’abord un autre.")
