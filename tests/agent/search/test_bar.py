"""The command bar: found by number, name or words, whatever their form; what can be done; nothing of other shops."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptoir.automation.models import Macro
from comptoir.conversations.models import Conversation, State
from comptoir.core.models import Agent, TeamKind
from comptoir.customers import actions
from comptoir.customers.models import Identity
from comptoir.orders.models import Shipment
from tests import world
from tests.untouched import untouched

pytestmark = pytest.mark.django_db


def scene() -> Conversation:
    """Claire with a phone, an order and its parcel, and a conversation."""
    claire = world.claire()
    Identity.objects.create(kind="phone", value="+33641882075", customer=claire.customer)
    order = world.order(claire)
    Shipment.objects.create(order=order, carrier="Mondial Relay", number="88301264")
    return world.conversation(
        claire, subject="Colis introuvable", text="Je reviens du relais : le commerçant a déménagé"
    )


def ask(client: Client, text: str, *, at: str = "/customers/") -> str:
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": f"http://testserver{at}"}
    return client.get("/search/", {"q": text}, **headers).content.decode()


def first_line(answer: str) -> str:
    """What Enter would do: the first option's tag."""
    start = answer.index('role="option"')
    return answer[start : answer.index(">", start)]


@pytest.mark.parametrize(
    "text",
    [
        "MA-24817",
        "ma 24817",
        "#MA-24817",
        " m a 2 4 8 1 7 ",
        "24817",
        "#24817",
        "88301264",
        "8830 1264",
        "88\u202f301\u202f264",
    ],
)
def test_a_pasted_number_is_opened_by_enter(text: str) -> None:
    conversation = scene()
    order = conversation.identity.orders.get()
    assert f'href="/orders/{order.pk}/"' in first_line(ask(world.client_for(world.camille()), text))


@pytest.mark.parametrize(
    "text", ["06 41 88 20 75", "+33641882075", "0641882075", "06.41.88.20.75", "claire.vasseur@orange.example"]
)
def test_a_pasted_phone_or_address_opens_the_file(text: str) -> None:
    key = scene().identity.customer_id
    assert f'href="/customers/{key}/"' in first_line(ask(world.client_for(world.camille()), text))


def test_people_are_found_without_accents_by_every_word() -> None:
    helene = actions.identify("email", "h.quere@example.org", name="Hélène Quéré")
    world.order(helene, "MA-1")
    client = world.client_for(world.camille())
    for text in ("helene", "QUÉRÉ hel", "@quere", "h.quere@"):
        assert f'href="/customers/{helene.customer_id}/"' in ask(client, text)
    assert "Hélène" not in ask(client, "#quere")


@pytest.mark.parametrize("text", ["introuvable", "colis introuv", "relais", "commercant demen", "reviens  du rel"])
def test_conversations_are_found_by_subject_and_words_as_they_are_typed(text: str) -> None:
    conversation = scene()
    assert f"/conversations/{conversation.pk}/" in ask(world.client_for(world.camille()), text)


def test_a_whole_word_is_asked_for_after_a_space() -> None:
    scene()
    assert "/conversations/" not in ask(world.client_for(world.camille()), "commer ")


def test_nothing_found_is_said_plainly() -> None:
    answer = ask(world.client_for(world.camille()), "zzzzz")
    assert "Rien ne correspond" in answer
    assert "<script" not in ask(world.client_for(world.camille()), "<script>alert(1)</script>")


@pytest.mark.parametrize("text", ["'", "a:*", "& |", "\\", "!!", "(", "é" * 300, "a\0b", "%", "_"])
def test_odd_characters_break_nothing(text: str) -> None:
    scene()
    ask(world.client_for(world.camille()), text)


def test_another_shops_agent_finds_nothing() -> None:
    conversation = scene()
    client = world.client_for(world.stranger())
    for text in (
        "MA-24817",
        "88301264",
        "0641882075",
        "claire",
        "introuvable",
        "relais",
        "claire.vasseur@orange.example",
    ):
        answer = ask(client, text, at=f"/conversations/{conversation.pk}/")
        assert "Vasseur" not in answer
        assert "/conversations/" not in answer
        assert f"/orders/{conversation.identity.orders.get().pk}/" not in answer
        assert "Vasseur" not in client.get("/search/results/", {"q": text}).content.decode()


def test_a_search_asks_few_questions() -> None:
    scene()
    client = world.client_for(world.camille())
    with CaptureQueriesContext(connection) as queries:
        ask(client, "colis introuvable")
    assert len(queries) <= 25


def test_what_was_opened_comes_first_when_nothing_is_typed() -> None:
    key = scene().identity.customer_id
    client = world.client_for(world.camille())
    client.get(f"/customers/{key}/")
    answer = ask(client, "")
    assert "Récents" in answer
    assert "Claire Vasseur" in answer
    assert "Aller à" in answer


def test_without_script_the_results_are_a_page() -> None:
    conversation = scene()
    client = world.client_for(world.camille())
    assert client.get("/search/", {"q": "relais"}).headers["Location"] == "/search/results/?q=relais"
    page = client.get("/search/results/", {"q": "relais"}).content.decode()
    assert f"/conversations/{conversation.pk}/" in page
    assert "<em>relais</em>" in page
    assert client.get("/search/results/").status_code == 200


def test_it_needs_a_signature() -> None:
    assert Client().get("/search/", HTTP_HX_REQUEST="true").status_code == 401


# what can be done


def do(client: Client, conversation: Conversation, what: str, value: Any = "") -> Any:
    return client.post(
        "/search/deeds/", {"conversation": conversation.pk, "do": what, "value": value}, HTTP_HX_REQUEST="true"
    )


def undo(client: Client, answer: Any) -> None:
    client.post(json.loads(answer.headers["HX-Trigger"])["toast"]["undo"], HTTP_HX_REQUEST="true")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Me l’attribuer"),
        ("clore", "Clore"),
        ("close", "Clore"),
        ("pause demain 9h", "Mettre en pause"),
        ("snooze in 2 hours", "Mettre en pause"),
        ("demain", "Mettre en pause"),
        ("lundi 8h", "Mettre en pause"),
        ("attribuer à tom", "Attribuer à Tom Marchand"),
        ("assign to tom", "Attribuer à Tom Marchand"),
        ("priorité haute", "Priorité haute"),
        ("priority high", "Priorité haute"),
        ("étiqueter Casse", "Étiqueter Casse"),
        ("tag Casse", "Étiqueter Casse"),
        ("texte banque", "Délai de la banque"),
        ("non lu", "Marquer comme non lue"),
        ("spam", "Classer comme indésirable"),
        ("confier Nantes", "Confier à l’équipe Nantes"),
    ],
)
def test_words_become_deeds_on_the_open_conversation(text: str, words: str) -> None:
    conversation = scene()
    world.lead(), world.store()
    Macro.objects.create(name="Délai de la banque", shortcut="banque", html="<p>Trois jours</p>")
    client = world.client_for(world.camille())
    answer = ask(client, text, at=f"/conversations/{conversation.pk}/")
    plain = answer.replace("<em>", "").replace("</em>", "")
    assert words in plain
    assert "Ce qui va se passer" in plain
    assert words not in ask(client, text).replace("<em>", "").replace("</em>", "")  # no conversation is open there


def test_each_deed_is_done_and_undone() -> None:
    conversation = scene()
    tom, client = world.lead(), world.client_for(world.camille())
    for what, value, field, after in (
        ("assign", tom.pk, "assignee_id", tom.pk),
        ("team", world.store().pk, "team_id", world.store().pk),
        ("close", "", "state", State.CLOSED),
        ("pending", "", "state", State.PENDING),
        ("spam", "", "state", State.SPAM),
        ("snooze", "2199-01-01T09:00:00+01:00", "state", State.SNOOZED),
        ("priority", 1, "priority", 1),
    ):
        before = getattr(Conversation.objects.get(), field)
        answer = do(client, conversation, what, value)
        assert answer.status_code == 204
        assert getattr(Conversation.objects.get(), field) == after
        undo(client, answer)
        assert getattr(Conversation.objects.get(), field) == before
    undo_tag = do(client, conversation, "tag", "Casse")
    assert [tag.name for tag in conversation.tags.all()] == ["Casse"]
    undo(client, undo_tag)
    assert conversation.tags.count() == 0


def test_a_macro_goes_into_the_editor_and_nowhere_else() -> None:
    conversation = scene()
    macro = Macro.objects.create(name="Délai", html="<p>Été</p>", acts=["state:closed"])
    other = Macro.objects.create(name="Rivage", html="<p>x</p>", shop=world.shop("rivage"))
    client = world.client_for(world.camille())
    trigger = json.loads(do(client, conversation, "macro", macro.pk).headers["HX-Trigger"])
    assert trigger["macro:chosen"] == {"macro": macro.pk}
    assert conversation.messages.count() == 1
    assert Conversation.objects.get().state == State.OPEN
    assert do(client, conversation, "macro", other.pk).status_code == 404


def test_a_time_gone_by_changes_nothing() -> None:
    conversation = scene()
    client = world.client_for(world.camille())
    with untouched():
        assert (
            "passé"
            in json.loads(do(client, conversation, "snooze", "2020-01-01T09:00:00+01:00").headers["HX-Trigger"])[
                "toast"
            ]["text"]
        )
        do(client, conversation, "snooze", "2199-01-01T09:00:00")
        do(client, conversation, "snooze", "demain")


DEEDS = [
    "assign",
    "team",
    "snooze",
    "close",
    "reopen",
    "pending",
    "spam",
    "priority",
    "tag",
    "untag",
    "unread",
    "macro",
]


@pytest.mark.parametrize("who", [world.stranger, world.reader])
def test_strangers_and_readers_do_nothing(who: Any) -> None:
    conversation = scene()
    client = world.client_for(who())
    with untouched():
        codes = {do(client, conversation, what, "1").status_code for what in DEEDS}
    assert codes == ({403} if who is world.reader else {404})


def test_nothing_is_assigned_to_who_may_not_see_it() -> None:
    conversation = scene()
    otto: Agent = world.stranger()
    team = otto.shops.get().teams.create(name="Rivage", kind=TeamKind.TEAM)
    client = world.client_for(world.camille())
    with untouched():
        assert do(client, conversation, "assign", otto.pk).status_code == 404
        assert do(client, conversation, "team", team.pk).status_code == 404
        assert do(client, conversation, "explode").status_code == 404
        assert do(client, conversation, "priority", "9").status_code == 404
        assert do(client, conversation, "untag", "9" * 30).status_code == 404
