"""A parcel's way as its shopper reads it: the promised day against today's estimate, why it is late, each step in
plain words with the carrier's own beside it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.core.models import Shop
from comptoir.customers import consents
from comptoir.customers.models import Identity
from comptoir.lib.locales import locale_of
from comptoir.orders.days import expected_day, kept_until
from comptoir.orders.models import ParcelState, TrackingEvent
from comptoir.portal.account.parcels import ParcelShown, day_in_words, plain

STRIP = 9  # days that the strip shows at most
WIDE_DAYS = ("pl", "pt")  # languages whose short names of days are long
BAD = (ParcelState.DELAYED, ParcelState.EXCEPTION, ParcelState.ATTEMPT_FAILED, ParcelState.CUSTOMS)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip."""

    day: date
    classes: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. `own` is the carrier's label, where it says more than our words."""

    event: TrackingEvent
    words: str
    own: str
    look: str


@dataclass
class Way:
    """One parcel's way."""

    shown: ParcelShown

    @property
    def promised(self) -> date | None:
        """What was promised."""
        return self.shown.parcel.promised_on

    @property
    def expected(self) -> date | None:
        """Today's estimate: ours when the parcel runs late by our reckoning, else the carrier's, else the promise."""
        return expected_day(self.shown.parcel)

    @property
    def promised_words(self) -> str:
        """The promised day: « vendredi 20 novembre »."""
        return day_in_words(self.promised) if self.promised else ""

    @property
    def expected_words(self) -> str:
        """The expected day in words."""
        return day_in_words(self.expected) if self.expected else ""

    @property
    def relay_until_words(self) -> str:
        """The relay's last day in words."""
        return day_in_words(self.relay_until) if self.relay_until else ""

    @property
    def coming(self) -> bool:
        """Whether it is still to arrive, at the customer's or at their pick-up point."""
        return not self.shown.over and self.shown.parcel.state != ParcelState.AVAILABLE_FOR_PICKUP

    @property
    def late_by(self) -> int:
        """Days after the promise; 0 when it is kept."""
        if not self.coming or not (self.promised and self.expected):
            return 0
        return max(0, (self.expected - self.promised).days)

    @property
    def trending(self) -> bool:
        """Whether it runs late by our own reckoning before the carrier says so."""
        row = self.shown.parcel
        said = row.estimated_on and row.promised_on and row.estimated_on > row.promised_on
        return bool(row.runs_late and not said and row.state != ParcelState.DELAYED and self.coming)

    @property
    def silent(self) -> bool:
        """Whether no day can be said."""
        return self.coming and self.expected is None

    @property
    def days(self) -> list[Day]:
        """From the day before the promise to the day after the estimate, when it is late and fits."""
        if not self.late_by or self.promised is None or self.expected is None:
            return []
        length = self.late_by + 3
        if length > STRIP:
            return []
        today, language = timezone.localdate(), get_language() or "fr"
        first = self.promised - timedelta(days=1)
        made = []
        for day in (first + timedelta(days=at) for at in range(length)):
            names = [
                "promised from" if day == self.promised else "",
                "new to" if day == self.expected else "",
                "gap" if self.promised <= day <= self.expected else "",
                "today" if day == today else "",
            ]
            made.append(Day(day, " ".join(filter(None, names)), weekday(day, language)))
        return made

    @cached_property
    def steps(self) -> list[Step]:
        """What happened, newest first."""
        rows = self.shown.events
        return [_step(row, at == 0, self.shown) for at, row in enumerate(rows)]

    @cached_property
    def reason(self) -> str:
        """Why it is late, as far as anybody told; "" when it is not late."""
        row = self.shown.parcel
        if not self.coming or not (self.late_by or self.trending or row.state in BAD):
            return ""
        state = next((step.event.state for step in self.steps if step.event.state in BAD), row.state)
        words = {
            ParcelState.CUSTOMS: _(
                "La douane examine votre colis. Cela dure d’ordinaire quelques jours ; si un papier manque, le transporteur vous écrit."
            ),
            ParcelState.ATTEMPT_FAILED: _(
                "Le livreur est passé sans pouvoir remettre le colis. Il repasse, ou le dépose dans un relais."
            ),
            ParcelState.EXCEPTION: _(
                "Le transporteur signale un incident. Nous suivons ce colis et vous écrivons dès que nous en savons plus."
            ),
            ParcelState.DELAYED: _("Le transporteur annonce du retard sur cette route."),
        }
        if state in words:
            return words[ParcelState(state)]
        return (
            _(
                "Il avance moins vite que d’ordinaire sur cette route : c’est notre calcul, le transporteur n’a encore rien annoncé."
            )
            if self.trending
            else ""
        )

    @property
    def relay(self) -> dict[str, Any]:
        """The collection point, as the carrier tells it."""
        found = self.shown.parcel.relay
        return found if found.get("name") else {}

    @property
    def relay_line(self) -> str:
        """Its name and address on one line."""
        parts = (self.relay.get("name"), self.relay.get("street"), self._town)
        return ", ".join(str(part) for part in parts if part)

    @property
    def _town(self) -> str:
        return " ".join(filter(None, (str(self.relay.get("postcode") or ""), str(self.relay.get("city") or ""))))

    @property
    def relay_until(self) -> date | None:
        """The last day on which the parcel waits there."""
        return kept_until(self.shown.parcel)

    @property
    def relay_hours(self) -> list[tuple[str, str]]:
        """Its hours: (days, times); one pair without days where the carrier gives a text."""
        given = self.relay.get("hours") or ""
        if isinstance(given, dict):
            return [(str(days), str(times)) for days, times in given.items()][:8]
        lines = given if isinstance(given, list) else str(given).split("\n")
        return [("", str(line)) for line in lines if str(line).strip()][:8]

    @property
    def relay_map(self) -> str:
        """Where a map shows it; "" when its coordinates are not known. The map opens elsewhere, nothing is loaded here."""
        try:
            north, east = float(self.relay["latitude"]), float(self.relay["longitude"])
        except (KeyError, TypeError, ValueError):
            return ""
        if not (-90 <= north <= 90 and -180 <= east <= 180):
            return ""
        return f"https://www.openstreetmap.org/?mlat={north:.5f}&mlon={east:.5f}#map=17/{north:.5f}/{east:.5f}"

    @property
    def title(self) -> str:
        """The answer: « Votre colis arrive jeudi 26 novembre »."""
        if self.coming and self.expected:
            if self.expected >= timezone.localdate():
                return _("Votre colis arrive %(day)s") % {"day": day_in_words(self.expected)}
            return _("Votre colis se fait attendre")
        return self.shown.title


def _step(event: TrackingEvent, first: bool, shown: ParcelShown) -> Step:
    words = plain(event.state) or event.text
    own = event.text if event.text.strip().casefold() != words.casefold() else ""
    look = ("ok" if shown.look == "ok" else "now") if first else ("late" if event.state in BAD else "")
    return Step(event, words, own, look)


def weekday(day: date, language: str) -> str:
    """« lundi », short: « lun. »; the shortest form where that one is wider than a day's column (« segunda »)."""
    return format_date(day, "EEEEEE" if language[:2] in WIDE_DAYS else "EEE", locale=locale_of(language))


def follow_up(identity: Identity, shop: Shop) -> bool:
    """Whether an order's steps are told by mail."""
    return consents.agreed(identity.customer_id, shop.pk, "email", "orders")
