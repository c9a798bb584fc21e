"""Mail in, conversations out: the first three steps of a mail's way."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from comptoir.conversations import threading
from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.actions.arriving import arrive, replay
from comptoir.conversations.actions.organising import close
from comptoir.conversations.models import Conversation, Delivery, Message, RawMessage, State
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.customers.actions import block
from comptoir.customers.models import Customer
from tests import world
from tests.mails import arrives, mail
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db


def test_a_mail_is_committed_before_it_is_understood_and_once() -> None:
    inbox, raw = world.inbox(), mail().as_bytes()
    kept = arrive(inbox, raw, source_key="7:1")
    again = arrive(inbox, raw, source_key="7:1")
    assert kept is not None
    assert again is None
    assert RawMessage.objects.get().content == raw
    assert Message.objects.count() == 0
    assert waiting_jobs() == ["conversations.actions.arriving.understand"]


def test_a_new_mail_opens_a_conversation_that_waits() -> None:
    arrives(world.inbox(), mail("Bonjour, où est mon colis ?"))
    conversation = Conversation.objects.get()
    message = conversation.messages.get()
    assert (conversation.state, conversation.subject) == (State.OPEN, "Colis introuvable")
    assert (conversation.customer_name, conversation.preview) == ("Claire Vasseur", "Bonjour, où est mon colis ?")
    assert conversation.waiting_since == message.created_at
    assert conversation.rank == Conversation.rank_of(message.created_at, message.created_at)
    assert message.sender == {"email": "claire.vasseur@orange.example", "name": "Claire Vasseur"}
    event = Event.objects.get(verb="message.received")
    assert (event.subject_id, event.codes["message"]) == (conversation.pk, message.pk)


def test_an_answer_that_quotes_our_token_joins_the_thread_and_reopens_it() -> None:
    inbox = world.inbox()
    arrives(inbox, mail())
    conversation = Conversation.objects.get()
    ours = reply(conversation, Written(html="<p>Je cherche.</p>"), agent=world.camille())
    run_jobs()
    close(conversation, actor=SYSTEM)
    arrives(inbox, mail("Merci !", subject="Re: autre chose", in_reply_to=f"<{ours.message_id}>"))
    conversation.refresh_from_db()
    assert Conversation.objects.count() == 1
    assert conversation.state == State.OPEN
    assert conversation.waiting_since is not None
    assert [m.text for m in conversation.messages.all()] == ["Bonjour, où est mon colis ?", "Je cherche.", "Merci !"]


def test_a_reference_to_the_customers_own_mail_joins_the_thread() -> None:
    inbox = world.inbox()
    arrives(inbox, mail(message_id="first@orange.example"))
    arrives(inbox, mail("Toujours rien.", references="<x@y> <first@orange.example>"))
    assert Conversation.objects.get().message_count == 2


def test_a_stranger_who_guesses_a_reference_gets_a_thread_of_their_own() -> None:
    inbox = world.inbox()
    arrives(inbox, mail(message_id="first@orange.example"))
    arrives(inbox, mail("Moi aussi", sender="eve@evil.example", in_reply_to="<first@orange.example>"))
    assert Conversation.objects.count() == 2


def test_a_stranger_with_a_forwarded_token_is_a_flagged_participant_never_the_customer() -> None:
    inbox = world.inbox()
    arrives(inbox, mail())
    conversation = Conversation.objects.get()
    token = threading.new_message_id(conversation.public_id, conversation.pk, inbox)
    arrives(inbox, mail("Envoyez-le chez moi", sender="Eve <eve@evil.example>", in_reply_to=f"<{token}>"))
    conversation.refresh_from_db()
    assert conversation.identity == world.claire()
    participant = conversation.participants.get()
    assert (participant.identity.value, participant.flagged) == ("eve@evil.example", True)
    assert conversation.messages.last().flags == ["unknown_sender"]  # type: ignore[union-attr]


def test_a_stranger_stays_one_at_their_second_message_introduces_nobody_and_takes_part_once_answered() -> None:
    inbox = world.inbox()
    arrives(inbox, mail())
    conversation = Conversation.objects.get()
    token = threading.new_message_id(conversation.public_id, conversation.pk, inbox)
    eve = "Eve <eve@evil.example>"
    for text in ("Envoyez-le chez moi", "Alors ?"):
        arrives(inbox, mail(text, sender=eve, in_reply_to=f"<{token}>", cc="max@evil.example"))
    assert [message.flags for message in conversation.messages.all()] == [[], ["unknown_sender"], ["unknown_sender"]]
    assert [row.identity.value for row in conversation.participants.all()] == ["eve@evil.example"]
    written = Written(html="<p>Qui êtes-vous ?</p>", to=[{"email": "eve@evil.example"}])
    reply(conversation, written, agent=world.camille())
    arrives(inbox, mail("Sa sœur", sender=eve, in_reply_to=f"<{token}>"))
    assert conversation.messages.last().flags == []  # type: ignore[union-attr]


def test_a_forged_token_opens_nothing() -> None:
    inbox = world.inbox()
    arrives(inbox, mail())
    conversation = Conversation.objects.get()
    forged = threading.new_message_id(conversation.public_id, conversation.pk, inbox).replace("@", "a@")
    arrives(inbox, mail("Bonjour", sender="eve@evil.example", in_reply_to=f"<{forged}>"))
    assert Conversation.objects.count() == 2


def test_the_same_mail_by_two_roads_is_one_message_and_other_content_is_kept_and_flagged() -> None:
    inbox = world.inbox()
    first = mail(message_id="same@orange.example")
    arrives(inbox, first, key="imap:1")
    arrives(inbox, first, key="webhook:1")
    assert Message.objects.count() == 1
    arrives(inbox, mail("Tout autre chose", message_id="same@orange.example"), key="imap:2")
    kept = Message.objects.order_by("pk").last()
    assert kept is not None
    assert (Message.objects.count(), kept.text, kept.flags) == (2, "Tout autre chose", ["duplicate_id"])


def test_a_poisoned_mail_is_kept_with_its_error_and_never_stops_the_next(poison: list[bytes]) -> None:
    inbox = world.inbox()
    poison.append(b"poison")
    arrive(inbox, mail("poison").as_bytes(), source_key="1:1")
    arrive(inbox, mail("sain").as_bytes(), source_key="1:2")
    run_jobs()
    poisoned = RawMessage.objects.get(source_key="1:1")
    assert (poisoned.state, poisoned.error) == (RawMessage.State.FAILED, "KeyError: 'x'")
    assert Message.objects.get().text == "sain"
    poison.clear()
    replay(poisoned)
    run_jobs()
    poisoned.refresh_from_db()
    assert (poisoned.state, Message.objects.count()) == (RawMessage.State.RECEIVED, 2)


def test_mail_older_than_the_inboxs_start_arrives_closed_and_silent() -> None:
    inbox = world.inbox(read_from=date.today())
    arrives(inbox, mail("vieux"), received_at=timezone.now() - timedelta(days=30))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.silent, conversation.waiting_since) == (State.CLOSED, True, None)
    assert Event.objects.get(verb="message.received").origin == "import"
    assert waiting_jobs() == []


def test_an_auto_reply_joins_its_thread_and_wakes_nobody() -> None:
    inbox = world.inbox()
    arrives(inbox, mail())
    conversation = Conversation.objects.get()
    ours = reply(conversation, Written(html="<p>Voilà.</p>"), agent=world.camille())
    run_jobs()
    close(conversation, actor=SYSTEM)
    arrives(inbox, mail("Je suis absente.", in_reply_to=f"<{ours.message_id}>", auto_submitted="auto-replied"))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waiting_since, conversation.message_count) == (State.CLOSED, None, 3)


def test_a_bounce_marks_the_message_and_brings_the_matter_back() -> None:
    inbox = world.inbox()
    arrives(inbox, mail())
    conversation = Conversation.objects.get()
    ours = reply(conversation, Written(html="<p>Voilà.</p>"), agent=world.camille())
    close(conversation, actor=SYSTEM)
    arrives(inbox, bounce_of(ours.message_id or ""))
    ours.refresh_from_db()
    conversation.refresh_from_db()
    assert ours.delivery == Delivery.BOUNCED
    assert "mailbox" in ours.error.lower()
    assert conversation.state == State.OPEN
    assert Conversation.objects.count() == 1


def bounce_of(message_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@orange.example\r\nTo: bonjour@maison-alba.example\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <b1@orange.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.orange.example\r\n\r\n"
        "Final-Recipient: rfc822; claire.vasseur@orange.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 Mailbox does not exist\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\nSubject: Re\r\n\r\n--b--\r\n"
    ).encode()


def test_a_blocked_address_lands_in_spam() -> None:
    block(world.claire(), actor=SYSTEM)
    arrives(world.inbox(), mail())
    assert Conversation.objects.get().state == State.SPAM


def test_people_in_copy_take_part_and_we_ourselves_do_not() -> None:
    arrives(
        world.inbox(aliases=["contact@maison-alba.example"]),
        mail(cc="marc@orange.example, Contact@maison-alba.example"),
    )
    conversation = Conversation.objects.get()
    assert [row.identity.value for row in conversation.participants.all()] == ["marc@orange.example"]


def test_our_own_mail_coming_back_adds_nothing() -> None:
    inbox = world.inbox()
    arrives(inbox, mail())
    ours = reply(Conversation.objects.get(), Written(html="<p>Voilà.</p>"), agent=world.camille())
    arrives(inbox, mail("Voilà.", sender="bonjour@maison-alba.example", message_id=ours.message_id or ""))
    assert Message.objects.count() == 2


def test_a_zero_byte_and_a_huge_subject_are_survived() -> None:
    raw = mail("avant").as_bytes().replace(b"avant", b"a\x00b").replace(b"Colis introuvable", b"x" * 5000)
    arrives(world.inbox(), raw)
    conversation = Conversation.objects.get()
    assert len(conversation.subject) == 300
    assert "\0" not in conversation.messages.get().text


def test_one_stranger_is_one_customer() -> None:
    inbox = world.inbox()
    arrives(inbox, mail(sender="A <Neuf@Exemple.example>"))
    arrives(inbox, mail(sender="neuf@exemple.example"))
    assert Customer.objects.count() == 1
