"""Writing on a file: fields, addresses, tags, notes. Each answers with the column that changed."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.customers import card
from comptoir.agent.customers.find import in_use
from comptoir.agent.customers.forms import AddressForm, DetailsForm, NoteForm
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.tell import tell
from comptoir.campaigns.actions import wishing
from comptoir.campaigns.queries import waiting
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Event, EventDetail
from comptoir.customers import actions
from comptoir.customers.models import Customer, CustomerNote, Identity, Tag

CHANGED: dict[str, Any] = {"customerchanged": {}}


@require_POST
@console(May.EDIT_CUSTOMERS)
def details(request: ConsoleRequest, key: int) -> HttpResponse:
    """Change the fields; the toast undoes it."""
    found = in_use(request, key)
    form = DetailsForm(request.POST, instance=Customer(pk=found.pk, language=found.language, country=found.country))
    if not form.is_valid():
        return _card(request, found, edit="details", form=form)
    newest = _newest_edit(found)
    actions.edit(found, {name: form.cleaned_data[name] or "" for name in form.fields}, actor=Actor.of(request.agent))
    edit = _newest_edit(found)
    response = _card(request, found)
    if edit == newest:
        return response
    undo = reverse("customer-details-undo", args=[found.pk, edit])
    return tell(response, _("La fiche est modifiée."), undo=undo, events=CHANGED)


@require_POST
@console(May.EDIT_CUSTOMERS)
def details_undo(request: ConsoleRequest, key: int, event: int) -> HttpResponse:
    """Put back what an edit had changed, while it is the newest one."""
    found = in_use(request, key)
    if _newest_edit(found) != event:
        return tell(HttpResponse(status=204), _("La fiche a changé depuis : rien n’a été annulé."), bad=True)
    detail = get_object_or_404(EventDetail, event_id=event, customer_key=found.pk)
    actions.edit(found, detail.before, actor=Actor.of(request.agent))
    return tell(HttpResponse(status=204), _("C’est annulé."), events={"cardchanged": {}} | CHANGED)


@require_POST
@console(May.EDIT_CUSTOMERS)
def identities(request: ConsoleRequest, key: int, kind: str) -> HttpResponse:
    """Add an address or a phone."""
    found = in_use(request, key)
    form = AddressForm(kind, card.region(found), request.POST)
    if form.is_valid():
        try:
            actions.add_identity(found, kind, form.cleaned_data["value"], actor=Actor.of(request.agent))
        except actions.CannotMerge:
            form.add_error("value", _owner_words(request, kind, form.cleaned_data["value"]))
        else:
            return tell(_card(request, found), _("C’est ajouté."), events=CHANGED)
    return _card(request, found, edit=kind, form=form)


@require_POST
@console(May.EDIT_CUSTOMERS)
def block(request: ConsoleRequest, key: int, identity: int) -> HttpResponse:
    """Block an address, or with `blocked=0` let it write again."""
    found = in_use(request, key)
    row = get_object_or_404(Identity, pk=identity, customer=found)
    blocked = request.POST.get("blocked") == "1"
    actions.block(row, actor=Actor.of(request.agent), blocked=blocked)
    words = (
        _("Ce qui vient de cette adresse ira aux indésirables.") if blocked else _("Cette adresse n’est plus bloquée.")
    )
    return tell(_card(request, found), words, events=CHANGED)


@require_POST
@console(May.EDIT_CUSTOMERS)
def tags(request: ConsoleRequest, key: int) -> HttpResponse:
    """Put a tag on the customer."""
    found = in_use(request, key)
    name = request.POST.get("name", "").strip()
    if name:
        actions.tag(found, name, actor=Actor.of(request.agent))
    return _card(request, found)


@require_POST
@console(May.EDIT_CUSTOMERS)
def tag_removal(request: ConsoleRequest, key: int, tag: int) -> HttpResponse:
    """Take a tag off the customer."""
    found = in_use(request, key)
    actions.untag(found, get_object_or_404(Tag, pk=tag), actor=Actor.of(request.agent))
    return _card(request, found)


@require_POST
@console(May.EDIT_CUSTOMERS)
def notes(request: ConsoleRequest, key: int) -> HttpResponse:
    """Keep something in mind."""
    found = in_use(request, key)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _side(request, found, edit="note", form=form)
    actions.add_note(found, form.cleaned_data["text"], agent=request.agent)
    return tell(_side(request, found), "", events=CHANGED)


@require_POST
@console(May.EDIT_CUSTOMERS)
def note_removal(request: ConsoleRequest, key: int, note: int) -> HttpResponse:
    """Take a note away."""
    found = in_use(request, key)
    row = CustomerNote.objects.filter(pk=note, customer=found).first()
    if row is None:
        raise Http404
    actions.remove_note(row, actor=Actor.of(request.agent))
    return tell(_side(request, found), _("La note est retirée."), events=CHANGED)


@require_POST
@console(May.EDIT_CUSTOMERS)
def wish_removal(request: ConsoleRequest, key: int, wish: int) -> HttpResponse:
    """The customer no longer waits for an article."""
    found = in_use(request, key)
    row = next((each for each in waiting.of_customer(found, access.shops(request.agent)) if each.pk == wish), None)
    if row is None or not wishing.end(found.pk, row.pk, actor=Actor.of(request.agent)):
        raise Http404
    return tell(_side(request, found), _("Le client ne sera plus prévenu."), events=CHANGED)


def _newest_edit(found: Customer) -> int | None:
    edits = Event.objects.filter(subject_type="customer", subject_id=found.pk, verb="customer.edited")
    return edits.order_by("-pk").values_list("pk", flat=True).first()


def _owner_words(request: ConsoleRequest, kind: str, value: str) -> str:
    """Whose it is, when the agent may know."""
    owner = access.customers(request.agent).filter(identities__kind=kind, identities__value=value).first()
    if owner is None or not owner.name:
        return _("Une autre fiche l’a déjà. Rien n’a été changé.")
    return _("La fiche de %(name)s l’a déjà. Fusionnez les deux fiches si c’est la même personne.") % {
        "name": owner.name
    }


def _card(request: ConsoleRequest, found: Customer, *, edit: str = "", form: Any = None) -> HttpResponse:
    context = card.card(request, found, edit=edit, form=form)
    return render(request, "agent/customers/card_fragment.html", context, status=422 if form is not None else 200)


def _side(request: ConsoleRequest, found: Customer, *, edit: str = "", form: Any = None) -> HttpResponse:
    context = card.side(request, found, edit=edit, form=form)
    return render(request, "agent/customers/side.html", context, status=422 if form is not None else 200)
