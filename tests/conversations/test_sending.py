"""How answers leave: the pace of an account, tries again, one recipient apart from the others, and later."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptoir.conversations.actions import delivering, pacing, scheduling
from comptoir.conversations.actions.answering import CannotAnswer, Written, reply, undo
from comptoir.conversations.actions.organising import wake_snoozed
from comptoir.conversations.models import Conversation, Delivery, Draft, Message, State, Waits
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Event
from comptoir.ports.channel import OutgoingMessage, SendResult
from comptoir.ports.errors import PortError
from tests import world
from tests.conversations import conftest
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
Sent = list[OutgoingMessage]


@pytest.fixture(autouse=True)
def _ground(db: None) -> None:
    ensure_partitions()


def limited(**limits: int) -> None:
    box = world.inbox()
    box.settings = {f"limit_{unit}": str(limit) for unit, limit in limits.items()}
    box.save()


def answer(number: int = 0, **more: Any) -> Message:
    made = reply(
        world.conversation(world.karim() if number else None),
        Written(html=f"<p>n{number}</p>", **more),
        agent=world.camille(),
    )
    Message.objects.filter(pk=made.pk, delivery=Delivery.HELD).update(due_at=timezone.now())
    return made


def leave() -> None:
    delivering.release_due()
    run_jobs()


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, message.waits


def test_an_account_sends_no_more_than_it_may_and_the_others_wait_their_turn(sent: Sent) -> None:
    limited(minute=2)
    messages = [answer(number) for number in range(5)]
    leave()
    assert len(sent) == 2
    assert [state(m) for m in messages[2:]] == [(Delivery.QUEUED, Waits.RATE)] * 3
    now = timezone.now()
    turns = [Message.objects.get(pk=m.pk).due_at for m in messages[2:]]
    assert all(turn is not None and now + timedelta(seconds=50) < turn for turn in turns)
    assert turns == sorted(turns)  # type: ignore[type-var]
    assert turns[2] - turns[0] > timedelta(seconds=50)  # type: ignore[operator]
    Message.objects.filter(delivery=Delivery.SENT).update(claimed_at=now - timedelta(seconds=61))
    Message.objects.filter(delivery=Delivery.QUEUED).update(due_at=now)
    leave()
    assert len(sent) == 4
    assert state(messages[4]) == (Delivery.QUEUED, Waits.RATE)


def test_who_comes_later_overtakes_nobody_and_machines_go_last(sent: Sent) -> None:
    limited(hour=1)
    first, waiting = answer(0), answer(1)
    leave()
    assert state(waiting) == (Delivery.QUEUED, Waits.RATE)
    Message.objects.filter(pk=first.pk).update(claimed_at=timezone.now() - timedelta(hours=2))
    late = answer(2)  # the window is free, but somebody waits already
    leave()
    assert state(late) == (Delivery.QUEUED, Waits.RATE)
    robot = answer(3)
    Message.objects.filter(pk=robot.pk).update(automatic=True, created_at=timezone.now() - timedelta(days=1))
    leave()
    robot.refresh_from_db()
    late.refresh_from_db()
    assert robot.due_at is not None
    assert late.due_at is not None
    assert robot.due_at > late.due_at


def test_several_windows_count_together_and_nonsense_limits_nothing(sent: Sent) -> None:
    box = world.inbox()
    box.settings = {"limit_minute": "abc", "limit_hour": "0", "limit_day": " 3 "}
    box.save()
    assert pacing.limits_of(box) == {"day": 3}
    messages = [answer(number) for number in range(4)]
    leave()
    assert len(sent) == 3
    messages[3].refresh_from_db()
    assert messages[3].due_at is not None
    assert messages[3].due_at > timezone.now() + timedelta(hours=23)


def test_tries_come_later_and_later_and_end_with_a_person(sent: Sent, errors: list[Exception]) -> None:
    message = answer()
    pauses = []
    for _try in range(len(pacing.BACKOFF)):
        errors.append(PortError("occupé", code="451"))
        leave()
        assert state(message) == (Delivery.QUEUED, Waits.RETRY)
        assert message.due_at is not None
        pauses.append((message.due_at - timezone.now()).total_seconds())
        Message.objects.update(due_at=timezone.now())
    for pause, usual in zip(pauses, pacing.BACKOFF, strict=True):
        assert usual * 0.75 < pause < usual * 1.25
    errors.append(PortError("occupé", code="451"))
    leave()
    assert state(message) == (Delivery.FAILED, Waits.NOTHING)
    assert sent == []


def test_a_server_that_names_a_pause_is_obeyed(errors: list[Exception], sent: Sent) -> None:
    message = answer()
    errors.append(PortError("plus tard", code="greylisted", retry_after=600))
    leave()
    message.refresh_from_db()
    assert message.due_at is not None
    assert timedelta(seconds=590) < message.due_at - timezone.now() < timedelta(seconds=730)


def test_a_waiting_answer_is_sent_now_or_taken_back(sent: Sent, errors: list[Exception]) -> None:
    first, second = answer(0), answer(1)
    errors += [PortError("plus tard"), PortError("plus tard")]
    leave()
    assert scheduling.send_now(first, agent=world.lead())
    run_jobs()
    assert state(first) == (Delivery.SENT, Waits.NOTHING)
    assert not scheduling.send_now(first, agent=world.lead())
    conversation = second.conversation
    assert undo(second, agent=world.lead())  # anybody may: the writer may be away
    assert Draft.objects.get(agent=world.lead(), conversation=conversation).html == "<p>n1</p>"
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None
    run_jobs()
    assert len(sent) == 1


def test_only_the_recipient_who_was_asked_to_wait_is_tried_again(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    results = [
        SendResult(
            refused={"x@x.example": "550 no such user"}, deferred={"b@b.example": "451 greylisted"}, retry_after=300
        ),
        SendResult(),
    ]

    class Picky(conftest.Recorder):
        def send(self, message: OutgoingMessage) -> SendResult:
            super().send(message)
            return results.pop(0)

    monkeypatch.setattr(conftest, "Recorder", Picky)
    from comptoir.ports import registry

    registry.get.cache_clear()
    to = [{"email": address} for address in ("a@a.example", "b@b.example", "x@x.example")]
    message = answer(to=to, then="close")
    leave()
    assert state(message) == (Delivery.QUEUED, Waits.RETRY)
    assert message.outcomes == {
        "x@x.example": {"state": "refused", "reason": "550 no such user"},
        "b@b.example": {"state": "deferred", "reason": "451 greylisted"},
    }
    assert not undo(message, agent=world.camille())  # somebody has had it
    assert message.conversation.__class__.objects.get(pk=message.conversation_id).state == State.OPEN
    Message.objects.update(due_at=timezone.now())
    leave()
    assert state(message) == (Delivery.SENT, Waits.NOTHING)
    assert [left.only for left in sent] == [(), ("b@b.example",)]
    assert message.outcomes == {"x@x.example": {"state": "refused", "reason": "550 no such user"}}


def planned(at: datetime | None = None, **more: Any) -> Message:
    when = at or timezone.now() + timedelta(hours=3)
    return reply(world.conversation(), Written(html="<p>Demain</p>", send_at=when, **more), agent=world.camille())


def passes(message: Message) -> None:
    """The planned time comes."""
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    scheduling.release_scheduled()
    run_jobs()


def test_a_planned_answer_counts_for_nothing_until_it_leaves(sent: Sent) -> None:
    message = planned(then="close")
    conversation = Conversation.objects.get(pk=message.conversation_id)
    assert (message.delivery, conversation.state) == (Delivery.LATER, State.SNOOZED)
    assert conversation.waiting_since is not None
    assert conversation.message_count == 1
    leave()
    assert scheduling.release_scheduled() == 0
    assert sent == []
    passes(message)
    message.refresh_from_db()
    conversation.refresh_from_db()
    assert (message.delivery, len(sent)) == (Delivery.SENT, 1)
    assert timezone.now() - message.created_at < timedelta(minutes=1)  # its date is the moment when it left
    assert (conversation.state, conversation.waiting_since, conversation.message_count) == (State.CLOSED, None, 2)
    assert conversation.snoozed_until is None


def test_the_customer_writes_and_the_answer_waits_for_a_person(sent: Sent) -> None:
    message = planned()
    world.message(message.conversation, "Finalement non", automatic=True)  # an out-of-office holds nothing back
    Conversation.objects.update(newest_message=Message.objects.latest("pk").pk)
    assert scheduling.release_scheduled() == 0
    newer = world.message(message.conversation, "Finalement non")
    Conversation.objects.update(newest_message=newer.pk)
    assert scheduling.release_scheduled() == 1
    assert scheduling.release_scheduled() == 0
    assert state(message) == (Delivery.LATER, Waits.ANSWER)
    event = Event.objects.get(verb="message.held_back")
    assert f"agent:{world.camille().pk}" in event.audiences
    assert Conversation.objects.get(pk=message.conversation_id).state == State.OPEN
    passes(message)
    assert sent == []
    assert scheduling.replan(message, timezone.now() + timedelta(hours=1), agent=world.camille())
    passes(message)  # what was written is known now
    assert state(message) == (Delivery.SENT, Waits.NOTHING)


def test_at_the_very_second_the_customer_s_word_wins(sent: Sent) -> None:
    message = planned()
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now())
    newer = world.message(message.conversation, "Attendez")
    Conversation.objects.update(newest_message=newer.pk)
    scheduling.release_scheduled()
    run_jobs()
    assert (state(message), sent) == ((Delivery.LATER, Waits.ANSWER), [])
    assert scheduling.send_now(message, agent=world.camille())
    run_jobs()
    assert len(sent) == 1


def test_a_planned_answer_is_a_draft_again_and_a_colleague_may_do_it(sent: Sent) -> None:
    message = planned(to=[{"email": "claire.vasseur@orange.example"}])
    assert undo(message, agent=world.lead())
    draft = Draft.objects.get(agent=world.lead())
    assert (draft.html, draft.to[0]["email"]) == ("<p>Demain</p>", "claire.vasseur@orange.example")
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.snoozed_until) == (State.OPEN, None)
    assert conversation.waiting_since is not None
    assert not undo(message, agent=world.lead())


def test_the_pause_does_not_end_before_the_answer_has_left(sent: Sent) -> None:
    message = planned()
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now())
    Conversation.objects.update(snoozed_until=timezone.now() + scheduling.REST)
    assert wake_snoozed() == 0
    scheduling.release_scheduled()
    assert not Event.objects.filter(verb="conversation.woken").exists()


@pytest.mark.parametrize("at", [timedelta(minutes=-1), timedelta(days=400)])
def test_a_time_that_nobody_means_is_refused(at: timedelta) -> None:
    with pytest.raises(CannotAnswer) as refused:
        planned(timezone.now() + at)
    assert refused.value.code == "bad_time"
    assert not Message.objects.filter(kind="reply").exists()


def test_nobody_quotes_or_refers_to_what_has_not_left(sent: Sent) -> None:
    message = planned()
    other = reply(message.conversation, Written(html="<p>Déjà</p>"), agent=world.lead())
    Message.objects.filter(pk=other.pk).update(due_at=timezone.now())
    leave()
    assert "Demain" not in sent[0].html
    assert message.message_id not in sent[0].references


def test_what_was_thrown_away_does_not_leave(sent: Sent) -> None:
    message = planned()
    Conversation.objects.update(state=State.TRASH)
    passes(message)
    assert (state(message), sent) == ((Delivery.LATER, Waits.NOTHING), [])


def test_nothing_leaves_to_a_customer_who_was_erased(sent: Sent) -> None:
    from comptoir.core.erasure import erase

    message, waiting = planned(), answer(1)
    for row in (message, waiting):
        erase(row.conversation.identity.customer_id)
    Message.objects.update(due_at=timezone.now())
    scheduling.release_scheduled()
    leave()
    assert sent == []
    assert set(Message.objects.filter(kind="reply").values_list("delivery", flat=True)) == {Delivery.NONE}
