"""The contact form, through the door: what arrives, what is held off, what is never told."""

import re
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.models import Conversation, ConversationOrder, Inbox, Message, State
from comptoir.customers.models import Identity
from comptoir.portal import guards
from tests import world

pytestmark = pytest.mark.django_db
URL = "/s/maison-alba/contact/"
PDF = b"%PDF-1.7\n" + b"0" * 50


def stamp(age: float = 30) -> str:
    return guards.new_stamp(time.time() - age)


def filled(**changes: Any) -> dict[str, Any]:
    values = {
        "topic": "Ma commande",
        "order": "",
        "name": "Claire Vasseur",
        "email": "Claire.Vasseur@orange.example",
        "text": "Où est mon colis ?",
        "stamp": stamp(),
        "website": "",
    }
    return values | changes


def test_a_request_becomes_a_conversation_that_is_answered_by_mail(client: Client, form_inbox: Inbox) -> None:
    answer = client.post(URL, filled())
    assert answer.status_code == 302
    conversation = Conversation.objects.get()
    assert (conversation.channel, conversation.topic, conversation.state) == ("form", "ma-commande", State.OPEN)
    assert conversation.waiting_since is not None
    assert conversation.identity.value == "claire.vasseur@orange.example"
    assert conversation.identity.verified_at is None
    message = conversation.messages.get()
    assert message.flags == ["contact_form", "unproved_sender"]
    copy = client.get(answer["Location"])
    assert "Où est mon colis ?" in copy.content.decode()
    assert "claire.vasseur@orange.example" in copy.content.decode()
    sent = reply(conversation, Written("<p>Il arrive jeudi.</p>"), agent=world.camille())
    assert sent.to == [{"email": "claire.vasseur@orange.example", "name": "Claire Vasseur"}]
    assert sent.inbox == world.inbox("email")
    assert sent.conversation == conversation


def test_the_copy_is_for_the_browser_that_sent_it(client: Client, form_inbox: Inbox) -> None:
    where = client.post(URL, filled())["Location"]
    assert "Où est mon colis" not in Client().get(where).content.decode()


def test_the_same_page_sent_twice_is_one_request(client: Client, form_inbox: Inbox) -> None:
    values = filled()
    client.post(URL, values)
    client.post(URL, values)
    assert Message.objects.count() == 1


def test_the_order_stands_beside_it_for_the_team_and_is_not_confirmed(client: Client, form_inbox: Inbox) -> None:
    hers, his = world.order(world.claire(), "MA-24817"), world.order(world.karim(), "MA-24818")
    pages = [client.post(URL, filled(order=number)) for number in ("ma 24817", "MA-24818", "MA-99999")]
    links = ConversationOrder.objects.order_by("order__number")
    assert [(link.order, link.proved) for link in links] == [(hers, True), (his, False)]
    assert len({(page.status_code, page["Location"]) for page in pages}) == 1
    copies = [client.get(page["Location"]).content.decode() for page in pages]
    assert all("Karim" not in copy and "96,80" not in copy for copy in copies)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "claire@"}, "Cette adresse n’est pas complète"),
        ({"email": ""}, "Il nous faut une adresse"),
        ({"name": " "}, "Dites-nous à qui nous répondons"),
        ({"text": ""}, "quelques mots suffisent"),
        ({"text": "x" * 10_001}, "dépasse 10 000 signes"),
        ({"order": "<b>'; DROP"}, "n’a que des lettres"),
        ({"topic": "Inventé"}, "Sélectionnez"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Cette adresse n’est pas complète"),
    ],
)
def test_an_error_is_said_beside_its_field_and_the_text_is_kept(
    client: Client, form_inbox: Inbox, changes: dict[str, str], words: str
) -> None:
    answer = client.post(URL, filled(**{"text": "Mon long message"} | changes))
    page = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422
    assert words in page
    assert 'aria-invalid="true"' in page
    if "text" not in changes:
        assert "Mon long message" in page
    assert not Conversation.objects.exists()


def test_a_machine_that_fills_the_hidden_field_is_thanked_and_forgotten(client: Client, form_inbox: Inbox) -> None:
    answer = client.post(URL, filled(website="https://spam.example"))
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert not Conversation.objects.exists()
    assert not Identity.objects.exists()


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"text": "Voir http://a.example http://b.example et http://c.example"}, State.SPAM),
        ({"text": "Voir https://maison-alba.example/nappe"}, State.OPEN),
        ({"name": "Gagnez https://spam.example"}, State.SPAM),
    ],
)
def test_what_is_doubtful_goes_to_the_spam_list(
    client: Client, form_inbox: Inbox, changes: dict[str, str], state: str
) -> None:
    assert client.post(URL, filled(**changes)).status_code == 302
    conversation = Conversation.objects.get()
    assert conversation.state == state
    assert (conversation.waiting_since is None) == (state == State.SPAM)


def test_too_fast_is_doubtful_and_too_late_is_asked_again(client: Client, form_inbox: Inbox) -> None:
    client.post(URL, filled(stamp=stamp(age=1)))
    assert Conversation.objects.get().state == State.SPAM
    for old in (stamp(age=25 * 3600), "forged", ""):
        answer = client.post(URL, filled(stamp=old, text="Gardez ceci"))
        assert answer.status_code == 422
        assert "Gardez ceci" in answer.content.decode()
        fresh = re.search(r'name="stamp" value="([^"]+)"', answer.content.decode())
        assert fresh is not None
    assert Conversation.objects.count() == 1
    assert client.post(URL, filled(stamp=fresh[1])).status_code == 302
    assert Conversation.objects.count() == 2


def test_a_network_that_writes_all_the_time_is_asked_to_wait(client: Client, form_inbox: Inbox) -> None:
    answers = [client.post(URL, filled()).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]
    assert Conversation.objects.count() == 10
    assert client.post(URL, filled(), REMOTE_ADDR="203.0.113.7").status_code == 302


def test_files_come_along_and_wrong_ones_are_named(client: Client, form_inbox: Inbox) -> None:
    good = [SimpleUploadedFile("recu.pdf", PDF), SimpleUploadedFile("vu.png", b"\x89PNG\r\n\x1a\n00000")]
    assert client.post(URL, filled(documents=good)).status_code == 302
    message = Message.objects.get()
    assert [row.file.name for row in message.attachments.all()] == ["recu.pdf", "vu.png"]
    assert [row.file.content_type for row in message.attachments.all()] == ["application/pdf", "image/png"]
    bad = SimpleUploadedFile("recu.pdf", b"<html><script>1</script>", content_type="application/pdf")
    answer = client.post(URL, filled(documents=[bad]))
    assert answer.status_code == 422
    assert "recu.pdf" in answer.content.decode()
    assert "n’est ni une image ni un PDF" in answer.content.decode()
    assert (
        client.post(URL, filled(documents=[SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(6)])).status_code == 422
    )
    assert Message.objects.count() == 1


def test_a_forged_post_is_refused(form_inbox: Inbox) -> None:
    assert Client(enforce_csrf_checks=True).post(URL, filled()).status_code == 403
    assert not Conversation.objects.exists()


def test_a_blocked_address_goes_to_the_spam_list(client: Client, form_inbox: Inbox) -> None:
    from django.utils import timezone

    claire = world.claire()
    claire.blocked_at = timezone.now()
    claire.save()
    client.post(URL, filled())
    assert Conversation.objects.get().state == State.SPAM


def test_the_page_works_without_script_in_both_languages(client: Client, form_inbox: Inbox) -> None:
    page = client.get(URL).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "<h1>Écrivez-nous</h1>" in page
    assert "<h1>Write to us</h1>" in client.get(f"{URL}?lang=en").content.decode()
    assert "<h1>Write to us</h1>" in client.get(URL).content.decode()  # remembered
    english = Client().get(URL, headers={"accept-language": "en-GB,en;q=0.9,fr;q=0.5"})
    assert "<h1>Write to us</h1>" in english.content.decode()


def test_a_shop_without_form_has_none(client: Client) -> None:
    world.shop()
    assert client.get(URL).status_code == 404


def test_the_same_pages_stand_at_the_root_of_the_shops_own_host(client: Client, form_inbox: Inbox) -> None:
    shop = form_inbox.shop
    shop.host = "aide.maison-alba.example"
    shop.save()
    page = client.get("/contact/", headers={"host": shop.host})
    assert page.status_code == 200
    assert 'href="/theme.css"' in page.content.decode()
    answer = client.post("/contact/", filled(), headers={"host": shop.host})
    assert answer["Location"] == "/contact/sent/"
    assert client.get("/signin/", headers={"host": shop.host}).status_code == 404
