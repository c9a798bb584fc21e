"""What a customer ordered in all is right after everything that can happen to orders and to customers."""

import pytest
from django.db.models import Count, Sum

from comptoir.core.actors import SYSTEM
from comptoir.customers.actions import merge, unmerge
from comptoir.customers.models import Customer
from comptoir.orders.models import CustomerTotal, Order
from tests import world

pytestmark = pytest.mark.django_db


def kept() -> dict[int, tuple[int, int]]:
    """The totals that stand ready, without those of nothing."""
    return {row.customer_id: (row.orders, row.spent) for row in CustomerTotal.objects.all() if row.orders or row.spent}


def summed() -> dict[int, tuple[int, int]]:
    """The same, summed now."""
    told = Order.objects.values("identity__customer").annotate(orders=Count("pk"), spent=Sum("total"))
    return {row["identity__customer"]: (row["orders"], row["spent"]) for row in told}


def test_totals_follow_orders() -> None:
    claire, karim = world.claire(), world.karim()
    first = world.order(claire, "MA-1", total=1_000)
    assert kept() == {claire.customer_id: (1, 1_000)}
    shared = {"shop": first.shop, "placed_at": first.placed_at, "state": "paid"}
    Order.objects.bulk_create(
        Order(identity=who, external_id=number, number=number, total=250, **shared)
        for number, who in (("MA-2", claire), ("MA-3", karim), ("MA-4", karim))
    )
    assert kept() == summed() == {claire.customer_id: (2, 1_250), karim.customer_id: (2, 500)}
    Order.objects.filter(identity=karim).update(total=300, note="an entire column")
    Order.objects.filter(number="MA-4").update(identity=claire)
    assert kept() == summed() == {claire.customer_id: (3, 1_550), karim.customer_id: (1, 300)}
    first.delete()
    Order.objects.update(state="cancelled")
    assert kept() == summed() == {claire.customer_id: (2, 550), karim.customer_id: (1, 300)}


def test_totals_follow_a_merge_and_its_undoing() -> None:
    claire, karim = world.claire(), world.karim()
    world.order(claire, "MA-1", total=1_000)
    world.order(karim, "MA-2", total=70)
    before = kept()
    done = merge(karim.customer, claire.customer, actor=SYSTEM)
    assert kept() == summed() == {claire.customer_id: (2, 1_070)}
    world.order(karim, "MA-3", total=5)
    unmerge(done, actor=SYSTEM)
    assert kept() == summed() == before | {karim.customer_id: (2, 75)}
    assert Customer.objects.filter(pk__in=before).count() == 2
