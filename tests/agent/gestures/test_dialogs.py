"""The dialogs of order actions, through the console's door."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from comptoir.conversations.models import Message, MessageKind, Task
from comptoir.core.models import Agent
from comptoir.orders.models import Gesture, Order, Refund
from comptoir.ports.errors import PortError
from comptoir.ports.fake_shop import FakePlatform
from comptoir.ports.shop import Verb
from tests import world
from tests.orders import platform as ground
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
State = Gesture.State


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """A platform behind Maison Alba."""
    with ground.plugged() as made:
        yield made


def post(client: Client, order: Order, verb: str = "refund", step: str = "act", **fields: Any) -> Any:
    """The dialog, sent."""
    values = {"key": "k1", "reason": "Casse"} | fields
    return client.post(f"/orders/{order.pk}/gestures/{verb}/{step}/", values)


def test_a_refund_is_quoted_then_done_and_the_customer_is_told(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    made = world.conversation()
    opened = camille.get(f"/orders/{order.pk}/gestures/refund/?conversation={made.pk}").content.decode()
    assert "Rembourser la commande MA-24817" in opened
    assert "Serviettes lin" in opened
    assert platform.reads == 0
    fields = {"line-1": "on", "count-1": "1", "amount-1": "24,90 €", "conversation": made.pk}
    quoted = post(camille, order, step="quote", **fields).content.decode()
    assert "Rembourser 24,90\xa0€" in quoted
    assert "Vers Visa 4271" in quoted
    assert "Bonjour Claire," in quoted
    assert not Gesture.objects.exists()
    done = post(camille, order, **fields, seen="2490", tell="on", letter="Bonjour Claire, c’est fait.")
    assert done.status_code == 204
    assert "closedialog" in done.headers["HX-Trigger"]
    post(camille, order, **fields, seen="2490")  # a double click
    run_jobs()
    row = Gesture.objects.get()
    assert (row.state, row.amount, row.conversation_key) == (State.DONE, 2490, made.pk)
    assert len(platform.acts) == 1
    assert Refund.objects.get(order=order).amount == 2490
    answer = Message.objects.get(conversation=made, kind=MessageKind.REPLY)
    assert (answer.agent, answer.text.strip()) == (world.camille(), "Bonjour Claire, c’est fait.")


def test_the_letter_is_in_the_language_of_the_conversation(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    made = world.conversation(language="de")
    quoted = post(camille, order, step="quote", amount="24,90", conversation=made.pk).content.decode()
    assert "Guten Tag Claire," in quoted
    assert "wir erstatten Ihnen 24,90\xa0€" in quoted


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "douze"}, "n’est pas un montant"),
        ({"amount": "1.234"}, "n’est pas un montant"),
        ({"amount": "-5"}, "négatif"),
        ({"amount": "96.81"}, "il reste 96,80"),
        ({"line-0": "on", "count-0": "5"}, "il n’en reste pas autant"),
        ({"line-0": "on", "count-0": "x"}, "n’est pas un montant"),
        ({"amount": "5", "reason": ""}, "Choisissez un motif"),
        ({}, "Choisissez d’abord"),
        ({"amount": "5", "seen": "400"}, "Le devis a changé"),
    ],
)
def test_what_is_wrong_stands_in_the_dialog(platform: FakePlatform, fields: dict[str, str], said: str) -> None:
    order = ground.order(platform)
    answer = post(world.client_for(world.camille()), order, **fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (Gesture.objects.count(), platform.acts) == (0, [])


@pytest.mark.parametrize(("typed", "minor"), [("12,50", 1250), ("12.50", 1250), ("12,5 €", 1250), ("€12.50", 1250)])
def test_amounts_are_read_in_french_and_english(platform: FakePlatform, typed: str, minor: int) -> None:
    post(world.client_for(world.camille()), ground.order(platform), amount=typed)
    assert Gesture.objects.get().amount == minor


def test_a_line_may_be_refunded_in_part(platform: FakePlatform) -> None:
    order = ground.order(platform)
    fields = {"line-1": "on", "count-1": "1", "amount-1": "10,00 €", "with-shipping": "on", "shipping": "3,90"}
    post(world.client_for(world.camille()), order, **fields)
    row = Gesture.objects.get()
    assert (row.amount, row.request["lines"]) == (1390, {"l2": 1})


def test_above_the_limit_the_lead_is_asked_and_decides(platform: FakePlatform) -> None:
    order, tom = ground.order(platform), world.client_for(world.lead())
    camille = world.client_for(world.camille())
    quoted = post(camille, order, step="quote", amount="96,80").content.decode()
    assert "Demander l’accord pour 96,80\xa0€" in quoted
    assert "16,80\xa0€ au-delà" in quoted
    assert "Tom Marchand" in quoted
    post(camille, order, amount="96,80", words="Cadeau prévu samedi")
    row = Gesture.objects.get()
    assert row.state == State.WAITING
    queue = tom.get("/gestures/").content.decode()
    assert "Donner l’accord" in queue
    assert "Cadeau prévu samedi" in queue
    assert "Donner l’accord" not in camille.get("/gestures/").content.decode()
    assert "bad" in camille.post(f"/gestures/{row.pk}/approval/").headers["HX-Trigger"]
    tom.post(f"/gestures/{row.pk}/approval/", {"answer": "Oui"})
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.approver, row.answer) == (State.DONE, world.lead(), "Oui")


def test_who_writes_must_be_whose_order_it_is(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    made = world.conversation(world.karim())
    opened = camille.get(f"/orders/{order.pk}/gestures/edit_address/?conversation={made.pk}").content.decode()
    assert "au nom de quelqu’un d’autre" in opened
    address = {"name": "K", "street": "1 rue", "postcode": "44000", "city": "Nantes", "conversation": made.pk}
    assert post(camille, order, "edit_address", **address).status_code == 422
    assert not Gesture.objects.exists()
    assert post(camille, order, "edit_address", **address, verified="on").status_code == 204
    assert Gesture.objects.get().doubts == ["other_person"]
    forged = world.conversation()
    forged.messages.update(flags=["unproved_sender"])
    opened = camille.get(f"/orders/{order.pk}/gestures/refund/?conversation={forged.pk}").content.decode()
    assert "DMARC" in opened


def test_a_verb_that_the_platform_lacks_names_the_nearest(platform: FakePlatform) -> None:
    verbs = frozenset(Verb) - {Verb.STORE_CREDIT}
    platform.capabilities = replace(
        platform.capabilities, verbs=verbs, lacking={Verb.STORE_CREDIT: "Pas d’avoirs ici."}
    )
    order, camille = ground.order(platform), world.client_for(world.camille())
    opened = camille.get(f"/orders/{order.pk}/gestures/store_credit/").content.decode()
    assert "Pas d’avoirs ici." in opened
    assert "Offrir une carte cadeau" in opened
    assert "gesture-button" not in opened.replace('querySelector("#gesture-button")', "")
    assert post(camille, order, "store_credit", amount="5").status_code == 422


def test_a_code_bears_the_first_name_and_can_be_taken_back(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    opened = camille.get(f"/orders/{order.pk}/gestures/discount_code/").content.decode()
    code = re.search(r'value="(MERCI-CLAIRE-[A-Z0-9]{4})"', opened)
    assert code
    post(camille, order, "discount_code", amount="15 %", code=code[1])
    run_jobs()
    row = Gesture.objects.get()
    assert (row.state, row.request["percent"], row.amount) == (State.DONE, 15, 1452)
    page = camille.get(f"/orders/{order.pk}/").content.decode()
    assert code[1] in page
    camille.post(f"/gestures/{row.pk}/undo/")
    run_jobs()
    row.refresh_from_db()
    assert row.state == State.UNDONE


def test_without_a_platform_a_task_reminds_of_it() -> None:
    order, camille = ground.order(None), world.client_for(world.camille())
    made = world.conversation()
    opened = camille.get(f"/orders/{order.pk}/gestures/refund/?conversation={made.pk}").content.decode()
    assert "Comptoir ne peut rien y faire" in opened
    post(camille, order, amount="5", conversation=made.pk)
    run_jobs()
    assert Gesture.objects.get().state == State.BY_HAND
    task = Task.objects.get(conversation=made)
    assert (task.assignee, "MA-24817" in task.title) == (world.camille(), True)
    camille.post(f"/gestures/{Gesture.objects.get().pk}/settlement/", {"done": "1"})
    assert (Gesture.objects.get().state, Refund.objects.get().amount) == (State.DONE, 500)
    post(camille, order, amount="5", already="on", key="k2")
    assert Gesture.objects.get(key__endswith="k2").state == State.DONE


def test_a_platform_that_is_down_says_so(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    platform.errors = [PortError("La boutique ne répond pas."), PortError("La boutique ne répond pas.")]
    assert "ne répond pas" in post(camille, order, step="quote", amount="5").content.decode()
    assert post(camille, order, amount="5").status_code == 422
    assert not Gesture.objects.exists()


def test_words_are_words(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    hostile = "<script>x</script>=1+1"
    post(camille, order, amount="5", reason="other", other=hostile, words=hostile)
    for address in (f"/orders/{order.pk}/", "/gestures/"):
        text = camille.get(address).content.decode()
        assert "&lt;script&gt;" in text
        assert "<script>x" not in text
    Gesture.objects.update(reason="=cmd()")
    assert "'=cmd()" in camille.get("/gestures/export/").content.decode()


def test_the_ledger_filters_and_goes_on(platform: FakePlatform, django_assert_max_num_queries: Any) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    for number in range(3):
        post(camille, order, amount="5", key=f"k{number}")
    post(camille, order, "note", text="x", key="note")
    run_jobs()
    with django_assert_max_num_queries(25):
        page = camille.get("/gestures/?verb=note&state=done&q=ma 24817").content.decode()
    assert page.count("/orders/") >= 1
    assert "Note sur la commande" in page.split("<tbody>")[1]
    assert "Remboursement" not in page.split("<tbody>")[1]
    for bad in ("?from=2026-99-99&to=x", "?agent=x&verb=y&state=z&before=-1", "?q=%00"):
        assert camille.get(f"/gestures/{bad}").status_code == 200
    assert camille.get("/gestures/export/?verb=note").content.decode().count("\n") == 2


ROUTES = [
    "/orders/{order}/gestures/refund/",
    "/orders/{order}/gestures/refund/quote/",
    "/orders/{order}/gestures/refund/act/",
    "/gestures/{gesture}/confirmation/",
    "/gestures/{gesture}/approval/",
    "/gestures/{gesture}/refusal/",
    "/gestures/{gesture}/withdrawal/",
    "/gestures/{gesture}/undo/",
    "/gestures/{gesture}/settlement/",
    "/gestures/{gesture}/sight/",
]


@pytest.mark.parametrize("who", [world.stranger, world.reader, world.store_manager])
def test_strangers_get_nothing_and_change_nothing(platform: FakePlatform, who: Any) -> None:
    order = ground.order(platform)
    post(world.client_for(world.camille()), order, amount="5")
    before = list(Gesture.objects.values())
    agent: Agent = who()
    client = world.client_for(agent)
    for route in ROUTES:
        address = route.format(order=order.pk, gesture=before[0]["id"])
        given = {"key": "s", "reason": "x", "amount": "5", "done": "1"}
        for answer in (client.get(address), client.post(address, given)):
            assert answer.status_code in (403, 404, 405), address
            assert "MA-24817" not in answer.content.decode()
        assert Client().post(address).status_code in (302, 405)
    assert list(Gesture.objects.values()) == before
    assert "MA-24817" not in client.get("/gestures/export/").content.decode() or agent.role == "reader"


def test_the_command_bar_opens_the_dialog_of_the_order_beside(platform: FakePlatform) -> None:
    order, camille = ground.order(platform), world.client_for(world.camille())
    made = world.conversation()
    made.orders.add(order)
    here = f"http://testserver/conversations/{made.pk}/"
    bar = camille.get("/search/?q=rembourser", headers={"HX-Request": "true", "HX-Current-URL": here}).content.decode()
    assert "la commande MA-24817" in bar
    values = {"conversation": made.pk, "do": "gesture", "value": f"refund:{order.pk}"}
    told = camille.post("/search/deeds/", values)
    assert f"/orders/{order.pk}/gestures/refund/?conversation={made.pk}" in told.headers["HX-Trigger"]
    for wrong in ("refund:999", "explode:1", "refund", f"refund:{order.pk}x"):
        assert camille.post("/search/deeds/", values | {"value": wrong}).status_code == 404
