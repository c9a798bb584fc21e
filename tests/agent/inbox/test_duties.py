"""Tasks with a time, one's own list, the bell, and steps to tick off."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.agent.search import moments
from comptoir.conversations.actions import duties
from comptoir.conversations.models import Checklist, ChecklistStep, Conversation, Task
from comptoir.conversations.queries.counts import counts
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.customers import actions as people
from tests import world

Htmx = dict[str, str]


def test_a_task_is_noted_in_words_rings_once_and_is_done(camille: Client, htmx: Htmx) -> None:
    row = world.conversation()
    values = {"title": "Vérifier le colis", "when": "demain 9 h", "agent": "me", "kind": "call"}
    assert camille.post(f"/conversations/{row.pk}/tasks/", values, headers=htmx).status_code == 200
    task = Task.objects.get()
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert (timezone.localtime(task.due_at).date(), timezone.localtime(task.due_at).hour) == (tomorrow, 9)
    assert (task.assignee, task.kind, task.customer) == (world.camille(), "call", row.identity.customer)
    assert duties.ring_due() == 0
    Task.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert (duties.ring_due(), duties.ring_due()) == (1, 0)
    bell = json.loads(camille.get(f"/tasks/{task.pk}/bell/", headers=htmx).headers["HX-Trigger"])
    assert "Vérifier le colis" in bell["toast"]["text"]
    assert counts(world.camille(), {}) == {"tasks": 1}
    html = camille.get("/tasks/").content.decode()
    assert "En retard" in html
    assert "Vérifier le colis" in html
    assert "Vérifier le colis" in camille.get(f"/conversations/{row.pk}/panel/").content.decode()
    camille.post(f"/tasks/{task.pk}/postponement/", {"when": "lundi"}, headers=htmx)
    task.refresh_from_db()
    assert (task.rung_at, task.due_at is not None and task.due_at > timezone.now()) == (None, True)
    camille.post(f"/tasks/{task.pk}/done/", {"done": "1"}, headers=htmx)
    assert Task.objects.get().done_by == world.camille()
    assert "Faites récemment" in camille.get("/tasks/").content.decode()
    camille.post(f"/tasks/{task.pk}/reopening/", headers=htmx)
    assert Task.objects.get().done_at is None
    verbs = list(Event.objects.filter(verb__startswith="task.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["task.added", "task.postponed", "task.done", "task.reopened"]
    assert (
        "Camille Roussel a noté une tâche"
        in camille.get(f"/conversations/{row.pk}/messages/", headers=htmx).content.decode()
    )


@pytest.mark.parametrize(
    "values",
    [
        {"title": "", "when": "demain"},
        {"title": "x", "when": "hier"},
        {"title": "x", "when": "tantôt peut-être"},
        {"title": "x", "when": "01/01/2020"},
    ],
)
def test_a_task_without_sense_is_asked_for_again(camille: Client, htmx: Htmx, values: dict[str, str]) -> None:
    row = world.conversation()
    answer = camille.post(f"/conversations/{row.pk}/tasks/", values, headers=htmx)
    assert answer.status_code == 422
    assert values["when"] in answer.content.decode()
    assert not Task.objects.exists()


def test_a_colleague_s_task_is_theirs_and_the_team_s_list_shows_it(camille: Client, htmx: Htmx) -> None:
    row, tom = world.conversation(), world.lead()
    camille.post(f"/conversations/{row.pk}/tasks/", {"title": "Rappeler", "agent": tom.pk}, headers=htmx)
    assert Task.objects.get().assignee == tom
    assert "Rappeler" not in camille.get("/tasks/").content.decode()
    assert "Rappeler" in camille.get("/tasks/?who=all").content.decode()
    assert "Rappeler" not in world.client_for(world.stranger()).get("/tasks/?who=all").content.decode()
    refused = camille.post(
        f"/conversations/{row.pk}/tasks/", {"title": "x", "agent": world.stranger().pk}, headers=htmx
    )
    assert refused.status_code == 404


def test_steps_are_offered_by_topic_ticked_and_told_who(camille: Client, htmx: Htmx) -> None:
    world.topic("Casse")
    ines = world.client_for(world.owner())
    assert ines.post("/settings/checklists/", {"name": "Vide", "steps": " \n "}).status_code == 422
    ines.post("/settings/checklists/", {"name": "Autre", "steps": "Un"})
    ines.post(
        "/settings/checklists/", {"name": "Casse", "topic": "Casse", "steps": "Demander une photo\n\nRembourser\n"}
    )
    kept = Checklist.objects.get(name="Casse")
    assert kept.steps == ["Demander une photo", "Rembourser"]
    row = world.conversation(topic=world.topic("Verres", under=world.topic("Casse")).code)
    panel = camille.get(f"/conversations/{row.pk}/panel/").content.decode()
    assert panel.index(">Casse<") < panel.index(">Autre<")
    camille.post(f"/conversations/{row.pk}/steps/", {"checklist": kept.pk}, headers=htmx)
    camille.post(f"/conversations/{row.pk}/steps/", {"checklist": kept.pk}, headers=htmx)
    camille.post(f"/conversations/{row.pk}/steps/", {"text": "Prévenir l’atelier"}, headers=htmx)
    first = ChecklistStep.objects.filter(conversation=row)[0]
    shown = camille.post(f"/steps/{first.pk}/tick/", {"done": "1"}, headers=htmx).content.decode()
    assert "1 sur 3" in shown
    first.refresh_from_db()
    assert first.done_by == world.camille()
    ines.post(f"/settings/checklists/{kept.pk}/deletion/")
    assert row.steps.count() == 3
    assert Event.objects.filter(verb="conversation.step_done").count() == 1
    foreign = Checklist.objects.create(name="Rivage", shop=world.shop("rivage"), steps=["x"])
    assert camille.post(f"/conversations/{row.pk}/steps/", {"checklist": foreign.pk}, headers=htmx).status_code == 404
    assert world.client_for(world.camille()).get("/settings/checklists/").status_code == 403


def test_erasing_takes_tasks_and_steps_along() -> None:
    row = world.conversation()
    duties.add_task(duties.Duty("Rappeler Claire Vasseur"), actor=SYSTEM, conversation=row)
    duties.add_task(duties.Duty("Offrir un bon"), actor=SYSTEM, customer=row.identity.customer)
    duties.add_steps(row, ["Écrire à Claire"], actor=SYSTEM)
    assert "Offrir un bon" in str(people.export(row.identity.customer, actor=SYSTEM))
    people.erase(row.identity.customer, actor=SYSTEM)
    assert not Task.objects.exists()
    assert not ChecklistStep.objects.exists()
    assert Conversation.objects.count() == 1


NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.get_fixed_timezone(60))


@pytest.mark.parametrize(
    ("french", "english", "wanted"),
    [
        ("demain 9 h", "tomorrow 9am", "2026-11-25 09:00"),
        ("demain", "tomorrow", "2026-11-25 09:00"),
        ("ce soir", "this evening", "2026-11-24 18:00"),
        ("lundi", "monday", "2026-11-30 09:00"),
        ("vendredi 14h30", "friday 2:30pm", "2026-11-27 14:30"),
        ("dans 2 heures", "in 2 hours", "2026-11-24 12:30"),
        ("dans trois jours", "in three days", "2026-11-27 09:00"),
        ("semaine prochaine", "next week", "2026-11-30 09:00"),
        ("mois prochain", "next month", "2026-12-01 09:00"),
        ("25 décembre 10h", "dec 25 10:00", "2026-12-25 10:00"),
        ("après-demain midi", "day after tomorrow noon", "2026-11-26 12:00"),
    ],
)
def test_times_in_both_languages(french: str, english: str, wanted: str) -> None:
    for words in (french, english):
        at = moments.read(words, NOW)
        assert at is not None, words
        assert at.strftime("%Y-%m-%d %H:%M") == wanted, words


def test_a_call_back_for_a_customer_without_a_conversation(camille: Client, htmx: Htmx) -> None:
    world.order()  # she bought here, and has written nothing
    customer = world.claire().customer
    address = f"/customers/{customer.pk}/tasks/"
    assert f'action="{address}"' in camille.get(address, headers=htmx).content.decode()
    assert camille.post(address, {"title": " ", "kind": "call"}, headers=htmx).status_code == 422
    values = {"title": "Rappeler Claire", "when": "demain 9 h", "agent": "me", "kind": "call"}
    answer = camille.post(address, values, headers=htmx)
    told = json.loads(answer.headers["HX-Trigger"])
    task = Task.objects.get()
    assert (task.conversation, task.customer, task.kind, task.assignee) == (None, customer, "call", world.camille())
    for page in (f"/customers/{customer.pk}/", "/tasks/"):
        assert "Rappeler Claire" in camille.get(page).content.decode(), page
    assert camille.post(f"/tasks/{task.pk}/opening/").headers["HX-Redirect"] == f"/customers/{customer.pk}/"
    camille.post(told["toast"]["undo"], headers=htmx)
    assert not Task.objects.exists()
