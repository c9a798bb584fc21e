"""Customers, orders, parcels and conversations that match, within what the agent may see."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext as _

from comptoir.agent import links
from comptoir.agent.search.hits import Hit, Peek
from comptoir.conversations.models import Conversation
from comptoir.conversations.queries import search
from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers.models import Customer, Identity, IdentityKind
from comptoir.customers.queries import matching
from comptoir.lib.phone import NotAPhoneNumber, display, normalise
from comptoir.orders.models import Order, Shipment
from comptoir.orders.queries import by_address, find, find_by_number
from comptoir.ui.words import moment, money

_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_PHONE = re.compile(r"[+()\d\s.\u00a0\u202f/-]{8,24}")
WEIGHED = 60
CHANNEL_ICONS = {"email": "mail", "chat": "chat", "form": "list", "phone": "phone"}


@dataclass(slots=True)
class Found:
    """What was found; `exact` are the rows that the text names without doubt, first among all."""

    exact: list[Order | Shipment | Customer] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    conversations: list[search.Match] = field(default_factory=list)
    problems: list[search.Problem] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing at all."""
        return not (self.exact or self.orders or self.customers or self.conversations)


def find_all(agent: Agent, text: str, *, limit: int = 4, kinds: str = "opc") -> Found:
    """Search everything: `kinds` holds o for orders, p for people, c for conversations.

    With filters only conversations are meant.
    """
    if search.read(text).narrows:
        kinds = kinds.replace("o", "").replace("p", "")
    found = Found()
    bare = _BLANKS.sub("", text).lstrip("#")
    if len(bare) < 2:
        return found
    if "o" in kinds:
        _orders(agent, text, bare, found, limit)
    if "p" in kinds:
        _people(agent, text, found, limit)
    if "c" in kinds and len(bare) > 2:
        asked = search.read(text, typing=True)
        found.problems = asked.problems
        try:
            found.conversations = search.quick(agent, asked, limit)
        except search.TooSlow:
            found.problems.append(search.Problem("too_slow", ""))
    return found


def _orders(agent: Agent, text: str, bare: str, found: Found, limit: int) -> None:
    mine: QuerySet[Order] = access.orders(agent)
    exact = list(find_by_number(mine, text).select_related("identity__customer", "shop")[:limit])
    if len(bare) >= 6:
        parcels = Shipment.objects.alias(upper=Upper("number")).filter(upper=bare.upper())
        found.exact += list(
            parcels.filter(order__in=mine.order_by().values("pk")).select_related("order__identity__customer")[:limit]
        )
    rest: list[Order] = []
    if len(bare) > 2 and not exact and re.search(r"\d", bare):
        rest = list(find(mine, text).select_related("identity__customer", "shop")[: limit + 4])
    whole = [order for order in rest if len(bare) > 3 and re.sub(r"\D", "", order.number) == bare]
    if not exact and not found.exact and len(bare) > 3:
        rest += list(by_address(mine, text).select_related("identity__customer", "shop")[:limit])
    found.exact = [*exact, *whole, *found.exact]
    held = {row.pk for row in found.exact if isinstance(row, Order)}
    held |= {row.order_id for row in found.exact if isinstance(row, Shipment)}
    found.orders = list({order.pk: order for order in rest if order.pk not in held}.values())[:limit]


def _people(agent: Agent, text: str, found: Found, limit: int) -> None:
    rows: QuerySet[Customer] = access.customers(agent).filter(erased_at=None)
    named = Q()
    if "@" in text.strip("@"):
        named = Q(kind=IdentityKind.EMAIL, value=text.strip().lower())
    elif _PHONE.fullmatch(text.strip()) and (number := _phone(agent, text)):
        named = Q(kind=IdentityKind.PHONE, value=number)
    if named:
        owners = Identity.objects.filter(named).values("customer")
        found.exact += list(rows.filter(pk__in=owners).prefetch_related("identities")[:1])
    held = {row.pk for row in found.exact if isinstance(row, Customer)}
    likely = matching(rows, text.strip().lstrip("@")).exclude(pk__in=held)
    newest = likely.prefetch_related("identities", "tags").order_by("-pk")[:WEIGHED]
    found.customers = _liveliest(agent, list(newest))[:limit]


def _liveliest(agent: Agent, people: list[Customer]) -> list[Customer]:
    """Whoever wrote last stands first; the others as they came."""
    theirs = access.conversations(agent).filter(identity__customer__in=[person.pk for person in people]).order_by()
    rows = theirs.values_list("identity__customer").annotate(last=Max("last_message_at"))
    last = {key: at.timestamp() for key, at in rows if at}
    return sorted(people, key=lambda person: -last.get(person.pk, 0))


def _phone(agent: Agent, text: str) -> str:
    country = access.shops(agent).values_list("country", flat=True).first() or "FR"
    try:
        return normalise(text.strip(), country)
    except NotAPhoneNumber:
        return ""


def order_hit(order: Order) -> Hit:
    """An order as a line."""
    customer = order.identity.customer
    amount = money(order.total, order.currency)
    rows = [
        (_("Client"), customer),
        (_("Passée"), moment(order.placed_at, "full")),
        (_("Montant"), amount),
        (_("État"), order.get_state_display()),
    ]
    small = f"{customer}, {amount}, {order.get_state_display().lower()}"
    return Hit("box", order.number, small, reverse("order", args=[order.pk]), peek=_opens(_("la commande"), rows))


def parcel_hit(parcel: Shipment) -> Hit:
    """A parcel as a line; it opens its order."""
    order = parcel.order
    rows = [
        (_("Transporteur"), parcel.carrier),
        (_("État"), parcel.get_state_display()),
        (_("Commande"), order.number),
        (_("Client"), order.identity.customer),
    ]
    small = f"{parcel.carrier}, {parcel.get_state_display().lower()}, {order.number}"
    return Hit("truck", parcel.number, small, reverse("order", args=[order.pk]), peek=_opens(_("la commande"), rows))


def customer_hit(customer: Customer) -> Hit:
    """A person as a line."""
    values = [
        display(identity.value) if identity.kind == IdentityKind.PHONE else identity.value
        for identity in customer.identities.all()
        if identity.kind in (IdentityKind.EMAIL, IdentityKind.PHONE)
    ]
    rows = [(_("Adresses"), ", ".join(values[:3]))] if values else []
    if customer.city:
        rows.append((_("Ville"), customer.city))
    small = ", ".join(part for part in (values[0] if values else "", customer.city) if part)
    return Hit("person", customer, small, reverse("customer", args=[customer.pk]), peek=_opens(_("la fiche"), rows))


def conversation_hit(row: Conversation, excerpt: str = "") -> Hit:
    """A conversation as a line."""
    rows = [
        (_("Client"), row.customer_name),
        (_("État"), row.get_state_display()),
        (_("Responsable"), row.assignee.name if row.assignee else _("personne")),
        (_("Dernier message"), moment(row.last_message_at, "full")),
    ]
    text = f"«\u202f{excerpt or row.preview}\u202f»" if excerpt or row.preview else ""
    peek = _opens(_("la conversation"), rows, text)
    icon = CHANNEL_ICONS.get(row.channel, "mail")
    small = ", ".join(part for part in (row.customer_name, moment(row.last_message_at, "list")) if part)
    return Hit(icon, row.subject or _("Sans objet"), small, links.conversation(row.pk), peek=peek)


def exact_hits(found: Found) -> list[Hit]:
    """The lines of what was named without doubt."""
    hits = []
    for row in found.exact:
        if isinstance(row, Order):
            hits.append(order_hit(row))
        elif isinstance(row, Shipment):
            hits.append(parcel_hit(row))
        else:
            hits.append(customer_hit(row))
    return hits


def _opens(what: str, rows: list[tuple[Any, Any]], text: str = "") -> Peek:
    return Peek(_("Entrée ouvre %(what)s") % {"what": what}, rows, text)
