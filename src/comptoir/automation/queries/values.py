"""The variables of macros, and their values for one conversation (docs/macros.md lists them)."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models import Conversation, ConversationValue
from comptoir.core.custom.judging import Kept
from comptoir.core.custom.reading import Definition, definitions, find
from comptoir.core.custom.values import of_row, shown
from comptoir.core.models import Agent, FieldSubject
from comptoir.customers.models import CustomerValue, Identity, IdentityKind
from comptoir.lib import names
from comptoir.lib.dates.human import long_date
from comptoir.lib.money import format_minor
from comptoir.orders.models import Order, OrderValue, Shipment

_TABLES: dict[str, Any] = {"conversation": ConversationValue, "customer": CustomerValue, "order": OrderValue}
RECENT = timedelta(days=120)  # an older order that nobody named is hardly the matter
# name -> what it is, as the pages say it
VARIABLES = {
    "customer.first_name": _("prénom du client"),
    "customer.last_name": _("nom du client"),
    "customer.name": _("nom entier du client"),
    "customer.email": _("adresse e-mail du client"),
    "customer.phone": _("téléphone du client"),
    "customer.city": _("ville du client"),
    "order.number": _("numéro de commande"),
    "order.date": _("date de commande"),
    "order.total": _("montant de la commande"),
    "order.items": _("articles de la commande"),
    "order.address": _("adresse de livraison"),
    "order.shipping_method": _("mode de livraison"),
    "order.payment": _("moyen de paiement"),
    "order.refund": _("dernier montant remboursé"),
    "parcel.number": _("numéro de colis"),
    "parcel.carrier": _("transporteur"),
    "parcel.tracking_url": _("lien de suivi"),
    "parcel.expected_on": _("date de livraison prévue"),
    "parcel.delivered_on": _("date de livraison"),
    "parcel.relay": _("point relais"),
    "shop.name": _("nom de la boutique"),
    "shop.site_url": _("site de la boutique"),
    "shop.email": _("adresse e-mail de la boutique"),
    "shop.phone": _("téléphone de la boutique"),
    "agent.first_name": _("votre prénom"),
    "agent.name": _("votre nom"),
    "conversation.subject": _("objet de la conversation"),
    "date.today": _("date du jour"),
}


def variables() -> dict[str, Any]:
    """Every variable there is with what it is: those of the house, and a field of one's own as `order.fields.size`."""
    own = {f"{one.subject}.fields.{one.key}": _Called(one) for one in definitions() if not one.archived}
    return VARIABLES | own


class _Called:
    """A field's name in the language of whoever reads it."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __str__(self) -> str:
        subjects = dict(FieldSubject.choices)
        return f"{self.definition.name} ({str(subjects[FieldSubject(self.definition.subject)]).lower()})"


class Values:
    """What the variables say in one conversation, for one agent, in one language. Rows are read when they are needed."""

    def __init__(
        self, conversation: Conversation, agent: Agent, language: str, *, like: "Values | None" = None
    ) -> None:
        self.conversation = conversation
        self.agent = agent
        self.language = language
        self._held: dict[str, dict[int, dict[int, Kept]]] = {}
        if like is not None:  # the same rows, in another language
            self.__dict__ |= {name: value for name, value in like.__dict__.items() if name in ("order", "parcel")}

    def __call__(self, name: str) -> str | None:
        """The value; None when it is missing or the name is no variable."""
        if ".fields." in name:
            return self.field(*name.split(".fields.", 1)) or None
        read = _READERS.get(name)
        return (read(self) or "").strip() or None if read else None

    @cached_property
    def order(self) -> Order | None:
        """The newest order beside the conversation, else the customer's newest one in this shop, if it is recent."""
        rows = Order.objects.select_related("shop").order_by("-placed_at", "-pk")
        beside = rows.filter(conversation_links__conversation=self.conversation)
        theirs = rows.filter(identity__customer=self.conversation.identity.customer_id)
        lately = theirs.filter(shop=self.conversation.shop_id, placed_at__gte=timezone.now() - RECENT)
        return beside.first() or lately.first()

    @cached_property
    def is_theirs(self) -> bool:
        """Whether the order is the customer's own: what belongs to somebody else never leaves by itself."""
        return self.order is None or self.order.identity.customer_id == self.conversation.identity.customer_id

    @cached_property
    def parcel(self) -> Shipment | None:
        """The order's last parcel."""
        return self.order.shipments.order_by("-position", "-pk").first() if self.order else None

    @cached_property
    def customer_name(self) -> str:
        """The name in the customer's file, else the one that the conversation shows; no address."""
        identity = self.conversation.identity
        name = identity.customer.name or identity.name or self.conversation.customer_name
        return "" if "@" in name else name

    def address(self, kind: str) -> str:
        """The customer's address or number: the one they write from, else the first one known."""
        identity = self.conversation.identity
        if identity.kind == kind:
            return identity.value
        known = Identity.objects.filter(customer=identity.customer_id, kind=kind).order_by("pk").first()
        return known.value if known else ""

    def field(self, subject: str, key: str) -> str:
        """What stands in a custom field of the conversation, its customer or its order, as the language writes it."""
        definition = find(subject, key)
        if definition is None or definition.archived:
            return ""
        if subject == FieldSubject.ORDER:
            owner = self.order.pk if self.order else None
        else:
            of_customer = subject == FieldSubject.CUSTOMER
            owner = self.conversation.identity.customer_id if of_customer else self.conversation.pk
        if owner is None:
            return ""
        held = self._held.setdefault(subject, {}).get(owner)
        if held is None:
            held = self._held[subject][owner] = of_row(_TABLES[subject], owner)
        return shown(definition, held.get(definition.pk), language=self.language)

    def date(self, moment: object) -> str:
        """A date in words; "" without one."""
        zone = self.conversation.shop.timezone
        return long_date(moment, self.language, zone) if moment else ""  # type: ignore[arg-type]

    def money(self, amount: int, currency: str) -> str:
        """An amount as the language writes it."""
        return format_minor(amount, currency, self.language)


def _of_order(read: Callable[[Values, Order], str]) -> Callable[[Values], str]:
    return lambda values: read(values, values.order) if values.order else ""


def _of_parcel(read: Callable[[Values, Shipment], str]) -> Callable[[Values], str]:
    return lambda values: read(values, values.parcel) if values.parcel else ""


def _items(values: Values, order: Order) -> str:
    lines = order.lines.all()[:20]
    return ", ".join(f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title for line in lines)


def _address(values: Values, order: Order) -> str:
    at = order.address
    town = " ".join(str(at[part]) for part in ("postcode", "city") if at.get(part))
    return ", ".join(str(part) for part in (at.get("name"), at.get("street"), town) if part)


def _refund(values: Values, order: Order) -> str:
    last = order.refunds.first()
    return values.money(last.amount, last.currency) if last else ""


def _relay(values: Values, parcel: Shipment) -> str:
    at = parcel.relay
    town = " ".join(str(at[part]) for part in ("postcode", "city") if at.get(part))
    return ", ".join(str(part) for part in (at.get("name"), at.get("street"), town) if part)


_READERS: dict[str, Callable[[Values], str]] = {
    "customer.first_name": lambda v: names.first_name(v.customer_name),
    "customer.last_name": lambda v: names.last_name(v.customer_name),
    "customer.name": lambda v: v.customer_name,
    "customer.email": lambda v: v.address(IdentityKind.EMAIL),
    "customer.phone": lambda v: v.address(IdentityKind.PHONE),
    "customer.city": lambda v: v.conversation.identity.customer.city,
    "order.number": _of_order(lambda v, order: order.number),
    "order.date": _of_order(lambda v, order: v.date(order.placed_at)),
    "order.total": _of_order(lambda v, order: v.money(order.total, order.currency)),
    "order.items": _of_order(_items),
    "order.address": _of_order(_address),
    "order.shipping_method": _of_order(lambda v, order: order.shipping_method),
    "order.payment": _of_order(lambda v, order: order.payment),
    "order.refund": _of_order(_refund),
    "parcel.number": _of_parcel(lambda v, parcel: parcel.number),
    "parcel.carrier": _of_parcel(lambda v, parcel: parcel.carrier),
    "parcel.tracking_url": _of_parcel(lambda v, parcel: parcel.url),
    "parcel.expected_on": _of_parcel(lambda v, parcel: v.date(parcel.estimated_on or parcel.promised_on)),
    "parcel.delivered_on": _of_parcel(lambda v, parcel: v.date(parcel.delivered_at)),
    "parcel.relay": _of_parcel(_relay),
    "shop.name": lambda v: v.conversation.shop.name,
    "shop.site_url": lambda v: v.conversation.shop.site_url,
    "shop.email": lambda v: v.conversation.shop.email,
    "shop.phone": lambda v: v.conversation.shop.phone,
    "agent.first_name": lambda v: v.agent.first_name,
    "agent.name": lambda v: v.agent.name,
    "conversation.subject": lambda v: v.conversation.subject,
    "date.today": lambda v: v.date(timezone.now()),
}
