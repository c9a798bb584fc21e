"""Answers: to whom, with what, held, undone, sent once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.conversations.actions import delivering
from comptoir.conversations.actions.answering import (
    CannotAnswer,
    SomeoneAnswered,
    Written,
    forward,
    note,
    reply,
    start,
    undo,
)
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Draft,
    InboxKind,
    Mention,
    Message,
    MessageAlias,
    State,
)
from comptoir.conversations.recipients import everyone
from comptoir.core import files
from comptoir.core.models import Event, Installation
from comptoir.ports.channel import OutgoingMessage
from comptoir.ports.errors import PortError
from tests import world
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db
Sent = list[OutgoingMessage]


def leaves_now() -> None:
    """The undo time of everything held is over, and the workers do their work."""
    Message.objects.filter(delivery__in=["held", "queued"], due_at__isnull=False).update(due_at=timezone.now())
    delivering.release_due()
    run_jobs()


def test_a_reply_is_held_then_leaves_with_thread_headers_quote_and_signature(sent: Sent) -> None:
    conversation = world.conversation(text="Où est mon colis ?")
    conversation.messages.update(message_id="first@orange.example")
    message = reply(conversation, Written(html="<p>Il arrive <b>demain</b>.</p>"), agent=world.camille())
    assert (message.delivery, sent) == (Delivery.HELD, [])
    leaves_now()
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    [left] = sent
    assert [address.email for address in left.to] == ["claire.vasseur@orange.example"]
    assert left.sender.name == "Camille, Maison Alba"
    assert (left.subject, left.in_reply_to) == ("Re: Colis introuvable", "first@orange.example")
    assert left.message_id == message.message_id
    assert "Il arrive demain." in left.text
    assert "Camille Roussel" in left.text
    assert "> Où est mon colis ?" in left.text
    assert "<b>demain</b>" in left.html


def test_an_answered_conversation_waits_no_more_and_belongs_to_who_answered(sent: Sent) -> None:
    conversation = world.conversation()
    camille = world.camille()
    reply(conversation, Written(html="<p>Oui</p>", then="close"), agent=camille)
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.state, conversation.assignee) == (None, State.CLOSED, camille)
    assert conversation.first_answered_at is not None


def test_undo_brings_the_text_back_as_a_draft_and_nothing_leaves(sent: Sent) -> None:
    conversation, camille = world.conversation(), world.camille()
    message = reply(conversation, Written(html="<p>Trop vite</p>", then="close"), agent=camille)
    assert undo(message, agent=camille) is True
    leaves_now()
    conversation.refresh_from_db()
    assert sent == []
    assert (conversation.state, conversation.messages.count()) == (State.OPEN, 1)
    assert conversation.waiting_since is not None
    assert Draft.objects.get(agent=camille).html == "<p>Trop vite</p>"


def test_undo_is_refused_to_another_agent_and_when_too_late(sent: Sent) -> None:
    conversation = world.conversation()
    message = reply(conversation, Written(html="<p>Oui</p>"), agent=world.camille())
    assert undo(message, agent=world.lead()) is False
    leaves_now()
    assert undo(message, agent=world.camille()) is False
    assert len(sent) == 1


def test_the_same_attempt_twice_is_one_message(sent: Sent) -> None:
    conversation, camille = world.conversation(), world.camille()
    first = reply(conversation, Written(html="<p>Oui</p>", client_key="k1"), agent=camille)
    again = reply(conversation, Written(html="<p>Oui</p>", client_key="k1"), agent=camille)
    leaves_now()
    assert first == again
    assert len(sent) == 1


def test_a_double_answer_is_stopped_with_the_newer_message() -> None:
    conversation = world.conversation()
    seen = conversation.newest_message
    reply(conversation, Written(html="<p>Oui</p>", based_on=seen), agent=world.camille())
    with pytest.raises(SomeoneAnswered) as stopped:
        reply(conversation, Written(html="<p>Aussi</p>", based_on=seen), agent=world.lead())
    assert [message.text for message in stopped.value.newer] == ["Oui"]
    assert conversation.messages.count() == 2


@pytest.mark.parametrize(
    ("html", "to", "code"),
    [
        ("<p> </p>", "claire@orange.example", "empty"),
        ("<script>x</script>", "claire@orange.example", "empty"),
        ("<p>Oui</p>", "claire", "bad_address"),
        ("<p>Oui</p>", "a@b.example\r\nBcc: e@evil.example", "bad_address"),
        ("<p>Oui</p>", "a@b", "bad_address"),
    ],
)
def test_what_cannot_leave_is_refused_and_nothing_changes(html: str, to: str, code: str) -> None:
    conversation = world.conversation()
    with pytest.raises(CannotAnswer) as refused:
        reply(conversation, Written(html=html, to=[{"email": to}]), agent=world.camille())
    assert refused.value.code == code
    assert conversation.messages.count() == 1


def test_everybody_in_copy_stays_and_our_own_addresses_never_get_a_copy(sent: Sent) -> None:
    world.inbox(aliases=["contact@maison-alba.example"])
    conversation = world.conversation()
    people = [{"email": f"ami{n}@orange.example", "name": ""} for n in range(40)]
    conversation.messages.update(
        to=[{"email": "bonjour@maison-alba.example", "name": ""}, people[0]],
        cc=[*people[1:], {"email": "contact@maison-alba.example", "name": ""}],
    )
    to, cc = everyone(conversation)
    assert [party["email"] for party in to] == ["claire.vasseur@orange.example"]
    assert [party["email"] for party in cc] == [party["email"] for party in people]
    reply(conversation, Written(html="<p>Oui</p>"), agent=world.camille())
    leaves_now()
    assert len(sent[0].cc) == 40


def test_a_stranger_who_wrote_last_is_never_whom_an_answer_goes_to_by_itself(sent: Sent) -> None:
    conversation = world.conversation()
    conversation.messages.update(cc=[{"email": "marc@orange.example", "name": "Marc"}])
    eve = {"email": "eve@evil.example", "name": "Eve"}
    accomplice = [{"email": "max@evil.example", "name": ""}]
    world.message(conversation, "Envoyez-le ici", sender=eve, cc=accomplice, flags=["unknown_sender"])
    claire = ["claire.vasseur@orange.example"]
    for to, cc in (everyone(conversation), everyone(conversation, list(conversation.messages.all()))):
        assert [party["email"] for party in to] == claire
        assert [party["email"] for party in cc] == ["marc@orange.example"]
    reply(conversation, Written(html="<p>Oui</p>"), agent=world.camille())
    leaves_now()
    assert [address.email for address in sent[0].to] == claire


def test_when_only_a_stranger_wrote_the_answer_goes_to_the_conversation_s_own_customer() -> None:
    conversation = world.conversation()
    conversation.messages.update(flags=["unknown_sender"], sender={"email": "eve@evil.example", "name": "Eve"})
    to, cc = everyone(conversation)
    assert (to, cc) == ([{"email": "claire.vasseur@orange.example", "name": "Claire Vasseur"}], [])


def test_files_travel_and_pictures_in_the_text_stay_in_the_text(sent: Sent) -> None:
    picture = files.save(b"\x89PNG....", name="photo.png", content_type="image/png")
    paper = files.save(b"%PDF-1.4", name="notice.pdf", content_type="application/pdf")
    html = f'<p>Voir <img src="/files/{picture.public_id}/"></p>'
    reply(world.conversation(), Written(html=html, files=[picture, paper]), agent=world.camille())
    leaves_now()
    [left] = sent
    assert [(part.name, part.inline, part.content) for part in left.parts] == [
        ("photo.png", True, b"\x89PNG...."),
        ("notice.pdf", False, b"%PDF-1.4"),
    ]
    assert f'src="cid:{left.parts[0].content_id}"' in left.html


def test_a_note_never_leaves_and_mentions_a_colleague(sent: Sent) -> None:
    conversation, lead = world.conversation(), world.lead()
    html = f'<p><a data-agent="{lead.pk}">@Tom</a> un avis ?</p>'
    written = note(conversation, Written(html=html), agent=world.camille())
    leaves_now()
    conversation.refresh_from_db()
    assert sent == []
    assert Mention.objects.get(message=written).agent == lead
    assert conversation.waiting_since is not None
    reply(conversation, Written(html="<p>Oui</p>"), agent=lead)
    leaves_now()
    assert "avis" not in sent[0].text
    assert f"agent:{lead.pk}" in Event.objects.get(verb="conversation.noted").audiences


def test_a_forward_takes_the_files_along_and_is_a_thread_of_its_own(sent: Sent) -> None:
    conversation = world.conversation(text="Regardez ce reçu")
    first = conversation.messages.get()
    receipt = files.save(b"recu", name="recu.txt", content_type="text/plain")
    first.attachments.create(file=receipt)
    written = Written(html="<p>Pour avis</p>", to=[{"email": "relais@carrier.example"}])
    forward(conversation, written, agent=world.camille(), messages=[first])
    leaves_now()
    conversation.refresh_from_db()
    [left] = sent
    assert [part.name for part in left.parts] == ["recu.txt"]
    assert "Regardez ce reçu" in left.text
    assert (left.references, conversation.waiting_since is not None) == ((), True)
    assert everyone(conversation)[0][0]["email"] == "claire.vasseur@orange.example"


def test_a_new_message_starts_a_conversation_and_a_call_is_noted(sent: Sent) -> None:
    camille = world.camille()
    written = Written(
        html="<p>Votre taille est revenue</p>", to=[{"email": "Zoe@orange.example"}], subject="Bonne nouvelle"
    )
    message = start(world.inbox(), written, agent=camille)
    leaves_now()
    assert (sent[0].subject, message.conversation.identity.value) == ("Bonne nouvelle", "zoe@orange.example")
    call = start(
        world.inbox(InboxKind.PHONE), Written(html="<p>Rappeler</p>", to=[{"email": "+33641882075"}]), agent=camille
    )
    assert (call.kind, call.conversation.identity.kind, len(sent)) == ("call", "phone", 1)


def test_a_temporary_refusal_is_tried_again_and_a_permanent_one_is_shown(sent: Sent, errors: list[Exception]) -> None:
    conversation = world.conversation()
    errors += [PortError("plus tard"), PortError("plus tard")]
    message = reply(conversation, Written(html="<p>Oui</p>", then="close"), agent=world.camille())
    leaves_now()
    message.refresh_from_db()
    assert (message.delivery, message.attempts, message.error) == (Delivery.QUEUED, 1, "plus tard")
    assert message.due_at is not None
    leaves_now()
    leaves_now()
    message.refresh_from_db()
    assert (message.delivery, len(sent)) == (Delivery.SENT, 1)
    errors.append(PortError("adresse inconnue", permanent=True))
    second = reply(conversation, Written(html="<p>Encore</p>", then="close"), agent=world.camille())
    leaves_now()
    second.refresh_from_db()
    conversation.refresh_from_db()
    assert (second.delivery, second.error, conversation.state) == (Delivery.FAILED, "adresse inconnue", State.OPEN)
    assert delivering.retry(second, agent=world.camille()) is True
    run_jobs()
    assert len(sent) == 2


def test_an_unknown_outcome_is_never_sent_again_without_a_person(sent: Sent, errors: list[Exception]) -> None:
    errors.append(PortError("coupé", unknown=True))
    message = reply(world.conversation(), Written(html="<p>Oui</p>"), agent=world.camille())
    leaves_now()
    leaves_now()
    message.refresh_from_db()
    assert (message.delivery, sent) == (Delivery.UNKNOWN, [])
    assert delivering.settle(message, agent=world.camille()) is True
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT


def test_a_message_whose_worker_died_is_shown_to_a_person(sent: Sent) -> None:
    message = reply(world.conversation(), Written(html="<p>Oui</p>"), agent=world.camille())
    Message.objects.filter(pk=message.pk).update(
        delivery=Delivery.SENDING, due_at=None, claimed_at=timezone.now() - timedelta(minutes=6)
    )
    delivering.deliver(message_id=message.pk)
    assert delivering.show_stuck() == 1
    leaves_now()
    message.refresh_from_db()
    assert (message.delivery, sent) == (Delivery.UNKNOWN, [])


def test_the_switch_pauses_what_is_automatic_and_nothing_else(sent: Sent) -> None:
    Installation.objects.update_or_create(pk=1, defaults={"automatic_sending_paused": True})
    message = reply(world.conversation(), Written(html="<p>Oui</p>"), agent=world.camille())
    robot = reply(world.conversation(world.karim()), Written(html="<p>Accusé</p>"), agent=world.camille())
    Message.objects.filter(pk=robot.pk).update(automatic=True)
    leaves_now()
    assert [left.message_id for left in sent] == [message.message_id]
    Installation.objects.update(automatic_sending_paused=False)
    leaves_now()
    assert len(sent) == 2


def test_the_providers_own_name_finds_the_thread_again(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    message = reply(world.conversation(), Written(html="<p>Oui</p>"), agent=world.camille())
    MessageAlias.objects.create(message=message, inbox=message.inbox, external_id="ses-1@mail.example")
    from comptoir.conversations.threading import conversation_by_reference

    assert conversation_by_reference(message.inbox, ["ses-1@mail.example"]) == message.conversation


def test_an_answer_without_an_address_is_refused_in_a_phone_inbox() -> None:
    conversation = world.conversation(box=world.inbox(InboxKind.PHONE))
    with pytest.raises(CannotAnswer) as refused:
        reply(conversation, Written(html="<p>Oui</p>"), agent=world.camille())
    assert refused.value.code == "no_mail_inbox"
    assert Conversation.objects.get().message_count == 1
    assert waiting_jobs() == []
