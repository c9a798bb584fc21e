"""Webhooks: proved, kept, answered, understood once; whatever order, whatever state the shop is in."""

import hashlib
import hmac
import time
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.models import Task
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.customers.actions import erase, identify
from comptoir.customers.consents import Proof, agreed, withdraw
from comptoir.customers.models import Consent, Customer, IdentityKind
from comptoir.orders.connecting import intake, sweeps
from comptoir.orders.models import Connection, Order, Product, RawNotice
from comptoir.orders.notices import KEPT
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CustomerData, Notice, ProductData
from tests import erasure, world
from tests.orders import ground
from tests.work import forget_jobs, run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
MINUTE = timedelta(minutes=1)


def order(state: str = "paid", ago: int = 10, **changes):
    changes = {"placed_at": NOW - 60 * MINUTE, "shipments": ()} | changes
    return ground.order(state=state, updated_at=NOW - ago * MINUTE, **changes)


def post(account, headers, body, **more):
    meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()} | more
    where = f"/api/connections/{account.public_id if account else uuid.uuid4()}/webhook"
    return Client(enforce_csrf_checks=True).generic("POST", where, body, content_type="application/json", **meta)


def tell(account, platform, *notices: Notice) -> list[int]:
    """Post these as the platform would; how each was answered."""
    return [post(account, *platform.notice(notice)).status_code for notice in notices]


def whole(data) -> Notice:
    return Notice("order", data.external_id, "orders/updated", order=data, updated_at=data.updated_at)


def thin(key: str) -> Notice:
    return Notice("order", key, "orders/updated", order_id=key)


def states() -> list[str]:
    return list(RawNotice.objects.order_by("pk").values_list("state", flat=True))


def test_a_signed_webhook_is_kept_and_then_understood(account, platform) -> None:
    headers, body = platform.notice(whole(order()))
    answer = post(account, headers, body)
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    kept = RawNotice.objects.get()
    assert (bytes(kept.body), kept.key, kept.topic, kept.state) == (body, "delivery-1", "orders/updated", "waiting")
    assert (Order.objects.count(), waiting_jobs()) == (0, ["orders.connecting.intake.understand"])
    run_jobs()
    row = Order.objects.get()
    kept.refresh_from_db()
    assert (row.number, row.connection, kept.state, kept.customer_key) == (
        "MA-1001", account, "done", row.identity.customer_id,
    )  # fmt: skip
    assert platform.reads == 0


def test_the_same_delivery_is_taken_once(account, platform) -> None:
    headers, body = platform.notice(whole(order()))
    assert [post(account, headers, body).json()["received"] for _ in range(5)] == [True, False, False, False, False]
    run_jobs()
    assert post(account, headers, body).json() == {"received": False}
    assert (RawNotice.objects.count(), Order.objects.count(), waiting_jobs()) == (1, 1, [])
    assert Event.objects.filter(subject_type="order").count() == 1


@pytest.mark.parametrize("forged", ["0" * 64, "", "é"], ids=["other", "none", "no-ascii"])
def test_a_forged_one_is_refused_and_nothing_is_kept(account, platform, forged) -> None:
    headers, body = platform.notice(whole(order()))
    assert post(account, headers | {"x-fake-signature": forged}, body).status_code == 401
    assert post(account, headers, body + b" ").status_code == 401
    assert post(None, headers, body).status_code == 401
    assert (RawNotice.objects.count(), waiting_jobs()) == (0, [])


def test_an_unsigned_ping_is_answered_and_not_kept(account, platform) -> None:
    headers, body = platform.notice(Notice("ping"))
    assert post(account, headers | {"x-fake-signature": ""}, body).status_code == 200
    assert RawNotice.objects.count() == 0


def test_an_oversized_one_is_refused_in_words(account, platform) -> None:
    headers, _body = platform.notice(whole(order()))
    answer = post(account, headers, b"x" * (10 * 2**20 + 1))
    assert (answer.status_code, answer.json()["error"]) == (413, "A webhook may weigh 10 MB.")
    assert RawNotice.objects.count() == 0


def test_a_connection_that_cannot_be_read_asks_for_patience(account, platform) -> None:
    Connection.objects.update(vendor="gone")
    assert tell(account, platform, whole(order())) == [503]


def test_reordered_and_doubled_tellings_never_move_an_order_back(account, platform) -> None:
    first, second, third = order("paid", 9), order("preparing", 6), order("shipped", 3)
    tell(account, platform, whole(third), whole(first), whole(second), whole(third), whole(first))
    run_jobs()
    assert (Order.objects.get().state, states()) == ("shipped", ["done"] * 5)
    verbs = list(Event.objects.filter(subject_type="order").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["order.created", "order.shipped"]


def test_a_storm_is_acknowledged_and_taken_by_one_job(account, platform) -> None:
    many = [order(external_id=f"{n}", number=f"{n}", email=f"c{n % 3}@example.org") for n in range(60)]
    assert set(tell(account, platform, *map(whole, many))) == {200}
    assert waiting_jobs() == ["orders.connecting.intake.understand"]
    began = time.monotonic()
    run_jobs()
    assert time.monotonic() - began < 10
    assert (Order.objects.count(), set(states())) == (60, {"done"})


def test_one_that_makes_no_sense_is_kept_and_the_others_are_taken(account, platform) -> None:
    bad = order(external_id="2", number="2", total=-5)
    tell(account, platform, whole(order(external_id="1", number="1")), whole(bad))
    headers, _body = platform.notice(whole(order()))
    body = b"\xff\x00 not json"
    signature = hmac.new(b"fake-secret", body, hashlib.sha256).hexdigest()
    assert post(account, headers | {"x-fake-signature": signature}, body).status_code == 200
    run_jobs()
    assert (Order.objects.count(), states()) == (1, ["done", "failed", "failed"])
    assert "négatif" in RawNotice.objects.order_by("pk")[1].problem
    platform.told[1] = whole(replace(bad, total=5))
    assert intake.replay(account, actor=SYSTEM) == 2
    run_jobs()
    assert (Order.objects.count(), states()) == (2, ["done", "done", "failed"])


def test_one_that_only_the_database_minds_spoils_no_batch(account, platform) -> None:
    strange = order(external_id="2", number="2", currency="EURO")
    tell(account, platform, whole(order(external_id="1", number="1")), whole(strange))
    run_jobs()
    assert (Order.objects.count(), states()) == (1, ["done", "failed"])


def test_a_thin_one_is_read_again_once_for_all(account, platform) -> None:
    platform.put(order("shipped", external_id="7", number="7"))
    tell(account, platform, thin("7"), thin("7"), thin("8"))
    run_jobs()
    assert (Order.objects.get().state, platform.reads) == ("shipped", 2)
    assert states() == ["done", "done", "ignored"]


def test_a_shop_that_is_down_for_a_day_loses_nothing(account, platform) -> None:
    platform.down = True
    tell(account, platform, *[thin(f"{n}") for n in range(20)], whole(order()))
    run_jobs()
    assert platform.reads == 1  # one question finds out, not twenty
    account.refresh_from_db()
    assert account.problem == "La boutique ne répond pas."
    assert (Order.objects.count(), states().count("waiting")) == (1, 20)
    for hours in range(1, 25):
        RawNotice.objects.filter(state="waiting").update(next_at=NOW - MINUTE, received_at=NOW - timedelta(hours=hours))
        assert sweeps.queue_due() == 1
        run_jobs()
    assert (platform.reads, states().count("waiting")) == (25, 20)
    platform.down = False
    platform.put(*[order(external_id=f"{n}", number=f"{n}") for n in range(20)])
    RawNotice.objects.filter(state="waiting").update(next_at=NOW - MINUTE)
    sweeps.queue_due()
    run_jobs()
    assert (Order.objects.count(), set(states())) == (21, {"done"})


def test_what_waits_for_days_is_given_up_in_words(account, platform) -> None:
    platform.down = True
    tell(account, platform, thin("1"))
    RawNotice.objects.update(received_at=NOW - timedelta(days=5))
    run_jobs()
    assert states() == ["failed"]
    assert "quatre jours" in RawNotice.objects.get().problem


def test_the_pause_that_the_shop_asks_for_is_kept(account, platform) -> None:
    platform.throttle(900)
    tell(account, platform, thin("1"))
    run_jobs()
    wait = RawNotice.objects.get().next_at - timezone.now()
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15)
    assert (sweeps.queue_due(), waiting_jobs()) == (0, [])


def test_a_permanent_refusal_is_listed(account, platform) -> None:
    platform.errors.append(PortError("La clé n’est plus valable.", permanent=True))
    tell(account, platform, thin("1"))
    run_jobs()
    assert (states(), RawNotice.objects.get().problem) == (["failed"], "La clé n’est plus valable.")


def test_a_paused_connection_keeps_what_it_is_told(account, platform) -> None:
    Connection.objects.update(active=False)
    assert tell(account, platform, whole(order())) == [200]
    run_jobs()
    assert (states(), Order.objects.count(), sweeps.queue_due()) == (["waiting"], 0, 0)
    Connection.objects.update(active=True)
    intake.wake(account)
    run_jobs()
    assert (states(), Order.objects.count()) == (["done"], 1)


def test_a_job_that_a_crash_lost_is_queued_again(account, platform) -> None:
    tell(account, platform, whole(order()))
    forget_jobs()
    RawNotice.objects.update(received_at=NOW - MINUTE)
    assert sweeps.queue_due() == 1
    run_jobs()
    assert states() == ["done"]


def test_products_and_customers_are_taken(account, platform) -> None:
    tell(
        account,
        platform,
        Notice("product", "p1", product=ProductData("p1", "Bougie", sku="B1", price=2490, stock=3)),
        Notice("customer", "71", customer=CustomerData("71", "Claire@Orange.example", "Claire", "06 12 34 56 78")),
    )
    run_jobs()
    product = Product.objects.get()
    assert (product.title, product.price, product.stock) == ("Bougie", 2490, 3)
    values = sorted(Customer.objects.get().identities.values_list("kind", "value"))
    assert values == [("email", "claire@orange.example"), ("phone", "+33612345678"), ("shop", "71")]
    assert states() == ["done", "done"]


def test_consents_of_the_platform_never_go_against_a_choice_made_here(account, platform) -> None:
    topic, now = ("email", "news"), timezone.now()

    def hears(yes: bool, minutes: int) -> bool:
        person = CustomerData(
            "71", "claire@orange.example", "Claire", consents={"email": yes, "pigeon": True},
            updated_at=now + timedelta(minutes=minutes),
        )  # fmt: skip
        tell(account, platform, Notice("customer", f"71-{minutes}", customer=person))
        run_jobs()
        return agreed(Customer.objects.get().pk, account.shop_id, *topic)

    assert [hears(False, -50), hears(True, -40), hears(True, -39)] == [False, True, True]
    kept = Consent.objects.get()
    assert (kept.channel, kept.purpose, kept.form) == ("email", "news", account.vendor)
    assert [hears(False, -30), hears(True, -20)] == [False, True]
    withdraw(kept.identity, account.shop, topic, proof=Proof("unsubscribe"), actor=SYSTEM)
    assert hears(True, 5) is False  # the person changed, not what they allow
    assert Consent.objects.count() == 4
    Consent.objects.exclude(form="unsubscribe").delete()
    assert hears(True, 6) is False  # the platform's first word, after a no that was said here


@pytest.mark.parametrize(("wish", "words"), [("data_request", "Donner"), ("customer_redact", "Effacer")])
def test_a_wish_about_personal_data_becomes_a_task_with_a_deadline(account, platform, wish, words) -> None:
    owner = world.owner()
    identity = identify(IdentityKind.EMAIL, "claire@example.org", name="Claire Vasseur")
    told = CustomerData("71", "claire@example.org")
    tell(account, platform, Notice("privacy", "71", customer=told, privacy=wish))
    run_jobs()
    task = Task.objects.get()
    assert (task.customer, task.assignee, words in task.title) == (identity.customer, owner, True)
    assert timedelta(days=24) < task.due_at - timezone.now() < timedelta(days=26)
    identity.customer.refresh_from_db()
    assert identity.customer.erased_at is None  # a person decides


def test_a_wish_about_a_stranger_leaves_nothing(account, platform) -> None:
    told = CustomerData("99", "inconnue@example.org")
    tell(account, platform, Notice("privacy", "99", customer=told, privacy="customer_redact"))
    run_jobs()
    kept = RawNotice.objects.get()
    assert (kept.state, bytes(kept.body), Task.objects.count()) == ("ignored", b"", 0)


def test_erasing_a_person_reaches_the_raw_webhooks(account, platform) -> None:
    strings = ["claire@example.org", "Naudières", "Quillivic"]
    platform.down = True
    body = b'{"email": "claire@example.org", "street": "8 rue des Naudi\xc3\xa8res", "name": "Quillivic"}'
    tell(account, platform, whole(order(customer_id="71", tags=("Quillivic",), discount_codes=("MERCI-QUILLIVIC",))))
    run_jobs()
    done = RawNotice.objects.get()
    RawNotice.objects.filter(pk=done.pk).update(body=body)
    RawNotice.objects.create(connection=account, key="k2", body=body, state="failed", problem="JSON")
    RawNotice.objects.create(connection=account, key="k3", body=b'{"email": "paul@example.org"}', state="failed")
    assert erasure.remains(strings)
    erase(Order.objects.get().identity.customer, actor=SYSTEM)
    assert erasure.remains(strings) == []
    assert bytes(RawNotice.objects.get(key="k3").body)
    # the platform tells of the erased person's order once more: nothing of theirs comes back
    platform.down = False
    tell(account, platform, whole(order("shipped", ago=1, customer_id="71")))
    RawNotice.objects.filter(state="waiting").update(body=platform.notice(platform.told[-1])[1])
    run_jobs()
    assert (Order.objects.get().state, erasure.remains(strings)) == ("shipped", [])
    assert bytes(RawNotice.objects.order_by("pk").last().body) == b""


def test_bytes_are_forgotten_after_their_days(account, platform) -> None:
    tell(account, platform, whole(order()), thin("5"))
    run_jobs()
    RawNotice.objects.update(received_at=NOW - KEPT - timedelta(days=1))
    assert sweeps.forget_old() == 2
    assert {bytes(kept.body) for kept in RawNotice.objects.all()} == {b""}
    assert sweeps.forget_old() == 0
