"""Send later, as the agent does it: the menu, own words, the thread, the command bar."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.agent.inbox import times
from comptoir.conversations.models import Conversation, Delivery, Draft, Message, Waits
from tests import world

Headers = dict[str, str]


@pytest.fixture
def matter() -> Conversation:
    return world.conversation()


def send(camille: Client, matter: Conversation, htmx: Headers, **values: str) -> object:
    return camille.post(f"/conversations/{matter.pk}/replies/", {"body": "<p>Oui</p>", **values}, headers=htmx)


def test_the_menu_offers_times_that_can_be_chosen(camille: Client, matter: Conversation, htmx: Headers) -> None:
    menu = camille.get(f"/conversations/{matter.pk}/menus/later/", headers=htmx).content.decode()
    assert "Demain matin" in menu
    at = next(at for label, at in times.offered() if label == "Demain matin")
    assert at.isoformat() in menu
    answer = send(camille, matter, htmx, send_at=at.isoformat(), later_then="close")
    message = Message.objects.get(kind="reply")
    assert (message.delivery, message.due_at, message.flags) == (Delivery.LATER, at, ["then:close"])
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]  # type: ignore[attr-defined]
    assert toast["undo"] == f"/messages/{message.pk}/undo/"
    page = camille.get(f"/conversations/{matter.pk}/").content.decode()
    assert "Partira " in page
    assert f"/messages/{message.pk}/now/" in page
    camille.post(f"/messages/{message.pk}/undo/", headers=htmx)
    assert Draft.objects.get().html == "<p>Oui</p>"


@pytest.mark.parametrize(
    ("now", "labels"),
    [
        ("2026-11-24T10:00", ["Ce soir", "Demain matin", "Lundi matin"]),
        ("2026-11-24T17:45", ["Demain matin", "Lundi matin"]),
        ("2026-11-29T10:00", ["Ce soir", "Demain matin"]),  # on a Sunday, Monday is tomorrow
    ],
)
def test_what_is_offered_depends_on_the_hour(now: str, labels: list[str]) -> None:
    found = times.offered(timezone.make_aware(datetime.fromisoformat(now)))
    assert [label for label, _at in found] == labels
    assert all(at.hour in (8, 18) for _label, at in found)


@pytest.mark.parametrize("words", ["demain 9h", "in 2 hours", "vendredi 14h30"])
def test_words_are_understood_and_said_back(words: str, camille: Client, matter: Conversation, htmx: Headers) -> None:
    said = camille.get("/moments/", {"send_text": words}).content.decode()
    assert ":" in said or "h" in said
    send(camille, matter, htmx, send_at="typed", send_text=words)
    message = Message.objects.get(kind="reply")
    assert message.delivery == Delivery.LATER


@pytest.mark.parametrize(
    "values",
    [
        {"send_at": "typed", "send_text": "hier"},
        {"send_at": "typed", "send_text": "", "send_moment": ""},
        {"send_at": "2020-01-01T10:00"},
        {"send_at": "n’importe quoi"},
        {"send_at": "2099-01-01T10:00"},
        {"send_at": "2026-02-31T10:00"},
    ],
)
def test_a_time_that_nobody_means_sends_nothing_at_all(
    values: dict[str, str], camille: Client, matter: Conversation, htmx: Headers
) -> None:
    answer = send(camille, matter, htmx, **values)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "votre texte est gardé" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Message.objects.filter(kind="reply").exists()


def test_a_newer_message_is_shown_first_and_the_time_is_kept(
    camille: Client, matter: Conversation, htmx: Headers
) -> None:
    seen = Message.objects.latest("pk").pk
    world.message(matter, "Et encore ceci")
    at = (timezone.now() + timedelta(hours=5)).isoformat()
    answer = send(camille, matter, htmx, send_at=at, based_on=str(seen))
    shown = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Programmer quand même" in shown
    assert 'name="send_at"' in shown
    send(camille, matter, htmx, send_at=at, based_on=str(seen), anyway="stay")
    assert Message.objects.get(kind="reply").delivery == Delivery.LATER


def test_what_waits_says_why_and_is_sent_now_or_at_another_time(
    camille: Client, matter: Conversation, htmx: Headers
) -> None:
    send(camille, matter, htmx, send_at=(timezone.now() + timedelta(hours=5)).isoformat())
    message = Message.objects.get(kind="reply")
    Message.objects.filter(pk=message.pk).update(waits=Waits.ANSWER)
    assert "attend que vous la relisiez" in camille.get(f"/conversations/{matter.pk}/").content.decode()
    at = timezone.now() + timedelta(hours=9)
    camille.post(f"/messages/{message.pk}/plan/", {"send_at": at.isoformat()}, headers=htmx)
    message.refresh_from_db()
    assert (message.waits, message.due_at) == (Waits.NOTHING, at)
    answer = camille.post(f"/messages/{message.pk}/plan/", {"send_at": "hier"}, headers=htmx)
    assert "rien n’a changé" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    Message.objects.filter(pk=message.pk).update(
        delivery=Delivery.QUEUED, waits=Waits.RETRY, attempts=1, due_at=at, error="450 greylisted"
    )
    page = camille.get(f"/conversations/{matter.pk}/").content.decode()
    assert "Nouvel essai à" in page
    assert "(2e)" in page
    assert "450 greylisted" in page
    camille.post(f"/messages/{message.pk}/now/", headers=htmx)
    message.refresh_from_db()
    assert (message.delivery, message.waits) == (Delivery.QUEUED, Waits.NOTHING)
    answer = camille.post(f"/messages/{message.pk}/now/", headers=htmx)
    assert "Trop tard" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def test_recipients_whose_fate_is_known_are_named(camille: Client, matter: Conversation) -> None:
    message = world.message(matter, "Oui", kind="reply", agent=world.camille(), identity=None, html="<p>Oui</p>")
    message.outcomes = {
        "a@a.example": {"state": "bounced", "reason": "<b>550</b> boîte pleine"},
        "b@b.example": {"state": "delivered", "reason": ""},
        "c@c.example": {"state": "who knows", "reason": ""},
    }
    message.save()
    page = camille.get(f"/conversations/{matter.pk}/").content.decode()
    assert "a@a.example\u202f: &lt;b&gt;550&lt;/b&gt; boîte pleine" in page
    assert "Reçu par b@b.example" in page
    assert "c@c.example" not in page


def test_the_command_bar_hands_the_time_to_the_editor(camille: Client, matter: Conversation, htmx: Headers) -> None:
    headers = {**htmx, "HX-Current-URL": f"http://testserver/conversations/{matter.pk}/"}
    bar = camille.get("/search/", {"q": "envoyer plus tard demain 8h"}, headers=headers).content.decode()
    assert "La réponse de l’éditeur part à ce moment" in bar
    at = (timezone.now() + timedelta(hours=5)).isoformat()
    answer = camille.post("/search/deeds/", {"conversation": matter.pk, "do": "later", "value": at}, headers=htmx)
    assert json.loads(answer.headers["HX-Trigger"]) == {"composer:later": {"at": at}}


def test_the_signature_is_seen_and_can_be_left_out(camille: Client, matter: Conversation, htmx: Headers) -> None:
    page = camille.get(f"/conversations/{matter.pk}/").content.decode()
    assert "Signature :" in page.replace("\u202f", " ")
    assert "Camille Roussel" in page
    send(camille, matter, htmx, unsigned="1")
    assert "unsigned" in Message.objects.get(kind="reply").flags
