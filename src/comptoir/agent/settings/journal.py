"""The event log as sentences, newest first."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from comptoir.agent.door import ConsoleRequest, console, is_fragment
from comptoir.agent.settings.page import settings_page
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Event, EventDetail, Role
from comptoir.core.sentences import Names, field_name, names_subject, sentence

PAGE = 50
SUBJECTS = [
    ("", gettext_lazy("Tout")),
    ("agent", gettext_lazy("Comptes")),
    ("inbox", gettext_lazy("Canaux")),
    ("conversation", gettext_lazy("Conversations")),
    ("customer", gettext_lazy("Clients")),
    ("order", gettext_lazy("Commandes")),
    ("shop", gettext_lazy("Boutiques")),
    ("team", gettext_lazy("Équipes")),
    ("schedule", gettext_lazy("Horaires")),
    ("tag", gettext_lazy("Étiquettes")),
    ("macro", gettext_lazy("Macros")),
    ("mail", gettext_lazy("E-mails de Comptoir")),
    ("installation", gettext_lazy("Maison")),
]
ICONS = {
    "agent": "person",
    "inbox": "mail",
    "conversation": "inbox",
    "customer": "people",
    "order": "box",
    "shop": "bag",
    "team": "store",
    "schedule": "clock",
    "tag": "tag",
    "macro": "bolt",
    "mail": "send",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the page shows it; `subject` when the text does not name it; `changes`: (field, before, after)."""

    event: Event
    icon: str
    text: str
    subject: str
    changes: list[tuple[str, str, str]]


@require_safe
@console(May.SETTINGS)
def journal(request: ConsoleRequest) -> HttpResponse:
    """Fifty events, and an address for the next fifty; by person and by subject."""
    events = Event.objects.order_by("-pk")
    person, subject = _number(request, "person"), request.GET.get("subject", "")
    if person:
        events = events.filter(actor_kind="agent", actor_id=person)
    if subject in ICONS or subject == "installation":
        events = events.filter(subject_type=subject)
    before = _number(request, "before")
    if before:
        events = events.filter(pk__lt=before)
    rows = list(events[: PAGE + 1])
    context = {
        "lines": _lines(rows[:PAGE]),
        "more": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "people": access.accounts(request.agent).order_by("name"),
        "subjects": SUBJECTS,
        "person": person,
        "subject": subject,
    }
    if is_fragment(request):
        return render(request, "agent/settings/journal_lines.html", context)
    return settings_page(request, "agent/settings/journal.html", context)


def _lines(events: list[Event]) -> list[Line]:
    names = Names(events)
    details = EventDetail.objects.in_bulk([event.pk for event in events])
    return [
        Line(
            event,
            ICONS.get(event.subject_type, "info"),
            sentence(event, names),
            "" if names_subject(event) else names.of(event.subject_type, event.subject_id),
            _changes(details.get(event.pk)),
        )
        for event in events
    ]


def _changes(detail: EventDetail | None) -> list[tuple[str, str, str]]:
    if detail is None or (not detail.before and detail.after.keys() == {"name"}):  # the sentence says the name
        return []
    fields = dict.fromkeys([*detail.before, *detail.after])
    return [
        (field_name(field), _shown(detail.before.get(field), field), _shown(detail.after.get(field), field))
        for field in fields
    ]


def _shown(value: Any, field: str) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if field == "role" and value in Role.values:
        return str(Role(value).label)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)[:200]
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items() if not isinstance(item, list | dict))[:200]
    return str(value)[:200]


def _number(request: ConsoleRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
