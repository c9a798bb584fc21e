"""An order as a shopper reads it: the title is the answer (when does it come?), then why, then what is in it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from comptoir.lib.dates.human import long_day
from comptoir.orders.days import expected_day
from comptoir.orders.models import Order, OrderLine, ParcelState, Refund, Shipment, TrackingEvent
from comptoir.portal.storefront import picture

OVER = {ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.LOST, ParcelState.CANCELLED}
BANK_DAYS = 10  # working days within which a bank shows what was sent back
DONE = {Order.State.DELIVERED, Order.State.CANCELLED, Order.State.REFUNDED}
_LOOK = {
    ParcelState.DELIVERED: ("ok", "shopper/check"),
    ParcelState.AVAILABLE_FOR_PICKUP: ("ok", "shopper/store"),
    ParcelState.OUT_FOR_DELIVERY: ("accent", "shopper/truck"),
    ParcelState.DELAYED: ("wait", "shopper/clock"),
    ParcelState.CUSTOMS: ("info", "shopper/document"),
    ParcelState.ATTEMPT_FAILED: ("wait", "shopper/home"),
    ParcelState.RETURNING: ("wait", "shopper/left"),
    ParcelState.RETURNED: ("info", "shopper/left"),
    ParcelState.EXCEPTION: ("bad", "shopper/info"),
    ParcelState.LOST: ("bad", "shopper/info"),
}
_PLAIN: dict[str, Any] = {
    ParcelState.ANNOUNCED: gettext_lazy("Le transporteur attend votre colis"),
    ParcelState.ACCEPTED: gettext_lazy("Votre colis est chez le transporteur"),
    ParcelState.IN_TRANSIT: gettext_lazy("Votre colis avance"),
    ParcelState.CUSTOMS: gettext_lazy("Votre colis passe la douane"),
    ParcelState.DELAYED: gettext_lazy("Votre colis prend du retard"),
    ParcelState.OUT_FOR_DELIVERY: gettext_lazy("Le livreur est en route"),
    ParcelState.ATTEMPT_FAILED: gettext_lazy("Le livreur est passé, sans succès"),
    ParcelState.AVAILABLE_FOR_PICKUP: gettext_lazy("Votre colis vous attend au relais"),
    ParcelState.DELIVERED: gettext_lazy("Votre colis est livré"),
    ParcelState.EXCEPTION: gettext_lazy("Un incident arrête votre colis"),
    ParcelState.RETURNING: gettext_lazy("Votre colis revient chez nous"),
    ParcelState.RETURNED: gettext_lazy("Votre colis est de retour chez nous"),
    ParcelState.LOST: gettext_lazy("Le transporteur ne retrouve plus votre colis"),
    ParcelState.CANCELLED: gettext_lazy("L’envoi est annulé"),
}


@dataclass
class OrderShown:
    """An order with its parcels, ready for the page."""

    order: Order

    @cached_property
    def parcels(self) -> list["ParcelShown"]:
        """Its parcels, those still on their way first."""
        rows = list(self.order.shipments.all())
        shown = [ParcelShown(row, at, len(rows)) for at, row in enumerate(rows, start=1)]
        return sorted(shown, key=lambda parcel: parcel.over)

    @property
    def under_way(self) -> bool:
        """Whether something is still to come."""
        if self.order.state in DONE:
            return False
        return not self.parcels or any(not parcel.over for parcel in self.parcels)

    @property
    def title(self) -> str:
        """The answer, in one line."""
        coming = [parcel for parcel in self.parcels if not parcel.over]
        if self.order.state == Order.State.CANCELLED:
            return _("Commande annulée")
        if self.order.state == Order.State.REFUNDED:
            return _("Commande remboursée")
        if coming and len(coming) < len(self.parcels):
            return _("Un colis chez vous, l’autre en route") if len(self.parcels) == 2 else _("Une partie est arrivée")
        if len(coming) == 1:
            return coming[0].title
        if self.parcels and not coming:
            return self.parcels[0].title if len(self.parcels) == 1 else _("Tout est arrivé")
        if coming:
            return _("Vos colis sont en route")
        words = {Order.State.PENDING: _("En attente de paiement"), Order.State.DELIVERED: _("Commande livrée")}
        return words.get(Order.State(self.order.state), _("En préparation"))

    @property
    def lines(self) -> list[OrderLine]:
        """Its articles."""
        return pictured(self.order.lines.all())

    @property
    def loose(self) -> list[OrderLine]:
        """The articles that are in no parcel yet."""
        packed = {line.pk for parcel in self.parcels for line in parcel.lines}
        return [line for line in self.lines if line.pk not in packed]

    @property
    def refunds(self) -> list["RefundShown"]:
        """What went back, or is on its way."""
        return [RefundShown(row) for row in self.order.refunds.all()]

    @property
    def summary(self) -> str:
        """Its articles in words: « Tablier, carafe » or « Bougie, deux fois »."""
        names = [line.title for line in self.order.lines.all()]
        more = len(names) - 2
        rest = ngettext(" et un autre", " et %(count)d autres", more) % {"count": more} if more > 0 else ""
        return ", ".join(names[:2]) + rest

    @property
    def count(self) -> int:
        """How many pieces."""
        return sum(line.quantity for line in self.order.lines.all())

    @property
    def articles(self) -> int:
        """What the articles cost together, before shipping and discount."""
        return sum(line.total for line in self.order.lines.all())


@dataclass(frozen=True, slots=True)
class RefundShown:
    """A refund as the shopper waits for it."""

    row: Refund

    @property
    def words(self) -> str:
        """How far it is."""
        known = {Refund.State.PENDING: _("Remboursement en cours"), Refund.State.FAILED: _("Remboursement refusé")}
        return known.get(Refund.State(self.row.state), _("Remboursé"))

    @property
    def expected(self) -> str:
        """The last day on which a bank shows it, in words; "" once that day has passed, or when it failed."""
        day, left = timezone.localdate(self.row.refunded_at), BANK_DAYS
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        failed = self.row.state == Refund.State.FAILED
        return "" if failed or day < timezone.localdate() else day_in_words(day)


@dataclass
class ParcelShown:
    """A parcel, `place` of `total`."""

    parcel: Shipment
    place: int
    total: int

    @property
    def over(self) -> bool:
        """Whether its way has ended."""
        return self.parcel.state in OVER

    @property
    def look(self) -> str:
        """The colour of its state."""
        return _LOOK.get(ParcelState(self.parcel.state), ("accent", ""))[0]

    @property
    def icon(self) -> str:
        """The drawing of its state."""
        return _LOOK.get(ParcelState(self.parcel.state), ("", "shopper/truck"))[1]

    @property
    def title(self) -> str:
        """When it comes, or how it ended."""
        row, state = self.parcel, self.parcel.state
        if state == ParcelState.DELIVERED:
            return (
                _("Livré %(day)s") % {"day": day_in_words(timezone.localdate(row.delivered_at))}
                if row.delivered_at
                else _("Livré")
            )
        if state == ParcelState.AVAILABLE_FOR_PICKUP:
            return _("Vous attend au point relais")
        if state == ParcelState.LOST:
            return _("Ce colis est perdu")
        if state in (ParcelState.RETURNING, ParcelState.RETURNED):
            return _("Ce colis revient chez nous")
        expected = expected_day(row)
        if expected and expected >= timezone.localdate():
            return _("Arrive %(day)s") % {"day": day_in_words(expected)}
        return _("En route") if row.shipped_at else _("En préparation")

    @property
    def under(self) -> str:
        """What the title leaves open: the promised day, the relay, the time of delivery."""
        row, parts = self.parcel, []
        expected = expected_day(row)
        if row.promised_on and expected and expected > row.promised_on and not self.over:
            parts.append(_("au lieu de %(day)s") % {"day": day_in_words(row.promised_on)})
        if row.relay.get("name"):
            parts.append(_("au relais %(name)s") % {"name": row.relay["name"]})
        if self.total > 1:
            parts.append(_("colis %(place)d sur %(total)d") % {"place": self.place, "total": self.total})
        return " · ".join(parts)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Four words for where it is: (class, word)."""
        last = _("À retirer") if self.parcel.relay.get("name") else _("Livrée")
        names = [_("Confirmée"), _("Préparée"), _("En route"), last]
        reached = 1 + bool(self.parcel.shipped_at or self.events)
        reached += self.parcel.state in (ParcelState.AVAILABLE_FOR_PICKUP, ParcelState.DELIVERED)
        now = "now wait" if self.look in ("wait", "bad") else "now"
        classes = ["done" if at < reached else now if at == reached else "" for at in range(4)]
        return list(zip(classes, names, strict=True))

    @property
    def events(self) -> list[TrackingEvent]:
        """What happened to it, newest first."""
        return list(self.parcel.events.all())

    @property
    def last(self) -> tuple[str, TrackingEvent] | None:
        """The newest step in words, with its event."""
        event = next(iter(self.events), None)
        return (plain(event.state) or event.text, event) if event else None

    @property
    def lines(self) -> list[OrderLine]:
        """What is in it; of an order with one parcel, everything."""
        rows = list(self.parcel.lines.all())
        shown = pictured(rows or (self.parcel.order.lines.all() if self.total == 1 else []))
        for line in shown:
            line.here = self.parcel.counts.get(str(line.position), line.quantity)  # type: ignore[attr-defined]
        return shown


def pictured(lines: Any) -> list[OrderLine]:
    """The lines, each with the address of its drawing."""
    rows = list(lines)
    for line in rows:
        line.picture = picture(line.product) if line.product else ""
    return rows


def day_in_words(day: date) -> str:
    """« jeudi 26 novembre »: without the year."""
    return long_day(day, get_language() or "fr")


def plain(state: str) -> str:
    """A step in plain words; "" for a state that nobody knows."""
    return str(_PLAIN.get(state, ""))
