"""Webhooks that leave: signed, once, again until they are had, and never more than their agent may see."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptoir.conversations.actions import organising
from comptoir.core.actors import Actor
from comptoir.core.models import Agent, Event
from comptoir.customers.actions import erase
from comptoir.lib.signatures import verify
from comptoir.webhooks import actions
from comptoir.webhooks.models import DeliveryState, Endpoint, WebhookDelivery
from tests import world
from tests.webhooks.conftest import Receiver
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db


def endpoint(receiver: Receiver, agent: Agent | None = None, **more: Any) -> tuple[Endpoint, str]:
    agent = agent or world.camille()
    made = actions.create_endpoint({"name": "ERP", "url": receiver.url, **more}, agent=agent, actor=Actor.of(agent))
    actions.wishes.forget()
    return made


def closed(**more: Any) -> Any:
    row = world.conversation(**more)
    organising.close(row, actor=Actor.of(world.camille()))
    return row


def again() -> None:
    """Time goes by."""
    WebhookDelivery.objects.filter(state="waiting").update(due_at=timezone.now())
    actions.send_due()
    run_jobs()


def test_what_happened_is_told_once_and_signed(receiver: Receiver) -> None:
    _, secret = endpoint(receiver)
    row = closed()
    run_jobs()
    again()
    (headers, body) = receiver.got[0]
    assert len(receiver.got) == 1
    event = Event.objects.get(verb="conversation.closed")
    verify(secret, headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body)
    told = receiver.bodies[0]
    assert (told["type"], told["data"]["event"], told["data"]["conversation"]["id"]) == (
        "conversation.closed",
        event.pk,
        row.pk,
    )
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts[0]["status"], delivery.attempts[0]["answer"]) == (
        "delivered",
        200,
        "merci",
    )


def test_only_what_was_asked_for_and_only_keys(receiver: Receiver) -> None:
    endpoint(receiver, verbs=["conversation.tagged"], content=False)
    row = closed()
    organising.tag(row, "colis", actor=Actor.of(world.camille()))
    run_jobs()
    assert [body["type"] for body in receiver.bodies] == ["conversation.tagged"]
    assert set(receiver.bodies[0]["data"]) == {"event", "subject", "actor", "customer", "shop", "details"}
    assert "Claire" not in str(receiver.bodies)


def test_a_dead_receiver_is_tried_again_under_the_same_name(receiver: Receiver) -> None:
    endpoint(receiver)
    receiver.status = 500
    closed()
    run_jobs()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.tries) == ("waiting", 1)
    assert delivery.due_at > timezone.now() + timedelta(seconds=3)
    assert Endpoint.objects.get().failing_since is not None
    receiver.status = 204
    again()
    assert len(receiver.got) == 2
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED
    assert Endpoint.objects.get().failing_since is None


def test_it_is_given_up_after_the_last_try_and_told_again_when_asked(receiver: Receiver) -> None:
    endpoint(receiver)
    receiver.status = 503
    receiver.headers = {"Retry-After": "7200"}
    closed()
    run_jobs()
    assert WebhookDelivery.objects.get().due_at > timezone.now() + timedelta(minutes=110)
    for _ in range(20):
        again()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.tries) == ("failed", len(actions.WAITS) + 1)
    receiver.status = 200
    assert actions.replay(WebhookDelivery.objects.filter(state="failed")) == 1
    run_jobs()
    assert WebhookDelivery.objects.get().state == "delivered"


def test_an_address_rests_after_failures_in_a_row(receiver: Receiver) -> None:
    endpoint(receiver)
    receiver.status = 500
    for _ in range(5):
        closed()
    run_jobs()
    assert len(receiver.got) == actions.IN_A_ROW
    receiver.status = 200
    again()
    assert WebhookDelivery.objects.filter(state="delivered").count() == 5


@pytest.mark.parametrize(("status", "days", "because"), [(410, 0, "gone"), (500, 6, "failing"), (500, 4, "")])
def test_who_is_gone_or_fails_for_days_is_stopped(receiver: Receiver, status: int, days: int, because: str) -> None:
    endpoint(receiver)
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=days) if days else None)
    receiver.status = status
    closed()
    run_jobs()
    held = Endpoint.objects.get()
    assert (held.active, held.stopped_because) == (not because, because)
    assert Event.objects.filter(verb="endpoint.stopped").exists() == bool(because)


def test_its_agent_hears_of_their_own_shop_alone(receiver: Receiver) -> None:
    endpoint(receiver, world.camille())
    mine = closed()
    closed(who=world.karim(), box=world.inbox(of=world.shop("rivage")))
    run_jobs()
    assert [body["data"]["subject"]["id"] for body in receiver.bodies] == [mine.pk]


def test_accounts_and_imports_are_told_to_nobody(receiver: Receiver) -> None:
    endpoint(receiver)
    actions.create_endpoint({"name": "x", "url": receiver.url}, agent=world.owner(), actor=Actor.of(world.owner()))
    run_jobs()
    assert receiver.got == []


def test_what_was_erased_is_told_to_nobody(receiver: Receiver) -> None:
    endpoint(receiver, world.lead())
    row = closed()
    erase(row.identity.customer, actor=Actor.of(world.lead()))
    run_jobs()
    assert "Claire" not in str(receiver.got)
    assert "customer.erased" in [body["type"] for body in receiver.bodies]


def test_our_own_network_is_not_called(receiver: Receiver, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, private_hosts=())
    endpoint(receiver)
    closed()
    run_jobs()
    assert receiver.got == []
    assert WebhookDelivery.objects.get().attempts[0]["error"] == "forbidden"


def test_a_paused_address_hears_nothing_and_goes_on_with_what_waited(receiver: Receiver) -> None:
    held, _ = endpoint(receiver)
    receiver.status = 500
    closed()
    run_jobs()
    actions.set_active(held, False, actor=Actor.of(world.owner()))
    actions.wishes.forget()  # as after the commit
    receiver.got.clear()
    receiver.status = 200
    closed()
    again()
    assert receiver.got == []
    held.refresh_from_db()
    actions.set_active(held, True, actor=Actor.of(world.owner()))
    again()
    assert len(receiver.got) == 1


def test_a_worker_killed_while_telling_tells_again(receiver: Receiver) -> None:
    endpoint(receiver)
    closed()
    WebhookDelivery.objects.update(state="sending", due_at=timezone.now() + timedelta(seconds=60))
    actions.send_due()
    run_jobs()
    assert receiver.got == []
    WebhookDelivery.objects.update(due_at=timezone.now())
    actions.send_due()
    run_jobs()
    assert len(receiver.got) == 1


def test_two_secrets_sign_for_a_day(receiver: Receiver) -> None:
    held, first = endpoint(receiver)
    second = actions.renew_secret(held, actor=Actor.of(world.owner()))
    closed()
    run_jobs()
    headers, body = receiver.got[0]
    for secret in (first, second):
        verify(secret, headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body)
    assert len(headers["webhook-signature"].split()) == 2
    Endpoint.objects.update(former_until=timezone.now())
    closed()
    run_jobs()
    assert len(receiver.got[1][0]["webhook-signature"].split()) == 1
    assert first not in str(Endpoint.objects.values())


def test_without_an_address_nothing_is_written_or_queued(receiver: Receiver) -> None:
    closed()
    assert not WebhookDelivery.objects.exists()
    assert not [name for name in waiting_jobs() if "webhooks" in name]


def test_old_lines_of_the_log_go(receiver: Receiver) -> None:
    endpoint(receiver)
    closed()
    run_jobs()
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    actions.forget_old()
    assert not WebhookDelivery.objects.exists()
