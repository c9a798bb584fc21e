"""The chat's calls, through the door."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.answering import Written, forward, note, reply
from comptoir.conversations.models import Conversation, Delivery, Inbox, Message, PageVisit
from comptoir.core import keys
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Schedule
from comptoir.customers.actions import erase
from tests import world
from tests.portal.conftest import SHUT, Visitor

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def told(answer: object) -> list[str]:
    return [message["text"] for message in answer.json()["messages"]]  # type: ignore[attr-defined]


def test_the_first_message_opens_a_conversation_once(visitor: Visitor) -> None:
    key = str(uuid.uuid4())
    conversation = visitor.start("Bonjour", client_key=key, url="https://shop.example/nappe?utm=1#x", title="Nappe")
    again = visitor.post("start", text="Bonjour", client_key=key)
    assert again.status_code == 200
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 1
    assert conversation.page_url == "https://shop.example/nappe"
    assert again["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in again
    assert not again.cookies


def test_a_repeated_message_adds_nothing(visitor: Visitor) -> None:
    visitor.start()
    key = str(uuid.uuid4())
    first, second = visitor.say("Encore moi", client_key=key), visitor.say("Encore moi", client_key=key)
    assert told(first) == told(second) == ["Bonjour", "Encore moi"]
    assert Message.objects.count() == 2


@pytest.mark.parametrize("key", ["", "1", "x" * 200, "0" * 36, "00000000-0000-1000-8000-000000000000", None, 7])
def test_a_key_that_could_be_guessed_is_refused(visitor: Visitor, key: object) -> None:
    assert visitor.post("start", text="Bonjour", client_key=key).status_code == 400
    assert not Conversation.objects.exists()


def test_a_preflight_lets_the_bearer_header_through(client: Client, chat_inbox: Inbox) -> None:
    answer = client.options("/s/maison-alba/chat/messages", headers={"origin": "https://shop.example"})
    assert answer.status_code == 204
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    assert not answer.cookies


CALLS = [
    ("GET", "messages"),
    ("POST", "messages"),
    ("POST", "seen"),
    ("POST", "typing"),
    ("POST", "page"),
    ("POST", "identity"),
    ("POST", "files"),
    ("GET", "files/29c24eb3-9368-4c08-aa60-bfbc84044d31"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("whose", ["nobody", "forged", "other shop", "other purpose", "erased"])
def test_a_token_opens_its_own_conversation_and_nothing_else(
    visitor: Visitor, client: Client, method: str, path: str, whose: str
) -> None:
    conversation = visitor.start("Secret de Claire")
    world.inbox("chat", of=world.shop("rivage"))
    other = Visitor(client, "rivage")
    other.start("Ailleurs")
    token = {
        "nobody": "",
        "forged": visitor.token[:-3] + "abc",
        "other shop": other.token,
        "other purpose": keys.sign(conversation.public_id.hex, purpose="form-sent"),
        "erased": visitor.token,
    }[whose]
    if whose == "erased":
        erase(conversation.identity.customer, actor=SYSTEM)
    before = state_of(conversation)
    call = visitor.get if method == "GET" else visitor.post
    answer = call(path, token=token, **({} if method == "GET" else {"text": "x", "client_key": str(uuid.uuid4())}))
    assert answer.status_code == 404
    assert answer.json()["error"] == "no_chat"
    assert "Secret" not in answer.content.decode()
    assert state_of(conversation) == before


def state_of(conversation: Conversation) -> tuple[object, ...]:
    row = Conversation.objects.get(pk=conversation.pk)
    return (row.visitor_seen_at, row.page_url, row.message_count, row.customer_name, row.participants.count())


def test_another_methods_call_changes_nothing(visitor: Visitor) -> None:
    visitor.start()
    assert visitor.get("seen").status_code == 405
    assert visitor.get("start").status_code == 405
    assert Message.objects.count() == 1


def test_notes_forwards_and_other_peoples_mail_never_reach_the_visitor(visitor: Visitor) -> None:
    conversation, camille = visitor.start("Où est mon colis ?"), world.camille()
    note(conversation, Written("<p>Cliente pénible</p>"), agent=camille)
    reply(conversation, Written("<p>Je regarde.</p>"), agent=camille)
    to = [{"email": "entrepot@maison-alba.example", "name": ""}]
    forward(conversation, Written("<p>Regardez ce dossier</p>", to=to), agent=camille, messages=[])
    world.message(conversation, "Note d’appel", kind="call")
    world.message(conversation, "Mon mari répond par e-mail", identity=world.karim())
    answer = visitor.get()
    assert told(answer) == ["Où est mon colis ?", "Je regarde."]
    for leak in ("pénible", "dossier", "appel", "mari", "@maison-alba.example", "karim"):
        assert leak not in answer.content.decode()
    person = answer.json()["people"][answer.json()["with"]]
    assert person["name"] == "Camille Roussel"
    assert not person["online"]


def test_what_is_told_again_begins_shortly_before_the_known_message(visitor: Visitor) -> None:
    conversation = visitor.start("0")
    for number in range(1, 31):
        world.message(conversation, str(number), sender={})
    last = Message.objects.get(text="29")
    assert told(visitor.get(f"messages?after={last.public_id.hex}")) == [str(n) for n in range(19, 31)]
    assert len(told(visitor.get("messages?after=unknown"))) == 31


def test_an_answer_is_seen_only_when_the_visitor_says_so(visitor: Visitor) -> None:
    conversation = visitor.start()
    answer = reply(conversation, Written("<p>Bonjour</p>"), agent=world.camille())
    visitor.get()
    answer.refresh_from_db()
    assert answer.seen_at is None
    assert visitor.post("seen").json() == {"seen": 1}
    answer.refresh_from_db()
    assert answer.delivery == Delivery.SEEN
    assert visitor.post("seen").json() == {"seen": 0}


def test_the_page_is_known_but_a_trail_needs_the_shop_and_the_visitor(visitor: Visitor, chat_inbox: Inbox) -> None:
    conversation = visitor.start()
    visitor.post("page", url="https://shop.example/a?mail=claire@x.example", title="A", consented=True)
    conversation.refresh_from_db()
    assert (conversation.page_url, conversation.page_title) == ("https://shop.example/a", "A")
    assert not PageVisit.objects.exists()
    Inbox.objects.filter(pk=chat_inbox.pk).update(trail=True)
    visitor.post("page", url="https://shop.example/b", title="B", consented="yes")
    assert not PageVisit.objects.exists()
    visitor.post("page", url="https://shop.example/b", title="B", consented=True)
    assert PageVisit.objects.get().url == "https://shop.example/b"
    visitor.post("page", url="javascript:alert(1)", title="C", consented=True)
    conversation.refresh_from_db()
    assert conversation.page_url == ""


def test_an_address_given_is_where_unseen_answers_go_and_proves_nothing(visitor: Visitor) -> None:
    conversation, claire = visitor.start(), world.claire()
    world.order(claire)
    answer = visitor.post("identity", email="Claire.Vasseur@orange.example", name="Claire")
    assert answer.status_code == 200
    assert answer.json()["known"] is True
    assert "orange" not in answer.content.decode()
    assert "MA-" not in answer.content.decode()
    assert conversation.participants.get().flagged
    claire.refresh_from_db()
    assert claire.verified_at is None
    assert visitor.post("identity", email="pas une adresse").status_code == 422
    assert visitor.post("identity").status_code == 422


def test_files_are_what_their_bytes_say(visitor: Visitor) -> None:
    conversation = visitor.start()

    def send(name: str, content: bytes, path: str = "files") -> object:
        file = SimpleUploadedFile(name, content, content_type="image/png")
        values = {"client_key": str(uuid.uuid4()), "text": "", "file": file}
        return visitor.client.post(visitor.base + path, values, headers=visitor.headers())

    assert send("photo.png", PNG).status_code == 200  # type: ignore[attr-defined]
    for name, content in (
        ("photo.png", b"<script>alert(1)</script>"),
        ("dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("x.png", b"MZ\x90\x00"),
        ("vide.png", b""),
    ):
        assert send(name, content).status_code in (400, 422)  # type: ignore[attr-defined]
    assert send("../../etc/passwd\u202egnp.png", PNG, "messages").status_code == 200  # type: ignore[attr-defined]
    told_files = [file for message in visitor.get().json()["messages"] for file in message["files"]]
    assert [file["name"] for file in told_files] == ["photo.png", "passwdgnp.png"]
    got = visitor.get(f"files/{uuid.UUID(told_files[0]['id'])}")
    assert b"".join(got.streaming_content) == PNG
    assert got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]
    assert conversation.messages.count() == 3


def test_a_file_over_ten_megabytes_is_refused(visitor: Visitor) -> None:
    visitor.start()
    file = SimpleUploadedFile("grand.png", PNG + b"\0" * 10_000_000)
    values = {"client_key": str(uuid.uuid4()), "file": file}
    answer = visitor.client.post(f"{visitor.base}files", values, headers=visitor.headers())
    assert answer.status_code == 422
    assert answer.json() == {"error": "too_heavy", "message": "Ce fichier dépasse 10 Mo."}
    assert Message.objects.count() == 1


def test_what_is_too_long_empty_or_unreadable_is_refused_in_words(visitor: Visitor, client: Client) -> None:
    assert visitor.post("start", text="x" * 10_001, client_key=str(uuid.uuid4())).json()["error"] == "too_long"
    assert visitor.post("start", text="x" * 70_000, client_key=str(uuid.uuid4())).status_code == 413
    assert visitor.post("start", text=" \n ", client_key=str(uuid.uuid4())).json()["error"] == "empty"
    assert visitor.post("start", text=["x"], client_key=str(uuid.uuid4())).status_code == 422
    for body in ("{", "[]", "null", "[" * 20_000):
        assert client.post(f"{visitor.base}start", body, content_type="application/json").status_code == 400
    assert not Conversation.objects.exists()
    visitor.start("a\0b\ud800".encode("utf-8", "replace").decode())


def test_one_network_cannot_open_conversations_without_end(visitor: Visitor) -> None:
    for _ in range(20):
        visitor.start()
    answer = visitor.post("start", text="Encore", client_key=str(uuid.uuid4()))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert Conversation.objects.count() == 20


def test_one_conversation_cannot_be_flooded(visitor: Visitor) -> None:
    visitor.start()
    answers = [visitor.say("encore").status_code for _ in range(41)]
    assert answers == [200] * 40 + [429]
    assert Message.objects.count() == 41


def test_the_window_learns_who_is_there_and_when_someone_returns(visitor: Visitor, chat_inbox: Inbox) -> None:
    assert visitor.get("state").json()["state"] == {"open": True, "here": False, "until": None, "returns": None}
    camille = world.camille()
    camille.last_seen_at = timezone.now() - timedelta(minutes=4)
    camille.save()
    assert visitor.get("state").json()["state"]["here"] is True
    camille.away = True
    camille.save()
    assert visitor.get("state").json()["state"]["here"] is False
    Schedule.objects.filter(pk=chat_inbox.schedule_id).update(
        hours=SHUT | {"special": {next_week(): [["09:30", "19:00"]]}}
    )
    state = visitor.get("state").json()["state"]
    assert state["open"] is False
    assert state["returns"].startswith(next_week())


def next_week() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


def test_a_shop_without_chat_has_none(client: Client) -> None:
    world.shop()
    assert client.get("/s/maison-alba/chat/state").status_code == 404
    assert b"window" not in client.get("/s/maison-alba/chat.js").content
    assert client.get("/s/nowhere/chat/state").status_code == 404


def test_two_visitors_never_hear_of_each_other(visitor: Visitor, client: Client) -> None:
    first = visitor.start("Un")
    other = Visitor(client)
    other.start("Deux")
    assert told(visitor.get()) == ["Un"]
    assert told(other.get()) == ["Deux"]
    assert f"chat:{first.public_id.hex}" in first.live_audiences()
