"""One macro answers many conversations: each is previewed, what was previewed leaves, the rest says why."""

import re
from typing import Any

from django.test import Client

from comptoir.automation.actions.runs import advance
from comptoir.automation.models import Macro, Run, RunItem
from comptoir.conversations.models import Conversation, ConversationOrder, MessageKind, State
from tests import world

TEXT = "<p>Bonjour {{ customer.first_name }}, {{ order.number }} arrive.</p>"


def scene() -> tuple[Macro, Conversation, Conversation, Conversation]:
    """Claire has an order, Karim has none, a third conversation shows somebody else's."""
    macro = Macro.objects.create(name="Retard", html=TEXT, acts=["state:pending", "tag:Retard"])
    claire, karim, other = world.conversation(), world.conversation(world.karim()), world.conversation(world.karim())
    order = world.order()
    ConversationOrder.objects.create(conversation=other, order=order, proved=False)
    return macro, claire, karim, other


def preview(client: Client, macro: Macro, *rows: Conversation) -> str:
    keys = ",".join(str(row.pk) for row in rows)
    return client.get("/macros/answers/", {"conversations": keys, "macro": macro.pk}).content.decode()


def form(html: str, *rows: Conversation, **more: Any) -> dict[str, Any]:
    fields = dict(re.findall(r'name="((?:digest|newest)-\d+)" value="([^"]+)"', html))
    acts = re.findall(r'name="act" value="([^"]+)"', html)
    return fields | {"conversation": [row.pk for row in rows], "act": acts} | more


def test_each_is_previewed_and_what_cannot_leave_says_why(camille: Client) -> None:
    macro, claire, karim, other = scene()
    html = preview(camille, macro, claire, karim, other)
    assert "Bonjour Claire, MA-24817 arrive." in html
    assert "Il manque : numéro de commande." in html.replace("\u202f", " ")
    assert "celle de quelqu’un d’autre" in html
    assert html.count("disabled") >= 2
    assert f'name="digest-{karim.pk}"' not in html


def test_what_was_previewed_leaves_with_its_actions(camille: Client) -> None:
    macro, claire, karim, _other = scene()
    html = preview(camille, macro, claire, karim)
    answer = camille.post("/macros/answers/", form(html, claire, karim, macro=macro.pk))
    run = Run.objects.get()
    assert answer.headers["Location"] == f"/macros/answers/{run.pk}/"
    assert "en cours" in camille.get(f"/macros/answers/{run.pk}/").content.decode()
    advance(run.pk)
    advance(run.pk)
    assert [item.state for item in run.items.all()] == ["sent", "refused"]
    reply = claire.messages.get(kind=MessageKind.REPLY)
    assert reply.text == "Bonjour Claire, MA-24817 arrive."
    claire.refresh_from_db()
    assert (claire.state, claire.tags.get().name) == (State.PENDING, "Retard")
    assert not karim.messages.filter(kind=MessageKind.REPLY).exists()
    page = camille.get(f"/macros/answers/{run.pk}/").content.decode()
    assert "terminé" in page
    assert "Une valeur manque" in page
    assert Macro.objects.get().used == 1


def test_what_changed_since_the_preview_does_not_leave(camille: Client) -> None:
    macro, claire, karim, _other = scene()
    world.order(world.karim(), "MA-2")
    html = preview(camille, macro, claire, karim)
    camille.post("/macros/answers/", form(html, claire, karim, macro=macro.pk))
    world.message(karim, "Encore moi")
    claire.identity.customer.name = "Léa Vasseur"
    claire.identity.customer.save()
    advance(Run.objects.get().pk)
    assert [item.reason for item in RunItem.objects.order_by("pk")] == ["changed", "newer"]
    assert not Conversation.objects.filter(messages__kind=MessageKind.REPLY).exists()


def test_stopped_it_stops(camille: Client) -> None:
    macro, claire, _karim, _other = scene()
    camille.post("/macros/answers/", form(preview(camille, macro, claire), claire, macro=macro.pk))
    run = Run.objects.get()
    assert world.client_for(world.lead()).post(f"/macros/answers/{run.pk}/stop/").status_code == 404
    camille.post(f"/macros/answers/{run.pk}/stop/")
    advance(run.pk)
    assert not claire.messages.filter(kind=MessageKind.REPLY).exists()
    assert "arrêté" in camille.get(f"/macros/answers/{run.pk}/").content.decode()


def test_others_and_nonsense_get_nothing(camille: Client) -> None:
    macro, claire, _karim, _other = scene()
    values = form(preview(camille, macro, claire), claire, macro=macro.pk)
    world.client_for(world.stranger()).post("/macros/answers/", values)
    run = Run.objects.get()
    assert run.items.count() == 0
    assert camille.post("/macros/answers/", values | {"act": "state:spam"}).status_code == 404
    assert camille.post("/macros/answers/", values | {"conversation": ["x", "-1", "9" * 30]}).headers["Location"] == "/"
    assert camille.get("/macros/answers/", {"conversations": "x,,1e9", "macro": "zzz"}).status_code == 200
    start = camille.get("/macros/answers/start/", {"conversations": [claire.pk, "x"]})
    assert start.headers["HX-Redirect"] == f"/macros/answers/?conversations={claire.pk}"
