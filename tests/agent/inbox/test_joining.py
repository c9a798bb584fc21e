"""Merging, splitting, linking and moving through the pages."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.joining import merge
from comptoir.conversations.models import Conversation, ConversationLink, Joining, Message
from comptoir.core.actors import SYSTEM
from tests import world

Htmx = dict[str, str]


@pytest.fixture
def pair() -> tuple[Conversation, Conversation]:
    """Claire's parcel, which stays, and her cup."""
    return world.conversation(subject="Colis en retard"), world.conversation(
        subject="Tasse cassée", text="Elle est cassée"
    )


def toast(answer: object) -> dict[str, str]:
    return dict(json.loads(answer.headers["HX-Trigger"])["toast"])  # type: ignore[attr-defined]


def test_merging_shows_both_says_so_and_is_undone_by_the_toast(
    camille: Client, htmx: Htmx, pair: tuple[Conversation, Conversation]
) -> None:
    stays, goes = pair
    dialog = camille.get(f"/conversations/{stays.pk}/merge/").content.decode()
    assert "Tasse cassée" in dialog  # the customer's other conversation is offered at once
    answer = camille.post(f"/conversations/{stays.pk}/merge/{goes.pk}/", headers=htmx)
    html = answer.content.decode()
    assert "Elle est cassée" in html
    assert "Vient de" in html
    assert "Camille Roussel a fusionné ici la conversation" in html
    assert "Défaire" in camille.get(f"/conversations/{stays.pk}/panel/").content.decode()
    led = camille.get(f"/conversations/{goes.pk}/")
    assert led.status_code == 302
    assert "a été fusionnée dans cette conversation" in camille.get(led.headers["Location"]).content.decode()
    stale = camille.get(f"/conversations/{goes.pk}/messages/", headers=htmx)
    assert f"/conversations/{stays.pk}/" in json.loads(stale.headers["HX-Location"])["path"]
    assert camille.post(toast(answer)["undo"], headers=htmx).status_code == 204
    goes.refresh_from_db()
    assert (goes.merged_into_id, goes.messages.count()) == (None, 1)
    assert "déjà défaite" in toast(camille.post(toast(answer)["undo"], headers=htmx))["text"]


def test_an_answer_from_a_page_that_was_open_on_the_merged_one_is_kept(
    camille: Client, htmx: Htmx, pair: tuple[Conversation, Conversation]
) -> None:
    stays, goes = pair
    merge(goes, stays, actor=SYSTEM)
    answer = camille.post(f"/conversations/{goes.pk}/notes/", {"body": "<p>Vu</p>", "client_key": "k1"}, headers=htmx)
    assert answer.status_code in (200, 204)
    assert Message.objects.get(kind="note").conversation_id == stays.pk


def test_two_customers_are_asked_about_and_may_become_one(camille: Client, htmx: Htmx) -> None:
    stays, goes = world.conversation(subject="Colis"), world.conversation(world.karim(), subject="Le même colis")
    address = f"/conversations/{stays.pk}/merge/{goes.pk}/"
    asked = camille.post(address, headers=htmx)
    assert "deux clients différents" in asked.content.decode()
    assert asked.headers["HX-Retarget"] == "#dialog-place"
    assert not Joining.objects.exists()
    camille.post(address, {"confirmed": "1", "people": "1"}, headers=htmx)
    assert Joining.objects.count() == 1
    assert Conversation.objects.get(pk=goes.pk).identity.customer_id == stays.identity.customer_id


def test_two_shops_are_asked_about_and_every_message_says_its_own(htmx: Htmx) -> None:
    stays = world.conversation(subject="Colis")
    goes = world.conversation(subject="Même colis", box=world.inbox(of=world.shop("rivage")), text="À Rivage aussi")
    camille, ines = world.client_for(world.camille()), world.client_for(world.owner())
    assert f"/merge/{goes.pk}/" not in camille.get(f"/conversations/{stays.pk}/merge/").content.decode()
    offered = ines.get(f"/conversations/{stays.pk}/merge/").content.decode()
    assert ("Rivage ·" in offered, f'hx-get="/conversations/{stays.pk}/merge/{goes.pk}/"' in offered) == (True, True)
    address = f"/conversations/{stays.pk}/merge/{goes.pk}/"
    bar = ines.post("/search/deeds/", {"conversation": stays.pk, "do": "merge", "value": goes.pk}, headers=htmx)
    assert json.loads(bar.headers["HX-Trigger"])["dialog"] == {"address": address}
    asked = ines.post(address, headers=htmx).content.decode()
    assert "Les réponses partiront de Maison Alba (bonjour@maison-alba.example)" in asked
    assert ("deux clients différents" in asked, Joining.objects.exists()) == (False, False)
    answer = ines.post(address, {"confirmed": "1"}, headers=htmx)
    html = answer.content.decode()
    assert "À Rivage aussi" in html
    assert html.count("Rivage</span>") == 1
    otto = world.client_for(world.stranger())
    assert (
        otto.get(f"/conversations/{stays.pk}/").status_code == otto.get(f"/conversations/{goes.pk}/").status_code == 404
    )
    assert camille.post(toast(answer)["undo"], headers=htmx).status_code == 404
    assert ines.post(toast(answer)["undo"], headers=htmx).status_code == 204
    goes.refresh_from_db()
    assert (goes.merged_into_id, goes.shop.slug, goes.messages.get().inbox.shop.slug) == (None, "rivage", "rivage")
    assert otto.get(f"/conversations/{goes.pk}/").status_code == 200


@pytest.mark.parametrize("text", ["tasse", "n° {key}", "{key}", "claire"])
def test_the_other_one_is_found_by_number_subject_and_customer(
    camille: Client, pair: tuple[Conversation, Conversation], text: str
) -> None:
    stays, goes = pair
    foreign = world.conversation(box=world.inbox(of=world.shop("rivage")), subject="Tasse de Rivage")
    html = camille.get(f"/conversations/{stays.pk}/merge/", {"q": text.format(key=goes.pk)}).content.decode()
    assert f"/merge/{goes.pk}/" in html
    assert f"/merge/{foreign.pk}/" not in html


def test_what_one_may_not_see_is_not_merged(htmx: Htmx, pair: tuple[Conversation, Conversation]) -> None:
    stays, goes = pair
    foreign = world.conversation(box=world.inbox(of=world.shop("rivage")))
    camille = world.client_for(world.camille())
    assert camille.post(f"/conversations/{stays.pk}/merge/{foreign.pk}/", headers=htmx).status_code == 404
    done = merge(goes, stays, actor=SYSTEM)
    for stranger in (world.stranger(), world.store_manager()):
        assert world.client_for(stranger).post(f"/joinings/{done.pk}/undo/", headers=htmx).status_code == 404
    assert world.client_for(world.reader()).post(f"/joinings/{done.pk}/undo/", headers=htmx).status_code == 403
    assert Joining.objects.filter(undone_at=None).count() == 1


def test_messages_are_taken_out_and_put_back(camille: Client, htmx: Htmx) -> None:
    row = world.conversation()
    second = world.message(row, "Et ma facture ?", at=timezone.now() - timedelta(minutes=1))
    assert "Et ma facture" in camille.get(f"/conversations/{row.pk}/split/").content.decode()
    refused = camille.post(f"/conversations/{row.pk}/split/", {}, headers=htmx)
    assert (refused.status_code, "Choisissez" in refused.content.decode()) == (422, True)
    done = camille.post(f"/conversations/{row.pk}/split/", {"messages": second.pk, "subject": "Facture"}, headers=htmx)
    made = Conversation.objects.get(subject="Facture")
    assert f"/conversations/{made.pk}/" in json.loads(done.headers["HX-Location"])["path"]
    assert "Facture" in camille.get(f"/conversations/{row.pk}/panel/").content.decode()
    camille.post(toast(done)["undo"], headers=htmx)
    assert row.messages.count() == 2


def test_links_show_on_both_sides_and_go(camille: Client, htmx: Htmx, pair: tuple[Conversation, Conversation]) -> None:
    one, other = pair
    done = camille.post(f"/conversations/{one.pk}/links/{other.pk}/", headers=htmx)
    assert "Voir aussi" in camille.get(f"/conversations/{other.pk}/panel/").content.decode()
    assert (
        "Voir aussi" not in world.client_for(world.stranger()).get(f"/conversations/{other.pk}/panel/").content.decode()
    )
    camille.post(toast(done)["undo"], headers=htmx)
    assert not ConversationLink.objects.exists()


def test_a_move_takes_the_answer_s_address_along_and_respects_access(htmx: Htmx) -> None:
    row, rivage = world.conversation(), world.inbox(of=world.shop("rivage"))
    camille, ines = world.client_for(world.camille()), world.client_for(world.owner())
    assert camille.post(f"/conversations/{row.pk}/move/", {"inbox": rivage.pk}, headers=htmx).status_code == 404
    assert "bonjour@rivage.example" not in camille.get(f"/conversations/{row.pk}/move/").content.decode()
    assert "bonjour@rivage.example" in ines.get(f"/conversations/{row.pk}/move/").content.decode()
    ines.post(f"/conversations/{row.pk}/move/", {"inbox": rivage.pk}, headers=htmx)
    row.refresh_from_db()
    assert (row.inbox, row.shop.slug) == (rivage, "rivage")
    ines.post(
        f"/conversations/{row.pk}/replies/",
        {"body": "<p>Bonjour</p>", "to": row.identity.value, "client_key": "move-1"},
        headers=htmx,
    )
    assert Message.objects.get(kind="reply").sender["email"] == "bonjour@rivage.example"
    assert camille.get(f"/conversations/{row.pk}/").status_code == 404
