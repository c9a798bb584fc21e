"""How far an answer came, in words: why it waits and until when, and what became of each recipient."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.agent.spoken import spoken
from comptoir.conversations.models import Delivery, Waits
from comptoir.ui.words import moment


@dataclass(frozen=True, slots=True)
class Outcome:
    """One recipient whose fate is known apart. `bad`: they did not get it."""

    text: str
    bad: bool
    icon: str


def plan(row: Any) -> str:
    """Why a message that is to leave has not left, and when it will; empty when it just leaves."""
    if row.delivery == Delivery.LATER:
        if row.waits == Waits.ANSWER:
            return _("Le client a écrit entre-temps : cette réponse attend que vous la relisiez.")
        return _("Partira %(when)s") % {"when": moment(row.due_at, "full")} if row.due_at else ""
    if row.delivery != Delivery.QUEUED or not row.waits:
        return ""
    if row.waits == Waits.SIGN_IN:
        return _("La boîte est à reconnecter : la réponse partira dès que ce sera fait.")
    when = moment(row.due_at, "list") if row.due_at else ""
    if row.waits == Waits.RATE:
        return _("Attend son tour, pour ne pas dépasser le rythme de la boîte : %(when)s") % {"when": when}
    which = ordinal(row.attempts + 1)
    return _("Nouvel essai à %(when)s (%(which)s) : %(why)s") % {"when": when, "which": which, "why": why(row)}


def why(row: Any) -> str:
    """What the server said, of the message or of the recipients who wait."""
    waiting = [told["reason"] for told in row.outcomes.values() if told["state"] == "deferred"]
    return spoken(row.error) or "; ".join(waiting) or _("le serveur demande d’attendre")


def ordinal(number: int) -> str:
    """« 2e », "2nd"."""
    if (get_language() or "fr").startswith("fr"):
        return "1er" if number == 1 else f"{number}e"
    if 10 < number % 100 < 14:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def outcomes(row: Any) -> list[Outcome]:
    """A line for each recipient of whom something is known."""
    found = []
    for who, told in row.outcomes.items():
        values = {"who": who, "why": told.get("reason", "")}
        text, bad, icon = {
            "refused": (_("Refusé pour %(who)s : %(why)s"), True, "xc"),
            "bounced": (_("Non remis à %(who)s : %(why)s"), True, "xc"),
            "deferred": (_("%(who)s ne l’a pas encore : %(why)s"), False, "clock"),
            "delayed": (_("Retardé pour %(who)s, son serveur essaie encore : %(why)s"), False, "clock"),
            "delivered": (_("Reçu par %(who)s (accusé de réception)"), False, "checkc"),
        }.get(told.get("state", ""), ("", False, ""))
        if text:
            found.append(Outcome((text % values).rstrip(" :\u202f"), bad, icon))
    return found
