"""Reads that a page needs about orders."""

import re
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Upper

from comptoir.customers.models import Customer
from comptoir.customers.queries import spellings, telling
from comptoir.orders.models import ADDRESS, Order, OrderLine, Refund, Shipment

NOT_A_SALE = (Order.State.PENDING, Order.State.CANCELLED)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Value:
    """What a customer is worth, in minor units of the currency in which they mostly buy."""

    spent: int
    orders: int
    currency: str

    @property
    def average(self) -> int:
        """The mean of an order, rounded to the minor unit."""
        return round(self.spent / self.orders) if self.orders else 0


def with_parts(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The orders with all that a panel shows: lines and their products, parcels and their steps, refunds."""
    return with_parcels(orders).select_related("connection").prefetch_related("refunds", "payments")


def with_parcels(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The orders with their lines and products, parcels and steps; without money."""
    return orders.select_related("shop", "identity").prefetch_related(
        Prefetch("lines", OrderLine.objects.select_related("product__image")),
        Prefetch("shipments", Shipment.objects.prefetch_related("events")),
    )


def for_customer(orders: QuerySet[Order], customer: Customer) -> QuerySet[Order]:
    """A customer's orders among those that may be seen, newest first, with their parts."""
    return with_parts(orders.filter(identity__customer=customer)).order_by("-placed_at", "-pk")


def value(orders: QuerySet[Order], customer: Customer) -> Value:
    """What the customer spent: totals less refunds of their orders that were neither cancelled nor left unpaid."""
    mine = Order.objects.filter(
        pk__in=orders.filter(identity__customer=customer).exclude(state__in=NOT_A_SALE).values("pk")
    )
    sums = mine.values("currency").annotate(spent=Sum("total"), bought=Count("pk")).order_by("-bought", "currency")
    main = sums.first()
    if main is None:
        return Value(0, 0, "EUR")
    refunded = mine.filter(currency=main["currency"], refunds__currency=F("currency")).aggregate(
        sum=Coalesce(Sum("refunds__amount", filter=~Q(refunds__state=Refund.State.FAILED)), 0)
    )["sum"]
    return Value(main["spent"] - refunded, main["bought"], main["currency"])


def find_by_number(orders: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Orders of that number, whatever its case, blanks or a leading #: « ma 24817 », "#MA-24817"."""
    bare = _BLANKS.sub("", text).lstrip("#").upper()
    if not bare:
        return orders.none()
    spaced = _BLANKS.sub(" ", text.strip()).upper()
    hyphened = re.sub(r"^([A-Z]+)(\d)", r"\1-\2", bare)
    wanted = {bare, spaced, hyphened, f"#{bare}"}
    return orders.annotate(upper_number=Upper("number")).filter(upper_number__in=wanted).order_by("-placed_at")


def find(orders: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Orders by their number, a part of it, or the number of one of their parcels: for the search box."""
    bare = _BLANKS.sub("", text).lstrip("#")
    if len(bare) < 3:
        return find_by_number(orders, text)
    parcels = Shipment.objects.annotate(upper_number=Upper("number")).filter(upper_number=bare.upper())
    numbered = Order.objects.filter(number__icontains=bare).values("pk")
    return orders.filter(pk__in=numbered.union(parcels.values("order"), all=True)).order_by("-placed_at")


def by_address(orders: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Orders that go where every telling word of the text says: name, street, postcode or city."""
    found = Order.objects.alias(place=ADDRESS)
    words = [word for word in telling(text) if len(word) > 2]
    if not words:
        return orders.none()
    for word in words:
        found = found.filter(place__regex=spellings(word))
    return orders.filter(pk__in=found.values("pk")).order_by("-placed_at")
