"""Merging, taking a merge back, splitting: nothing is lost, nothing is twice, and mail finds its way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from comptoir.conversations.actions import chatting, organising
from comptoir.conversations.actions.answering import Written, note, reply
from comptoir.conversations.actions.drafts import DraftText, save_draft
from comptoir.conversations.actions.joining import CannotJoin, merge, unmerge
from comptoir.conversations.actions.splitting import CannotSplit, split, unsplit
from comptoir.conversations.models import (
    Conversation,
    ConversationOrder,
    Draft,
    InboxKind,
    Joining,
    Message,
    Participant,
    State,
    Task,
)
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.models import Event, Team
from comptoir.customers import actions as people
from comptoir.portal.chat.telling import visible
from tests import world
from tests.mails import arrives, mail

pytestmark = pytest.mark.django_db
TABLES = (
    "conversation", "message", "participant", "conversationorder", "conversation_tags", "readmark", "draft",
    "draft_files", "conversationlink", "task", "checkliststep", "mention", "attachment",
)  # fmt: skip


def everything() -> dict[str, Any]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(
                f"SELECT jsonb_agg(to_jsonb(held) - 'search' - 'updated_at' - 'revision' ORDER BY id) FROM conversations_{table} held"
            )
            found[table] = cursor.fetchone()[0]
        return found


def two(**more: Any) -> tuple[Conversation, Conversation]:
    """Claire's two matters: a parcel that is late, and a cup that came broken."""
    old = timezone.now() - timedelta(hours=5)
    target = world.conversation(subject="Colis en retard")
    source = world.conversation(subject="Tasse cassée", text="La tasse est cassée, MA-24817", at=old, **more)
    Message.objects.filter(conversation=target).update(message_id="target@orange.example")
    Message.objects.filter(conversation=source).update(message_id="source@orange.example")
    return source, target


def fresh(row: Conversation) -> Conversation:
    return Conversation.objects.get(pk=row.pk)


def test_everything_of_the_source_stands_in_the_target_and_goes_back_exactly() -> None:
    source, target = two()
    camille, actor = world.camille(), Actor.of(world.camille())
    order = world.order()
    organising.attach_order(source, order, actor=SYSTEM)
    organising.tag(source, "Casse", actor=actor)
    organising.tag(target, "Retard", actor=actor)
    organising.set_priority(source, 2, actor=actor)
    note(source, Written("<p>Photo demandée</p>"), agent=camille)
    Participant.objects.create(conversation=source, identity=world.karim())
    save_draft(camille, source, "reply", DraftText("<p>Nous remplaçons</p>"))
    save_draft(world.lead(), source, "note", DraftText("<p>source</p>"))
    save_draft(world.lead(), target, "note", DraftText("<p>cible</p>"))
    Task.objects.create(conversation=source, title="Rappeler Claire")
    organising.mark_read(source, camille)
    before = everything()

    joining = merge(source, target, actor=actor)
    row, gone = fresh(target), fresh(source)
    assert (gone.state, gone.merged_into_id, gone.messages.count()) == (State.MERGED, target.pk, 0)
    assert [one.came_from for one in row.messages.all()] == [source.pk, None, source.pk]
    assert row.message_count == row.messages.count() == 3
    assert (row.waiting_since, row.priority) == (source.waiting_since, 2)
    assert row.rank == Conversation.rank_of(row.waiting_since, row.last_message_at)
    assert set(row.tags.values_list("name", flat=True)) == {"Casse", "Retard"}
    assert list(row.orders.all()) == [order]
    assert row.participants.count() == 1
    assert row.tasks.count() == 1
    assert Draft.objects.get(agent=camille, kind="reply").conversation_id == target.pk
    assert Draft.objects.get(conversation=target, kind="note").html == "<p>cible</p><br><p>source</p>"
    assert fresh(target).read_marks.get(agent=camille).message_id < row.newest_message  # the target is unread to her
    merged = Event.objects.get(verb="conversation.merged")
    assert (merged.subject_id, merged.codes["conversation"]) == (target.pk, source.pk)

    assert unmerge(joining, actor=actor).pk == source.pk
    assert everything() == before
    with pytest.raises(CannotJoin, match="undone"):
        unmerge(joining, actor=actor)


def test_what_is_written_later_goes_by_the_thread_that_it_answers() -> None:
    source, target = two()
    camille = world.camille()
    joining = merge(source, target, actor=SYSTEM)
    arrives(source.inbox, mail("Voici la photo", in_reply_to="<source@orange.example>"))
    arrives(source.inbox, mail("Toujours rien", in_reply_to="<target@orange.example>"))
    photo, still = Message.objects.order_by("-pk")[:2][::-1]
    assert {photo.conversation_id, still.conversation_id} == {target.pk}
    assert (photo.came_from, still.came_from) == (source.pk, None)
    answer = reply(target, Written("<p>Il arrive</p>"), agent=camille)
    assert answer.came_from is None
    organising.close(target, actor=SYSTEM)
    unmerge(joining, actor=SYSTEM)
    photo.refresh_from_db()
    assert photo.conversation_id == source.pk
    assert (fresh(source).state, fresh(source).message_count, fresh(target).message_count) == (State.OPEN, 2, 3)
    assert fresh(source).preview == "Voici la photo"


def test_our_own_token_leads_to_where_the_message_stands() -> None:
    source, target = two()
    answer = reply(source, Written("<p>Merci</p>"), agent=world.camille())
    assert f".{source.pk}." in str(answer.message_id)
    joining = merge(source, target, actor=SYSTEM)
    arrives(source.inbox, mail("Une", in_reply_to=f"<{answer.message_id}>"))
    assert Message.objects.latest("pk").conversation_id == target.pk
    unmerge(joining, actor=SYSTEM)
    arrives(source.inbox, mail("Deux", in_reply_to=f"<{answer.message_id}>"))
    assert Message.objects.latest("pk").conversation_id == source.pk
    answer.delete()  # the signed number alone still leads to where the merge leads
    merge(source, target, actor=SYSTEM)
    arrives(source.inbox, mail("Trois", in_reply_to=f"<{answer.message_id}>"))
    assert Message.objects.latest("pk").conversation_id == target.pk


def test_chains_lead_to_the_end_and_come_apart_from_the_outside() -> None:
    source, target = two()
    third = world.conversation(subject="Facture")
    first = merge(source, target, actor=SYSTEM)
    second = merge(target, third, actor=SYSTEM)
    organising.tag(source, "Suivi", actor=SYSTEM)  # a page that was still open on the source
    assert third.tags.count() == 1
    with pytest.raises(CannotJoin, match="later"):
        unmerge(first, actor=SYSTEM)
    unmerge(second, actor=SYSTEM)
    unmerge(first, actor=SYSTEM)
    assert {row.message_count for row in Conversation.objects.all()} == {1}
    assert Message.objects.exclude(came_from=None).count() == 0


@pytest.mark.parametrize("state", [State.SPAM, State.TRASH])
def test_what_cannot_be_merged_stays_as_it_was(state: str) -> None:
    source, target = two()
    Conversation.objects.filter(pk=source.pk).update(state=state)
    before = everything()
    for one, other, code in ((source, target, "away"), (target, target, "same")):
        with pytest.raises(CannotJoin, match=code):
            merge(one, other, actor=SYSTEM)
    assert everything() == before


def test_two_shops_each_message_keeps_its_own_and_all_goes_back() -> None:
    rivage, ines = world.shop("rivage"), world.owner()
    source, target = two(box=world.inbox(of=rivage), assignee=world.stranger())
    Conversation.objects.filter(pk=source.pk).update(team=Team.objects.create(name="Rivage", shop=rivage))
    order = world.order(number="RI-1")
    type(order).objects.filter(pk=order.pk).update(shop=rivage)
    organising.attach_order(source, order, actor=SYSTEM)
    before = everything()
    unmerge(merge(source, target, actor=Actor.of(ines)), actor=Actor.of(ines))
    assert everything() == before
    joining = merge(source, target, actor=Actor.of(ines))
    row = fresh(target)
    assert [one.inbox.shop.slug for one in row.messages.order_by("created_at")] == ["rivage", "maison-alba"]
    assert (row.shop.slug, row.assignee, row.team) == ("maison-alba", None, None)  # Otto does not see Maison Alba
    arrives(source.inbox, mail("Encore", to="bonjour@rivage.example", in_reply_to="<source@orange.example>"))
    asked = Message.objects.latest("pk")
    assert (asked.conversation_id, asked.came_from, asked.inbox, "unknown_sender" in asked.flags) == (
        target.pk, source.pk, source.inbox, False,
    )  # fmt: skip
    answer = reply(target, Written("<p>Voici</p>"), agent=ines)
    assert (answer.sender["email"], answer.to[0]["email"]) == ("bonjour@maison-alba.example", source.identity.value)
    arrives(target.inbox, mail("Merci", in_reply_to=f"<{answer.message_id}>"))
    assert Message.objects.latest("pk").conversation_id == target.pk
    unmerge(joining, actor=SYSTEM)
    shops = [one.inbox.shop.slug for one in fresh(source).messages.order_by("pk")]
    assert (fresh(source).shop, shops) == (rivage, ["rivage", "rivage", "maison-alba", "maison-alba"])


def test_a_sender_s_key_that_stands_twice_does_not_stop_a_merge() -> None:
    source, target = two()
    Message.objects.update(client_key="once")
    joining = merge(source, target, actor=SYSTEM)
    unmerge(joining, actor=SYSTEM)
    assert list(Message.objects.values_list("client_key", flat=True)) == ["once", "once"]


def test_another_customer_who_was_merged_in_is_no_stranger_and_erasing_reaches_them() -> None:
    target = world.conversation(subject="Colis en retard")
    source = world.conversation(world.karim(), subject="Même colis", text="C’est moi, Karim")
    Message.objects.filter(conversation=source).update(message_id="karim@free.example")
    merge(source, target, actor=SYSTEM)
    reply(target, Written("<p>Cher Karim, voici</p>"), agent=world.camille())
    arrives(source.inbox, mail("Merci", sender="karim.benali@free.example", in_reply_to="<karim@free.example>"))
    assert "unknown_sender" not in Message.objects.latest("pk").flags
    people.erase(world.karim().customer, actor=SYSTEM)
    assert list(target.messages.filter(came_from=source.pk).values_list("text", flat=True)) == ["", "", ""]
    assert target.messages.get(came_from=None).text == "Où est mon colis ?"
    assert "Karim" not in str(everything()["conversation"]) + str(Joining.objects.values_list("held", flat=True))


def test_a_chat_that_was_merged_goes_on_in_its_window() -> None:
    inbox = world.inbox(InboxKind.CHAT)
    chat, _first = chatting.start_chat(inbox, chatting.Said("Bonjour", "a" * 8))
    target = world.conversation()
    merge(chat, target, actor=SYSTEM)
    own = chatting.conversation_of(chatting.token_for(chat), inbox)
    assert own is not None
    chatting.say(own, chatting.Said("Vous êtes là ?", "b" * 8))
    assert target.messages.count() == 3
    reply(target, Written("<p>Oui, je vous écris par e-mail.</p>"), agent=world.camille())
    Message.objects.update(delivery="")
    assert [row.text for row in visible(own)] == ["Bonjour", "Vous êtes là ?", "Oui, je vous écris par e-mail."]
    assert fresh(target).state == State.OPEN
    told = Event.objects.filter(verb="conversation.replied").latest("pk").audiences
    assert f"chat:{chat.public_id.hex}" in told


def test_split_messages_stand_alone_and_their_answers_follow() -> None:
    conversation = world.conversation(text="Où est mon colis ?")
    world.order()
    second = world.message(conversation, "Autre chose : MA-24817 est cassée", message_id="second@orange.example")
    last = world.message(conversation, "Et la facture ?", message_id="last@orange.example")
    ConversationOrder.objects.create(conversation=conversation, order=world.order(number="MA-11111"))
    organising.attach_order(conversation, conversation.shop.orders.get(number="MA-24817"), actor=SYSTEM)
    made = split(conversation, [second.pk], actor=SYSTEM, following=True, subject="Tasse cassée")
    assert list(made.messages.values_list("pk", flat=True)) == [second.pk, last.pk]
    assert (made.subject, made.identity_id, made.message_count) == ("Tasse cassée", conversation.identity_id, 2)
    assert [order.number for order in made.orders.all()] == ["MA-24817"]
    assert fresh(made).waiting_since == second.created_at
    assert (fresh(conversation).message_count, fresh(conversation).preview) == (1, "Où est mon colis ?")
    arrives(conversation.inbox, mail("Une photo", in_reply_to="<last@orange.example>"))
    assert Message.objects.latest("pk").conversation_id == made.pk
    unsplit(made, conversation, actor=SYSTEM)
    assert (conversation.messages.count(), fresh(made).merged_into_id) == (4, conversation.pk)
    assert conversation.messages.exclude(came_from=None).count() == 0


def test_a_split_needs_something_to_take_and_something_to_leave() -> None:
    conversation, other = world.conversation(), world.conversation()
    for keys, code in (
        ([], "nothing"),
        ([other.messages.get().pk], "nothing"),
        ([conversation.messages.get().pk], "everything"),
    ):
        with pytest.raises(CannotSplit, match=code):
            split(conversation, keys, actor=SYSTEM)
    assert Conversation.objects.count() == 2
