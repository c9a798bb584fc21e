"""Putting matters in order: states, people, tags, orders, reading; each change an event, none twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.conversations.actions import organising, presence
from comptoir.conversations.actions.answering import Written, note
from comptoir.conversations.models import Conversation, ConversationOrder, ReadMark, State
from comptoir.core.accounts.team import deactivate
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.models import Event
from tests import world
from tests.mails import arrives, mail
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_each_change_is_one_event_and_the_same_again_is_none() -> None:
    conversation, camille = world.conversation(), world.camille()
    actor, team = Actor.of(camille), world.store()
    changes = [
        lambda: organising.assign(conversation, camille, actor=actor),
        lambda: organising.assign_team(conversation, team, actor=actor),
        lambda: organising.set_priority(conversation, 2, actor=actor),
        lambda: organising.set_topic(conversation, "Livraison", actor=actor),
        lambda: organising.rename(conversation, "Relais fermé", actor=actor),
        lambda: organising.wait_for_customer(conversation, actor=actor),
        lambda: organising.close(conversation, actor=actor),
    ]
    assert [change() for change in changes] == [True] * 7
    assert [change() for change in changes[:5] + changes[6:]] == [False] * 6
    assert [verb.partition(".")[2] for verb in verbs()] == [
        "assigned",
        "team_assigned",
        "priority",
        "topic_set",
        "renamed",
        "pending",
        "closed",
    ]
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waiting_since) == (State.CLOSED, None)
    assert conversation.closed_at is not None


def test_reopening_brings_the_waiting_time_back() -> None:
    conversation = world.conversation()
    since = conversation.waiting_since
    organising.close(conversation, actor=SYSTEM)
    organising.reopen(conversation, actor=SYSTEM)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waiting_since) == (State.OPEN, since)


def test_a_pause_ends_by_itself_or_by_the_customer_and_never_lies_in_the_past() -> None:
    conversation = world.conversation()
    with pytest.raises(organising.CannotSnooze):
        organising.snooze(conversation, timezone.now(), actor=SYSTEM)
    organising.snooze(conversation, timezone.now() + timedelta(hours=2), actor=SYSTEM)
    assert organising.wake_snoozed() == 0
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert (organising.wake_snoozed(), organising.wake_snoozed()) == (1, 0)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == (State.OPEN, None)
    organising.snooze(conversation, timezone.now() + timedelta(hours=2), actor=SYSTEM)
    conversation.messages.update(message_id="first@orange.example")
    arrives(conversation.inbox, mail("Alors ?", in_reply_to="<first@orange.example>"))
    conversation.refresh_from_db()
    assert conversation.state == State.OPEN


def test_tags_are_one_word_whatever_the_case() -> None:
    conversation = world.conversation()
    tag = organising.tag(conversation, " Casse ", actor=SYSTEM)
    assert tag is not None
    assert organising.tag(conversation, "casse", actor=SYSTEM) is None
    assert organising.tag(conversation, "  ", actor=SYSTEM) is None
    assert (organising.untag(conversation, tag, actor=SYSTEM), organising.untag(conversation, tag, actor=SYSTEM)) == (
        True,
        False,
    )


def test_an_order_number_in_a_mail_brings_the_order_and_says_whose_it_is() -> None:
    own, other = world.order(number="MA-24817"), world.order(world.karim(), "MA-24818")
    arrives(world.inbox(), mail("Mes commandes ma-24817 et MA-24818, et MA-99999"))
    links = {link.order: (link.proved, link.found_in_text) for link in ConversationOrder.objects.all()}
    assert links == {own: (True, True), other: (False, True)}


def test_reading_and_unreading_are_each_agents_own() -> None:
    conversation, camille, lead = world.conversation(), world.camille(), world.lead()
    written = note(conversation, Written(html=f'<p><a data-agent="{lead.pk}">@Tom</a></p>'), agent=camille)
    organising.mark_read(conversation, lead)
    assert ReadMark.objects.get(agent=lead).message_id == written.pk
    assert lead.mentions.get().read_at is not None
    organising.mark_unread(conversation, lead)
    assert ReadMark.objects.get(agent=lead).message_id == 0
    assert not ReadMark.objects.filter(agent=camille).exists()


def test_colleagues_see_each_other_while_they_are_there() -> None:
    conversation, camille, lead = world.conversation(), world.camille(), world.lead()
    presence.here(conversation, camille, writing="note")
    presence.here(conversation, lead)
    assert [(row.agent, row.writing) for row in presence.others(conversation, lead)] == [(camille, "note")]
    presence.gone(conversation, camille)
    assert presence.others(conversation, lead) == []


def test_the_matter_of_someone_else_keeps_its_messages_authors() -> None:
    conversation, karim = world.conversation(), world.karim()
    organising.set_customer(conversation, karim, actor=SYSTEM)
    run_jobs()
    conversation.refresh_from_db()
    assert (conversation.identity, conversation.customer_name) == (karim, "Karim Benali")
    assert conversation.messages.get().identity == world.claire()


def test_a_closed_account_gives_its_open_matters_back() -> None:
    camille, owner = world.camille(), world.owner()
    held, done = world.conversation(assignee=camille), world.conversation(world.karim(), assignee=camille)
    organising.close(done, actor=SYSTEM)
    deactivate(camille, actor=Actor.of(owner))
    run_jobs()
    held.refresh_from_db()
    done.refresh_from_db()
    assert (held.assignee, done.assignee) == (None, camille)
