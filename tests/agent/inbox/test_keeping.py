"""Spam and trash go after their days, for good; a blocked sender is heard by nobody."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions import keeping, organising
from comptoir.conversations.actions.joining import merge
from comptoir.conversations.models import (
    Attachment,
    BlockedDomain,
    Conversation,
    Message,
    RawMessage,
    Retention,
    State,
)
from comptoir.conversations.queries.counts import counts
from comptoir.core import files
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event, File
from tests import world
from tests.agent.inbox.test_answers import PNG
from tests.mails import arrives, mail
from tests.work import run_jobs

Htmx = dict[str, str]


def away_for(row: Conversation, days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    Conversation.objects.filter(pk=row.pk).update(put_away_at=at, last_message_at=at)


def with_file() -> Conversation:
    """A conversation that came by mail, with a picture."""
    arrives(world.inbox(), mail("Gagnez un voilier", sender="pub@publicite.example"))
    row = Conversation.objects.latest("pk")
    file = files.save(PNG, name="voilier.png", content_type="image/png")
    Attachment.objects.create(message=row.messages.get(), file=file)
    return row


def test_what_was_put_away_goes_after_its_days_with_all_that_hangs_on_it() -> None:
    row, merged, young, shared = with_file(), world.conversation(), world.conversation(), world.conversation()
    merge(merged, row, actor=SYSTEM)
    stored = File.objects.get()
    Attachment.objects.create(
        message=shared.messages.get(), file=files.save(PNG, name="b.png", content_type="image/png")
    )
    organising.mark_spam(row, actor=SYSTEM)
    organising.discard(young, actor=SYSTEM)
    assert keeping.purge_due() == 0
    away_for(row, 31)
    away_for(young, 29)
    assert keeping.purge_due() == 1
    run_jobs()
    assert set(Conversation.objects.values_list("pk", flat=True)) == {young.pk, shared.pk}
    assert not Message.objects.filter(text__contains="voilier").exists()
    assert [bytes(raw.content) for raw in RawMessage.objects.all()] == [b""]
    assert [file.name for file in File.objects.all()] == ["b.png"]
    assert not default_storage.exists(stored.key)
    assert Event.objects.filter(verb="conversation.deleted", subject_id=row.pk).count() == 1
    keeping.set_retention(30, 10, actor=SYSTEM)
    assert keeping.purge_due() == 1
    assert Conversation.objects.get() == shared


def test_a_new_message_and_a_way_back_begin_the_days_again() -> None:
    row = world.conversation()
    organising.mark_spam(row, actor=SYSTEM)
    away_for(row, 40)
    Conversation.objects.update(last_message_at=timezone.now())
    assert keeping.purge_due() == 0
    organising.reopen(row, actor=SYSTEM)
    organising.discard(row, actor=SYSTEM)
    row.refresh_from_db()
    assert row.put_away_at is not None
    assert row.put_away_at > timezone.now() - timedelta(minutes=1)


def test_the_list_says_when_and_a_lead_empties_it(htmx: Htmx) -> None:
    row, foreign = world.conversation(), world.conversation(box=world.inbox(of=world.shop("rivage")))
    for each in (row, foreign):
        organising.discard(each, actor=SYSTEM)
    camille, tom = world.client_for(world.camille()), world.client_for(world.lead())
    html = tom.get("/inbox/trash/").content.decode()
    assert "Supprimées après 30 jours" in html
    assert "supprimée le" in html
    assert "emptying" in html
    assert "emptying" not in camille.get("/inbox/trash/").content.decode()
    for address in ("/inbox/trash/emptying/", f"/conversations/{row.pk}/deletion/"):
        assert camille.post(address, headers=htmx).status_code == 403
    assert tom.post("/inbox/team/emptying/", headers=htmx).status_code == 404
    assert tom.post(f"/conversations/{foreign.pk}/deletion/", headers=htmx).status_code == 404
    assert "1 conversation" in tom.get("/inbox/trash/emptying/").content.decode()
    tom.post("/inbox/trash/emptying/", headers=htmx)
    run_jobs()
    assert Conversation.objects.get() == foreign


def test_only_what_is_put_away_is_deleted_by_hand(htmx: Htmx) -> None:
    row, tom = world.conversation(), world.client_for(world.lead())
    assert tom.post(f"/conversations/{row.pk}/deletion/", headers=htmx).status_code == 404
    organising.discard(row, actor=SYSTEM)
    assert "Supprimer définitivement" in tom.get(f"/conversations/{row.pk}/menus/more/").content.decode()
    assert tom.post(f"/conversations/{row.pk}/deletion/", headers=htmx).status_code == 200
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    ("what", "again"), [("address", "pub@publicite.example"), ("domain", "autre@mail.publicite.example")]
)
def test_a_blocked_sender_goes_to_spam_in_silence_and_may_come_back(
    camille: Client, htmx: Htmx, what: str, again: str
) -> None:
    arrives(world.inbox(), mail("Gagnez un voilier", sender="pub@publicite.example"))
    row = Conversation.objects.get()
    assert "publicite.example" in camille.get(f"/conversations/{row.pk}/block/").content.decode()
    answer = camille.post(f"/conversations/{row.pk}/block/", {"what": what}, headers=htmx)
    row.refresh_from_db()
    assert row.state == State.SPAM
    arrives(world.inbox(), mail("Encore", sender=again))
    second = Conversation.objects.latest("pk")
    assert (second.state, second.put_away_at is not None) == (State.SPAM, True)
    assert Event.objects.filter(verb="message.received").latest("pk").origin != "live"
    assert counts(world.camille(), {"team": {}})["team"] == 0
    undo = json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]
    assert camille.post(undo, headers=htmx).status_code == 204
    arrives(world.inbox(), mail("Pardon", sender=again))
    assert Conversation.objects.latest("pk").state == State.OPEN


def test_a_blocked_sender_does_not_wake_a_thread_either(camille: Client) -> None:
    row = world.conversation()
    row.messages.update(message_id="first@orange.example")
    organising.close(row, actor=SYSTEM)
    row.identity.blocked_at = timezone.now()
    row.identity.save()
    arrives(row.inbox, mail("Encore moi", in_reply_to="<first@orange.example>"))
    row.refresh_from_db()
    assert (row.state, row.message_count) == (State.CLOSED, 2)


def test_everybody_s_mailboxes_and_our_own_are_not_blocked_whole(htmx: Htmx) -> None:
    ines = world.client_for(world.owner())
    world.inbox()
    for domain in ("gmail.com", "maison-alba.example", "rien", "", "a b.example", "-x-.example", "x" * 260 + ".fr"):
        ines.post("/settings/away/domains/", {"domain": domain})
    assert not BlockedDomain.objects.exists()
    ines.post("/settings/away/domains/", {"domain": " Pub@Publicite.Example "})
    row = BlockedDomain.objects.get()
    assert row.domain == "publicite.example"
    assert "publicite.example" in ines.get("/settings/away/").content.decode()
    ines.post(f"/settings/away/domains/{row.pk}/removal/")
    assert not BlockedDomain.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "4000", "x", ""])
def test_days_are_days(days: str) -> None:
    ines = world.client_for(world.owner())
    assert ines.post("/settings/away/", {"spam_days": days, "trash_days": "30"}).status_code == 422
    assert ines.post("/settings/away/", {"spam_days": "7", "trash_days": "90"}).status_code == 302
    kept = Retention.current()
    assert (kept.spam_days, kept.trash_days) == (7, 90)
    assert world.client_for(world.lead()).get("/settings/away/").status_code == 403


def test_an_address_is_unblocked_in_the_settings(htmx: Htmx) -> None:
    who = world.claire()
    who.blocked_at = timezone.now()
    who.save()
    ines: Any = world.client_for(world.owner())
    assert who.value in ines.get("/settings/away/").content.decode()
    ines.post(f"/settings/away/addresses/{who.pk}/removal/")
    who.refresh_from_db()
    assert who.blocked_at is None
