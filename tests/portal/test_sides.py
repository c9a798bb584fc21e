"""What is said aside is nowhere in what a shopper can read: account, files, data, chat, mail; whoever they are."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

import comptoir
from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.actions.delivering import release_due
from comptoir.conversations.actions.sides import open_side
from comptoir.conversations.composing import compose
from comptoir.conversations.models import Attachment, Conversation, Message
from comptoir.core import erasure, files
from comptoir.core.models import Event
from tests import world
from tests.mails import arrives, mail
from tests.portal.conftest import Visitor
from tests.portal.test_account import BASE, CLAIRE, sign_in
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
SECRET, CARRIER = "dossier 8L123", "karim.benali@free.example"  # the third party is a customer of the shop, too


def aside(matter: Conversation) -> Message:
    """Camille writes aside about the matter, with a file; the third party answers with the customer in copy."""
    message = open_side(
        matter,
        Written(
            f"<p>Question, {SECRET}</p>",
            to=[{"email": CARRIER, "name": "Karim"}],
            subject=f"Enquête {SECRET}",
            files=[files.save(b"%PDF", name=f"{SECRET}.pdf", content_type="application/pdf")],
        ),
        agent=world.camille(),
    )
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    release_due()
    run_jobs()
    told = mail(f"Réponse, {SECRET}", sender=CARRIER, in_reply_to=f"<{message.message_id}>", Cc=CLAIRE)
    arrives(world.inbox(), told)
    assert message.conversation.messages.count() == 2
    return message


def everything_of(client: Client, email: str) -> str:
    """All pages of an account that links lead to, and its data."""
    sign_in(client, email)
    seen: dict[str, str] = {}
    waiting = [BASE, f"{BASE}?all=1", f"{BASE}data/"]
    while waiting and len(seen) < 40:
        path = waiting.pop()
        answer = client.get(path)
        seen[path] = b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode()
        waiting += [href for href in re.findall(rf'(?:href|src)="({BASE}[^"#]*)"', seen[path]) if href not in seen]
    assert len(seen) > 3
    return " ".join(seen.values())


@pytest.mark.parametrize("reader", [CLAIRE, CARRIER])
def test_no_page_of_an_account_shows_it(client: Client, reader: str) -> None:
    matter = world.conversation()
    world.conversation(world.karim(), text="Ma propre question")
    message = aside(matter)
    read = everything_of(client, reader)
    assert ("Où est mon colis" in read) is (reader == CLAIRE)
    assert ("Ma propre question" in read) is (reader == CARRIER)
    assert SECRET not in read
    for public in (message.conversation.public_id, message.public_id):
        assert client.get(f"{BASE}conversations/{public}/").status_code == 404
    file = Attachment.objects.get(message=message).file
    assert client.get(f"{BASE}conversations/{matter.public_id}/files/{file.public_id}/").status_code == 404


def test_no_copy_of_somebodys_data_holds_it() -> None:
    aside(world.conversation())
    for who in (world.claire(), world.karim()):
        assert SECRET not in repr(erasure.export(who.customer_id))


def test_no_answer_to_the_customer_quotes_it() -> None:
    matter = world.conversation()
    aside(matter)
    answer = reply(matter, Written("<p>Bientôt chez vous</p>"), agent=world.camille())
    left = compose(Message.objects.get(pk=answer.pk))
    assert SECRET not in repr(left)
    assert [party.email for party in (*left.to, *left.cc, *left.bcc)] == [CLAIRE]
    assert all(f".{matter.pk}." in name or "@orange" in name for name in left.references)


def test_a_chat_never_shows_it_and_its_window_is_not_even_told(visitor: Visitor) -> None:
    matter = visitor.start("Où est mon colis ?")
    world.inbox("email")
    before = set(Event.objects.values_list("pk", flat=True))
    message = aside(matter)
    assert SECRET not in visitor.get().content.decode()
    assert len(visitor.get().json()["messages"]) == 1
    assert visitor.get(f"files/{Attachment.objects.get(message=message).file.public_id}").status_code == 404
    own = f"chat:{matter.public_id.hex}"
    mechanical = Event.objects.exclude(pk__in=before).filter(subject_id=message.conversation_id)
    assert not any(own in event.audiences or own in event.topics for event in mechanical)


def test_no_shoppers_page_can_ask_for_it() -> None:
    """The manager that knows of threads aside is named by nothing that serves shoppers."""
    root = Path(comptoir.__file__).parent
    serving = [*(root / "portal").rglob("*.py"), root / "conversations" / "actions" / "chatting.py"]
    named = re.compile(r"with_sides|SideConversation|access\.threads|_base_manager")
    assert [str(path) for path in serving if named.search(path.read_text())] == []
    assert Conversation._default_manager is Conversation.objects
