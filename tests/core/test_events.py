"""The event log: written with what it tells of, reacted to once, and silent for what was imported."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from comptoir.core import events, jobs, live
from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.core.models import Event, EventDetail, Origin, Receipt
from tests import world
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db
HEARD: list[int] = []


def hears(event: Event) -> None:
    """A subscriber for these tests."""
    HEARD.append(event.pk)


def fails(event: Event) -> None:
    """A subscriber that writes, then breaks."""
    Event.objects.filter(pk=event.pk).update(verb="written")
    raise KeyError("broken")


@pytest.fixture(autouse=True)
def subscribed(settings) -> None:  # type: ignore[no-untyped-def]
    HEARD.clear()
    settings.SUBSCRIBERS = {"shop.tested": [f"{__name__}.hears"], "shop.broken": [f"{__name__}.fails"]}


def test_a_live_event_is_reacted_to_once_however_often_its_job_runs() -> None:
    event = record(world.shop(), "shop.tested", actor=SYSTEM)
    assert waiting_jobs() == ["core.events.react"]
    run_jobs()
    events.react(event_id=event.pk, subscriber=f"{__name__}.hears")
    assert [event.pk] == HEARD
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("origin", [Origin.IMPORT, Origin.DEMO, Origin.REPLAY, Origin.RECONCILIATION])
def test_what_is_not_live_makes_nothing_react(origin: str) -> None:
    record(world.shop(), "shop.tested", actor=SYSTEM, origin=origin)
    assert waiting_jobs() == []
    assert Event.objects.get(verb="shop.tested").origin == origin


def test_an_event_that_waited_too_long_makes_nothing_react() -> None:
    record(world.shop(), "shop.tested", actor=SYSTEM, occurred_at=timezone.now() - timedelta(hours=25))
    run_jobs()
    assert HEARD == []


def test_a_reaction_that_breaks_leaves_neither_effect_nor_receipt() -> None:
    event = record(world.shop(), "shop.broken", actor=SYSTEM)
    with pytest.raises(KeyError), transaction.atomic():
        events.react(event_id=event.pk, subscriber=f"{__name__}.fails")
    event.refresh_from_db()
    assert (event.verb, Receipt.objects.count()) == ("shop.broken", 0)


def test_reactions_of_reactions_end() -> None:
    event = record(world.shop(), "shop.tested", actor=SYSTEM)
    for _ in range(20):
        event = record(world.shop(), "shop.tested", actor=SYSTEM, cause=event)
    assert event.depth == 20
    assert len(waiting_jobs()) == events.DEPTH_LIMIT


def test_an_event_vanishes_with_its_transaction() -> None:
    with transaction.atomic():
        record(world.shop(), "shop.tested", actor=SYSTEM, before={"name": "A"})
        transaction.set_rollback(True)
    assert (Event.objects.count(), EventDetail.objects.count(), waiting_jobs()) == (0, 0, [])


def test_people_s_values_stand_in_the_detail_only() -> None:
    event = record(
        world.shop(), "shop.edited", actor=SYSTEM, customer=7, before={"name": "Ana"}, after={"name": "Anna"}
    )
    assert EventDetail.objects.get(event_id=event.pk).after == {"name": "Anna"}
    assert "Ana" not in str(Event.objects.values().get(pk=event.pk))


def test_partitions_are_made_ahead_and_again_without_harm() -> None:
    events.ensure_partitions(4)
    events.ensure_partitions(4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'core_event'::regclass")
        assert cursor.fetchone()[0] == 6


def test_a_visitor_hears_of_their_own_chat_and_of_nothing_else() -> None:
    audiences = ["shop:1", "agent:2", "chat:abc"]
    assert live.addressed("conversation:9", audiences) == ["agent:2", "shop:1"]
    assert live.addressed("chat:abc", audiences) == ["chat:abc"]


def test_a_job_of_a_dead_worker_goes_back_and_one_with_a_twin_goes() -> None:
    record(world.shop(), "shop.tested", actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
        assert jobs.put_back_stalled() == 1
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, queueing_lock = 'once'")
    events.react.defer(once="once", event_id=1, subscriber="x")
    assert jobs.put_back_stalled() == 0
    assert len(waiting_jobs()) == 1


def test_one_that_waits_already_is_enough() -> None:
    for _ in range(3):
        events.react.defer(once="once", event_id=1, subscriber="x")
    assert len(waiting_jobs()) == 1


def test_every_subscriber_sweep_and_hook_of_the_settings_exists() -> None:
    from importlib import import_module

    from django.utils.module_loading import import_string

    from comptoir.config import settings as named

    dotted = [name for names in named.SUBSCRIBERS.values() for name in names]
    assert all(callable(import_string(name)) for name in [*dotted, *named.SWEEPS, *named.PERIODIC])
    assert all(import_module(name) for name in settings.CUSTOMER_DATA)
