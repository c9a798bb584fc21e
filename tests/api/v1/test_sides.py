"""Conversations aside for programs."""

import pytest

from comptoir.conversations.models import Conversation, SideConversation, State
from tests import world
from tests.api.v1.conftest import Program, program_of

pytestmark = pytest.mark.django_db
CARRIER = "reclamations@chronopost.example"


def test_a_program_writes_aside_reads_closes_and_strangers_find_nothing(program: Program) -> None:
    matter = world.conversation()
    path, body = (
        f"/conversations/{matter.pk}/sides",
        {"text": "Où est-il ?", "to": [{"email": CARRIER}], "subject": "Colis"},
    )
    made = program("POST", path, body, Idempotency_Key="once")
    assert made.status_code == 201
    assert program("POST", path, body, Idempotency_Key="once").json() == made.json()
    key = made.json()["conversation"]
    assert Conversation.with_sides.get(pk=key).state == State.SIDE
    listed = program("GET", path).json()
    assert [(row["id"], row["conversation"], row["state"]) for row in listed] == [(key, matter.pk, "waiting")]
    assert [row["text"] for row in program("GET", f"/sides/{key}/messages").json()["data"]] == ["Où est-il ?"]
    assert program("POST", f"/sides/{key}/replies", {"text": "Alors ?"}).json()["to"][0]["email"] == CARRIER
    assert program("PATCH", f"/sides/{key}", {"state": "closed"}).json()["state"] == "closed"
    assert program("PATCH", f"/sides/{key}", {"state": "open"}).json()["state"] == "waiting"
    refused = program("POST", path, body | {"to": [{"email": world.claire().value}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "customer_aside")
    assert program("GET", f"/conversations/{key}").status_code == 404
    assert key not in [row["id"] for row in program("GET", "/conversations").json()["data"]]
    otto = program_of(world.stranger())
    for method, there, given in (
        ("GET", path, None), ("POST", path, body), ("GET", f"/sides/{key}/messages", None),
        ("POST", f"/sides/{key}/replies", {"text": "x"}), ("PATCH", f"/sides/{key}", {"state": "closed"}),
        ("GET", f"/messages/{made.json()['id']}", None),
    ):  # fmt: skip
        assert otto(method, there, given).status_code == 404, there
    assert SideConversation.objects.count() == 1
