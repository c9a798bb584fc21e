"""From the command bar: merge, link, tasks, dialogs; with a way back."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from comptoir.conversations.models import Conversation, Joining, Task
from comptoir.core.events import ensure_partitions
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(db: None) -> None:
    ensure_partitions()


def lines(client: Client, row: Conversation, text: str) -> list[dict[str, str]]:
    """What Enter would post, line by line."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/conversations/{row.pk}/"}
    html = client.get("/search/", {"q": text}, headers=headers).content.decode()
    return [
        json.loads(unescape(found))
        for found in re.findall(r"hx-vals='([^']+)'|hx-vals=\"([^\"]+)\"", html)
        for found in found
        if found
    ]


def done(client: Client, values: dict[str, str]) -> dict[str, Any]:
    answer = client.post("/search/deeds/", values, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    return dict(json.loads(answer.headers["HX-Trigger"]))


def chosen(found: list[dict[str, str]], kind: str) -> dict[str, str]:
    return next(values for values in found if values["do"] == kind)


def test_merging_by_words_offers_the_customer_s_other_matters() -> None:
    camille = world.client_for(world.camille())
    stays, goes = world.conversation(subject="Colis"), world.conversation(subject="Tasse")
    told = done(camille, chosen(lines(camille, stays, "fusionner"), "merge"))
    assert Joining.objects.get().source == goes
    camille.post(told["toast"]["undo"], headers={"HX-Request": "true"})
    assert Conversation.objects.get(pk=goes.pk).merged_into is None
    other = world.conversation(world.karim(), subject="Assiette")
    asked = done(camille, chosen(lines(camille, stays, f"merge with {other.pk}"), "merge"))
    assert asked["dialog"]["address"] == f"/conversations/{stays.pk}/merge/{other.pk}/"
    foreign = world.conversation(box=world.inbox(of=world.shop("rivage")))
    values = {"conversation": stays.pk, "do": "merge", "value": foreign.pk}
    assert camille.post("/search/deeds/", values).status_code == 404


def test_a_task_is_noted_with_its_time_and_taken_back() -> None:
    camille, row = world.client_for(world.camille()), world.conversation()
    told = done(camille, chosen(lines(camille, row, "tâche vérifier le colis demain 9h"), "task"))
    task = Task.objects.get()
    assert (task.title, task.due_at is not None) == ("vérifier le colis", True)
    camille.post(told["toast"]["undo"], headers={"HX-Request": "true"})
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("text", "value"), [("détacher", "split"), ("déplacer", "move"), ("bloquer", "block"), ("task", "tasks")]
)
def test_what_needs_a_choice_opens_its_dialog(text: str, value: str) -> None:
    camille, row = world.client_for(world.camille()), world.conversation()
    told = done(camille, chosen(lines(camille, row, text), "dialog"))
    assert told["dialog"]["address"] == f"/conversations/{row.pk}/{value}/"
    assert camille.post("/search/deeds/", {"conversation": row.pk, "do": "dialog", "value": "../x"}).status_code == 404
