"""Conversations aside: the third party's mail finds its thread, the matter is told, the customer never hears of it."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from comptoir.conversations import personal
from comptoir.conversations.actions import organising
from comptoir.conversations.actions.answering import CannotAnswer, SomeoneAnswered, Written, note, reply, undo
from comptoir.conversations.actions.delivering import deliver, release_due
from comptoir.conversations.actions.joining import merge, unmerge
from comptoir.conversations.actions.keeping import delete_for_good
from comptoir.conversations.actions.linking import move
from comptoir.conversations.actions.sides import close_side, open_side, reopen_side, reply_aside
from comptoir.conversations.actions.splitting import split
from comptoir.conversations.models import (
    Attachment,
    Conversation,
    Delivery,
    Draft,
    Message,
    Participant,
    RawMessage,
    ReadMark,
    SideConversation,
    State,
)
from comptoir.conversations.queries import search
from comptoir.core import access, files
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.models import Event
from comptoir.ports.channel import OutgoingMessage
from comptoir.ports.errors import PortError
from tests import world
from tests.mails import arrives, mail
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
CARRIER = "Réclamations Chronopost <reclamations@chronopost.example>"
TO = [{"email": "reclamations@chronopost.example", "name": "Réclamations Chronopost"}]
Side = SideConversation.State


@pytest.fixture
def matter() -> Conversation:
    """Claire's lost parcel, answered once."""
    made = world.conversation()
    world.message(
        made, "Nous cherchons.", kind="reply", agent=world.camille(), identity=None, sender={}, delivery="sent"
    )
    return made


def begun(matter: Conversation, **more: Any) -> Message:
    """Camille asks the carrier, and the mail leaves."""
    options = {name: more.pop(name) for name in ("messages", "attachments") if name in more}
    message = open_side(
        matter, Written("<p>Où est le colis 8L123 ?</p>", **{"to": TO} | more), agent=world.camille(), **options
    )
    leaves(message)
    return Message.objects.select_related("conversation__side").get(pk=message.pk)


def leaves(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    release_due()
    run_jobs()


def answer(first: Message, text: str = "Il est à Lyon, livré demain.", **more: Any) -> EmailMessage:
    more = {"sender": CARRIER, "subject": "Re: Colis introuvable"} | more
    return mail(text, in_reply_to=f"<{first.message_id}>", **more)


def fresh(row: Conversation) -> Conversation:
    return Conversation.with_sides.select_related("side").get(pk=row.pk)


def test_the_carrier_is_asked_and_its_answer_wakes_the_matter_alone(
    matter: Conversation, sent: list[OutgoingMessage]
) -> None:
    organising.close(matter, actor=SYSTEM)
    organising.mark_read(matter, world.camille())
    first = begun(matter, subject="Colis 8L123")
    thread = first.conversation
    assert [(m.subject, [a.email for a in m.to], m.sender.email) for m in sent] == [
        ("Colis 8L123", ["reclamations@chronopost.example"], "bonjour@maison-alba.example")
    ]
    assert "Où est mon colis" not in sent[0].text + sent[0].html
    assert sent[0].references == ()
    assert (thread.state, thread.side.state) == (State.SIDE, Side.WAITING)

    arrives(world.inbox(), answer(first))
    told = thread.messages.get(kind="customer")
    row = fresh(matter)
    assert (told.text, told.flags) == ("Il est à Lyon, livré demain.", [])
    assert (row.state, row.waiting_since, row.newest_message, row.message_count) == (State.OPEN, None, told.pk, 1)
    assert row.messages.count() == 2
    assert fresh(thread).side.state == Side.ANSWERED
    assert Conversation.objects.count() == 1
    assert ReadMark.objects.get(conversation=matter).message_id < row.newest_message
    event = Event.objects.get(verb="conversation.side_answered")
    assert (event.subject_id, event.codes["side"], event.codes["message"]) == (matter.pk, thread.pk, told.pk)
    organising.mark_read(row, world.camille())
    assert ReadMark.objects.get(conversation=matter).message_id == told.pk


def test_going_on_quotes_the_thread_alone_and_says_what_the_agent_has_not_seen(
    matter: Conversation, sent: list[OutgoingMessage]
) -> None:
    first = begun(matter)
    arrives(world.inbox(), answer(first))
    thread = first.conversation
    with pytest.raises(SomeoneAnswered):
        reply_aside(thread, Written("<p>Merci</p>", based_on=first.pk), agent=world.camille())
    second = reply_aside(thread, Written("<p>Merci</p>", client_key="k"), agent=world.camille())
    assert reply_aside(thread, Written("<p>Merci</p>", client_key="k"), agent=world.camille()) == second
    leaves(second)
    assert [party.email for party in sent[1].to] == ["reclamations@chronopost.example"]
    assert sent[1].subject == "Re: Colis introuvable"
    assert "livré demain" in sent[1].text
    assert "Nous cherchons" not in sent[1].text
    assert first.message_id in sent[1].references
    assert fresh(thread).side.state == Side.WAITING
    reply(matter, Written("<p>Demain chez vous</p>"), agent=world.camille())
    Message.objects.filter(conversation=matter, kind="reply").update(due_at=timezone.now() - timedelta(seconds=1))
    release_due()
    run_jobs()
    assert "chronopost" not in repr(sent[2]).lower()
    assert "8L123" not in repr(sent[2])


def test_chosen_messages_and_files_travel_and_notes_never(matter: Conversation, sent: list[OutgoingMessage]) -> None:
    secret = note(matter, Written("<p>Client difficile</p>"), agent=world.camille())
    photo = files.save(b"photo", name="colis.jpg", content_type="image/jpeg")
    hidden = files.save(b"notes", name="interne.txt", content_type="text/plain")
    asked = matter.messages.get(kind="customer")
    kept = Attachment.objects.create(message=asked, file=photo)
    private = Attachment.objects.create(message=secret, file=hidden)
    elsewhere = world.conversation(world.karim(), text="Ma facture")
    others = Attachment.objects.create(message=elsewhere.messages.get(), file=hidden)
    begun(
        matter,
        messages=[asked.pk, secret.pk, elsewhere.messages.get().pk],
        attachments=[kept.pk, private.pk, others.pk],
    )
    assert "Où est mon colis" in sent[0].text
    assert "difficile" not in sent[0].text
    assert "facture" not in sent[0].text
    assert [(part.name, part.content) for part in sent[0].parts] == [("colis.jpg", b"photo")]


def test_nothing_goes_to_the_customer_by_mistake(matter: Conversation) -> None:
    camille = world.camille()
    for copies in (
        {"to": [{"email": "Claire.Vasseur@orange.example"}]},
        {"to": TO, "bcc": [{"email": world.claire().value}]},
    ):
        with pytest.raises(CannotAnswer, match="customer_aside"):
            open_side(matter, Written("<p>x</p>", **copies), agent=camille)
    for wrong in ({"to": []}, {"to": [{"email": "pas une adresse"}]}, {"to": [{"email": "a@b"}]}):
        with pytest.raises(CannotAnswer):
            open_side(matter, Written("<p>x</p>", **wrong), agent=camille)
    with pytest.raises(CannotAnswer, match="empty"):
        open_side(matter, Written("<p> </p>", to=TO), agent=camille)
    assert not SideConversation.objects.exists()
    assert not Conversation.with_sides.filter(state=State.SIDE).exists()
    first = begun(matter)
    arrives(world.inbox(), answer(first, Cc="claire.vasseur@orange.example, quai@chronopost.example"))
    message = reply_aside(first.conversation, Written("<p>Merci</p>"), agent=camille)
    assert [party["email"] for party in [*message.to, *message.cc]] == [TO[0]["email"], "quai@chronopost.example"]
    with pytest.raises(CannotAnswer, match="customer_aside"):
        reply_aside(first.conversation, Written("<p>x</p>", to=TO, cc=[{"email": world.claire().value}]), agent=camille)


def test_what_the_customer_writes_into_the_thread_aside_goes_to_the_matter(matter: Conversation) -> None:
    first = begun(matter)
    arrives(world.inbox(), answer(first, "Et moi ?", sender="claire.vasseur@orange.example"))
    assert list(matter.messages.filter(kind="customer").values_list("text", flat=True)) == [
        "Où est mon colis ?",
        "Et moi ?",
    ]
    assert not first.conversation.messages.filter(kind="customer").exists()
    assert fresh(matter).waiting_since is not None


@pytest.mark.parametrize(
    ("sender", "flags"),
    [
        ("inconnu@ailleurs.example", ["unknown_sender"]),
        ("jean.dupont@chronopost.example", []),  # a colleague of whom we wrote to
    ],
)
def test_a_stranger_with_the_token_is_flagged(matter: Conversation, sender: str, flags: list[str]) -> None:
    first = begun(matter)
    arrives(world.inbox(), answer(first, sender=sender))
    told = first.conversation.messages.get(kind="customer")
    assert told.flags == flags
    assert Participant.objects.filter(conversation=first.conversation, flagged=True).exists() is bool(flags)


def test_a_forged_token_begins_a_matter_of_its_own(matter: Conversation) -> None:
    first = begun(matter)
    name, _, domain = (first.message_id or "").rpartition("@")
    arrives(world.inbox(), mail("Faux", sender="x@ailleurs.example", in_reply_to=f"<{name[:-2]}aa@{domain}>"))
    assert not first.conversation.messages.filter(kind="customer").exists()
    assert Conversation.objects.count() == 2


def test_an_automatic_answer_is_kept_and_wakes_nobody(matter: Conversation) -> None:
    organising.close(matter, actor=SYSTEM)
    first = begun(matter)
    arrives(world.inbox(), answer(first, "Bien reçu, dossier 12.", Auto_Submitted="auto-replied"))
    assert first.conversation.messages.filter(kind="customer", automatic=True).exists()
    assert (fresh(matter).state, fresh(first.conversation).side.state) == (State.CLOSED, Side.WAITING)
    assert not Event.objects.filter(verb="conversation.side_answered").exists()


def test_a_mail_that_fails_is_told_on_the_card_and_brings_the_matter_back(
    matter: Conversation, errors: list[Exception]
) -> None:
    organising.snooze(matter, timezone.now() + timedelta(days=1), actor=SYSTEM)
    errors.append(PortError("boîte inconnue", permanent=True))
    first = begun(matter)
    assert (first.delivery, fresh(first.conversation).side.state) == (Delivery.FAILED, Side.FAILED)
    assert fresh(matter).state == State.OPEN
    assert fresh(first.conversation).state == State.SIDE
    Message.objects.filter(pk=first.pk).update(delivery=Delivery.QUEUED)
    deliver(first.pk)
    assert fresh(first.conversation).side.state == Side.WAITING


def test_a_bounce_lands_aside(matter: Conversation) -> None:
    organising.close(matter, actor=SYSTEM)
    first = begun(matter)
    report = (Path(__file__).parent.parent / "mail" / "bounce_dsn.eml").read_bytes()
    report = report.replace(b"ours-7@alba.example", (first.message_id or "").encode())
    arrives(world.inbox(), report.replace(b"jean@example.com", TO[0]["email"].encode()))
    row = Message.objects.get(pk=first.pk)
    assert (row.delivery, row.error) == (Delivery.BOUNCED, "550 5.1.1 User unknown")
    assert (fresh(first.conversation).side.state, fresh(matter).state) == (Side.FAILED, State.OPEN)
    assert not Event.objects.filter(verb="message.bounced").exists()


def test_the_first_mail_taken_back_leaves_a_draft_and_no_thread(matter: Conversation) -> None:
    camille = world.camille()
    message = open_side(matter, Written("<p>Où est-il ?</p>", to=TO, subject="Colis"), agent=camille)
    assert undo(message, agent=camille)
    assert not Conversation.with_sides.filter(state=State.SIDE).exists()
    assert not SideConversation.objects.exists()
    draft = Draft.objects.get(agent=camille, conversation=matter, kind="side")
    assert (draft.html, draft.subject, draft.to) == ("<p>Où est-il ?</p>", "Colis", TO)
    first = begun(matter)
    arrives(world.inbox(), answer(first))
    second = reply_aside(first.conversation, Written("<p>Merci</p>"), agent=camille)
    assert undo(second, agent=camille)
    assert Draft.objects.get(conversation=first.conversation).html == "<p>Merci</p>"
    assert fresh(first.conversation).side.state == Side.ANSWERED


def test_closed_and_open_again(matter: Conversation) -> None:
    first, actor = begun(matter), Actor.of(world.camille())
    thread = first.conversation
    assert close_side(thread, actor=actor)
    assert not close_side(thread, actor=actor)
    arrives(world.inbox(), answer(first))  # they go on: it is open by itself
    assert fresh(thread).side.state == Side.ANSWERED
    close_side(thread, actor=actor)
    assert reopen_side(thread, actor=actor)
    assert not reopen_side(thread, actor=actor)
    assert fresh(thread).side.state == Side.ANSWERED


def test_it_follows_the_matter_when_merged_split_unmerged_and_moved(matter: Conversation) -> None:
    target, actor = world.conversation(subject="Autre"), Actor.of(world.camille())
    first = begun(matter)
    side = SideConversation.objects.get()
    joining = merge(matter, target, actor=actor)
    side.refresh_from_db()
    assert side.conversation_id == target.pk
    arrives(world.inbox(), answer(first))
    assert fresh(target).newest_message == first.conversation.messages.get(kind="customer").pk
    assert [match.conversation.pk for match in search.quick(world.camille(), search.read("8L123"), 5)] == [target.pk]
    unmerge(joining, actor=actor)
    side.refresh_from_db()
    assert side.conversation_id == matter.pk
    assert [match.conversation.pk for match in search.quick(world.camille(), search.read("8L123"), 5)] == [matter.pk]
    split(matter, [matter.messages.get(kind="reply").pk], actor=actor)
    side.refresh_from_db()
    assert side.conversation_id == matter.pk
    elsewhere = world.inbox(of=world.shop("rivage"))
    move(fresh(matter), elsewhere, actor=actor)
    message = reply_aside(side.thread, Written("<p>Nous écrivons d’ailleurs</p>"), agent=world.camille())
    assert (message.inbox_id, message.sender["email"]) == (elsewhere.pk, elsewhere.address)
    arrives(world.inbox(), answer(first, "Encore"))  # to the former address
    assert side.thread.messages.filter(text="Encore").exists()


def test_erasing_the_customer_erases_what_was_said_of_them(matter: Conversation) -> None:
    claire = world.claire()
    first = begun(matter, subject="Colis de Claire Vasseur")
    arrives(world.inbox(), answer(first, "Claire Vasseur, 3 rue du Lin"))
    merge(matter, world.conversation(world.karim()), actor=SYSTEM)  # where it hangs by now is not whose it is
    personal.erase(claire.customer_id)
    thread = fresh(first.conversation)
    assert (thread.subject, thread.preview, thread.customer_name) == ("", "", "—")
    assert set(thread.messages.values_list("text", "full_text", "subject", "html")) == {("", "", "", "")}
    assert not RawMessage.objects.exclude(content=b"").exists()


def test_deleted_with_the_matter(matter: Conversation) -> None:
    first = begun(matter)
    arrives(world.inbox(), answer(first))
    organising.discard(matter, actor=SYSTEM)
    delete_for_good([matter.pk], actor=SYSTEM)
    assert not Conversation.with_sides.exists()
    assert not Message.objects.exists()
    assert not RawMessage.objects.exclude(content=b"").exists()


def test_an_answer_written_in_the_mailbox_goes_on_aside(matter: Conversation) -> None:
    first = begun(matter)
    arrives(world.inbox(), answer(first))
    sent = answer(first, "Merci, depuis Gmail", sender="bonjour@maison-alba.example", to=TO[0]["email"])
    arrives(world.inbox(), sent, outgoing=True)
    thread = fresh(first.conversation)
    assert thread.messages.filter(kind="reply", text="Merci, depuis Gmail").exists()
    assert (thread.state, thread.side.state) == (State.SIDE, Side.WAITING)


def test_others_see_it_only_as_far_as_they_see_the_matter(matter: Conversation) -> None:
    thread = begun(matter).conversation
    assert access.threads(world.camille()).filter(pk=thread.pk).exists()
    assert not access.conversations(world.camille()).filter(pk=thread.pk).exists()
    assert not access.threads(world.stranger()).filter(pk=thread.pk).exists()
