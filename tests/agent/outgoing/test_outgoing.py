"""Mail that stays on this machine: read safely, answered as the customer, hidden where it does not belong."""

import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from comptoir.adapters.outbox.channel import Outbox
from comptoir.conversations import threading as threads
from comptoir.conversations.models import Conversation, Inbox, Message, RawMessage
from comptoir.core.models import Installation
from comptoir.ports.channel import Address, OutgoingMessage
from tests import world
from tests.untouched import untouched
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: object, tmp_path: Path) -> None:
    settings.OUTBOX_DIRECTORY = tmp_path  # type: ignore[attr-defined]


def demonstration() -> None:
    Installation.objects.update_or_create(pk=1, defaults={"demo": True})


def sent(conversation: Conversation, html: str = "<p>Bonjour Claire</p>") -> str:
    """The file's name of an answer to Claire."""
    box: Inbox = conversation.inbox
    public_id = uuid.uuid4()
    message_id = threads.new_message_id(public_id, conversation.pk, box)
    world.message(conversation, "Bonjour Claire", kind="reply", message_id=message_id, identity=None)
    return _write(box.address, message_id, html)


def _write(sender: str, message_id: str, html: str) -> str:
    before = {path.name for path in Path(settings.OUTBOX_DIRECTORY).glob("*.eml")}
    Outbox({"directory": str(settings.OUTBOX_DIRECTORY)}).send(
        OutgoingMessage(
            message_id=message_id,
            sender=Address(sender, "Camille, Maison Alba"),
            to=(Address("claire.vasseur@orange.example", "Claire Vasseur"),),
            subject="Re: Colis introuvable",
            text="Bonjour Claire",
            html=html,
        )
    )
    return ({path.name for path in Path(settings.OUTBOX_DIRECTORY).glob("*.eml")} - before).pop()


def test_what_left_is_listed_and_read() -> None:
    demonstration()
    name = sent(world.conversation())
    client = world.client_for(world.camille())
    assert "Claire Vasseur" in client.get("/outgoing/").content.decode()
    page = client.get(f"/outgoing/{name}/").content.decode()
    assert "Rien ne quitte cet ordinateur" in page
    assert "Répondre comme Claire Vasseur" in page


def test_the_body_is_cleaned_and_framed() -> None:
    demonstration()
    name = sent(world.conversation(), "<p>Bonjour</p><script>x()</script><img src=https://x.test/a.png onerror=x()>")
    answer = world.client_for(world.camille()).get(f"/outgoing/{name}/body/")
    text = answer.content.decode()
    assert "Bonjour" in text
    assert "<script" not in text
    assert "onerror" not in text
    assert "x.test" not in text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_customers_answer_comes_back_into_the_conversation() -> None:
    demonstration()
    conversation = world.conversation()
    name = sent(conversation)
    client = world.client_for(world.camille())
    answer = client.post(f"/outgoing/{name}/reply/", {"text": "Merci Camille !"})
    assert answer.headers["Location"] == f"/outgoing/{name}/"
    run_jobs()
    newest = Message.objects.latest("pk")
    assert (newest.conversation, newest.kind, newest.text) == (conversation, "customer", "Merci Camille !")
    assert newest.identity == conversation.identity
    assert newest.flags == ["quotes:1"]
    assert "Bonjour Claire" in newest.full_text


def test_a_fresh_mail_begins_a_conversation() -> None:
    demonstration()
    box = world.inbox()
    client = world.client_for(world.camille())
    letter = {"name": "Léa Fontaine", "email": "Lea@x.example", "inbox": box.pk, "subject": "Bougie", "text": "Cassée"}
    assert client.get("/outgoing/new/").status_code == 200
    assert client.post("/outgoing/new/", letter).status_code == 302
    run_jobs()
    made = Conversation.objects.get()
    assert (made.subject, made.identity.value, made.customer_name) == ("Bougie", "lea@x.example", "Léa Fontaine")
    assert client.post("/outgoing/new/", letter | {"email": "x"}).status_code == 422
    assert client.post("/outgoing/new/", letter | {"subject": "a\r\nBcc: b@x.example"}).status_code in (302, 422)
    assert RawMessage.objects.filter(content__contains=b"\nBcc:").count() == 0


def test_it_is_not_there_in_a_real_installation() -> None:
    name = sent(world.conversation())
    client = world.client_for(world.camille())
    with untouched():
        for url in ("/outgoing/", f"/outgoing/{name}/", f"/outgoing/{name}/body/", "/outgoing/new/"):
            assert client.get(url).status_code == 404
        assert client.post(f"/outgoing/{name}/reply/", {"text": "x"}).status_code == 404


def test_accounts_mail_is_for_who_manages_accounts() -> None:
    demonstration()
    name = _write("comptoir@localhost", "<reset@localhost>", "<a href='https://x.test/password/reset/1/'>x</a>")
    agent, owner = world.client_for(world.camille()), world.client_for(world.owner())
    assert name not in agent.get("/outgoing/").content.decode()
    assert agent.get(f"/outgoing/{name}/body/").status_code == 404
    assert owner.get(f"/outgoing/{name}/").status_code == 200
    assert owner.post(f"/outgoing/{name}/reply/", {"text": "x"}).status_code == 404


def test_strangers_read_and_write_nothing() -> None:
    demonstration()
    name = sent(world.conversation())
    otto, lise = world.client_for(world.stranger()), world.client_for(world.reader())
    with untouched():
        assert name not in otto.get("/outgoing/").content.decode()
        for path in (f"{name}/", f"{name}/body/", "x.eml/", "..%2F..%2Fetc%2Fpasswd/", f".{name}.1.part/"):
            assert otto.get(f"/outgoing/{path}").status_code == 404
        assert otto.post(f"/outgoing/{name}/reply/", {"text": "x"}).status_code == 404
        assert (
            otto.post(
                "/outgoing/new/",
                {"inbox": world.inbox().pk, "email": "a@b.example", "name": "a", "subject": "x", "text": "x"},
            ).status_code
            == 422
        )
        assert lise.post(f"/outgoing/{name}/reply/", {"text": "x"}).status_code == 403
        assert Client().get("/outgoing/").status_code == 302
