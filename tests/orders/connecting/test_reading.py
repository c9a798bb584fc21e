"""The first import and the sweeps: silent, resumed where they stopped, patient with a shop that is down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.customers.actions import erase
from comptoir.customers.models import Customer, Identity
from comptoir.orders.connecting import reading, sweeps
from comptoir.orders.models import Connection, Order, Product, Reading
from comptoir.ports.errors import PortError
from comptoir.ports.fake_shop import EVERYTHING
from comptoir.ports.shop import CustomerData, Fact, ProductData
from tests.orders import ground
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)


def order(number: int, **changes):
    values = {"placed_at": NOW - timedelta(days=30), "updated_at": NOW - timedelta(days=20), "shipments": ()} | changes
    return ground.order(str(number), email=f"c{number}@example.org", **values)


def fill(platform, count: int = 120) -> None:
    platform.put(*[order(number) for number in range(count)])


def only_orders(platform) -> None:
    platform.capabilities = type(EVERYTHING)(facts=frozenset({Fact.ORDERS, Fact.WEBHOOKS}))


def test_the_first_import_reads_everything_and_tells_nobody(account, platform) -> None:
    fill(platform)
    platform.products["p"] = ProductData("p", "Bougie")
    platform.customers["71"] = CustomerData("71", "claire@example.org", "Claire")
    reading.start_import(account, actor=SYSTEM)
    reading.start_import(account, actor=SYSTEM)  # a second press reads nothing twice
    run_jobs()
    counts = [(row.what, row.read, row.created, bool(row.finished_at)) for row in Reading.objects.order_by("pk")]
    assert counts == [("customers", 1, 1, True), ("products", 1, 1, True), ("orders", 120, 120, True)]
    assert (Order.objects.count(), Product.objects.count(), waiting_jobs()) == (120, 1, [])
    assert set(Event.objects.filter(subject_type="order").values_list("verb", "origin")) == {
        ("order.imported", "import")
    }


def test_it_stops_for_a_pause_and_goes_on_at_its_page(account, platform) -> None:
    only_orders(platform)
    fill(platform)
    reading.start_import(account, actor=SYSTEM)
    reading.pause(account, True, actor=SYSTEM)
    run_jobs()
    assert (Order.objects.count(), sweeps.queue_readings()) == (0, 0)
    Reading.objects.update(cursor="50", read=50)
    reading.pause(account, False, actor=SYSTEM)
    run_jobs()
    row = Reading.objects.get()
    assert (Order.objects.count(), row.read, bool(row.finished_at)) == (70, 120, True)


def test_a_killed_worker_doubles_nothing(account, platform, monkeypatch) -> None:
    only_orders(platform)
    fill(platform)
    reading.start_import(account, actor=SYSTEM)
    monkeypatch.setattr(platform, "page_size", 40)
    platform.errors += [PortError("ne répond pas")]
    run_jobs()
    for _ in range(2):  # the same page again, as a worker that died before it committed would ask for it
        Reading.objects.update(next_at=None)
        sweeps.queue_readings()
        run_jobs()
    row = Reading.objects.get()
    assert (Order.objects.count(), row.created, row.read) == (120, 120, 120)


def test_a_shop_that_is_down_is_asked_again_later_and_less_and_less(account, platform) -> None:
    only_orders(platform)
    fill(platform)
    platform.down = True
    reading.start_import(account, actor=SYSTEM)
    run_jobs()
    row = Reading.objects.get()
    assert (row.problem, row.finished_at, platform.reads) == ("La boutique ne répond pas.", None, 1)
    assert sweeps.queue_readings() == 0
    waits = []
    for _ in range(9):
        Reading.objects.update(next_at=NOW)
        sweeps.queue_readings()
        run_jobs()
        waits.append(round((Reading.objects.get().next_at - timezone.now()).total_seconds(), -1))
    assert (waits[0], waits[-1], waits == sorted(waits)) == (60, 3600, True)
    platform.down = False
    Reading.objects.update(next_at=NOW)
    sweeps.queue_readings()
    run_jobs()
    account.refresh_from_db()
    assert (Order.objects.count(), account.problem) == (120, "")


def test_what_cannot_be_taken_is_named_and_keeps_nothing_away(account, platform) -> None:
    only_orders(platform)
    platform.put(order(1), order(2, total=-1), order(3, currency="EURO"), order(4))
    reading.start_import(account, actor=SYSTEM)
    run_jobs()
    row = Reading.objects.get()
    assert (Order.objects.count(), row.refused, sorted(key for key, _ in row.refusals)) == (2, 2, ["2", "3"])


def test_a_nightly_sweep_mends_silently_and_says_what(account, platform) -> None:
    platform.put(order(1), order(2))
    only_orders(platform)
    reading.start_import(account, actor=SYSTEM)
    run_jobs()
    platform.put(order(2, state="shipped", updated_at=NOW), order(3, updated_at=NOW, placed_at=NOW))
    Reading.objects.update(started_at=NOW - timedelta(hours=31))
    assert sweeps.compare_due() == 1
    assert sweeps.compare_due() == 0
    run_jobs()
    row = Reading.objects.get(kind="sweep")
    assert (row.read, row.created, row.mended) == (2, 1, 1)
    assert Order.objects.get(number="2").state == "shipped"
    assert Event.objects.get(verb="connection.swept").codes["count"] == 2
    assert set(Event.objects.filter(subject_type="order").values_list("origin", flat=True)) == {
        "import", "reconciliation",
    }  # fmt: skip


def test_nothing_is_swept_before_an_import_was_asked_for(account, platform) -> None:
    fill(platform)
    assert (sweeps.compare_due(), Reading.objects.count()) == (0, 0)


def test_a_platform_that_tells_nothing_is_asked_every_few_minutes(account, platform) -> None:
    platform.capabilities = type(EVERYTHING)(facts=frozenset({Fact.ORDERS}))
    platform.put(order(1))
    reading.start_import(account, actor=SYSTEM)
    run_jobs()
    assert sweeps.compare_due() == 0
    Reading.objects.update(started_at=NOW - timedelta(minutes=5))
    platform.put(order(2, placed_at=NOW, updated_at=NOW))
    assert sweeps.compare_due() == 1
    run_jobs()
    assert list(Event.objects.filter(verb="order.created").values_list("origin", flat=True)) == ["live"]


def test_a_paused_connection_is_left_alone(account, platform) -> None:
    fill(platform)
    reading.start_import(account, actor=SYSTEM)
    Connection.objects.update(active=False)
    run_jobs()
    assert (Order.objects.count(), sweeps.queue_readings(), sweeps.compare_due()) == (0, 0, 0)


def test_who_was_erased_does_not_come_back(account, platform) -> None:
    platform.capabilities = type(EVERYTHING)(facts=frozenset({Fact.CUSTOMERS}))
    platform.customers["71"] = CustomerData("71", "claire@example.org", "Claire", "06 12 34 56 78")
    reading.start_import(account, actor=SYSTEM)
    run_jobs()
    erase(Customer.objects.get(), actor=SYSTEM)
    reading.start_import(account, actor=SYSTEM)
    run_jobs()
    assert (Customer.objects.count(), Identity.objects.filter(value__contains="claire").count()) == (1, 0)


def test_a_customer_of_three_thousand_orders(account, platform, django_assert_max_num_queries) -> None:
    only_orders(platform)
    platform.page_size = 250
    platform.put(*[ground.order(str(n), shipments=(), updated_at=NOW, lines=()) for n in range(3000)])
    reading.start_import(account, actor=SYSTEM)
    with django_assert_max_num_queries(500):
        run_jobs()
    assert (Order.objects.count(), Customer.objects.count()) == (3000, 1)


def test_old_reports_go_but_the_newest_stays(account, platform) -> None:
    old = NOW - timedelta(days=90)
    for days in range(3):
        row = Reading.objects.create(connection=account, kind="sweep", what="orders", finished_at=old)
        Reading.objects.filter(pk=row.pk).update(started_at=old - timedelta(days=days))
    assert (sweeps.forget_old_readings(), Reading.objects.count()) == (2, 1)
