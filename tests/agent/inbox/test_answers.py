"""Writing: replies, notes, forwards, new messages; drafts, files, taking back, meeting a colleague."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from comptoir.conversations.actions.drafts import UPLOADS
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Draft,
    InboxKind,
    Mention,
    Message,
    MessageKind,
    State,
)
from tests import world


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), "#1d6b55").save(out, "PNG")
    return out.getvalue()


PNG = _picture()


def upload(client: Client, content: bytes = PNG, name: str = "photo.png") -> dict[str, Any]:
    """What the upload answers."""
    answer = client.post("/uploads/", {"file": SimpleUploadedFile(name, content)})
    return dict(json.loads(answer.content))


def test_a_reply_is_held_for_its_undo_and_taken_back_as_a_draft(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    photo = upload(camille)
    values = {"body": "<p>Bonjour</p>", "files": photo["id"], "client_key": "k1", "then": "close"}
    answer = camille.post(f"/conversations/{row.pk}/replies/", values, headers=htmx)
    assert answer.status_code == 200
    message = row.messages.get(kind=MessageKind.REPLY)
    assert (message.delivery, message.text.strip(), message.agent) == (Delivery.HELD, "Bonjour", world.camille())
    assert message.to == [{"email": "claire.vasseur@orange.example", "name": "Claire Vasseur"}]
    assert message.attachments.get().file.name == "photo.png"
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["undo"] == f"/messages/{message.pk}/undo/"
    assert 1 <= toast["seconds"] <= 5
    row.refresh_from_db()
    assert (row.state, row.waiting_since, row.assignee) == (State.CLOSED, None, world.camille())
    answer = camille.post(toast["undo"], headers=htmx)
    assert f"/conversations/{row.pk}/" in answer.headers["HX-Location"]
    assert not Message.objects.filter(pk=message.pk).exists()
    html = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert "&lt;p&gt;Bonjour&lt;/p&gt;" in html
    assert "photo.png" in html


def test_the_same_key_twice_sends_once(camille: Client) -> None:
    row = world.conversation()
    for _ in range(2):
        camille.post(f"/conversations/{row.pk}/replies/", {"body": "<p>Une fois</p>", "client_key": "k"})
    assert row.messages.filter(kind=MessageKind.REPLY).count() == 1


def test_what_is_newer_is_shown_before_it_is_sent(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    seen = row.messages.get().pk
    world.message(row, "Finalement je l’ai reçu !")
    values = {"body": "<p>Désolée</p>", "based_on": seen, "then": "close", "client_key": "k"}
    answer = camille.post(f"/conversations/{row.pk}/replies/", values, headers=htmx)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Finalement je l’ai reçu" in html
    assert 'data-resend="close"' in html
    assert not row.messages.filter(kind=MessageKind.REPLY).exists()
    answer = camille.post(f"/conversations/{row.pk}/replies/", values | {"anyway": "close", "then": ""}, headers=htmx)
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.state == State.CLOSED


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"body": "  "}, "Le message est vide"),
        ({"body": "<p>Oui</p>", "to": "pas une adresse"}, "n’est pas une adresse"),
        ({"body": "<p>Oui</p>", "to": ", ".join(f"a{n}@ex.example" for n in range(120))}, "Trop de destinataires"),
    ],
)
def test_what_cannot_leave_says_why(camille: Client, values: dict[str, str], words: str) -> None:
    row = world.conversation()
    answer = camille.post(f"/conversations/{row.pk}/replies/", values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert row.messages.count() == 1


def test_forty_recipients_and_copies(camille: Client) -> None:
    row = world.conversation()
    to = ", ".join(f'"Client {n}" <c{n}@ex.example>' for n in range(40))
    camille.post(f"/conversations/{row.pk}/replies/", {"body": "<p>Tous</p>", "to": to, "bcc": "moi@ex.example"})
    message = row.messages.get(kind=MessageKind.REPLY)
    assert len(message.to) == 40
    assert message.to[3] == {"email": "c3@ex.example", "name": "Client 3"}
    assert message.bcc == [{"email": "moi@ex.example", "name": ""}]
    assert "et 38 autres" in camille.get(f"/conversations/{row.pk}/").content.decode()


def test_a_note_calls_a_colleague(camille: Client) -> None:
    row = world.conversation()
    tom = world.lead()
    body = f'<p><a data-agent="{tom.pk}">@Tom</a> tu regardes ? <script>x</script></p>'
    camille.post(f"/conversations/{row.pk}/notes/", {"body": body})
    note = row.messages.get(kind=MessageKind.NOTE)
    assert Mention.objects.get().agent == tom
    assert "script" not in note.html
    html = world.client_for(tom).get("/inbox/mentions/").content.decode()
    assert f'id="c{row.pk}"' in html
    names = [person["name"] for person in json.loads(camille.get("/colleagues/").content)]
    assert "Tom Marchand" in names
    assert "Otto Brandt" not in names


def test_drafts_survive_and_the_newest_wins(camille: Client) -> None:
    row = world.conversation()
    url = f"/conversations/{row.pk}/draft/reply/"
    photo = upload(camille)
    camille.post(url, {"body": "<p>Deux</p>", "revision": "2", "to": "x@ex.example", "files": photo["id"]})
    camille.post(url, {"body": "<p>Un</p>", "revision": "1"})
    draft = Draft.objects.exclude(kind=UPLOADS).get()
    assert (draft.html, draft.revision) == ("<p>Deux</p>", 2)
    html = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert "&lt;p&gt;Deux&lt;/p&gt;" in html
    assert "x@ex.example" in html
    assert "photo.png" in html
    camille.post(f"/conversations/{row.pk}/draft/note/", {"body": "<p>Note</p>"})
    assert Draft.objects.exclude(kind=UPLOADS).count() == 2
    camille.post(f"/conversations/{row.pk}/replies/", {"body": "<p>Parti</p>"})
    assert Draft.objects.exclude(kind=UPLOADS).get().kind == "note"
    camille.post(f"/conversations/{row.pk}/draft/note/", {"body": ""})
    assert not Draft.objects.exclude(kind=UPLOADS).exists()


def test_a_forward_takes_the_messages_along(camille: Client) -> None:
    row = world.conversation()
    first = row.messages.get()
    html = camille.get(f"/conversations/{row.pk}/forward/").content.decode()
    assert f'name="messages" value="{first.pk}"' in html
    values = {"body": "<p>Pour vous</p>", "to": "relais@ex.example", "messages": first.pk, "subject": "Fwd: Colis"}
    camille.post(f"/conversations/{row.pk}/forwards/", values)
    message = row.messages.get(kind=MessageKind.REPLY)
    assert message.flags == ["forward", f"forwards:{first.pk}"]
    row.refresh_from_db()
    assert row.waiting_since is not None


def test_failed_and_uncertain_messages_are_settled_by_a_person(camille: Client) -> None:
    row = world.conversation()
    message = world.message(row, "Oui", kind=MessageKind.REPLY, agent=world.camille(), identity=None)
    message.delivery = Delivery.UNKNOWN
    message.save()
    camille.post(f"/messages/{message.pk}/settlement/")
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    message.delivery = Delivery.FAILED
    message.save()
    camille.post(f"/messages/{message.pk}/dispatch/")
    message.refresh_from_db()
    assert message.delivery == Delivery.QUEUED


def test_writing_first(camille: Client) -> None:
    box = world.inbox()
    assert camille.get("/conversations/new/").status_code == 200
    camille.post("/conversations/new/draft/", {"body": "<p>Bon</p>", "subject": "Votre vase", "inbox": box.pk})
    assert "Votre vase" in camille.get("/conversations/new/").content.decode()
    values = {"inbox": box.pk, "to": "Odile <odile@ex.example>", "subject": "Votre vase", "body": "<p>Il est prêt</p>"}
    answer = camille.post("/conversations/new/", values)
    made = Conversation.objects.get()
    assert answer.headers["Location"] == f"/conversations/{made.pk}/"
    assert (made.subject, made.identity.value) == ("Votre vase", "odile@ex.example")
    assert made.messages.get().delivery == Delivery.HELD
    assert not Draft.objects.exists()


def test_a_call_is_noted(camille: Client) -> None:
    box = world.inbox(InboxKind.PHONE)
    values = {"inbox": box.pk, "to": "+33612345678", "subject": "Appel", "body": "<p>Veut un vase</p>"}
    camille.post("/conversations/new/", values)
    assert Message.objects.get().kind == MessageKind.CALL
    assert Conversation.objects.get().identity.value == "+33612345678"


def test_a_chat_answer_goes_at_once(camille: Client) -> None:
    row = world.conversation(box=world.inbox(InboxKind.CHAT))
    camille.post(f"/conversations/{row.pk}/replies/", {"body": "<p>Oui</p>"})
    assert row.messages.get(kind=MessageKind.REPLY).delivery == Delivery.SENT


def test_uploads_are_limited_and_sniffed(camille: Client) -> None:
    told = upload(camille, b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "../../x.png")
    assert told["type"] == "image/svg+xml"
    assert told["name"] == "x.png"
    assert camille.post("/uploads/").status_code == 400
    heavy = SimpleUploadedFile("film.mp4", b"0" * (25 * 2**20 + 1))
    assert camille.post("/uploads/", {"file": heavy}).status_code == 413
