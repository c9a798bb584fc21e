"""A live event calls for messages: written down once, each with the hour at which it may leave."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from comptoir.campaigns.kinds import TRAITS, kinds_of
from comptoir.campaigns.models import Announcement, Kind, Setting
from comptoir.campaigns.queries import parts
from comptoir.campaigns.queries.gate import first_hour, still_true
from comptoir.campaigns.queries.settings import settings_of
from comptoir.core.models import Event, Origin, Shop, Team, TeamKind
from comptoir.orders.days import kept_until
from comptoir.orders.models import Order, ParcelState, Shipment

NEWS = timedelta(days=3)  # a parcel that left or came earlier is no news
A_MINUTE = timedelta(minutes=1)  # the room of parcels in trouble opens its case first
MORNING = time(9)
REMINDERS = {"J-2": 2, "J-1": 1}
RELAY_ONLY = (Kind.AT_RELAY, Kind.RELAY_REMINDER)


@transaction.atomic
def announce(event: Event) -> list[Announcement]:
    """Write down what this event calls for, of the kinds that are not off; what was written down before stays once."""
    if event.origin != Origin.LIVE or event.subject_type != "order":
        return []
    rows = Order.objects.select_related("shop", "identity__customer").prefetch_related("lines")
    order = rows.filter(pk=event.subject_id, identity__customer__erased_at=None).first()
    if order is None:
        return []
    wished = settings_of(order.shop)
    on = [kind for kind in kinds_of(event.verb) if wished[kind].mode != Setting.Mode.OFF]
    if not on or (event.verb == "order.updated" and not _born_live(order)):
        return []
    made: list[Announcement] = []
    for kind in on:
        if kind == Kind.PREPARING and any(row.kind == Kind.CONFIRMED for row in made):
            continue  # said by the confirmation
        made += [_write(row) for row in _wanted(order, wished[kind], event) if not _known(row)]
    _said_with_part(order, made)
    return made


def _born_live(order: Order) -> bool:
    """Whether we saw the order come. A change of an imported one is no occasion to tell its beginning."""
    events = Event.objects.filter(subject_type="order", subject_id=order.pk, verb="order.created")
    return events.filter(origin=Origin.LIVE).exists()


def _wanted(order: Order, setting: Setting, event: Event) -> Iterable[Announcement]:
    """The messages of a kind that the event calls for, whether or not they were written down before."""
    kind, trait, now = setting.kind, TRAITS[setting.kind], timezone.now()
    if kind == Kind.REFUNDED:
        for refund in order.refunds.all():
            if parts.recently(refund):
                yield _row(order, None, kind, now, step=str(refund.pk))
        return
    parcels = _parcels(order, kind, event) if trait.parcel else [None]
    for parcel in parcels:
        row = _row(order, parcel, kind, now)
        if kind == Kind.RELAY_REMINDER and parcel is not None:
            yield from _reminders(row, parcel, now)
        elif still_true(row) and (parcel is None or not _before(parcel, kind)):
            row.due_at = _due(order.shop, str(order.address.get("country") or ""), setting, now)
            yield row


def _parcels(order: Order, kind: str, event: Event) -> list[Shipment | None]:
    """The parcels that an event is about: the one it names, else all; an order without parcels speaks for itself."""
    rows = Shipment.objects.filter(order=order)
    if key := event.codes.get("parcel"):
        rows = rows.filter(pk=key)
    found = [
        row
        for row in rows
        if _is_store(row, order.shop) == (kind == Kind.READY_IN_STORE) or kind not in (*RELAY_ONLY, Kind.READY_IN_STORE)
    ]
    if not found and not key and event.verb in ("order.shipped", "order.delivered"):
        return [None]
    return list(found)


def _before(parcel: Shipment, kind: str) -> bool:
    """Whether the parcel's step is no news, or has not come at all (a parcel that is only announced)."""
    then = timezone.now() - NEWS
    if kind == Kind.SHIPPED:
        if parcel.shipped_at is None:
            return parcel.state == ParcelState.ANNOUNCED
        return parcel.shipped_at < then
    if kind in (Kind.DELIVERED, Kind.WELL_RECEIVED):
        return bool(parcel.delivered_at and parcel.delivered_at < then)
    return False


def _is_store(parcel: Shipment, shop: Shop) -> bool:
    """Whether it waits in one of the shop's own stores."""
    name = str(parcel.relay.get("name") or "").strip()
    return bool(name) and Team.objects.filter(shop=shop, kind=TeamKind.STORE, name__iexact=name).exists()


def _row(order: Order, parcel: Shipment | None, kind: str, due_at: datetime, step: str = "") -> Announcement:
    return Announcement(shop=order.shop, order=order, shipment=parcel, kind=kind, step=step, due_at=due_at)


def _due(shop: Shop, country: str, setting: Setting, now: datetime) -> datetime:
    trait = TRAITS[setting.kind]
    days = setting.days if setting.days is not None and trait.after else trait.after
    if days:
        return first_hour(shop, country[:2], days, now)
    return now + A_MINUTE if trait.case else now


def _reminders(row: Announcement, parcel: Shipment, now: datetime) -> Iterable[Announcement]:
    """Two days and one day before the last day at the pick-up point, in the morning; none where no day is told."""
    last = kept_until(parcel)
    if last is None or not still_true(row):
        return
    for step, days in REMINDERS.items():
        due = datetime.combine(last - timedelta(days=days), MORNING, ZoneInfo(row.shop.timezone))
        if due > now:
            yield _row(parcel.order, parcel, row.kind, due, step)


def _known(row: Announcement) -> bool:
    return Announcement.objects.filter(kind=row.kind, order=row.order, shipment=row.shipment, step=row.step).exists()


def _write(row: Announcement) -> Announcement:
    made, _new = Announcement.objects.get_or_create(
        kind=row.kind, order=row.order, shipment=row.shipment, step=row.step,
        defaults={"shop": row.shop, "due_at": row.due_at},
    )  # fmt: skip
    return made


def _said_with_part(order: Order, made: list[Announcement]) -> None:
    """The parcels that a « partly shipped » tells of are not told one by one."""
    if not any(row.kind == Kind.PARTLY_SHIPPED for row in made):
        return
    told = Announcement.objects.filter(order=order, kind=Kind.SHIPPED, state=Announcement.State.WAITING)
    told.update(state=Announcement.State.DROPPED, reason="with_part")
