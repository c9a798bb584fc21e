"""What views and filters may ask of an order and of its parcels."""

from datetime import date
from typing import Any

from django.db.models import Q, TextField, Value
from django.db.models.functions import Now, TruncDate, Upper
from django.utils.translation import gettext_lazy as _

from comptoir.core.custom.filters import fields_of
from comptoir.core.filters import Field, compared, in_use, since
from comptoir.core.models import Agent, FieldSubject
from comptoir.orders.models import LINE_WORDS, CustomerTotal, Order, OrderLine, OrderValue, ParcelState, Shipment

# a promise is kept or void: what waits for its customer has come (the partial index shipment_promised holds the rest)
OVER = (
    ParcelState.AVAILABLE_FOR_PICKUP, ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.RETURNING, ParcelState.LOST,
    ParcelState.CANCELLED,
)  # fmt: skip


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


def _trending(value: bool, agent: Agent) -> Q:
    return Q(runs_late=value)


def _expected(pair: tuple[str, date], agent: Agent) -> Q:
    how, day = pair
    return Q(**{{"on": "expected_on", "before": "expected_on__lt", "after": "expected_on__gt"}[how]: day})


def _carriers(agent: Agent) -> list[tuple[str, Any]]:
    return in_use("orders_shipment", "carrier", 40)


def _figure(name: str, label: Any, kind: str, column: str) -> Field:
    """A figure over all orders of a customer, which stands ready (CustomerTotal); nobody's orders are a figure of 0."""

    def build(pair: tuple[str, int], agent: Agent) -> Q:
        how, number = compared(pair)
        lacking = how == "lte" or number <= 0
        beyond = ("gt" if how == "lte" else "lt") if lacking else how
        told = CustomerTotal.objects.filter(**{f"{column}__{beyond}": number}).order_by().values("pk")
        return ~Q(pk__in=told) if lacking else Q(pk__in=told)

    return Field(name, label, kind, build, "customer")


FIELDS = [
    _figure("customer.orders", _("Nombre de commandes"), "number", "orders"),
    _figure("customer.spent", _("Total des achats"), "money", "spent"),
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
    Field("parcel.trending_late", _("Colis qui prend du retard"), "yes", _trending, "parcel"),
    Field("parcel.expected", _("Arrivée attendue"), "date", _expected, "parcel"),
    Field("parcel.carrier", _("Transporteur"), "choices", lambda v, a: Q(carrier__in=v), "parcel", _carriers),
    Field("parcel.late", _("Colis en retard"), "yes", _late, "parcel"),
]  # fmt: skip
custom_fields = fields_of(FieldSubject.ORDER, OrderValue)
