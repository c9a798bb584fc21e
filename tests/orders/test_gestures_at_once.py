"""Two at one instant: agents on one limit, clicks on one button, a person who is erased; with rows really committed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from comptoir.core.erasure import erase
from comptoir.core.models import Agent
from comptoir.orders import personal
from comptoir.orders.gestures import carrying, proposing
from comptoir.orders.gestures.proposing import Wish
from comptoir.orders.models import Authority, Gesture, Order
from comptoir.ports.fake_shop import FakePlatform
from comptoir.ports.shop import Request, Verb
from tests import world
from tests.orders import platform as ground
from tests.work import run_jobs

State = Gesture.State


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """A platform behind Maison Alba."""
    with ground.plugged() as made:
        yield made


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """All of them in threads of their own, begun together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def proposed(order: Order, agent: Agent, key: str, **asked: Any) -> Gesture:
    """An act that waits for its confirmation."""
    verb = asked.pop("verb", Verb.REFUND)
    return proposing.propose(Wish(order, Request(verb, reason="Casse", **asked), key), agent=agent)


@pytest.mark.django_db(transaction=True)
def test_two_agents_on_one_customer_s_limit_and_two_clicks_on_one_button(platform: FakePlatform) -> None:
    order, camille, tom = ground.order(platform), world.camille(), world.lead()
    world.owner()
    for role in ("agent", "lead"):
        Authority.objects.create(role=role, currency="EUR", verb="gift_card", per_customer=1500)
        Authority.objects.create(role=role, currency="EUR", verb="refund")
    Authority.objects.create(role="owner", approves=True)
    gifts = [proposed(order, agent, f"g{agent.pk}", verb=Verb.GIFT_CARD, amount=1000) for agent in (camille, tom)]
    confirmed = at_once(
        lambda: proposing.confirm(gifts[0], agent=camille), lambda: proposing.confirm(gifts[1], agent=tom)
    )
    assert sorted(row.state for row in confirmed) == [State.RESERVED, State.WAITING]
    one = proposed(order, camille, "r1", amount=500)
    at_once(*[lambda: proposing.confirm(one, agent=camille)] * 3)
    at_once(*[lambda: carrying.carry_out(one.pk)] * 3)
    run_jobs()
    assert [act.request.verb for act in platform.acts if act.key == "r1"] == [Verb.REFUND]
    made = at_once(*[lambda: proposed(order, camille, "same", amount=100)] * 2)
    assert made[0].pk == made[1].pk
    assert Gesture.objects.filter(key="same").count() == 1


@pytest.mark.django_db
def test_an_erased_person_s_acts_stay_without_their_words(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.camille()
    address = {"name": "Claire Vasseur", "street": "9 rue Haute", "postcode": "44400", "city": "Rezé"}
    asked: list[dict[str, Any]] = [
        {"verb": Verb.EDIT_ADDRESS, "address": address},
        {"verb": Verb.DISCOUNT_CODE, "amount": 500, "code": "MERCI-CLAIRE-7F3K", "email": world.claire().value},
        {"verb": Verb.REFUND, "amount": 700},
    ]
    for number, each in enumerate(asked):
        row = proposing.confirm(proposed(order, camille, f"k{number}", **each), agent=camille)
        Gesture.objects.filter(pk=row.pk).update(words="Claire insiste", letter="Bonjour Claire")
    run_jobs()
    exported = personal.export(order.identity.customer_id)["gestures"]
    assert [each["act"] for each in exported] == ["edit_address", "discount_code", "refund"]
    erase(order.identity.customer_id)
    kept = list(Gesture.objects.order_by("key").values())
    assert [(row["verb"], row["amount"], row["state"], row["reason"]) for row in kept] == [
        ("edit_address", 0, "done", "Casse"),
        ("discount_code", 500, "done", "Casse"),
        ("refund", 700, "done", "Casse"),
    ]
    text = str(kept).lower()
    assert [word for word in ("claire", "vasseur", "haute", "merci-", "bonjour") if word in text] == []
