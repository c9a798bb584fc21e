"""One change to all that a list holds: frozen at the click, counted, stopped, and taken back."""

import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from comptoir.conversations.actions import changing, organising
from comptoir.conversations.models import BulkChange, BulkRow, Conversation, ReadMark, State
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.models import Event
from tests import world
from tests.work import run_jobs, waiting_jobs

Htmx = dict[str, str]
CLOSE = {"change": "close", "all": "1", "list": "in=team"}


def many(count: int, **more: Any) -> Conversation:
    """So many open conversations like one, by one statement."""
    row = world.conversation(**more)
    columns = [field.column for field in Conversation._meta.concrete_fields if field.column != "id"]
    taken = ["gen_random_uuid()" if name == "public_id" else name for name in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO conversations_conversation ({', '.join(columns)}) SELECT {', '.join(taken)} "
            "FROM conversations_conversation, generate_series(2, %s) WHERE id = %s",
            [count, row.pk],
        )
    return row


def told(answer: Any) -> dict[str, Any]:
    return dict(json.loads(answer.headers["HX-Trigger"]))


def test_five_thousand_are_closed_and_opened_again_in_seconds(camille: Client, htmx: Htmx) -> None:
    row = many(5_000)
    organising.tag(row, "Garder", actor=SYSTEM)
    columns = ", ".join(f.column for f in Conversation._meta.concrete_fields)
    sums = f"SELECT md5(string_agg(held::text, '|' ORDER BY id)) FROM (SELECT {columns} FROM conversations_conversation) held"
    with connection.cursor() as cursor:
        cursor.execute(sums)
        before = cursor.fetchone()
        assert camille.get("/inbox/changes/count/?in=team", headers=htmx).content == b"5000"
        started = time.process_time()  # our own share: how busy the machine is says nothing
        address = told(camille.post("/inbox/changes/", CLOSE, headers=htmx))["bulkstarted"]["address"]
        late = world.conversation(subject="Arrivée après le clic")
        shown = camille.get(address, headers=htmx).content.decode()
        assert "0 sur 5000" in shown.replace("\u202f", "").replace("\xa0", "")
        run_jobs()
        bulk = BulkChange.objects.get()
        assert (bulk.state, bulk.total, bulk.done, bulk.changed) == ("done", 5_000, 5_000, 5_000)
        assert list(Conversation.objects.filter(state=State.OPEN)) == [late]
        late.delete()
        assert Event.objects.filter(verb="conversation.closed").count() == 5_000
        assert Event.objects.get(verb="bulk.started").codes == {"total": 5_000}
        camille.post(f"{address}undo/", headers=htmx | {"HX-Target": "bulk-progress"})
        run_jobs()
        took = time.process_time() - started
        cursor.execute(sums)
        assert cursor.fetchone() == before
    assert "5000 conversations remises" in camille.get(address, headers=htmx).content.decode().replace("\u202f", "")
    assert took < 20, took
    print(f"5,000 closed and taken back in {took:.1f} s")


def test_what_changed_since_stays_and_is_counted(camille: Client, htmx: Htmx) -> None:
    rows = [world.conversation() for _ in range(4)]
    organising.close(rows[3], actor=SYSTEM)
    answer = camille.post(
        "/inbox/changes/", {"change": "priority:2", "conversations": [r.pk for r in rows]}, headers=htmx
    )
    assert told(answer)["toast"]["text"] == "4 conversations changées."
    again = camille.post("/inbox/changes/", {"change": "priority:2", "conversations": [rows[0].pk]}, headers=htmx)
    assert "1 l’était déjà" in told(again)["toast"]["text"]
    assert "undo" not in told(again)["toast"]
    organising.set_priority(rows[1], -1, actor=SYSTEM)
    undone = told(camille.post(told(answer)["toast"]["undo"], headers=htmx))["toast"]["text"]
    assert undone == "3 conversations remises comme avant\u202f; 1 a changé depuis et reste ainsi."
    assert list(Conversation.objects.order_by("pk").values_list("priority", flat=True)) == [0, -1, 0, 0]


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ("assign-me", "assignee__name", "Camille Roussel"),
        ("unassign", "assignee", None),
        ("team:{team}", "team__name", "Nantes"),
        ("pending", "state", "pending"),
        ("spam", "state", "spam"),
        ("trash", "state", "trash"),
        ("snooze:tomorrow", "state", "snoozed"),
        ("priority:1", "priority", 1),
        ("topic", "topic", "Livraison"),
        ("tag", "tags__name", "Casse"),
        ("untag:Ancienne", "tags__name", None),
        ("read", "read_marks__message_id__gt", 0),
    ],
)
def test_each_change_goes_and_comes_back(camille: Client, htmx: Htmx, change: str, field: str, value: Any) -> None:
    world.topic("Livraison")
    rows = [world.conversation(assignee=world.lead()) for _ in range(2)]
    for row in rows:
        organising.tag(row, "Ancienne", actor=SYSTEM)
    if change == "tag":
        organising.untag(rows[0], rows[0].tags.get(), actor=SYSTEM)
        organising.untag(rows[1], rows[1].tags.get(), actor=SYSTEM)
    before = list(Conversation.objects.order_by("pk").values())
    marks = list(ReadMark.objects.values_list("message_id", flat=True))
    values = {"change": change.format(team=world.store().pk), "tag": "Casse", "topic": "Livraison"}
    answer = camille.post("/inbox/changes/", values | {"conversations": [row.pk for row in rows]}, headers=htmx)
    assert Conversation.objects.filter(**{field: value}).distinct().count() == 2
    camille.post(told(answer)["toast"]["undo"], headers=htmx)
    assert list(Conversation.objects.order_by("pk").values()) == before
    assert [mark for mark in ReadMark.objects.values_list("message_id", flat=True) if mark] == marks
    tags = {"Ancienne"} if change != "tag" else {None}
    assert set(Conversation.objects.values_list("tags__name", flat=True)) == tags


def test_reopening_many_brings_each_waiting_time_back(camille: Client, htmx: Htmx) -> None:
    rows = [world.conversation() for _ in range(2)]
    world.message(rows[1], "Voici", kind="reply", identity=None)
    for row in rows:
        organising.close(row, actor=SYSTEM)
    camille.post("/inbox/changes/", {"change": "reopen", "all": "1", "list": "in=closed"}, headers=htmx)
    first, second = Conversation.objects.order_by("pk")
    assert (first.waiting_since, second.waiting_since) == (rows[0].waiting_since, None)
    assert first.rank == Conversation.rank_of(first.waiting_since, first.last_message_at)


def test_a_stopped_change_keeps_what_it_did_and_can_be_taken_back(camille: Client, htmx: Htmx) -> None:
    many(700)
    address = told(camille.post("/inbox/changes/", CLOSE, headers=htmx))["bulkstarted"]["address"]
    bulk = BulkChange.objects.get()
    assert changing._batch(bulk.pk)
    assert "Annuler" in camille.post(f"{address}stop/", headers=htmx).content.decode()
    run_jobs()
    assert Conversation.objects.filter(state=State.CLOSED).count() == 500
    camille.post(f"{address}undo/", headers=htmx | {"HX-Target": "bulk-progress"})
    run_jobs()
    assert Conversation.objects.filter(state=State.OPEN).count() == 700
    assert BulkRow.objects.filter(done=False).count() == 200


def test_only_what_the_agent_may_see_and_only_their_own_change(camille: Client, htmx: Htmx) -> None:
    mine, foreign = world.conversation(), world.conversation(box=world.inbox(of=world.shop("rivage")))
    camille.post("/inbox/changes/", CLOSE, headers=htmx)
    foreign.refresh_from_db()
    assert (Conversation.objects.get(pk=mine.pk).state, foreign.state) == (State.CLOSED, State.OPEN)
    bulk = BulkChange.objects.get()
    tom = world.client_for(world.lead())
    for address in (f"/bulk/{bulk.pk}/undo/", f"/bulk/{bulk.pk}/stop/"):
        assert tom.post(address, headers=htmx).status_code == 404
    assert world.client_for(world.reader()).post("/inbox/changes/", CLOSE, headers=htmx).status_code == 403
    for change in ("explode", "tag", "assign:999999", "assign:x", "team:999999", "priority:9", "snooze:", ""):
        assert camille.post("/inbox/changes/", CLOSE | {"change": change}, headers=htmx).status_code == 404, change
    assert camille.post("/inbox/changes/", CLOSE | {"list": "in=view-999"}, headers=htmx).status_code == 404
    assert BulkChange.objects.count() == 1


def test_an_agent_who_lost_the_shop_changes_nothing_more() -> None:
    many(500)
    camille = world.camille()
    changing.change_list(camille, "close", "", {})
    assert waiting_jobs()
    camille.shops.clear()
    run_jobs()
    bulk = BulkChange.objects.get()
    assert (bulk.done, bulk.changed) == (500, 0)
    assert Actor.of(camille).id == bulk.agent_id
