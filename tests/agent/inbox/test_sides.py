"""Conversations aside through the console: written, answered, shown as a card, taken back; for nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.automation.models import Macro
from comptoir.conversations.actions import organising
from comptoir.conversations.actions.delivering import release_due
from comptoir.conversations.models import Attachment, Conversation, Draft, Message, ReadMark, SideConversation, State
from comptoir.core import files
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Agent
from tests import world
from tests.agent.inbox.test_strangers import everything
from tests.mails import arrives, mail
from tests.work import run_jobs

CARRIER = "reclamations@chronopost.example"
Side = SideConversation.State


def written(client: Client, matter: Conversation, htmx: dict[str, str], **more: object) -> tuple[Conversation, str]:
    """The mail to the carrier from the editor; the thread and the page's answer."""
    values = {"body": "<p>Où est le colis 8L123 ?</p>", "to": CARRIER, "subject": "Colis", "client_key": "k1"} | more
    answer = client.post(f"/conversations/{matter.pk}/sides/", values, headers=htmx)
    assert answer.status_code == 200, answer.content.decode()
    return Conversation.with_sides.get(state=State.SIDE), answer.content.decode()


def answered(thread: Conversation, text: str = "Livré demain.") -> Message:
    Message.objects.filter(conversation=thread).update(due_at=timezone.now() - timedelta(seconds=1))
    release_due()
    run_jobs()
    first = thread.messages.filter(kind="reply").last()
    assert first is not None
    arrives(world.inbox(), mail(text, sender=f"Chronopost <{CARRIER}>", in_reply_to=f"<{first.message_id}>"))
    return thread.messages.get(kind="customer")


def test_from_the_editor_to_the_card_and_back(camille: Client, htmx: dict[str, str]) -> None:
    matter = world.conversation()
    photo = Attachment.objects.create(
        message=matter.messages.get(), file=files.save(b"x", name="colis.jpg", content_type="image/jpeg")
    )
    editor = camille.get(f"/conversations/{matter.pk}/sides/", headers=htmx).content.decode()
    assert "colis.jpg" in editor
    assert "Où est mon colis" in editor
    more = {"messages": matter.messages.get().pk, "attachments": photo.pk}
    thread, page = written(camille, matter, htmx, **more)
    assert f'id="side-{thread.pk}"' in page
    assert "attend la réponse" in page
    written(camille, matter, htmx)  # the same editor knocks twice
    assert Message.objects.filter(conversation=thread).count() == 1
    answered(thread)
    card = camille.get(f"/conversations/{matter.pk}/messages/", headers=htmx).content.decode()
    assert "side-card fresh" in card
    assert "nouvelle réponse" in card
    assert "Livré demain." in card
    assert "Tiers\u202f: réponse" in camille.get("/inbox/team/").content.decode()

    own = camille.get(f"/conversations/{thread.pk}/?in=team").content.decode()
    assert "Livré demain." in own
    assert "Avec 1 message de la conversation" in own
    assert "colis.jpg" in own
    assert f'hx-get="/conversations/{matter.pk}/panel/"' in own  # the customer's file stands beside
    assert CARRIER in own
    camille.post(f"/conversations/{thread.pk}/presence/", {"read": "1"}, headers=htmx)
    assert ReadMark.objects.filter(conversation=thread).exists()
    assert "side-card fresh" not in camille.get(f"/conversations/{matter.pk}/").content.decode()

    values = {"body": "<p>Merci</p>", "to": CARRIER, "based_on": thread.messages.get(kind="customer").pk}
    page = camille.post(f"/conversations/{thread.pk}/aside/replies/", values, headers=htmx).content.decode()
    assert "Merci" in page
    assert "attend la réponse" in page
    assert Message.objects.filter(conversation=matter).count() == 1
    assert SideConversation.objects.get().state == Side.WAITING


def test_what_is_refused_keeps_the_text_and_says_why(camille: Client, htmx: dict[str, str]) -> None:
    matter = world.conversation()
    for to, words in ((world.claire().value, "adresse du client"), ("", "destinataire"), ("x y", "adresse e-mail")):
        values = {"body": "<p>x</p>", "to": to, "subject": "x"}
        answer = camille.post(f"/conversations/{matter.pk}/sides/", values, headers=htmx)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    thread, _page = written(camille, matter, htmx)
    first = thread.messages.get().pk
    answered(thread)
    values = {"body": "<p>x</p>", "to": CARRIER, "based_on": first}
    answer = camille.post(f"/conversations/{thread.pk}/aside/replies/", values, headers=htmx)
    assert (answer.status_code, "Livré demain." in answer.content.decode()) == (422, True)


def test_undo_brings_the_editor_back_and_a_draft_survives(camille: Client, htmx: dict[str, str]) -> None:
    matter = world.conversation()
    thread, _page = written(camille, matter, htmx)
    answer = camille.post(f"/messages/{thread.messages.get().pk}/undo/", headers=htmx)
    assert f"/conversations/{matter.pk}/" in answer["HX-Location"]
    assert not SideConversation.objects.exists()
    page = camille.get(f"/conversations/{matter.pk}/").content.decode()
    assert "Un message à un tiers est commencé" in page
    editor = camille.get(f"/conversations/{matter.pk}/sides/", headers=htmx).content.decode()
    assert "8L123" in editor
    assert CARRIER in editor
    camille.post(f"/conversations/{matter.pk}/draft/side/", {"body": "<p>Plus tard</p>", "revision": "9"}, headers=htmx)
    assert Draft.objects.get(kind="side").html == "<p>Plus tard</p>"
    camille.post(f"/conversations/{matter.pk}/draft/side/", {"discard": "1"}, headers=htmx)
    assert not Draft.objects.filter(kind="side").exists()


def test_closed_and_open_by_one_key(camille: Client, htmx: dict[str, str]) -> None:
    thread, _page = written(camille, world.conversation(), htmx)
    assert "Rouvrir" in camille.post(f"/conversations/{thread.pk}/aside/closure/", headers=htmx).content.decode()
    assert SideConversation.objects.get().state == Side.CLOSED
    camille.post(f"/conversations/{thread.pk}/aside/opening/", headers=htmx)
    assert SideConversation.objects.get().state == Side.WAITING


def test_a_macro_speaks_of_the_matters_customer_and_acts_on_the_matter(camille: Client, htmx: dict[str, str]) -> None:
    matter = world.conversation()
    macro = Macro.objects.create(name="Réclamation", html="<p>Client : {{ customer.name }}</p>", acts=["tag:Enquête"])
    shown = camille.get(f"/conversations/{matter.pk}/macros/rows/?only={macro.pk}", headers=htmx).content.decode()
    assert "Claire Vasseur" in shown
    thread, _page = written(camille, matter, htmx, macro=macro.pk, act="tag:Enquête")
    assert list(matter.tags.values_list("name", flat=True)) == ["Enquête"]
    values = {"body": "<p>{{ order.number }}</p>", "to": CARRIER}
    assert camille.post(f"/conversations/{thread.pk}/aside/replies/", values, headers=htmx).status_code == 422
    camille.post(f"/messages/{thread.messages.get().pk}/undo/", headers=htmx)
    assert not matter.tags.exists()


@pytest.mark.parametrize("who", [world.stranger, world.reader])
def test_a_stranger_and_a_reader_change_nothing(who: object, camille: Client, htmx: dict[str, str]) -> None:
    matter = world.conversation()
    thread, _page = written(camille, matter, htmx)
    told = answered(thread)
    found = who()  # type: ignore[operator]
    assert isinstance(found, Agent)
    client, base, before = world.client_for(found), f"/conversations/{thread.pk}/", everything()
    reads = found.role == "reader"
    for path in (base, f"{base}messages/", f"{base}messages/{told.pk}/", f"/messages/{told.pk}/whole/"):
        answer = client.get(path)
        assert (answer.status_code == 200) is reads, path
        assert ("Livré demain." in answer.content.decode()) is reads
    values = {"body": "<p>volé</p>", "to": "o@ex.example"}
    for path in (
        f"/conversations/{matter.pk}/sides/", f"{base}aside/replies/", f"{base}aside/closure/", f"{base}aside/opening/",
        f"{base}draft/reply/", f"/messages/{told.pk}/undo/",
    ):  # fmt: skip
        assert client.post(path, values).status_code in (403, 404), path
    assert everything() == before


@pytest.mark.parametrize(
    "path",
    ["closure/", "snooze/", "spam/", "trash/", "assignment/", "replies/", "notes/", "tags/", "subject/", "customer/",
     "unread/", "tasks/", "steps/", "move/", "pending/", "orders/", "forwards/", "block/", "deletion/", "panel/"],
)  # fmt: skip
def test_what_is_done_to_matters_is_not_done_to_a_thread_aside(
    path: str, camille: Client, htmx: dict[str, str]
) -> None:
    thread, _page = written(camille, world.conversation(), htmx)
    values = {
        "body": "<p>x</p>",
        "agent": "me",
        "until": "monday",
        "name": "x",
        "title": "x",
        "inbox": world.inbox().pk,
    }
    assert camille.post(f"/conversations/{thread.pk}/{path}", values, headers=htmx).status_code in (403, 404, 405)
    thread.refresh_from_db()
    assert (thread.state, thread.messages.count()) == (State.SIDE, 1)


def test_no_list_count_filter_or_bulk_change_holds_it(camille: Client, htmx: dict[str, str]) -> None:
    matter = world.conversation()
    thread, _page = written(camille, matter, htmx)
    for state in State.values:
        assert f'id="c{thread.pk}"' not in camille.get(f"/inbox/team/?state={state}").content.decode()
    camille.post("/inbox/changes/", {"change": "trash", "conversations": [matter.pk, thread.pk]}, headers=htmx)
    run_jobs()
    thread.refresh_from_db()
    assert thread.state == State.SIDE
    organising.reopen(Conversation.objects.get(pk=matter.pk), actor=SYSTEM)
