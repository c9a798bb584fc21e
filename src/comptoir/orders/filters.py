"""What views and filters may ask of an order and of its parcels."""

from typing import Any

from django.db.models import BigIntegerField, Count, OuterRef, Q, Subquery, Sum, TextField, Value
from django.db.models.functions import Coalesce, Now, TruncDate, Upper
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from comptoir.core.custom.filters import fields_of
from comptoir.core.filters import Field, compared, in_use, since
from comptoir.core.models import Agent, FieldSubject
from comptoir.orders.models import LINE_WORDS, Order, OrderLine, OrderValue, ParcelState, Shipment

_COMPARED = {"gte": GreaterThanOrEqual, "lte": LessThanOrEqual}
OVER = (ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.RETURNING, ParcelState.LOST)


def _number(value: str, agent: Agent) -> Q:
    return Q(number__icontains=value.lstrip("#"))


def _placed(pair: tuple[str, int], agent: Agent) -> Q:
    how, moment = since(pair)
    return Q(**{f"placed_at__{how}": moment})


def _total(pair: tuple[str, int], agent: Agent) -> Q:
    how, amount = compared(pair)
    return Q(**{f"total__{how}": amount})


def _product(value: str, agent: Agent) -> Q:
    lines = OrderLine.objects.alias(words=LINE_WORDS).filter(words__contains=Upper(Value(value, TextField())))
    return Q(pk__in=lines.order_by().values("order"))


def _late(value: bool, agent: Agent) -> Q:
    """The carrier says so, or the promised day has gone by."""
    promised = Q(promised_on__lt=TruncDate(Now())) & ~Q(state__in=OVER)
    late = Q(pk__in=Shipment.objects.filter(Q(state=ParcelState.DELAYED) | promised).order_by().values("pk"))
    return late if value else ~late


def _carriers(agent: Agent) -> list[tuple[str, Any]]:
    return in_use("orders_shipment", "carrier", 40)


def _figure(name: str, label: Any, kind: str, what: Any) -> Field:
    """A figure over all orders of a customer: summed once for all customers, or for the one that is looked at."""
    figures = Order.objects.order_by().values("identity__customer").annotate(figure=what)

    def build(pair: tuple[str, int], agent: Agent) -> Q:
        how, number = compared(pair)
        if how == "gte" and number > 0:
            return Q(pk__in=figures.filter(figure__gte=number).values("identity__customer"))
        beyond = {"figure__gt": number} if how == "lte" else {"figure__lt": number}
        return ~Q(pk__in=figures.filter(**beyond).values("identity__customer"))  # who bought nothing has a figure of 0

    def probe(pair: tuple[str, int], agent: Agent) -> Q:
        how, number = compared(pair)
        told = figures.filter(identity__customer=OuterRef("pk")).values("figure")
        return Q(_COMPARED[how](Coalesce(Subquery(told, output_field=BigIntegerField()), 0), number))

    return Field(name, label, kind, build, "customer", probe=probe)


FIELDS = [
    _figure("customer.orders", _("Nombre de commandes"), "number", Count("pk")),
    _figure("customer.spent", _("Total des achats"), "money", Sum("total")),
    Field("order.number", _("Numéro de commande"), "text", _number, "order"),
    Field(
        "order.state", _("État de la commande"), "choices", lambda v, a: Q(state__in=v), "order",
        lambda agent: list(Order.State.choices), fixed=True,
    ),
    Field("order.placed", _("Commande passée"), "age", _placed, "order"),
    Field("order.total", _("Montant de la commande"), "money", _total, "order"),
    Field("order.product", _("Article ou référence"), "text", _product, "order"),
    Field(
        "parcel.state", _("État du colis"), "choices", lambda v, a: Q(state__in=v), "parcel",
        lambda agent: list(ParcelState.choices), fixed=True,
    ),
    Field("parcel.carrier", _("Transporteur"), "choices", lambda v, a: Q(carrier__in=v), "parcel", _carriers),
    Field("parcel.late", _("Colis en retard"), "yes", _late, "parcel"),
]  # fmt: skip
custom_fields = fields_of(FieldSubject.ORDER, OrderValue)
