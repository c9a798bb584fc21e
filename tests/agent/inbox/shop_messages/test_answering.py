"""Answers go into the thread once, with a copy by mail; the back office answers too."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions import chatting, settling
from comptoir.conversations.actions.joining import merge
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Inbox,
    InboxKind,
    Message,
    ShopThread,
    State,
)
from comptoir.core.actors import SYSTEM, Actor
from comptoir.orders.connecting import accounts
from comptoir.orders.models import Connection
from tests import world
from tests.adapters.prestashop_server import PrestaServer
from tests.agent.inbox.shop_messages.ground import CAMILLE, answer, leave, look, switch
from tests.agent.inbox.test_answers import upload
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


def test_an_answer_goes_into_the_thread_and_a_copy_by_mail(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE, customer="501")
    shop.write("80", "Où est mon colis ?")
    look()
    talk = Conversation.objects.get()
    message = answer(camille, talk, "Il arrive <b>demain</b> &amp; lundi.", then="close")
    assert message.delivery == Delivery.HELD
    assert shop.said("80")[1:] == [], "it can still be taken back"
    leave()
    written = shop.said("80")[1]
    assert (written["message"].strip(), written["id_employee"], written["private"]) == (
        "Il arrive demain & lundi.",
        "3",
        "0",
    )
    message.refresh_from_db()
    assert (message.delivery, message.error) == (Delivery.SENT, "")
    assert shop.tables["customer_threads"]["80"]["status"] == "closed", "closed here, closed there"
    look()
    assert talk.messages.count() == 2, "our own answer is not read back as another"
    assert "dans la boutique" in camille.get(f"/conversations/{talk.pk}/").content.decode()
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    assert chatting.mail_unseen_answers() == 1
    message.refresh_from_db()
    assert message.inbox.kind == InboxKind.EMAIL
    assert message.to == [{"email": CAMILLE, "name": "Camille Martin"}]
    leave()
    assert chatting.mail_unseen_answers() == 0
    assert len(shop.said("80")) == 2
    assert "dans la boutique et par e-mail" in camille.get(f"/conversations/{talk.pk}/").content.decode()
    shop.write("80", "Merci !")
    look()
    talk.refresh_from_db()
    assert (talk.state, talk.messages.count()) == (State.OPEN, 3)


def test_a_shop_that_was_away_for_days_still_gets_the_copy_sent(
    camille: Client, box: Inbox, shop: PrestaServer
) -> None:
    shop.thread("80", CAMILLE, customer="501")
    shop.write("80", "Où est mon colis ?")
    look()
    talk = Conversation.objects.get()
    Conversation.objects.update(language="de")
    message = answer(camille, talk, files=upload(camille)["id"])
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=3))
    leave()
    assert "Die Anhänge erhalten Sie per E-Mail." in shop.said("80")[1]["message"]
    assert chatting.mail_unseen_answers() == 1, "the files were promised by mail"


def test_without_a_copy_by_mail_files_cannot_go(camille: Client, box: Inbox, shop: PrestaServer, htmx: Any) -> None:
    Inbox.objects.filter(pk=box.pk).update(mail_inbox=None)
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    look()
    talk = Conversation.objects.get()
    sent = camille.post(
        f"/conversations/{talk.pk}/replies/", {"body": "<p>Voici</p>", "files": upload(camille)["id"]}, headers=htmx
    )
    assert sent.status_code == 422
    assert "ne prend pas de fichiers" in sent.content.decode()
    answer(camille, talk)
    leave()
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    assert chatting.mail_unseen_answers() == 0


def test_an_answer_while_the_shop_is_down_leaves_later(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    look()
    talk = Conversation.objects.get()
    message = answer(camille, talk)
    shop.fail(503)
    leave()
    message.refresh_from_db()
    assert (message.delivery, message.waits) == (Delivery.QUEUED, "retry")
    assert "panne" in message.error
    leave()
    message.refresh_from_db()
    assert (message.delivery, len(shop.said("80"))) == (Delivery.SENT, 2)


def test_an_answer_whose_line_was_lost_is_looked_for_and_never_written_twice(
    camille: Client, box: Inbox, shop: PrestaServer, htmx: dict[str, str]
) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    look()
    talk = Conversation.objects.get()
    message = answer(camille, talk)
    shop.losing = True
    leave()
    message.refresh_from_db()
    assert message.delivery == Delivery.UNKNOWN
    camille.post(f"/messages/{message.pk}/dispatch/", headers=htmx)  # somebody is impatient
    run_jobs()
    message.refresh_from_db()
    assert (message.delivery, len(shop.said("80"))) == (Delivery.SENT, 2)
    second = answer(camille, talk, "Et merci.")
    shop.losing = True
    leave()
    Message.objects.filter(pk=second.pk).update(due_at=timezone.now())
    assert settling.look_for_answers() == 1
    run_jobs()
    second.refresh_from_db()
    assert (second.delivery, len(shop.said("80"))) == (Delivery.SENT, 3)
    look()
    assert talk.messages.count() == 3


def test_a_look_that_meets_our_answer_settles_it(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    look()
    talk = Conversation.objects.get()
    message = answer(camille, talk)
    shop.losing = True
    leave()
    look()
    message.refresh_from_db()
    assert (message.delivery, talk.messages.count()) == (Delivery.SENT, 2)


def test_a_refusal_is_said_in_plain_words(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    look()
    shop.closed.add(("customer_messages", "post"))
    talk = Conversation.objects.get()
    message = answer(camille, talk)
    leave()
    message.refresh_from_db()
    assert message.delivery == Delivery.FAILED
    assert "Un droit manque à la clé" in camille.get(f"/conversations/{talk.pk}/").content.decode()


def test_the_back_office_s_own_answers_and_notes(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Où est mon colis ?")
    look()
    talk = Conversation.objects.get()
    assert talk.waiting_since is not None
    shop.write("80", "Il est chez le transporteur.", employee="3")
    shop.write("80", "Appeler Colissimo", employee="3", private=True)
    look()
    talk.refresh_from_db()
    assert (talk.waiting_since, talk.state) == (None, State.OPEN)
    assert talk.first_answered_at is not None
    reply, note = talk.messages.exclude(kind="customer")
    assert (reply.kind, reply.delivery, reply.agent, note.kind) == ("reply", Delivery.SENT, None, "note")
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    assert chatting.mail_unseen_answers() == 0, "the back office has written its own mail"
    html = camille.get(f"/conversations/{talk.pk}/").content.decode()
    assert "depuis la boutique" in html
    assert "Note interne" in html
    shop.thread("81", "new@example.org")
    shop.write("81", "Votre commande a du retard.", employee="3")
    shop.thread("82", "quiet@example.org")
    shop.write("82", "Note sans discussion", employee="3", private=True)
    look()
    begun = Conversation.objects.exclude(pk=talk.pk).get()
    assert (begun.identity.value, begun.state, begun.waiting_since) == ("new@example.org", State.CLOSED, None)


def test_closing_and_opening_is_told_to_the_shop(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    look()
    talk = Conversation.objects.get()
    row = shop.tables["customer_threads"]["80"]
    for where, told in (("closure", "closed"), ("opening", "open")):
        camille.post(f"/conversations/{talk.pk}/{where}/")
        run_jobs()
        assert shop.tables["customer_threads"]["80"]["status"] == told
    assert shop.tables["customer_threads"]["80"]["token"] == row["token"]


def test_threads_merged_twice_are_answered_where_the_customer_wrote_and_closed_together(
    camille: Client, box: Inbox, shop: PrestaServer
) -> None:
    names = ("80", "81", "82")
    for name in names:
        shop.thread(name, CAMILLE)
        shop.write(name, f"Question {name}")
    look()
    first, second, third = (ShopThread.objects.get(external_id=name).conversation for name in names)
    merge(first, second, actor=SYSTEM)
    second.refresh_from_db()
    merge(second, third, actor=SYSTEM)
    shop.write("80", "Encore moi")
    look()
    third.refresh_from_db()
    assert third.messages.count() == 4
    answer(camille, third)
    leave()
    assert [len(shop.said(name)) for name in names] == [3, 1, 1]
    camille.post(f"/conversations/{third.pk}/closure/")
    run_jobs()
    assert {shop.tables["customer_threads"][name]["status"] for name in names} == {"closed"}


def test_a_shop_that_was_disconnected_is_answered_by_mail_and_taken_up_again(
    boss: Client, camille: Client, box: Inbox, connection: Connection, shop: PrestaServer
) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    look()
    talk = Conversation.objects.get()
    told, secrets = dict(connection.settings), connection.secrets
    accounts.disconnect(connection, actor=Actor.of(world.owner()))
    assert "déconnecté" in boss.get("/settings/channels/").content.decode()
    html = camille.get(f"/conversations/{talk.pk}/").content.decode()
    assert "Dans la messagerie de la boutique" not in html
    message = answer(camille, talk)
    assert (message.inbox.kind, message.to[0]["email"]) == (InboxKind.EMAIL, CAMILLE)
    row = Connection.objects.create(
        shop=world.shop(), port="shop", vendor="prestashop", name="Revenue", active=True, settings=told, secrets=secrets
    )
    switch(boss, row)
    assert Inbox.objects.get(kind=InboxKind.SHOP).connection == row
    assert Message.objects.filter(kind="customer").count() == 1
