"""A case's letter, filled: in the customer's language, with the shop's own words where it has written some."""

from datetime import date

from django.utils import timezone

from comptoir.care import words
from comptoir.care.models import Case, Incident
from comptoir.care.wishes import wish
from comptoir.conversations.actions.opening import Letter
from comptoir.lib import names
from comptoir.lib.dates.human import long_date
from comptoir.lib.html import from_text
from comptoir.lib.placeholders import fill, fill_line
from comptoir.orders.links import tracking_link


def language_of(case: Case) -> str:
    """The language in which the customer is written to."""
    return words.language_of(case.order.identity.customer.language or "", case.shop.language)


def text_of(case: Case, language: str) -> dict[str, str]:
    """Subject and body with their places: the incident's, else the shop's own, else ours."""
    if case.incident is not None:
        return text_of_incident(case.incident, language)
    return wish(case.shop, case.kind).texts.get(language) or words.letter(case.kind, language)


def text_of_incident(incident: Incident, language: str) -> dict[str, str]:
    """What an incident says in a language: its own text, else what late parcels are told."""
    return incident.texts.get(language) or words.letter("late", language)


def letter(case: Case) -> Letter:
    """The letter as it would leave now."""
    language = language_of(case)
    text = text_of(case, language)
    values = _Values(case, language)
    body = fill(from_text(text["body"]), values).html
    return Letter(fill_line(text["subject"], values), body, language)


class _Values:
    """What the places of a letter say."""

    def __init__(self, case: Case, language: str) -> None:
        self.case, self.language = case, language

    def __call__(self, name: str) -> str | None:
        parcel, order = self.case.shipment, self.case.order
        first = names.first_name(order.identity.customer.name)
        read = {
            "customer.first_name": f" {first}" if first else "",
            "order.number": order.number,
            "parcel.carrier": parcel.carrier,
            "parcel.number": parcel.number,
            "parcel.tracking_url": tracking_link(order),
            "parcel.relay": ", ".join(filter(None, (parcel.relay.get("name", ""), parcel.relay.get("city", "")))),
            "date.expected": self._day(self._expected()),
            "date.promised": self._day(parcel.promised_on),
            "date.kept_until": self._day(_iso(str(parcel.relay.get("until", "")))),
        }
        return read.get(name) or None

    def _expected(self) -> date | None:
        parcel = self.case.shipment
        days = [day for day in (parcel.estimated_on, parcel.expected_on) if day]
        if self.case.incident is not None and self.case.incident.resumes_on:
            days.append(self.case.incident.resumes_on)
        latest = max(days, default=None)
        if latest is None or latest < timezone.localdate() or latest <= (parcel.promised_on or date.min):
            return None  # a day that is no news is not told
        return latest

    def _day(self, day: date | None) -> str:
        return long_date(day, self.language) if day else ""


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
