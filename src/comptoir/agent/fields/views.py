"""One field of one row is filled in; the toast takes it back."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.fields import drawing
from comptoir.agent.tell import tell
from comptoir.conversations.actions import filling
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.custom import reading
from comptoir.core.custom.judging import BadValue, said
from comptoir.core.custom.reading import Definition
from comptoir.core.models import Event, EventDetail
from comptoir.customers import actions as customers
from comptoir.orders import filling as orders

MAY = {"conversation": May.ORGANISE, "customer": May.EDIT_CUSTOMERS, "order": May.ACT_ON_ORDERS}
SETTERS: dict[str, Any] = {
    "conversation": filling.set_field,
    "customer": customers.set_field,
    "order": orders.set_field,
}


@require_safe
@console()
def fields(request: ConsoleRequest, subject: str, key: int) -> HttpResponse:
    """The fields of one row."""
    return _drawn(request, subject, _row(request, subject, key))


@require_POST
@console()
def field(request: ConsoleRequest, subject: str, key: int, field: int) -> HttpResponse:
    """Fill one in; an empty value empties it."""
    row, definition = _row(request, subject, key), _field(subject, field)
    access.require(request.agent, MAY[subject])
    typed = [text for text in request.POST.getlist("value") if text]
    given: Any = typed if definition.many else typed[0] if typed else None
    if definition.kind == "yes":
        given = bool(typed)
    try:
        changed = SETTERS[subject](row, definition, given, actor=Actor.of(request.agent))
    except BadValue as problem:
        return _drawn(request, subject, row, wrong=drawing.refused(definition, typed, said(problem)))
    response = _drawn(request, subject, row)
    if not changed:
        return response
    newest = _newest(subject, key, field)
    undo = reverse("fields-undo", args=[subject, key, newest.pk]) if newest else ""
    return tell(response, _("« %(name)s » est enregistré.") % {"name": definition.name}, undo=undo)


@require_POST
@console()
def undo(request: ConsoleRequest, subject: str, key: int, event: int) -> HttpResponse:
    """Put back what stood there before, while nobody filled it in since."""
    row = _row(request, subject, key)
    access.require(request.agent, MAY[subject])
    rows = Event.objects.filter(subject_type=subject, subject_id=row.pk, verb=f"{subject}.field_set")
    asked = get_object_or_404(rows, pk=event)
    definition = _field(subject, asked.codes.get("customfield", 0))
    newest = _newest(subject, row.pk, definition.pk)
    if newest is None or newest.pk != event:
        return tell(HttpResponse(status=204), _("Ce champ a changé depuis : rien n’a été annulé."), bad=True)
    before = next(iter(get_object_or_404(EventDetail, event_id=event).before.values()), None)
    try:
        SETTERS[subject](row, definition, before, actor=Actor.of(request.agent))
    except BadValue as problem:
        return tell(HttpResponse(status=204), said(problem), bad=True)
    return tell(HttpResponse(status=204), _("C’est annulé."), events={f"fields-{subject}-{row.pk}": {}})


def _row(request: ConsoleRequest, subject: str, key: int) -> Any:
    """The row among what the agent may see; one that was erased is filled in no more."""
    found: Any = None
    if subject == "conversation":
        found = access.conversations(request.agent).filter(pk=key, merged_into=None).first()
    elif subject == "customer":
        found = access.customers(request.agent).filter(pk=key, erased_at=None, merged_into=None).first()
    elif subject == "order":
        found = access.orders(request.agent).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _field(subject: str, key: int) -> Definition:
    found = next((one for one in reading.definitions() if one.pk == key and one.subject == subject), None)
    if found is None or found.archived:
        raise Http404
    return found


def _newest(subject: str, key: int, field: int) -> Event | None:
    rows = Event.objects.filter(subject_type=subject, subject_id=key, verb=f"{subject}.field_set")
    return rows.filter(codes__customfield=field).order_by("-pk").first()


def _drawn(request: ConsoleRequest, subject: str, row: Any, *, wrong: drawing.Slot | None = None) -> HttpResponse:
    may = access.can(request.agent, MAY[subject])
    context = drawing.section(subject, row, request.agent, may=may, wrong=wrong)
    return render(request, "agent/fields/section.html", context, status=422 if wrong else 200)
