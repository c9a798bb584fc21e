"""Chat, the visitor's side, on the domain's floor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.actions.chatting import (
    CannotChat,
    Said,
    conversation_of,
    introduce,
    mail_unseen_answers,
    on_page,
    say,
    seen_by_visitor,
    start_chat,
    token_for,
)
from comptoir.conversations.models import Conversation, Delivery, InboxKind, Message, PageVisit
from comptoir.core.models import Event
from comptoir.customers.models import Customer, Identity
from comptoir.ports.channel import OutgoingMessage
from tests import world
from tests.mails import arrives, mail
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
Sent = list[OutgoingMessage]


def chat(text: str = "Une nappe pour huit ?", key: str = "k1") -> Conversation:
    return start_chat(
        world.inbox(InboxKind.CHAT), Said(text=text, client_key=key, page_url="https://alba.example/nappe")
    )[0]


def test_the_first_message_opens_a_conversation_once() -> None:
    first, again = chat(), chat()
    assert first == again
    assert Message.objects.count() == Customer.objects.count() == 1
    assert first.waiting_since is not None
    assert first.page_url == "https://alba.example/nappe"


def test_a_token_opens_its_own_conversation_and_nothing_else() -> None:
    one, other = chat(key="a"), chat(key="b")
    inbox = one.inbox
    assert conversation_of(token_for(one), inbox) == one
    assert conversation_of(token_for(one)[:-1] + "x", inbox) is None
    assert conversation_of(str(other.public_id), inbox) is None
    assert conversation_of(token_for(one), world.inbox(InboxKind.CHAT, of=world.shop("rivage"))) is None


def test_a_repeated_attempt_adds_nothing_and_nonsense_is_refused() -> None:
    conversation = chat()
    assert say(conversation, Said("Ronde", "k2")) == say(conversation, Said("Ronde", "k2"))
    for said, code in ((Said(" ", "k3"), "empty"), (Said("x" * 10_001, "k4"), "too_long")):
        with pytest.raises(CannotChat) as refused:
            say(conversation, said)
        assert refused.value.code == code
    assert conversation.messages.count() == 2


def test_an_answer_goes_at_once_and_is_seen() -> None:
    conversation = chat()
    message = reply(conversation, Written(html="<p>Bonjour</p>"), agent=world.camille())
    assert message.delivery == Delivery.SENT
    assert seen_by_visitor(conversation) == 1
    message.refresh_from_db()
    assert (message.delivery, mail_unseen_answers()) == (Delivery.SEEN, 0)
    audiences = Event.objects.get(verb="conversation.replied").audiences
    assert f"chat:{conversation.public_id.hex}" in audiences


def test_an_answer_unseen_for_two_minutes_leaves_by_mail_and_the_answer_comes_back_to_the_chat(sent: Sent) -> None:
    inbox = world.inbox()
    conversation = chat()
    introduce(conversation, name="Zoé", email="Zoe@orange.example")
    message = reply(conversation, Written(html="<p>Prenez la 180.</p>"), agent=world.camille())
    assert mail_unseen_answers() == 0
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    assert (mail_unseen_answers(), mail_unseen_answers()) == (1, 0)
    run_jobs()
    [left] = sent
    assert ([address.email for address in left.to], left.sender.email) == (["zoe@orange.example"], inbox.address)
    message.refresh_from_db()
    assert message.mailed_at is not None
    arrives(inbox, mail("Merci", sender="zoe@orange.example", in_reply_to=f"<{left.message_id}>"))
    assert {row.text for row in conversation.messages.all()} == {"Une nappe pour huit ?", "Prenez la 180.", "Merci"}


def test_without_an_address_the_answer_waits_in_the_chat(sent: Sent) -> None:
    world.inbox()
    message = reply(chat(), Written(html="<p>Oui</p>"), agent=world.camille())
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    assert mail_unseen_answers() == 0
    run_jobs()
    message.refresh_from_db()
    assert (sent, message.flags, message.delivery) == ([], ["no_address"], Delivery.SENT)


def test_a_visitor_who_gives_a_known_address_is_seen_with_that_file_but_unproved() -> None:
    claire = world.claire()
    conversation = chat()
    introduce(conversation, email=claire.value)
    conversation.refresh_from_db()
    assert conversation.identity.customer == claire.customer
    assert conversation.identity.kind == "chat"
    assert conversation.participants.get(flagged=True).identity == claire
    assert Customer.objects.count() == 1
    with pytest.raises(CannotChat):
        introduce(conversation, email="pas une adresse")


def test_the_page_trail_needs_the_inboxs_switch_and_consent() -> None:
    conversation = chat()
    on_page(conversation, url="https://alba.example/a", title="A", consented=True)
    assert PageVisit.objects.count() == 0
    conversation.inbox.trail = True
    conversation.inbox.save()
    on_page(conversation, url="https://alba.example/b", title="B", consented=False)
    on_page(conversation, url="https://alba.example/c", title="C", consented=True)
    on_page(conversation, url="https://alba.example/c", title="C", consented=True)
    assert [visit.url for visit in PageVisit.objects.all()] == ["https://alba.example/c"]
    conversation.refresh_from_db()
    assert conversation.page_url == "https://alba.example/c"
    assert Identity.objects.filter(kind="chat").count() == 1
