"""Taking orders: once, whole, never backwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comptoir.core.actors import IMPORT
from comptoir.core.models import Event, Origin
from comptoir.customers.models import Customer, Identity
from comptoir.orders.actions import Outcome, take, take_many
from comptoir.orders.data import BadOrder
from comptoir.orders.models import Order, OrderLine, Product, Refund, Shipment, TrackingEvent
from comptoir.orders.queries import find, find_by_number, for_customer, value
from comptoir.ports.parcels import TrackingData
from comptoir.ports.shop import LineData
from tests.orders import ground

pytestmark = pytest.mark.django_db


def taken(shop, data):
    return take(shop, data, origin=Origin.IMPORT, actor=IMPORT)


def test_an_order_is_made_whole() -> None:
    shop = ground.shop()
    candle = Product.objects.create(shop=shop, external_id="p2", sku="BOU-FIG", title="Bougie")
    done = taken(shop, ground.order())
    assert done.outcome == Outcome.CREATED
    order = Order.objects.get()
    assert (order.number, order.total, order.identity.value) == ("MA-1001", 9680, "claire@example.org")
    assert order.identity.customer.name == "Claire Vasseur"
    assert [(line.title, line.total, line.product) for line in order.lines.all()] == [
        ("Serviettes lin « Sauge »", 6800, None),
        ("Bougie « Figuier »", 2490, candle),
    ]
    parcel = order.shipments.get()
    assert (parcel.number, parcel.state, parcel.relay["name"]) == ("88301264", "in_transit", "Tabac de la Paix")
    assert parcel.lines.count() == 2
    assert parcel.events.get().place == "Nantes"
    event = Event.objects.get(subject_type="order")
    assert (event.verb, event.origin, event.customer_key) == ("order.imported", "import", order.identity.customer_id)


def test_the_same_order_again_changes_nothing() -> None:
    shop = ground.shop()
    data = ground.order(refunds=(ground.refund(),))
    taken(shop, data)
    before = list(OrderLine.objects.values_list("pk", flat=True))
    assert taken(shop, data).outcome == Outcome.UNCHANGED
    assert list(OrderLine.objects.values_list("pk", flat=True)) == before
    counts = [model.objects.count() for model in (Order, Shipment, TrackingEvent, Refund, Customer, Identity)]
    assert counts == [1, 1, 1, 1, 1, 1]
    assert Event.objects.filter(subject_type="order").count() == 1


def test_an_update_replaces_lines_and_adds_the_rest() -> None:
    shop = ground.shop()
    taken(shop, ground.order())
    data = ground.order(
        state="refunded",
        lines=(LineData("Serviettes lin « Sauge »", 1700, quantity=3),),
        shipments=(),
        refunds=(ground.refund(),),
    )
    assert taken(shop, data).outcome == Outcome.UPDATED
    order = Order.objects.get()
    assert order.state == "refunded"
    assert [(line.quantity, line.total) for line in order.lines.all()] == [(3, 5100)]
    assert order.shipments.count() == 1
    assert order.refunds.get().amount == 2490
    assert Event.objects.filter(verb="order.updated").count() == 1


def test_a_parcel_never_steps_back() -> None:
    shop = ground.shop()
    data = ground.order()
    parcel = data.shipments[0]
    delivered = replace(
        parcel,
        state="delivered",
        delivered_at=datetime(2026, 3, 5, 11, tzinfo=UTC),
        events=(*parcel.events, TrackingData(datetime(2026, 3, 5, 11, tzinfo=UTC), "Livré", "delivered")),
    )
    taken(shop, replace(data, shipments=(delivered,)))
    taken(shop, data)
    row = Shipment.objects.get()
    assert (row.state, row.events.count()) == ("delivered", 2)
    assert row.delivered_at is not None
    back = TrackingData(datetime(2026, 3, 9, 8, tzinfo=UTC), "Refusé par le destinataire", "returning")
    taken(shop, replace(data, shipments=(replace(parcel, state="returning", events=(back,)),)))
    row.refresh_from_db()
    assert (row.state, row.events.count()) == ("returning", 3)


def test_many_orders_of_one_person_and_one_twice() -> None:
    shop = ground.shop()
    orders = [ground.order("MA-1"), ground.order("MA-2"), ground.order("MA-1", state="cancelled")]
    outcomes = [done.outcome for done in take_many(shop, orders, origin=Origin.IMPORT, actor=IMPORT)]
    assert outcomes == [Outcome.CREATED, Outcome.CREATED, Outcome.UPDATED]
    assert Customer.objects.count() == 1
    assert Order.objects.get(number="MA-1").state == "cancelled"


def test_a_page_of_changed_orders_is_written_in_one_statement(django_assert_num_queries) -> None:
    """Three hundred cost as many questions as three, and each is as it was told."""
    shop = ground.shop()
    for count in (3, 300):
        first = [ground.order(f"{count}-{at}") for at in range(count)]
        take_many(shop, first, origin=Origin.IMPORT, actor=IMPORT)
        again = [replace(data, note=f"note {data.number}", total=data.total + 1) for data in first[1:]]
        with django_assert_num_queries(15):
            done = take_many(shop, [first[0], *again], origin=Origin.IMPORT, actor=IMPORT)
        outcomes = [one.outcome for one in done]
        assert outcomes == [Outcome.UNCHANGED, *[Outcome.UPDATED] * (count - 1)]
        assert all(row.note == f"note {row.number}" for row in Order.objects.filter(total=9681))
    assert (Order.objects.filter(total=9681).count(), Order.objects.filter(total=9680).count()) == (301, 2)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"email": "pas une adresse"}, "pas valable"),
        ({"number": " "}, "numéro de commande manque"),
        ({"total": -1}, "négatif"),
        ({"state": "dreaming"}, "état de la commande"),
        ({"placed_at": datetime(2026, 3, 2)}, "fuseau manque"),
        ({"placed_at": timezone.now() + timedelta(days=9)}, "avenir"),
        ({"note": "a\0b"}, "interdit"),
        ({"refunds": (ground.refund(), ground.refund())}, "même identifiant"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(changes, reason) -> None:
    shop = ground.shop()
    with pytest.raises(BadOrder, match=reason):
        taken(shop, ground.order(**changes))
    assert (Order.objects.count(), Customer.objects.count()) == (0, 0)


def test_what_a_panel_reads(django_assert_num_queries) -> None:
    shop = ground.shop()
    taken(shop, ground.order("MA-1", refunds=(ground.refund(),)))
    failed = (replace(ground.refund(), state="failed"),)  # money that never left
    taken(shop, ground.order("MA-2", placed_at=datetime(2026, 4, 1, tzinfo=UTC), refunds=failed))
    taken(shop, ground.order("MA-3", state="cancelled", placed_at=datetime(2026, 1, 1, tzinfo=UTC)))
    customer = Customer.objects.get()
    with django_assert_num_queries(6):
        orders = list(for_customer(Order.objects.all(), customer))
        for order in orders:
            [line.product for line in order.lines.all()]
            [list(parcel.events.all()) for parcel in order.shipments.all()]
            list(order.refunds.all())
    assert [order.number for order in orders] == ["MA-2", "MA-1", "MA-3"]
    worth = value(Order.objects.all(), customer)
    assert (worth.spent, worth.orders, worth.average, worth.currency) == (2 * 9680 - 2490, 2, 8435, "EUR")


def test_numbers_are_found_as_people_write_them() -> None:
    shop = ground.shop()
    taken(shop, ground.order("MA-24817"))
    for text in ("MA-24817", "ma-24817", " MA 24817", "#ma-24817", "ma\u202f24817"):
        assert find_by_number(Order.objects.all(), text).count() == 1, text
    assert find_by_number(Order.objects.all(), "MA-2481").count() == 0
    assert find(Order.objects.all(), "2481").count() == 1
    assert find(Order.objects.all(), "88301264").count() == 1
    assert find_by_number(Order.objects.all(), " ").count() == 0
