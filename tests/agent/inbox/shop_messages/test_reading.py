"""Off until it is wanted; history in silence; new messages once, in order, whatever the shop does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.looking import look_due
from comptoir.conversations.models import (
    Conversation,
    Inbox,
    InboxKind,
    Message,
    ShopThread,
    State,
    ThreadReading,
)
from comptoir.core.models import Event
from comptoir.orders.models import Connection
from tests import world
from tests.adapters.prestashop_server import PrestaServer
from tests.agent.inbox.shop_messages.ground import CAMILLE, ago, look, page, switch

pytestmark = pytest.mark.django_db


def test_it_is_off_until_the_merchant_wants_it(boss: Client, connection: Connection, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Bonjour")
    assert "Recevoir ces messages" in page(boss, connection)
    look()
    assert not Conversation.objects.exists()
    switch(boss, connection)
    assert Conversation.objects.get().channel == InboxKind.SHOP
    assert "Tout est lu" in page(boss, connection)
    listed = boss.get("/settings/channels/").content.decode()
    assert "Messagerie de la boutique" in listed
    switch(boss, connection, "off")
    shop.write("80", "Et encore")
    look()
    assert Message.objects.count() == 1
    assert "Recevoir ces messages" in page(boss, connection)
    switch(boss, connection)
    assert Message.objects.count() == 2, "what was written meanwhile comes after all"


def test_a_platform_without_messages_offers_none(boss: Client) -> None:
    row = Connection.objects.create(shop=world.shop(), port="shop", vendor="simulated", name="Essai", active=True)
    assert "Recevoir ces messages" not in page(boss, row)
    assert boss.post(f"/settings/connections/{row.pk}/messages/", {"do": "on"}).status_code == 404


def test_history_arrives_closed_and_silent_and_what_is_fresh_and_unanswered_waits(
    boss: Client, connection: Connection, shop: PrestaServer
) -> None:
    for number in range(4):
        shop.thread(str(number + 10), f"old{number}@example.org")
        shop.write(str(number + 10), f"Vieille question {number}", at=ago(days=200 - number))
    shop.thread("80", CAMILLE, customer="501", order="1001")
    shop.write("80", "Où est mon colis ?", at=ago(days=60))
    shop.write("80", "Demain.", employee="3", at=ago(days=59))
    shop.write("80", "Cliente fidèle", employee="3", private=True, at=ago(days=59))
    shop.thread("81", "fresh@example.org")
    shop.write("81", "Bonjour, une question d’hier", at=ago(days=1))
    shop.thread("82", "closed@example.org", status="closed")
    shop.write("82", "Question close là-bas", at=ago(days=1))
    shop.thread("83", "answered@example.org")
    shop.write("83", "Question répondue", at=ago(hours=3))
    shop.write("83", "Réponse", employee="3", at=ago(hours=2))
    switch(boss, connection)
    waiting = Conversation.objects.filter(state=State.OPEN)
    assert [row.identity.value for row in waiting] == ["fresh@example.org"]
    assert waiting[0].waiting_since is not None
    closed = Conversation.objects.filter(state=State.CLOSED)
    assert (closed.count(), closed.filter(silent=True).count()) == (7, 7)
    assert set(Event.objects.filter(subject_type="conversation").values_list("origin", flat=True)) == {"import"}
    talk = ShopThread.objects.get(external_id="80").conversation
    kinds = [(row.kind, row.created_at.date() < timezone.localdate()) for row in talk.messages.all()]
    assert kinds == [("customer", True), ("reply", True), ("note", True)]
    html = boss.get(f"/conversations/{talk.pk}/").content.decode()
    assert "Note interne" in html
    assert "Camille Roussel" in html
    assert not talk.messages.exclude(agent=None).exists(), "a name in the shop's back office proves nothing here"


def test_a_history_that_was_cut_goes_on_where_it_was(boss: Client, connection: Connection, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    for number in range(54):
        shop.write("80", f"Message {number}", at=ago(days=30, minutes=-number))
    for _ in range(3):  # messages, their threads, languages
        shop.faults.append(lambda asked, honest: honest())
    shop.fail(503)  # the second page
    switch(boss, connection)
    assert 0 < Message.objects.count() < 54
    assert "est en panne" in page(boss, connection)
    look()
    texts = list(Message.objects.order_by("created_at", "pk").values_list("text", flat=True))
    assert texts == [f"Message {number}" for number in range(54)]


def test_a_clock_that_goes_back_does_not_turn_history_round(
    boss: Client, connection: Connection, shop: PrestaServer
) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Un", at="2026-10-25 02:59:00")
    shop.write("80", "Deux", at="2026-10-25 02:01:00")
    shop.write("80", "Trois", at="2099-01-01 00:00:00")
    switch(boss, connection)
    rows = Message.objects.order_by("created_at")
    assert [row.text for row in rows] == ["Un", "Deux", "Trois"]
    assert all(row.created_at <= timezone.now() for row in rows)


def test_a_new_message_is_a_conversation_once(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE, customer="501", order="1001")
    shop.write("80", "Où est mon colis ?", file="abc.jpg")
    look()
    look()
    ThreadReading.objects.update(mark="")  # even a mark that was lost brings nothing twice
    look()
    talk = Conversation.objects.get()
    message = talk.messages.get()
    assert (talk.state, talk.channel, talk.shop, talk.identity.value) == (State.OPEN, "shop", world.shop(), CAMILLE)
    assert (talk.subject, talk.customer_name) == ("Où est mon colis ? · KHWLILZLL", "Camille Martin")
    assert message.flags == ["unproved_sender"]
    assert [(row.file.name, bool(row.problem)) for row in message.attachments.all()] == [("abc.jpg", True)]
    link = talk.order_links.get()
    assert (link.order.number, link.proved) == ("KHWLILZLL", True), (
        "the order was asked for, though nothing was imported"
    )
    assert Event.objects.filter(verb="message.received", origin="live").count() == 1
    html = camille.get(f"/conversations/{talk.pk}/").content.decode()
    assert "Dans la messagerie de la boutique" in html
    assert "est resté dans la boutique" in html


def test_a_shop_away_for_a_day_loses_nothing(
    boss: Client, box: Inbox, connection: Connection, shop: PrestaServer
) -> None:
    shop.thread("80", CAMILLE)
    for _ in range(12):
        shop.fail(500)
        look()
    assert "est en panne" in page(boss, connection)
    reading = ThreadReading.objects.get()
    assert (
        reading.attempts,
        reading.next_at is not None and reading.next_at > timezone.now() + timedelta(minutes=50),
    ) == (12, True)
    for number in range(3):
        shop.write("80", f"Message {number}", at=ago(hours=20 - number))
    assert look_due() == 0, "it is left alone until then"
    switch(boss, connection, "look")
    assert [row.text for row in Conversation.objects.get().messages.all()] == ["Message 0", "Message 1", "Message 2"]
    assert "Tout est lu" in page(boss, connection)
