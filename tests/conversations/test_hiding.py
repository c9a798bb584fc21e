"""Card and account numbers are gone before anything is kept, whatever road they came by."""

import pytest
from django.db import connection

from comptoir.conversations.actions.answering import Written, note
from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.actions.chatting import Said, say, start_chat
from comptoir.conversations.actions.forms import FormRequest, receive_form
from comptoir.conversations.models import Conversation, Message, RawMessage
from comptoir.core.models import Installation
from tests import world
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
CARD, IBAN = "4970 1000 0000 0154", "FR76 3000 6000 0112 3456 7890 189"
MAIL = (
    b"From: Claire <claire.vasseur@orange.example>\r\nTo: bonjour@maison-alba.example\r\nMessage-ID: <1@orange.example>\r\n"
    b"Subject: Ma carte 4970100000000154\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nCarte 4970 1000 0000 0154\r\nIBAN FR76 3000 6000 0112 3456 7890 189\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Carte <b>4970 1000</b> 0000 0154<br>IBAN FR7630006000011234567890189</p>\r\n"
    b"--b--\r\n"
)


def everything() -> str:
    """All that the database holds, as text without blanks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f'SELECT row::text FROM "{name}" row' for name in tables))
        rows = "".join(row for (row,) in cursor.fetchall())
    raws = b"".join(bytes(row.content) for row in RawMessage.objects.all()).decode("latin-1")
    return "".join((rows + raws).split())


def test_a_mail_with_numbers_keeps_none_of_them_raw_or_read() -> None:
    arrive(world.inbox(), MAIL, source_key="1:1")
    run_jobs()
    message = Message.objects.get()
    assert message.text == "Carte •••• •••• •••• 0154\nIBAN FR•• •••• •••• 0189"
    assert message.conversation.subject == "Ma carte •••• •••• •••• 0154"
    assert message.flags == ["hidden:card", "hidden:iban"]
    held = everything()
    for number in ("4970100000000154", "FR7630006000011234567890189", "3456789018"):
        assert number not in held
    page = world.client_for(world.camille()).get(f"/conversations/{message.conversation_id}/").content.decode()
    assert "Un numéro de carte a été masqué" in page


def test_account_numbers_stay_where_the_house_wants_them() -> None:
    client = world.client_for(world.owner())
    client.post("/settings/sending/masking/", {"accounts": "0"})
    assert not Installation.current().mask_accounts
    arrive(world.inbox(), MAIL, source_key="1:1")
    run_jobs()
    message = Message.objects.get()
    assert message.text == f"Carte •••• •••• •••• 0154\nIBAN {IBAN}"
    assert message.flags == ["hidden:card"]
    assert "4970100000000154" not in everything()


def test_chat_and_form_keep_none_either() -> None:
    talk, first = start_chat(world.inbox("chat"), Said(f"Ma carte {CARD}", "k1"))
    second = say(talk, Said(f"et mon IBAN {IBAN}", "k2"))
    asked = receive_form(world.inbox("form"), FormRequest(email="a@b.example", text=f"Prélevez {CARD}", key="k3"))
    assert first.text == "Ma carte •••• •••• •••• 0154"
    assert (second.text, second.flags) == ("et mon IBAN FR•• •••• •••• 0189", ["hidden:iban"])
    assert "hidden:card" in asked.flags
    held = everything()
    assert "4970100000000154" not in held
    assert "3456789018" not in held
    assert "•••• 0154" in Conversation.objects.get(channel="form").subject


def test_a_note_may_hold_an_account_but_no_card() -> None:
    row = world.conversation()
    made = note(row, Written(f"<p>Carte {CARD}, IBAN {IBAN}</p>"), agent=world.camille())
    assert made.text == f"Carte •••• •••• •••• 0154, IBAN {IBAN}"


def test_a_mail_without_numbers_keeps_its_bytes() -> None:
    plain = MAIL.replace(b"4970", b"1234").replace(b"FR76", b"FR00")
    arrive(world.inbox(), plain, source_key="1:1")
    run_jobs()
    assert bytes(RawMessage.objects.get().content) == plain
    assert Message.objects.get().flags == []
