"""The history's entries as a page shows them: an icon, a title, words, an amount."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comptoir.agent import links
from comptoir.agent.customers.history import Entry, Place, heading
from comptoir.agent.orders import drawings
from comptoir.conversations.models import Conversation, State
from comptoir.core.models import Event
from comptoir.core.sentences import Names, sentence
from comptoir.customers.models import CustomerNote
from comptoir.orders.models import Order, ParcelState, Refund, TrackingEvent
from comptoir.ui.words import locale

PICTURES = 3
TONES = {
    ParcelState.DELIVERED: "ok",
    ParcelState.AVAILABLE_FOR_PICKUP: "wait",
    ParcelState.DELAYED: "wait",
    ParcelState.CUSTOMS: "wait",
    ParcelState.ATTEMPT_FAILED: "wait",
    ParcelState.EXCEPTION: "bad",
    ParcelState.LOST: "bad",
    ParcelState.RETURNING: "bad",
    ParcelState.RETURNED: "bad",
}
CHANNEL_ICONS = {"email": "mail", "chat": "chat", "form": "list", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class Told:
    """One entry in words."""

    at: datetime
    icon: str
    title: str
    tone: str = ""
    url: str = ""
    text: str = ""
    small: str = ""
    amount: int | None = None
    currency: str = "EUR"
    waiting_since: datetime | None = None
    done: bool = False
    day: str = ""
    pictures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of a day or a month; without a title when the page before has shown it."""

    title: str
    recent: bool
    entries: list[Told]


def groups(entries: Iterable[Entry], *, after: Place | None = None) -> list[Group]:
    """Entries under the day or month to which they belong."""
    listed = list(entries)
    names = Names([entry.row for entry in listed if entry.kind == "event"])
    shown = heading(after.at)[0] if after else None
    made: list[Group] = []
    for entry in listed:
        key, at = heading(entry.at)
        if key != shown or not made:
            title = "" if key == shown else _title(key, at)
            made.append(Group(title, key in ("today", "yesterday"), []))
            shown = key
        day = format_date(at, "EEE d", locale=locale())
        made[-1].entries.append(replace(_told(entry, names), day=day))
    return made


def _title(key: str, at: datetime) -> str:
    if key == "today":
        return _("Aujourd’hui")
    return _("Hier") if key == "yesterday" else capfirst(format_date(at, "MMMM y", locale=locale()))


def _told(entry: Entry, names: Names) -> Told:
    row: Any = entry.row
    if isinstance(row, Conversation):
        return _conversation(entry.at, row)
    if isinstance(row, Order):
        return _order(entry.at, row)
    if isinstance(row, Refund):
        return _refund(entry.at, row)
    if isinstance(row, TrackingEvent):
        return _step(entry.at, row)
    if isinstance(row, CustomerNote):
        author = row.agent.name if row.agent else ""
        return Told(entry.at, "quill", _("À retenir"), text=row.text, small=author)
    assert isinstance(row, Event)
    return Told(entry.at, "person", sentence(row, names))


def _conversation(at: datetime, row: Conversation) -> Told:
    waits = row.waiting_since is not None
    who = row.assignee.first_name if row.assignee else ""
    parts = [_("à %(name)s") % {"name": who} if who else "", "" if waits else row.get_state_display().lower()]
    return Told(
        at,
        CHANNEL_ICONS.get(row.channel, "mail"),
        row.subject or _("Sans objet"),
        tone="wait" if waits else "",
        url=links.conversation(row.pk),
        text=f"«\u202f{row.preview}\u202f»" if row.preview else "",
        small=", ".join(part for part in parts if part),
        waiting_since=row.waiting_since,
        done=row.state == State.CLOSED,
    )


def _order(at: datetime, row: Order) -> Told:
    lines = list(row.lines.all())
    cancelled = row.state == Order.State.CANCELLED
    words = ", ".join(f"{line.quantity} {line.title}" for line in lines[:PICTURES])
    return Told(
        at,
        "bag",
        _("Commande %(number)s") % {"number": row.number},
        tone="" if cancelled else "acc",
        url=links.to("order", row.pk),
        small=f"{row.get_state_display()}, {words}" if cancelled else words,
        amount=row.total,
        currency=row.currency,
        pictures=[drawn for line in lines[:PICTURES] if (drawn := drawings.of(line))],
    )


def _refund(at: datetime, row: Refund) -> Told:
    return Told(
        at,
        "refund",
        _("Remboursement, %(number)s") % {"number": row.order.number},
        url=links.to("order", row.order_id),
        small=row.reason,
        amount=-row.amount,
        currency=row.currency,
    )


def _step(at: datetime, row: TrackingEvent) -> Told:
    parcel = row.shipment
    relay = parcel.relay.get("name", "") if row.state == ParcelState.AVAILABLE_FOR_PICKUP else ""
    where = relay or row.place
    text = "" if row.text.casefold() == row.get_state_display().casefold() else row.text
    title = f"{row.get_state_display()}, {where}" if where else row.get_state_display()
    return Told(
        at,
        "pin" if row.state == ParcelState.AVAILABLE_FOR_PICKUP else "truck",
        title,
        tone=TONES.get(ParcelState(row.state), ""),
        url=links.to("order", parcel.order_id),
        small=", ".join(part for part in (parcel.order.number, parcel.carrier, text) if part),
    )
