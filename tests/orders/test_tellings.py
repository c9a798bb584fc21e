"""What platforms tell: in any order, twice, without an address, in every currency; old news is no news."""

from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from django.utils import timezone

from comptoir.core.actors import IMPORT, SYSTEM
from comptoir.core.models import Event, Origin
from comptoir.customers.models import Customer, Identity
from comptoir.orders.actions import Outcome, take, take_many
from comptoir.orders.data import tidied
from comptoir.orders.models import Connection, Order, OrderLine, Payment, Refund
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import LineData, PaymentData, RefundData
from tests.orders import ground
from tests.work import waiting_jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
AGO = timedelta(minutes=1)


def connection(shop) -> Connection:
    return Connection.objects.create(shop=shop, port="shop", vendor="fake", name="Boutique d’essai", active=True)


def order(state: str = "paid", minutes: int = 60, **changes):
    """Told so many minutes ago by the platform's clock."""
    changes = {"placed_at": NOW - timedelta(hours=2), "shipments": ()} | changes
    return ground.order(state=state, updated_at=NOW - minutes * AGO, **changes)


def told(account, data, origin=Origin.LIVE):
    return take(account.shop, tidied(data), origin=origin, actor=SYSTEM, connection=account)


def verbs() -> list[tuple[str, str]]:
    return list(Event.objects.filter(subject_type="order").order_by("pk").values_list("verb", "origin"))


def test_an_older_telling_changes_nothing() -> None:
    account = connection(ground.shop())
    told(account, order("shipped", minutes=5, total=100, refunds=(ground.refund(),)))
    late = told(account, order("paid", minutes=30, total=999, note="vieux"))
    assert late.outcome == Outcome.UNCHANGED
    row = Order.objects.get()
    assert (row.state, row.total, row.note, row.refunds.count()) == ("shipped", 100, "sonner deux fois", 1)
    assert told(account, order("preparing", minutes=4)).outcome == Outcome.UPDATED  # newer: a platform may step back
    assert Order.objects.get().state == "preparing"


def test_in_the_same_second_an_order_only_goes_forward() -> None:
    account = connection(ground.shop())
    told(account, order("shipped", minutes=5))
    told(account, order("paid", minutes=5, note="ajoutée"))
    row = Order.objects.get()
    assert (row.state, row.note) == ("shipped", "ajoutée")
    told(account, order("cancelled", minutes=5))
    assert Order.objects.get().state == "cancelled"


def test_without_a_clock_an_order_only_goes_forward() -> None:
    account = connection(ground.shop())
    told(account, ground.order(state="shipped"))
    told(account, ground.order(state="paid"))
    assert Order.objects.get().state == "shipped"


def test_a_clock_that_runs_years_ahead_does_not_hold_the_order() -> None:
    account = connection(ground.shop())
    told(account, ground.order(state="paid", updated_at=NOW + timedelta(days=900)))
    told(account, order("shipped", minutes=1))
    assert (Order.objects.get().state, Order.objects.get().told_at) == ("shipped", NOW - AGO)


def test_what_the_carrier_delivered_is_not_shipped_again() -> None:
    account = connection(ground.shop())
    told(account, order("shipped", minutes=9))
    Order.objects.update(state="delivered")
    told(account, order("shipped", minutes=1, note="plus tard"))
    assert Order.objects.get().state == "delivered"


@pytest.mark.parametrize(
    ("changes", "kind", "value"),
    [
        ({"customer_id": "8812"}, "shop", "8812"),
        ({"customer_id": "0", "phone": "06 12 34 56 78"}, "phone", "+33612345678"),
        ({"email": "pas une adresse", "address": {"phone": "+32 470 12 34 56"}}, "phone", "+32470123456"),
        ({"phone": "inconnu"}, "shop", "order:MA-1001"),
    ],
)
def test_an_order_without_an_address_is_kept(changes, kind, value) -> None:
    account = connection(ground.shop())
    told(account, order(**{"email": "", "address": {}} | changes))
    identity = Order.objects.get().identity
    assert (identity.kind, identity.value, identity.customer.name) == (kind, value, "Claire Vasseur")
    told(account, order(minutes=1, email="claire@example.org"))  # the address comes later
    assert Order.objects.get().identity.value == "claire@example.org"


def test_two_customers_with_one_address_are_one_person_with_two_numbers() -> None:
    account = connection(ground.shop())
    told(account, order(external_id="1", number="1", customer_id="71", name="Claire Vasseur"))
    told(account, order(external_id="2", number="2", customer_id="72", name="Paul Vasseur"))
    assert (Customer.objects.count(), Identity.objects.count()) == (1, 1)
    assert sorted(Order.objects.values_list("platform_customer", flat=True)) == ["71", "72"]


@pytest.mark.parametrize(("currency", "total"), [("JPY", 5200), ("KWD", 12_345), ("EUR", 10**15)])
def test_money_is_kept_in_minor_units_of_any_currency(currency, total) -> None:
    account = connection(ground.shop())
    refund = RefundData(total, NOW, external_id="r")
    told(account, order(currency=currency, total=total, payments=(PaymentData("p", total),), refunds=(refund,)))
    row = Order.objects.get()
    assert (row.currency, row.total, row.payments.get().amount, row.refunds.get().currency) == (
        currency, total, total, currency,
    )  # fmt: skip


def test_all_that_a_platform_knows_is_kept(django_assert_max_num_queries) -> None:
    account = connection(ground.shop())
    lines = tuple(
        LineData(f"Article {n}", 100, external_id=str(n), tax=20, discount=5, serials=(f"S{n}",)) for n in range(500)
    )
    parcel = ShipmentData("Colissimo", "6A1", lines=(0, 499), quantities=(1, 1), service="Signature", destination="FR")
    data = order(
        lines=lines, shipments=(parcel,), status="processing", customer_id="71", tax=88, tags=("VIP",),
        payments=(PaymentData("p1", 9680, "Visa 4271", "authorized"),), admin_url="https://shop.example/admin/1",
        refunds=(RefundData(500, NOW, "r1", lines={"3": 1}, shipping=100, state="pending"), RefundData(0, NOW, "r0")),
    )  # fmt: skip
    with django_assert_max_num_queries(40):
        told(account, data)
    row = Order.objects.get()
    assert (row.status, row.platform_customer, row.tax, row.tags, row.connection) == (
        "processing", "71", 88, ["VIP"], account,
    )  # fmt: skip
    last = row.lines.get(external_id="499")
    assert (last.tax, last.discount, last.serials, row.lines.count()) == (20, 5, ["S499"], 500)
    box = row.shipments.get()
    assert (box.counts, box.service, box.lines.count()) == ({"0": 1, "499": 1}, "Signature", 2)
    assert (row.payments.get().state, row.refunds.get().state, row.refunds.get().lines) == (
        "authorized", "pending", {"3": 1},
    )  # fmt: skip
    assert told(account, data).outcome == Outcome.UNCHANGED


def test_five_hundred_changed_lines_are_written_at_once(django_assert_max_num_queries) -> None:
    account = connection(ground.shop())
    lines = tuple(LineData(f"Article {n}", 100, external_id=str(n), serials=(f"S{n}",)) for n in range(500))
    told(account, order(lines=lines))
    serial = 'é, "1" {2} \\ NULL'
    changed = tuple(replace(line, unit_price=n, serials=(serial, ""), tax=3) for n, line in enumerate(lines))
    began = process_time()
    with django_assert_max_num_queries(40):
        told(account, order(minutes=1, lines=changed))
    assert process_time() - began < 2.5  # bulk_update took 6 s
    rows = OrderLine.objects.order_by("position").values_list("unit_price", "serials", "tax", "title", "specification")
    assert list(rows) == [(n, [serial, ""], 3, f"Article {n}", {}) for n in range(500)]


def test_lines_keep_their_rows_by_the_platforms_key() -> None:
    account = connection(ground.shop())
    told(account, order(lines=(LineData("A", 1, external_id="a"), LineData("B", 2, external_id="b"))))
    kept = OrderLine.objects.get(external_id="b").pk
    told(account, order(minutes=1, lines=(LineData("B", 2, external_id="b"), LineData("C", 3, external_id="c"))))
    assert [(row.title, row.position) for row in OrderLine.objects.all()] == [("B", 0), ("C", 1)]
    assert OrderLine.objects.get(external_id="b").pk == kept


def test_a_file_does_not_take_away_what_the_platform_told() -> None:
    account = connection(ground.shop())
    told(account, order(status="processing", tags=("VIP",), lines=(LineData("A", 1, external_id="a", tax=7),)))
    take(account.shop, ground.order(lines=(LineData("A", 1),), shipments=()), origin=Origin.IMPORT, actor=IMPORT)
    row = Order.objects.get()
    assert (row.status, row.tags, row.lines.get().tax, row.connection) == ("processing", ["VIP"], 7, account)


def test_a_refund_that_is_done_does_not_wait_again() -> None:
    account = connection(ground.shop())
    told(account, order(refunds=(RefundData(500, NOW, "r", state="done"),)))
    told(account, order(refunds=(RefundData(500, NOW, "r", state="pending"),)))
    assert (Refund.objects.get().state, Payment.objects.count()) == ("done", 0)


def test_what_happens_is_told_once() -> None:
    account = connection(ground.shop())
    shipped = (ShipmentData("Colissimo", "6A1", shipped_at=NOW - 9 * AGO),)
    arrived = (ShipmentData("Colissimo", "6A1", state="delivered", delivered_at=NOW - AGO),)
    for data in (
        order("paid", minutes=50),
        order("preparing", minutes=40),
        order("shipped", minutes=9, shipments=shipped),
        order("shipped", minutes=9, shipments=shipped),
        order("delivered", minutes=1, shipments=arrived),
        order("delivered", minutes=0, shipments=arrived, refunds=(RefundData(1, NOW, "r"),)),
    ):
        told(account, data)
    live = ["order.created", "order.updated", "order.shipped", "order.delivered", "order.refunded"]
    assert verbs() == [(verb, "live") for verb in live]


def test_old_news_is_written_down_and_told_to_nobody() -> None:
    account = connection(ground.shop())
    old = NOW - timedelta(days=40)
    told(account, ground.order(placed_at=old, updated_at=old, state="paid", shipments=()))
    gone = (ShipmentData("Colissimo", "6A1", shipped_at=old),)
    told(account, ground.order(placed_at=old, updated_at=NOW, state="shipped", shipments=gone))
    assert verbs() == [("order.created", "reconciliation"), ("order.shipped", "reconciliation")]


def test_two_thousand_old_orders_make_nothing_happen() -> None:
    account = connection(ground.shop())
    lines = (LineData("Bougie", 2490, external_id="1"),)
    many = [
        tidied(order("shipped", external_id=f"{n}", number=f"{n}", email=f"c{n % 50}@example.org", lines=lines))
        for n in range(2000)
    ]
    for start in range(0, 2000, 250):
        take_many(account.shop, many[start : start + 250], origin=Origin.IMPORT, actor=IMPORT, connection=account)
    assert (Order.objects.count(), waiting_jobs()) == (2000, [])
    assert set(verbs()) == {("order.imported", "import")}
