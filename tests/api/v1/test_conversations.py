"""Conversations and messages through the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from comptoir.conversations.models import Conversation, Message
from comptoir.core.models import Event
from comptoir.core.programs import Scope
from tests import world
from tests.api.v1.conftest import Program, program_of
from tests.untouched import untouched

pytestmark = pytest.mark.django_db


def test_a_list_goes_on_by_cursor_and_ends(program: Program) -> None:
    base = timezone.now() - timedelta(days=1)
    made = [world.conversation(at=base + timedelta(minutes=number // 2)) for number in range(5)]
    expected = [row.pk for row in sorted(made, key=lambda row: (row.last_message_at, row.pk), reverse=True)]
    seen: list[int] = []
    cursor = ""
    for _ in range(3):
        answer = program("GET", f"/conversations?limit=2&cursor={cursor}").json()
        seen += [row["id"] for row in answer["data"]]
        cursor = answer["next"]
    assert seen == expected
    assert cursor is None
    by_waiting = program("GET", "/conversations?sort=waiting&limit=1").json()
    assert by_waiting["data"][0]["id"] == made[0].pk
    mixed = program("GET", f"/conversations?sort=id&cursor={by_waiting['next']}")
    assert (mixed.status_code, mixed.json()["code"]) == (400, "bad_cursor")
    for nonsense in ("x", "W10", "é", "bnVsbA", "WyJpZCIsMSwiYSJd"):
        assert program("GET", f"/conversations?sort=id&cursor={nonsense}").status_code == 400


def test_filters_say_which(program: Program) -> None:
    open_one = world.conversation()
    closed = world.conversation(world.karim(), state="closed", assignee=world.camille())
    ours = lambda query: [row["id"] for row in program("GET", f"/conversations?{query}").json()["data"]]  # noqa: E731
    assert ours("state=open") == [open_one.pk]
    assert set(ours("state=open&state=closed")) == {open_one.pk, closed.pk}
    assert ours("assignee=me") == [closed.pk]
    assert ours(f"customer={world.karim().customer_id}") == [closed.pk]
    assert ours("waiting=true&channel=email&assignee=none") == [open_one.pk]
    assert program("GET", "/conversations?state=asleep").status_code == 422
    assert program("GET", "/conversations?limit=1000").status_code == 422


def test_a_reply_leaves_once_however_often_it_is_sent(program: Program) -> None:
    row = world.conversation()
    body = {"text": "Il arrive demain.\n\nCamille", "then": "close"}
    first = program("POST", f"/conversations/{row.pk}/replies", body, Idempotency_Key="abc")
    again = program("POST", f"/conversations/{row.pk}/replies", body, Idempotency_Key="abc")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    message = Message.objects.get(kind="reply")
    assert first.json()["id"] == message.pk
    assert first.json()["html"] == "<p>Il arrive demain.</p><p>Camille</p>"
    assert first.json()["to"] == [{"email": "claire.vasseur@orange.example", "name": "Claire Vasseur"}]
    assert first.json()["delivery"] == "held"
    row.refresh_from_db()
    assert row.state == "closed"
    other = program("POST", f"/conversations/{row.pk}/replies", {"text": "Autre"}, Idempotency_Key="abc")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    event = Event.objects.get(verb="conversation.replied")
    assert (event.actor_kind, event.actor_id) == ("agent", world.camille().pk)
    assert event.codes["token"]


def test_what_failed_may_be_sent_again_under_its_key(program: Program) -> None:
    row = world.conversation()
    empty = program("POST", f"/conversations/{row.pk}/replies", {"text": ""}, Idempotency_Key="k")
    assert (empty.status_code, empty.json()["code"]) == (422, "empty")
    assert program("POST", f"/conversations/{row.pk}/replies", {"text": "Oui"}, Idempotency_Key="k").status_code == 201


def test_something_newer_stops_a_reply(program: Program) -> None:
    row = world.conversation()
    seen = row.messages.get().pk
    newer = world.message(row, "Toujours rien !")
    refused = program("POST", f"/conversations/{row.pk}/replies", {"text": "Demain", "based_on": seen})
    assert (refused.status_code, refused.json()["code"], refused.json()["messages"]) == (409, "newer", [newer.pk])
    assert not Message.objects.filter(kind="reply").exists()


def test_a_message_is_taken_back_in_time_only(program: Program) -> None:
    row = world.conversation()
    sent = program("POST", f"/conversations/{row.pk}/replies", {"text": "Demain"}).json()
    assert program("POST", f"/messages/{sent['id']}/undo").status_code == 204
    assert not Message.objects.filter(pk=sent["id"]).exists()
    assert program("POST", f"/messages/{row.messages.get().pk}/undo").json()["code"] == "late"


def test_a_change_is_whole_or_nothing(program: Program) -> None:
    row = world.conversation()
    world.topic("Livraison")
    tom = world.lead()
    foreign = world.stranger().pk
    wanted = {
        "assignee": tom.pk,
        "priority": "high",
        "tags": ["colis", "VIP"],
        "topic": "Livraison",
        "state": "pending",
    }
    answer = program("PATCH", f"/conversations/{row.pk}", wanted)
    assert answer.status_code == 200
    shown = answer.json()
    assert {name: shown[name] for name in wanted} == wanted | {"tags": ["VIP", "colis"]}
    assert program("PATCH", f"/conversations/{row.pk}", {"tags": ["colis"]}).json()["tags"] == ["colis"]
    with untouched():
        for bad in (
            {"priority": "low", "assignee": foreign},
            {"priority": "low", "snoozed_until": "2001-01-01T00:00:00Z"},
            {"priority": "low", "snoozed_until": "2099-01-01T00:00:00"},
            {"priority": "low", "state": "snoozed"},
            {"priority": "low", "stat": "open"},
            {"priority": "low", "topic": "Livrison"},
        ):
            assert program("PATCH", f"/conversations/{row.pk}", bad).status_code == 422, bad
    until = (timezone.now() + timedelta(days=1)).isoformat()
    assert program("PATCH", f"/conversations/{row.pk}", {"snoozed_until": until}).json()["state"] == "snoozed"
    assert program("PATCH", f"/conversations/{row.pk}", {"assignee": None}).json()["assignee"] is None


def test_a_file_is_brought_sent_and_read_by_who_may(program: Program) -> None:
    row = world.conversation()
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {program.token}"}
    given = SimpleUploadedFile("../notice\0.txt", b"Laver a 30 degres")
    brought = Client().post("/api/v1/files", {"file": given}, **bearer)
    assert brought.status_code == 201, brought.content
    key = brought.json()["id"]
    other = program_of(world.lead())
    stolen = other("POST", f"/conversations/{row.pk}/replies", {"text": "x", "files": [key]})
    assert (stolen.status_code, stolen.json()["code"]) == (422, "file")
    assert other("GET", f"/files/{key}").status_code == 404
    sent = program("POST", f"/conversations/{row.pk}/replies", {"text": "Voici", "files": [key]}).json()
    assert [file["id"] for file in sent["files"]] == [key]
    read = other("GET", f"/files/{key}")
    assert b"".join(read.streaming_content) == b"Laver a 30 degres"
    assert "attachment" in read.headers["Content-Disposition"]
    assert program_of(world.stranger())("GET", f"/files/{key}").status_code == 404


def test_a_first_message_begins_a_conversation(program: Program) -> None:
    box = world.inbox()
    body = {
        "inbox": box.pk,
        "to": [{"email": "Hugo@example.org", "name": "Hugo"}],
        "subject": "Colis",
        "text": "Bonjour",
    }
    made = program("POST", "/conversations", body, Idempotency_Key="1")
    assert made.status_code == 201, made.content
    assert made.json()["address"] == {"kind": "email", "value": "hugo@example.org"}
    assert program("POST", "/conversations", body, Idempotency_Key="1").json()["id"] == made.json()["id"]
    assert Conversation.objects.count() == 1
    bad = program("POST", "/conversations", body | {"to": [{"email": "nobody"}]})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_address")
    foreign = world.inbox(of=world.shop("rivage"))
    assert program("POST", "/conversations", body | {"inbox": foreign.pk}).json()["code"] == "inbox"


def test_a_form_of_ones_own_hands_a_request_over(program: Program) -> None:
    box = world.inbox("form", mail_inbox=world.inbox())
    order = world.order()
    body = {"email": "claire.vasseur@orange.example", "text": "Où est-il ?", "order_number": "ma 24817", "key": "f-1"}
    first = program("POST", f"/inboxes/{box.pk}/requests", body)
    assert first.status_code == 201, first.content
    assert program("POST", f"/inboxes/{box.pk}/requests", body).json()["id"] == first.json()["id"]
    opened = program("GET", f"/conversations/{first.json()['conversation']}").json()
    assert (opened["channel"], opened["orders"]) == ("form", [order.pk])
    assert first.json()["unproved_sender"] is True
    assert program("POST", f"/inboxes/{box.pk}/requests", body | {"email": "x"}).status_code == 422


def test_messages_are_read_in_order_and_cleaned(program: Program) -> None:
    row = world.conversation()
    world.message(row, "Bonjour", html="<p onclick=x()>Bonjour<script>alert(1)</script></p>")
    note = program("POST", f"/conversations/{row.pk}/notes", {"text": "À vérifier"})
    assert (note.status_code, note.json()["kind"], note.json()["delivery"]) == (201, "note", None)
    first = program("GET", f"/conversations/{row.pk}/messages?limit=2").json()
    rest = program("GET", f"/conversations/{row.pk}/messages?limit=2&cursor={first['next']}").json()
    texts = [message["text"] for message in [*first["data"], *rest["data"]]]
    assert texts == ["Où est mon colis ?", "Bonjour", "À vérifier"]
    assert first["data"][1]["html"] == "<p>Bonjour</p>"


def test_orders_are_put_beside_and_taken_away(program: Program) -> None:
    row, order = world.conversation(), world.order()
    assert program("PUT", f"/conversations/{row.pk}/orders", {"order": order.pk}).json()["orders"] == [order.pk]
    assert program("DELETE", f"/conversations/{row.pk}/orders/{order.pk}").json()["orders"] == []


OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/conversations/{c}", None),
    ("PATCH", "/conversations/{c}", {"state": "closed"}),
    ("GET", "/conversations/{c}/messages", None),
    ("POST", "/conversations/{c}/replies", {"text": "x"}),
    ("POST", "/conversations/{c}/notes", {"text": "x"}),
    ("PUT", "/conversations/{c}/orders", {"order": 1}),
    ("DELETE", "/conversations/{c}/orders/{o}", None),
    ("GET", "/messages/{m}", None),
    ("POST", "/messages/{m}/undo", None),
    ("GET", "/orders/{o}", None),
    ("GET", "/customers/{k}", None),
    ("PATCH", "/customers/{k}", {"name": "x"}),
    ("POST", "/customers/{k}/notes", {"text": "x"}),
    ("POST", "/customers/{k}/export", None),
    ("DELETE", "/customers/{k}", None),
    ("POST", "/inboxes/{i}/requests", {"email": "a@b.example", "text": "x"}),
]


def test_a_stranger_finds_and_changes_nothing() -> None:
    row, order, box = world.conversation(), world.order(), world.inbox("form")
    keys = {"c": row.pk, "m": row.messages.get().pk, "o": order.pk, "k": row.identity.customer_id, "i": box.pk}
    otto = program_of(world.stranger())
    lead_elsewhere = program_of(world.agent("Anna Berg", "lead", of=world.shop("rivage")))
    narrow, console = program_of(world.owner(), Scope.READ_EVENTS), world.client_for(world.owner())
    with untouched():
        for method, path, body in OPERATIONS:
            address = path.format(**keys)
            assert otto(method, address, body).status_code in {403, 404}, address
            assert lead_elsewhere(method, address, body).status_code == 404, address
            assert narrow(method, address, body).json()["code"] == "scope", address
            assert Program("cpt_guess")(method, address, body).status_code == 401, address
            assert console.generic(method, f"/api/v1{address}").status_code == 401, address
    assert otto("GET", "/conversations").json()["data"] == []
    assert otto("GET", "/orders").json()["data"] == []
    assert otto("GET", "/customers").json()["data"] == []


def test_who_may_only_look_changes_nothing() -> None:
    row = world.conversation()
    reader = program_of(world.reader())
    assert reader("GET", f"/conversations/{row.pk}").status_code == 200
    with untouched():
        for method, path, body in (
            ("PATCH", f"/conversations/{row.pk}", {"state": "closed"}),
            ("POST", f"/conversations/{row.pk}/replies", {"text": "x"}),
            ("POST", f"/conversations/{row.pk}/notes", {"text": "x"}),
        ):
            assert reader(method, path, body).json()["code"] == "role"
