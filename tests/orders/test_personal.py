"""A person's orders: given to them whole, and left without a trace of them."""

import json
from dataclasses import replace

import pytest
from django.core import serializers

from comptoir.core.actors import IMPORT
from comptoir.core.models import Origin
from comptoir.customers import personal as person
from comptoir.customers.actions import identify
from comptoir.customers.models import Customer, Identity
from comptoir.orders import personal
from comptoir.orders.actions import take
from comptoir.orders.models import ImportRun, Order, OrderLine, Refund, Shipment, TrackingEvent
from tests.orders import ground

pytestmark = pytest.mark.django_db

TRACES = ("Claire", "Vasseur", "Naudières", "44400", "Rezé", "4271", "88301264", "deux fois", "Tabac", "claire@")


def everything() -> str:
    models = (Order, OrderLine, Shipment, TrackingEvent, Refund, ImportRun)
    return json.dumps(
        [serializers.serialize("json", model.objects.all(), ensure_ascii=False) for model in models], ensure_ascii=False
    )


def test_orders_are_exported_whole() -> None:
    take(ground.shop(), ground.order(refunds=(ground.refund(),)), origin=Origin.IMPORT, actor=IMPORT)
    data = personal.export(Customer.objects.get().pk)
    [order] = data["orders"]
    assert (order["number"], order["total"], order["payment"]) == ("MA-1001", 9680, "Visa 4271")
    assert order["address"]["street"] == "8 rue des Naudières"
    assert [parcel["number"] for parcel in order["parcels"]] == ["88301264"]
    assert order["refunds"][0]["amount"] == 2490
    json.dumps(data)


def test_erasing_leaves_amounts_and_no_trace() -> None:
    shop = ground.shop()
    data = ground.order(refunds=(ground.refund(),))
    take(shop, data, origin=Origin.IMPORT, actor=IMPORT)
    take(shop, ground.order("MA-2", email="paul@example.org", name="Paul"), origin=Origin.IMPORT, actor=IMPORT)
    customer = Identity.objects.get(value="claire@example.org").customer
    others = Order.objects.get(number="MA-2")
    personal.erase(customer.pk)
    personal.erase(customer.pk)
    order = Order.objects.get(number="MA-1001")
    assert (order.total, order.address, order.note, order.payment) == (9680, {}, "", "")
    assert order.refunds.get().amount == 2490
    others.refresh_from_db()
    assert others.address["street"] == "8 rue des Naudières"
    others.delete()
    left = everything()
    assert [trace for trace in TRACES if trace in left] == []


def test_a_later_file_brings_nothing_back() -> None:
    shop = ground.shop()
    data = ground.order()
    take(shop, data, origin=Origin.IMPORT, actor=IMPORT)

    key = Customer.objects.get().pk
    personal.erase(key)
    person.erase(key)
    take(shop, replace(data, state="delivered"), origin=Origin.IMPORT, actor=IMPORT)
    assert Order.objects.get().state == "delivered"
    assert Customer.objects.count() == 1
    left = everything()
    assert [trace for trace in TRACES if trace in left] == []


def test_a_merge_takes_the_orders_along() -> None:

    take(ground.shop(), ground.order(), origin=Origin.IMPORT, actor=IMPORT)
    source = Customer.objects.get()
    target = identify("email", "claire.pro@example.org", name="Claire V.").customer
    personal.merge(source.pk, target.pk)
    assert Order.objects.get().identity.customer == source
