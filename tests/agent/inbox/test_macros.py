"""Macros in an answer: offered, filled, stopped when something is missing, done with the send, taken back with it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.automation.models import Application, Carried, Macro, Translation
from comptoir.automation.queries.figures import figures
from comptoir.conversations.models import Conversation, Delivery, Draft, Message, MessageKind, State
from comptoir.core.models import Event
from comptoir.customers.models import Tag
from comptoir.orders.models import Shipment
from tests import world

LATE = "<p>Bonjour {{ customer.first_name }}, votre commande {{ order.number }} arrive. {{ agent.first_name }}</p>"


def macro(**more: Any) -> Macro:
    return Macro.objects.create(**{"name": "Retard", "shortcut": "retard", "html": LATE, **more})


def rows(client: Client, conversation: Conversation, q: str = "") -> str:
    return client.get(f"/conversations/{conversation.pk}/macros/rows/", {"q": q}).content.decode()


def send(client: Client, conversation: Conversation, htmx: dict[str, str], **values: Any) -> Any:
    return client.post(f"/conversations/{conversation.pk}/replies/", {"client_key": "k", **values}, headers=htmx)


def test_a_macro_says_what_is_true_here(camille: Client) -> None:
    row, order = world.conversation(customer_name="VASSEUR Claire"), world.order()
    Shipment.objects.create(order=order, carrier="Colissimo", number="6A1", url="https://t.example/?n=6A1&l=fr")
    macro(
        html=LATE + "<p>{{ parcel.tracking_url }} {{ order.total }}</p>",
        acts=["tag:Retard", "state:closed"],
        note="<p>x</p>",
    )
    macro(name="Secret", agent=world.lead(), html="<p>secret</p>")
    macro(name="Ailleurs", shop=world.shop("rivage"), html="<p>ailleurs</p>")
    macro(name="Éteinte", active=False, html="<p>éteinte</p>")
    html = rows(camille, row)
    assert "Bonjour Claire, votre commande MA-24817 arrive. Camille" in html
    assert '<a href="https://t.example/?n=6A1&amp;l=fr"' in html
    assert "96,80" in html
    assert html.count('value="tag:Retard"') == html.count('value="state:closed"') == html.count('value="note:') == 1
    assert not any(word in html for word in ("secret", "ailleurs", "éteinte"))


def test_an_old_order_that_nobody_named_is_not_the_matter(camille: Client) -> None:
    row = world.conversation()
    old = world.order(placed_at=timezone.now() - timedelta(days=200))
    macro()
    assert "{{ order.number }}" in rows(camille, row)
    row.orders.add(old)
    assert "MA-24817" in rows(camille, row)


def test_values_cannot_break_out(camille: Client) -> None:
    row = world.conversation()
    row.identity.customer.name = "<img/src=x> {{agent.name}}"
    row.identity.customer.save()
    macro(html="<p>{{ customer.name }}</p>")
    assert "&lt;img/src=x&gt; {{agent.name}}" in rows(camille, row)


def test_the_conversation_chooses_the_language_and_drift_is_told(camille: Client) -> None:
    row = world.conversation(language="de-AT")
    one = macro(html="<p>Bonjour</p>")
    assert "Pas de texte dans la langue" in rows(camille, row)
    Translation.objects.create(macro=one, language="de", html="<p>Guten Tag</p>", master="<p>Bonjour</p>")
    told = rows(camille, row)
    assert "Guten Tag" in told
    assert "a changé depuis" not in told
    Macro.objects.update(html="<p>Bonsoir</p>")
    assert "a changé depuis" in rows(camille, row)


def test_typing_finds_by_shortcut_name_folder_and_text(camille: Client) -> None:
    row = world.conversation()
    macro(html="<p>un vase ébréché</p>", folder="Livraison")
    macro(name="Étiquette de retour", shortcut="etiq", html="<p>x</p>")
    assert "Étiquette" not in rows(camille, row, "retard")
    assert "Étiquette" in rows(camille, row, "etiquette ret")
    assert "Retard" in rows(camille, row, "livr")
    assert "Retard" in rows(camille, row, "ebreche")
    assert "Aucune macro" in rows(camille, row, "zzz")


def test_a_missing_value_stops_the_message_and_is_named(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    macro()
    assert "Il manque" in rows(camille, row)
    answer = send(
        camille, row, htmx, body="<p>Commande {{ order.number }}, {{ customer.city }}</p>", act="state:closed"
    )
    assert answer.status_code == 422
    assert "numéro de commande, ville du client" in answer.content.decode()
    assert answer.headers["HX-Trigger"] == "macro:missing"
    assert row.messages.count() == 1
    row.refresh_from_db()
    assert row.state == State.OPEN
    note = macro(name="Note", html="<p>a</p>", note="<p>{{ parcel.number }}</p>")
    assert send(camille, row, htmx, body="<p>Oui</p>", act=f"note:{note.pk}").status_code == 422


def test_actions_are_done_with_the_send_and_taken_back_with_it(camille: Client, htmx: dict[str, str]) -> None:
    row, tom = world.conversation(), world.lead()
    old = Tag.objects.create(name="Nouveau")
    row.tags.add(old)
    one = macro(note="<p>Vu {{ customer.first_name }}</p>")
    Draft.objects.create(agent=world.camille(), conversation=row, kind="note", html="<p>en cours</p>")
    codes = [f"assign:{tom.pk}", f"team:{world.store().pk}", "tag:Retard", "untag:nouveau", "topic:Livraison", "priority:2",
             "state:closed", f"note:{one.pk}"]  # fmt: skip
    assert send(camille, row, htmx, body="<p>Oui</p>", macro=one.pk, act=codes).status_code == 200
    assert send(camille, row, htmx, body="<p>Oui</p>", macro=one.pk, act=codes).status_code == 200  # the same key again
    row.refresh_from_db()
    assert (row.state, row.priority, row.topic, row.assignee, row.team) == (
        "closed",
        2,
        "Livraison",
        tom,
        world.store(),
    )
    assert [tag.name for tag in row.tags.all()] == ["Retard"]
    assert row.messages.filter(kind=MessageKind.NOTE).get().text == "Vu Claire"
    assert Draft.objects.filter(kind="note").exists()
    assert Macro.objects.get().used == 1
    assert Event.objects.filter(verb="macro.used").count() == 1
    reply = row.messages.get(kind=MessageKind.REPLY)
    assert camille.post(f"/messages/{reply.pk}/undo/", headers=htmx).status_code == 204
    row.refresh_from_db()
    assert (row.state, row.priority, row.topic, row.team) == ("open", 0, "", None)
    assert [tag.name for tag in row.tags.all()] == ["Nouveau"]
    assert not row.messages.filter(kind=MessageKind.NOTE).exists()
    assert not Application.objects.exists()
    assert Macro.objects.get().used == 0
    assert figures([one])[one.pk].used == 0
    page = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert 'name="act" value="tag:Retard"' in page  # the draft carries them again


def test_a_draft_keeps_what_it_carries(camille: Client) -> None:
    row, one = world.conversation(), macro()
    at = f"/conversations/{row.pk}/draft/reply/"
    camille.post(at, {"body": "<p>Oui</p>", "revision": 1, "macro": one.pk, "act": ["tag:Retard", "bad:act"]})
    assert not Carried.objects.exists()
    camille.post(at, {"body": "<p>Oui</p>", "revision": 2, "macro": one.pk, "act": ["tag:Retard", "state:closed"]})
    assert Carried.objects.get().acts == ["tag:Retard", "state:closed"]
    camille.post(at, {"body": "<p>Oui</p>", "revision": 3})
    assert not Carried.objects.exists()


@pytest.mark.parametrize(
    "code", ["", "x", "state:spam", "priority:9", "assign:0x", "snooze:0d", "tag:", "note:-1", "tag:a\nb"]
)
def test_an_act_that_nobody_offered_sends_nothing(code: str, camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    assert send(camille, row, htmx, body="<p>Oui</p>", act=code).status_code == 404
    assert row.messages.count() == 1


def test_acts_reach_only_those_whom_the_agent_may_see(camille: Client, htmx: dict[str, str]) -> None:
    row, otto = world.conversation(), world.stranger()
    secret = macro(agent=world.lead(), note="<p>secret</p>")
    assert (
        send(camille, row, htmx, body="<p>Oui</p>", act=[f"assign:{otto.pk}", f"note:{secret.pk}"]).status_code == 200
    )
    row.refresh_from_db()
    assert row.assignee == world.camille()
    assert not row.messages.filter(kind=MessageKind.NOTE).exists()


def test_actions_without_a_message_and_their_undo(camille: Client, htmx: dict[str, str]) -> None:
    row, one = world.conversation(), macro(html="", acts=["snooze:3d", "tag:Retard"])
    at = f"/conversations/{row.pk}/macros/acts/"
    answer = camille.post(at, {"macro": one.pk, "act": one.acts}, headers=htmx)
    row.refresh_from_db()
    assert (row.state, row.tags.count(), row.messages.count()) == (State.SNOOZED, 1, 1)
    undo = json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]
    assert camille.post(undo[:-3] + "xxx", headers=htmx).status_code == 404
    assert world.client_for(world.lead()).post(undo, headers=htmx).status_code == 404
    assert camille.post(undo, headers=htmx).status_code == 204
    row.refresh_from_db()
    assert (row.state, row.tags.count()) == (State.OPEN, 0)


def test_figures_say_what_came_back(camille: Client, htmx: dict[str, str]) -> None:
    one = macro()
    kept, back = world.conversation(), world.conversation(world.karim())
    for key, row in enumerate((kept, back)):
        send(camille, row, htmx, body="<p>Oui</p>", macro=one.pk, client_key=str(key))
    Message.objects.filter(kind=MessageKind.REPLY).update(delivery=Delivery.SENT)
    camille.post(f"/conversations/{back.pk}/closure/", headers=htmx)
    camille.post(f"/conversations/{back.pk}/opening/", headers=htmx)
    told = figures([one])[one.pk]
    assert (told.used, told.back, told.share, told.by) == (2, 1, 50, [("Camille Roussel", 2, 1)])


def test_a_macro_in_a_message_that_begins_a_conversation(camille: Client, htmx: dict[str, str]) -> None:
    claire, box = world.claire(), world.inbox()
    world.order(claire)
    macro = Macro.objects.create(
        name="Suite", html="<p>Bonjour {{ customer.first_name }}, votre {{ order.number }}.</p>", acts=["tag:Suite"]
    )
    rows = f"/conversations/new/macros/rows/?only={macro.pk}&inbox={box.pk}&to="
    assert "Bonjour Claire, votre MA-24817." in camille.get(rows + claire.value, headers=htmx).content.decode()
    unknown = camille.get(rows + "x@nulle.example", headers=htmx).content.decode()
    assert "{{ customer.first_name }}" in unknown
    assert "Suite" in camille.get("/conversations/new/macros/", headers=htmx).content.decode()
    secret = world.client_for(world.stranger()).get(rows + claire.value, headers=htmx)
    assert "Claire" not in secret.content.decode()
    values = {"inbox": box.pk, "to": claire.value, "subject": "Suite", "macro": macro.pk, "act": "tag:Suite"}
    open_place = camille.post("/conversations/new/", values | {"body": "<p>{{ order.number }}</p>"}, headers=htmx)
    assert open_place.status_code == 422
    assert (
        camille.post("/conversations/new/", values | {"body": "<p>Bonjour Claire</p>"}, headers=htmx).status_code == 200
    )
    made = Conversation.objects.get()
    assert list(made.tags.values_list("name", flat=True)) == ["Suite"]
    macro.refresh_from_db()
    assert macro.used == 1
