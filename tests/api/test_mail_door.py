"""Raw mail over HTTP: signed, once, and nothing kept of what is forged."""

import base64
import time
import uuid

import pytest
from django.test import Client

from comptoir.conversations.models import Inbox, RawMessage
from comptoir.core import keys
from comptoir.lib.signatures import sign
from tests import world

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(b"a-key-of-the-suite-32-bytes-long").decode()
MAIL = b"From: Claire <claire@orange.example>\r\nTo: bonjour@maison-alba.example\r\nSubject: x\r\n\r\nBonjour\r\n"


def inbox(**more: object) -> Inbox:
    box = world.inbox()
    Inbox.objects.filter(pk=box.pk).update(webhook_secret=keys.encrypt(SECRET), **more)
    return box


def post(public_id: object, body: bytes = MAIL, *, key: str = "msg_1", at: int = 0, **headers: str) -> object:
    at = at or int(time.time())
    signed = {
        "HTTP_WEBHOOK_ID": key,
        "HTTP_WEBHOOK_TIMESTAMP": str(at),
        "HTTP_WEBHOOK_SIGNATURE": sign(SECRET, key, at, body),
    }
    client = Client(enforce_csrf_checks=True)
    return client.generic(
        "POST", f"/api/inboxes/{public_id}/mail", body, content_type="message/rfc822", **(signed | headers)
    )


def test_a_signed_mail_is_committed_as_it_came() -> None:
    box = inbox()
    answer = post(box.public_id)
    assert (answer.status_code, answer.json()) == (202, {"received": True})
    raw = RawMessage.objects.get()
    assert (bytes(raw.content), raw.inbox, raw.source_key) == (MAIL, box, "webhook:msg_1")


def test_the_same_delivery_is_taken_once() -> None:
    box = inbox()
    post(box.public_id)
    again = post(box.public_id)
    assert (again.status_code, again.json()) == (202, {"received": False})
    assert RawMessage.objects.count() == 1


def test_one_right_signature_among_several_is_enough() -> None:
    box, at = inbox(), int(time.time())
    several = f"v1,AAAA v2,x {sign(SECRET, 'msg_1', at, MAIL)}"
    assert post(box.public_id, at=at, HTTP_WEBHOOK_SIGNATURE=several).status_code == 202


@pytest.mark.parametrize(
    "forged",
    [
        {"HTTP_WEBHOOK_SIGNATURE": "v1,dGhpcyBpcyBub3QgdGhlIHNpZ25hdHVyZSBvZiBhbnl0aGluZw=="},
        {"HTTP_WEBHOOK_SIGNATURE": ""},
        {"HTTP_WEBHOOK_SIGNATURE": "v1,é"},
        {"HTTP_WEBHOOK_ID": "msg_2"},
        {"HTTP_WEBHOOK_ID": ""},
        {"HTTP_WEBHOOK_TIMESTAMP": "1"},
        {"HTTP_WEBHOOK_TIMESTAMP": "9" * 5000},
        {"HTTP_WEBHOOK_TIMESTAMP": "soon"},
    ],
    ids=["other", "none", "no-ascii", "other-id", "no-id", "old", "huge", "words"],
)
def test_a_forged_one_is_refused_and_nothing_is_kept(forged: dict[str, str]) -> None:
    box = inbox()
    assert post(box.public_id, **forged).status_code == 401
    assert RawMessage.objects.count() == 0


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_or_early_one_is_refused(seconds: int) -> None:
    box = inbox()
    assert post(box.public_id, at=int(time.time()) + seconds).status_code == 401
    assert RawMessage.objects.count() == 0


def test_another_body_under_a_right_signature_is_refused() -> None:
    box, at = inbox(), int(time.time())
    signature = sign(SECRET, "msg_1", at, MAIL)
    assert post(box.public_id, MAIL + b"!", at=at, HTTP_WEBHOOK_SIGNATURE=signature).status_code == 401


def test_an_unknown_inbox_and_one_without_secret_answer_alike() -> None:
    bare = world.inbox()
    assert post(uuid.uuid4()).status_code == post(bare.public_id).status_code == 401


def test_a_paused_inbox_asks_to_come_back() -> None:
    box = inbox(active=False)
    answer = post(box.public_id)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    assert RawMessage.objects.count() == 0


def test_an_empty_body_and_one_too_large_are_told_apart() -> None:
    box = inbox()
    assert post(box.public_id, b" ").status_code == 400
    assert post(box.public_id, CONTENT_LENGTH=str(61 * 2**20)).status_code == 413
    assert Client().get(f"/api/inboxes/{box.public_id}/mail").status_code == 405
