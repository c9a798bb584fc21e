"""What stands of an incident: who was told, what they read, what happened, what it has cost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.care.models import Case, Incident
from comptoir.care.queries.letters import text_of_incident
from comptoir.care.words import language_of
from comptoir.core.models import Event
from comptoir.core.sentences import sentences
from comptoir.lib.html import from_text
from comptoir.lib.placeholders import fill, fill_line
from comptoir.orders.models import Gesture, Order, ParcelState

SHOWN_STEPS = 6


@dataclass(slots=True)
class Told:
    """An incident in figures."""

    incident: Incident
    orders: int
    customers: int
    told: int
    untold: int
    to_call: int
    arrived: int
    answers: int
    to_answer: int
    silent_hours: int | None

    @property
    def pending(self) -> int:
        """How many do not know."""
        return self.untold + self.to_call

    @property
    def before_arrived(self) -> int:
        """Where the last part of the bar begins."""
        return self.told + self.pending

    @property
    def total(self) -> int:
        """The length of the bar."""
        return self.before_arrived + self.arrived

    @property
    def share(self) -> int:
        """How many of a hundred were told."""
        return round(100 * self.told / self.total) if self.total else 0


def told(incident: Incident) -> Told:
    """Who was told and who was not, in two questions."""
    rows = Case.objects.filter(incident=incident)
    open_one, sent = Q(closed_at=None), Q(letter=Case.Letter.SENT)
    arrived = Q(shipment__state=ParcelState.DELIVERED)
    sums = rows.aggregate(
        orders=Count("order", distinct=True),
        customers=Count("order__identity__customer", distinct=True),
        told=Count("pk", filter=sent & ~arrived),
        untold=Count("pk", filter=open_one & ~sent & ~arrived & ~Q(letter=Case.Letter.CALL)),
        to_call=Count("pk", filter=open_one & Q(letter=Case.Letter.CALL) & ~arrived),
        arrived=Count("pk", filter=arrived),
        scanned=Max("shipment__scanned_at"),
        to_answer=Count("conversation", filter=Q(conversation__waiting_since__isnull=False), distinct=True),
    )
    answers = rows.filter(told_at__isnull=False, conversation__messages__kind="customer").aggregate(
        n=Count("conversation__messages", distinct=True)
    )["n"]
    scanned = sums.pop("scanned")
    hours = int((timezone.now() - scanned).total_seconds() // 3600) if scanned else None
    return Told(incident, answers=answers, silent_hours=hours, **sums)


def column(shown: Told) -> dict[str, Any]:
    """The column beside the queue: the letter, the steps and the cost of the first incident."""
    incident = shown.incident
    language = language_of(get_language() or "fr", incident.shop.language)
    text = text_of_incident(incident, language)
    body = fill(from_text(text["body"]), _named).html
    orders = Order.objects.filter(cases__incident=incident).distinct()
    gestures = Gesture.objects.filter(order__in=orders, state=Gesture.State.DONE, created_at__gte=incident.began_at)
    resent = gestures.filter(verb__in=["reship", "replace"])
    return {
        "letter": {"subject": fill_line(text["subject"], _named), "body": body},
        "steps": _steps(incident),
        "cost": {
            "gestures": gestures.exclude(pk__in=resent.values("pk")).aggregate(n=Sum("amount"))["n"] or 0,
            "resent": resent.aggregate(n=Sum("amount"))["n"] or 0,
            "claim": orders.exclude(shipments__state=ParcelState.DELIVERED).aggregate(n=Sum("total"))["n"] or 0,
            "currency": orders.values_list("currency", flat=True).first() or "EUR",
        },
    }


def _named(name: str) -> str | None:
    """A place as the team reads it: {prénom}, {numéro}."""
    words = {
        "customer.first_name": _("prénom"), "order.number": _("numéro"), "date.expected": _("nouvelle date"),
        "date.promised": _("date promise"), "parcel.carrier": _("transporteur"), "parcel.tracking_url": "",
        "parcel.number": _("numéro de colis"), "parcel.relay": _("relais"), "date.kept_until": _("dernier jour"),
    }  # fmt: skip
    word = words.get(name)
    space = " " if name == "customer.first_name" else ""
    return f"{space}{{{word}}}" if word else None


def _steps(incident: Incident) -> list[tuple[str, datetime]]:
    """What happened, newest first."""
    events = Event.objects.filter(subject_type="incident", subject_id=incident.pk).order_by("-pk")[:SHOWN_STEPS]
    said = sentences()
    shown = []
    for event in events:
        words = {"actor": _("L’équipe"), "subject": incident.name, "count": event.codes.get("count", "")}
        shown.append((str(said[event.verb]) % words, event.occurred_at))
    return [*shown, (_("Début de l’incident"), incident.began_at)]
