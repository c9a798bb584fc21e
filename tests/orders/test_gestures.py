"""What is done to orders: quoted, weighed, held, carried out once, taken back; and all that goes wrong in between."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptoir.core.models import Agent, Event
from comptoir.orders.gestures import carrying, proposing, quoting, sweeps
from comptoir.orders.gestures.proposing import NotAllowed, TooLate, Wish
from comptoir.orders.gestures.reckoning import CannotAct
from comptoir.orders.models import Authority, Gesture, Order, Refund
from comptoir.ports.errors import PortError
from comptoir.ports.fake_shop import FakePlatform
from comptoir.ports.shop import LineData, Request, Verb
from tests import world
from tests.orders import platform as ground
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
State = Gesture.State


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """A platform behind Maison Alba."""
    with ground.plugged() as made:
        yield made


def wish(order: Order, verb: Verb = Verb.REFUND, key: str = "k1", **asked: Any) -> Wish:
    """Something to do to the order."""
    return Wish(order, Request(verb, reason="Casse", **asked), key)


def do(order: Order, agent: Agent | None = None, verb: Verb = Verb.REFUND, key: str = "k1", **asked: Any) -> Gesture:
    """Proposed and confirmed by Camille, and the jobs run."""
    agent = agent or world.camille()
    made = proposing.confirm(proposing.propose(wish(order, verb, key, **asked), agent=agent), agent=agent)
    run_jobs()
    made.refresh_from_db()
    return made


def later(gesture: Gesture) -> None:
    """Time passes, and the sweep looks."""
    Gesture.objects.filter(pk=gesture.pk).update(next_at=timezone.now() - timedelta(seconds=1))
    sweeps.move_on()
    run_jobs()
    gesture.refresh_from_db()


def test_a_part_is_refunded_once_and_stands_on_the_order(platform: FakePlatform) -> None:
    order = ground.order(platform)
    made = do(order, lines={"l1": 1, "l2": 1})
    assert (made.state, made.amount, made.charged_to) == (State.DONE, 4190, world.camille())
    assert [(refund.amount, refund.reason) for refund in Refund.objects.filter(order=order)] == [(4190, "Casse")]
    assert [act.key for act in platform.acts] == ["k1"]
    verbs = (
        Event.objects.filter(subject_type="gesture", subject_id=made.pk).order_by("id").values_list("verb", flat=True)
    )
    assert list(verbs) == ["gesture.proposed", "gesture.confirmed", "gesture.done"]


def test_the_same_key_twice_is_the_same_act(platform: FakePlatform) -> None:
    order = ground.order(platform)
    first, second = do(order, lines={"l2": 1}), do(order, lines={"l2": 1})
    assert first.pk == second.pk
    carrying.carry_out(first.pk)
    assert len(platform.acts) == 1
    with pytest.raises(proposing.KeyTaken):
        proposing.propose(wish(order, Verb.NOTE, text="x"), agent=world.camille())


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"lines": {"l1": 5}}, "count"),
        ({"lines": {"l9": 1}}, "line"),
        ({"lines": {"l1": -1}}, "negative"),
        ({"amount": -100}, "negative"),
        ({"amount": 9681}, "too_much"),
        ({"amount": 10**16}, "too_much"),
        ({"shipping": 391}, "shipping"),
        ({}, "nothing"),
        ({"amount": 100, "text": "x\0"}, "text"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_happens(
    platform: FakePlatform, asked: dict[str, Any], code: str
) -> None:
    order = ground.order(platform)
    with pytest.raises(CannotAct) as refused:
        proposing.propose(wish(order, **asked), agent=world.camille())
    assert refused.value.code == code
    assert not Gesture.objects.exists()
    assert platform.acts == []


def test_a_platform_without_refunds_of_lines_is_asked_for_the_amount(platform: FakePlatform) -> None:
    from dataclasses import replace

    platform.capabilities = replace(platform.capabilities, refund_lines=False)
    made = do(ground.order(platform), lines={"l1": 2})
    assert (made.amount, platform.acts[0].request.amount) == (3400, 3400)


def test_beyond_a_limit_a_second_person_agrees_and_it_is_on_their_account(platform: FakePlatform) -> None:
    order, tom = ground.order(platform), world.lead()
    made = do(order, lines={"l1": 4, "l2": 1}, shipping=390)
    assert (made.state, made.over, made.charged_to) == (State.WAITING, ["act"], None)
    assert platform.acts == []
    with pytest.raises(NotAllowed):
        proposing.approve(made, agent=world.camille())
    proposing.approve(made, agent=tom, answer="D’accord")
    run_jobs()
    made.refresh_from_db()
    assert (made.state, made.approver, made.charged_to, made.answer) == (State.DONE, tom, tom, "D’accord")
    with pytest.raises(TooLate):
        proposing.approve(made, agent=world.owner())


def test_nobody_agrees_to_their_own_act(platform: FakePlatform) -> None:
    order, tom = ground.order(platform, total=90_000), world.lead()
    world.owner()
    made = do(order, tom, amount=60_000)
    assert made.state == State.WAITING
    with pytest.raises(NotAllowed):
        proposing.approve(made, agent=tom)
    with pytest.raises(NotAllowed):
        proposing.decline(made, agent=tom)
    proposing.decline(made, agent=world.owner(), answer="Non")
    made.refresh_from_db()
    assert (made.state, made.answer, platform.acts) == (State.REFUSED, "Non", [])


def test_without_anybody_who_may_agree_nothing_waits_in_vain(platform: FakePlatform) -> None:
    order = ground.order(platform)
    with pytest.raises(NotAllowed) as refused:
        do(order, amount=9000)
    assert refused.value.nobody
    assert Gesture.objects.get().state == State.PROPOSED


def test_who_only_reads_or_serves_another_shop_may_not(platform: FakePlatform) -> None:
    order = ground.order(platform)
    with pytest.raises(NotAllowed):
        proposing.propose(wish(order, amount=100), agent=world.reader())
    world.agent("Rémi Otto", "lead", of=world.shop("rivage"))
    made = None
    with pytest.raises(NotAllowed):  # the lead of another shop is nobody here
        made = do(order, amount=9000)
    assert made is None


def test_the_day_and_the_customer_have_limits_which_failures_give_back(platform: FakePlatform) -> None:
    world.lead()
    order = ground.order(platform)
    Authority.objects.create(role="agent", currency="EUR", per_day=5000)
    Authority.objects.create(role="agent", currency="EUR", verb="gift_card", per_customer=1000, period_days=30)
    Authority.objects.create(role="lead", approves=True)
    made = proposing.propose(wish(order, amount=3000), agent=world.camille())
    platform.errors = [PortError("Non", permanent=True)]
    proposing.confirm(made, agent=world.camille())
    run_jobs()
    made.refresh_from_db()
    assert (made.state, made.problem) == (State.FAILED, "Non")
    assert do(order, amount=3000, key="k2").state == State.DONE
    over = do(order, amount=2500, key="k3")
    assert (over.state, over.over) == (State.WAITING, ["day"])
    gift = do(order, verb=Verb.GIFT_CARD, amount=900, key="k4")
    assert gift.state == State.DONE
    assert do(order, verb=Verb.GIFT_CARD, amount=200, key="k5").over == ["customer"]
    Gesture.objects.filter(key="k4").update(charged_at=timezone.now() - timedelta(days=31))
    assert do(order, verb=Verb.GIFT_CARD, amount=200, key="k6").state == State.DONE


def test_rows_of_ones_own_reasons_and_prohibitions(platform: FakePlatform) -> None:
    world.lead()
    order, camille = ground.order(platform), world.camille()
    Authority.objects.create(role="agent", currency="EUR", per_act=10)
    Authority.objects.create(role="lead", approves=True)
    Authority.objects.create(agent=camille, currency="EUR", per_act=5000, watched=True)
    Authority.objects.create(agent=camille, currency="EUR", reason="casse", per_act=2000)
    Authority.objects.create(agent=camille, verb="cancel", allowed=False)
    assert do(order, amount=2001).over == ["act"]
    done = do(order, amount=2000, key="k2")
    assert (done.state, done.watched) == (State.DONE, True)
    with pytest.raises(NotAllowed):
        do(order, verb=Verb.CANCEL, key="k3")


def test_an_answer_that_was_lost_is_looked_for_and_never_asked_again(platform: FakePlatform) -> None:
    order = ground.order(platform)
    platform.loses_answers = 1
    made = do(order, amount=1000)
    assert (made.state, len(platform.acts)) == (State.UNCERTAIN, 1)
    later(made)
    assert (made.state, len(platform.acts), made.result["external_id"]) == (State.DONE, 1, "refund-1")
    assert Refund.objects.get(order=order).amount == 1000


def test_what_is_not_found_is_shown_to_a_person_and_stays_held(platform: FakePlatform) -> None:
    order = ground.order(platform)
    platform.loses_answers = 1
    made = do(order, amount=1000)
    platform.acts.clear()
    for _ in range(len(carrying.LOOKS)):
        later(made)
    assert (made.state, made.next_at, platform.acts) == (State.UNCERTAIN, None, [])
    assert Event.objects.filter(verb="gesture.unsettled", subject_id=made.pk).count() == 1
    assert quoting.quote(order, Request(Verb.REFUND, amount=1), world.camille()).verdict.bars[1].used == 1000
    assert carrying.settle(made, agent=world.camille(), done=False)
    assert not carrying.settle(made, agent=world.camille(), done=True)
    made.refresh_from_db()
    assert made.state == State.FAILED


class Killed(BaseException):
    """The worker dies here: no handler of ours runs."""


def test_a_worker_that_dies_between_question_and_answer(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ground.order(platform)
    made = proposing.confirm(proposing.propose(wish(order, amount=1000), agent=world.camille()), agent=world.camille())
    act = FakePlatform.act

    def dies(self: FakePlatform, *asked: Any) -> Any:
        act(self, *asked)
        raise Killed

    monkeypatch.setattr(FakePlatform, "act", dies)
    with pytest.raises(Killed):
        carrying.carry_out(made.pk)
    monkeypatch.undo()
    carrying.carry_out(made.pk)  # the job runs again
    made.refresh_from_db()
    assert (made.state, len(platform.acts)) == (State.EXECUTING, 1)
    later(made)
    assert made.state == State.UNCERTAIN
    later(made)
    assert (made.state, len(platform.acts)) == (State.DONE, 1)


def test_an_order_that_changed_in_between_is_not_refunded(platform: FakePlatform) -> None:
    order = ground.order(platform)
    made = proposing.confirm(proposing.propose(wish(order, amount=5000), agent=world.camille()), agent=world.camille())
    platform.refund_elsewhere(order.external_id, 9000)
    run_jobs()
    made.refresh_from_db()
    assert (made.state, len(platform.acts)) == (State.FAILED, 0)
    assert "a changé entre-temps" in made.problem


def test_a_platform_that_asks_to_wait_is_asked_again_later(platform: FakePlatform) -> None:
    order = ground.order(platform)
    made = proposing.confirm(proposing.propose(wish(order, amount=1000), agent=world.camille()), agent=world.camille())
    platform.throttle(30)
    run_jobs()
    made.refresh_from_db()
    assert (made.state, made.attempts, platform.acts) == (State.RESERVED, 1, [])
    assert made.next_at is not None
    assert made.next_at > timezone.now() + timedelta(seconds=20)
    later(made)
    assert (made.state, len(platform.acts)) == (State.DONE, 1)


def test_taking_back_where_the_platform_allows_it(platform: FakePlatform) -> None:
    order = ground.order(platform)
    code = do(order, verb=Verb.DISCOUNT_CODE, amount=1000, code="MERCI-CLAIRE-7F3K")
    assert code.result["code"] == "MERCI-CLAIRE-7F3K"
    assert carrying.undo(code, agent=world.camille())
    run_jobs()
    code.refresh_from_db()
    assert (code.state, platform.undone) == (State.UNDONE, [(Verb.DISCOUNT_CODE, "discount_code-1")])
    assert not carrying.undo(code, agent=world.camille())
    assert not carrying.undo(do(order, amount=100, key="k2"), agent=world.camille())


def test_without_a_platform_a_person_does_it_and_says_so() -> None:
    order = ground.order(None)
    made = do(order, lines={"l2": 1})
    assert (made.state, made.by_hand) == (State.BY_HAND, True)
    assert carrying.settle(made, agent=world.camille(), done=True)
    made.refresh_from_db()
    assert made.state == State.DONE
    assert Refund.objects.get(order=order).amount == 2490
    with pytest.raises(CannotAct) as refused:
        quoting.quote(Order.objects.get(pk=order.pk), Request(Verb.REFUND, amount=9000), world.camille())
    assert refused.value.amount == 7190


@pytest.mark.parametrize(("currency", "total"), [("JPY", 5000), ("KWD", 12_345)])
def test_currencies_with_none_and_three_decimals(platform: FakePlatform, currency: str, total: int) -> None:
    world.owner()
    lines = (LineData("Vase", total, external_id="l1"),)
    order = ground.order(platform, currency=currency, total=total, shipping=0, lines=lines)
    made = do(order, lines={"l1": 1})
    assert (made.state, made.over, made.amount, made.currency) == (State.WAITING, ["currency"], total, currency)
    Authority.objects.create(role="agent", currency=currency, per_act=total)
    again = do(order, lines={"l1": 1}, key="k2")
    assert (again.state, again.amount, again.currency) == (State.DONE, total, currency)


def test_five_hundred_lines(platform: FakePlatform) -> None:
    lines = tuple(LineData(f"Bouton {n}", 10, external_id=f"l{n}") for n in range(500))
    order = ground.order(platform, lines=lines, total=5390)
    everything = {f"l{n}": 1 for n in range(500)}
    assert quoting.quote(order, Request(Verb.REFUND, lines=everything), world.owner()).charge == 5000
    made = do(order, lines={"l7": 1, "l499": 1})
    assert (made.state, made.amount) == (State.DONE, 20)


def test_every_verb_reaches_the_platform(platform: FakePlatform) -> None:
    order, ines = ground.order(platform), world.owner()
    address = {"name": "C. Vasseur", "street": "1 rue Basse", "postcode": "44000", "city": "Nantes"}
    asked: dict[Verb, dict[str, Any]] = {
        Verb.REFUND: {"amount": 100}, Verb.EDIT_ADDRESS: {"address": address}, Verb.RESHIP: {"lines": {"l1": 1}},
        Verb.REPLACE: {"lines": {"l1": 1}}, Verb.DUPLICATE: {"lines": {"l1": 1}}, Verb.DISCOUNT_CODE: {"percent": 10},
        Verb.GIFT_CARD: {"amount": 100}, Verb.STORE_CREDIT: {"amount": 100}, Verb.FREE_SHIPPING: {},
        Verb.NOTE: {"text": "Fragile"}, Verb.TAG: {"text": "geste"}, Verb.CANCEL: {},
    }  # fmt: skip
    assert set(asked) == set(Verb)
    for verb, more in asked.items():
        assert do(order, ines, verb, key=verb.value, **more).state == State.DONE, verb
    assert [act.request.verb for act in platform.acts] == list(asked)
    order.refresh_from_db()
    assert (order.state, order.address["city"]) == (Order.State.CANCELLED, "Nantes")
