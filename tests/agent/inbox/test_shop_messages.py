"""A shop's own messages, through the door: a PrestaShop on loopback, its threads in the inbox, answers back in them."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions import chatting, delivering, settling
from comptoir.conversations.actions.joining import merge
from comptoir.conversations.actions.looking import look_due
from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Inbox,
    InboxKind,
    Message,
    MessageKind,
    ShopThread,
    State,
    ThreadReading,
)
from comptoir.core import keys
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.models import Event
from comptoir.customers.actions import erase, identify
from comptoir.customers.models import Customer, IdentityKind
from comptoir.lib.mail.parse import parse
from comptoir.orders.connecting import accounts
from comptoir.orders.models import Connection, Order
from tests import world
from tests.adapters.prestashop_server import KEY, ZONE, PrestaServer, order
from tests.agent.inbox.test_answers import upload
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
CAMILLE = "camille.martin@example.org"


def ago(**delta: float) -> str:
    """A moment as the shop writes it."""
    return (datetime.now(ZONE) - timedelta(**delta)).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture
def shop(settings: Any) -> Iterator[PrestaServer]:
    """A PrestaShop with two customers and an order of each."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, private_hosts=("127.0.0.1",))
    server = PrestaServer()
    server.put("currencies", {"id": "1", "iso_code": "EUR"})
    server.put("languages", {"id": "1", "iso_code": "fr"})
    server.put("employees", {"id": "3", "firstname": "Camille", "lastname": "Roussel"})
    server.put(
        "customers",
        {"id": "501", "email": CAMILLE, "firstname": "Camille", "lastname": "Martin", "id_lang": "1"},
        {"id": "502", "email": "alex@example.org", "firstname": "Alex", "lastname": "Durand", "id_lang": "1"},
    )
    server.put(
        "orders",
        order("1001", "501", [("11", "Bol", "24.90", 1)], reference="KHWLILZLL"),
        order("1002", "502", [("12", "Vase", "40.00", 1)], reference="OTHERXYZA"),
    )
    with server.running():
        yield server


@pytest.fixture
def connection(shop: PrestaServer) -> Connection:
    """Maison Alba's connection to it."""
    return Connection.objects.create(
        shop=world.shop(), port="shop", vendor="prestashop", name="Ma boutique", active=True,
        settings={"url": shop.base, "employee": "3"}, secrets=keys.encrypt(json.dumps({"key": KEY})),
    )  # fmt: skip


@pytest.fixture
def boss() -> Client:
    """Inès's browser."""
    return world.client_for(world.owner())


def page(client: Client, row: Connection) -> str:
    return re.sub(r"\s+", " ", client.get(f"/settings/connections/{row.pk}/").content.decode())


def switch(client: Client, row: Connection, what: str = "on") -> None:
    assert client.post(f"/settings/connections/{row.pk}/messages/", {"do": what}).status_code == 302
    run_jobs()


def look() -> None:
    ThreadReading.objects.update(next_at=timezone.now())
    look_due()
    run_jobs()


@pytest.fixture
def box(boss: Client, connection: Connection) -> Inbox:
    """The inbox of its messages, caught up with a shop that had none."""
    world.inbox()
    switch(boss, connection)
    return Inbox.objects.get(kind=InboxKind.SHOP)


def answer(client: Client, row: Conversation, text: str = "Il arrive demain.", **more: Any) -> Message:
    sent = client.post(
        f"/conversations/{row.pk}/replies/",
        {"body": f"<p>{text}</p>", "client_key": text, "warned": "unproved", **more},
    )
    assert sent.status_code < 400, sent.content.decode()
    message = row.messages.filter(kind=MessageKind.REPLY).order_by("-pk").first()
    assert message is not None
    return message


def leave() -> None:
    Message.objects.filter(delivery__in=[Delivery.HELD, Delivery.QUEUED]).update(due_at=timezone.now())
    delivering.release_due()
    run_jobs()


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


def test_the_account_is_the_person_and_nobody_is_mixed(box: Inbox, shop: PrestaServer) -> None:
    alex = identify(IdentityKind.EMAIL, "alex@example.org", name="Alex Durand")
    Order.objects.create(
        shop=world.shop(), identity=alex, external_id="1002", number="OTHERXYZA", placed_at=timezone.now(), total=4000, currency="EUR"
    )  # fmt: skip
    shop.thread("80", "alex@example.org", customer="501", order="1002")  # Camille's account, Alex's address and order
    shop.write("80", "Envoyez ma commande ailleurs")
    shop.thread("81", "guest@example.org")
    shop.write("81", "Je n’ai pas de compte")
    shop.thread("82", "not an address")
    shop.write("82", "Sans adresse")
    look()
    first, guest, nobody = (ShopThread.objects.get(external_id=name).conversation for name in ("80", "81", "82"))
    assert (first.identity.kind, first.identity.value) == (IdentityKind.SHOP, "501")
    assert first.identity.customer_id != alex.customer_id
    assert [(link.order.number, link.proved) for link in first.order_links.all()] == [("OTHERXYZA", False)]
    assert first.messages.get().sender["email"] == CAMILLE, "a copy goes to the account's own address"
    assert (guest.identity.kind, guest.identity.value) == (IdentityKind.EMAIL, "guest@example.org")
    assert (nobody.identity.kind, nobody.identity.value) == (IdentityKind.SHOP, "thread:82")


def test_hostile_words(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "<script>alert(1)</script><img src=x onerror=alert(2)> 4242 4242 4242 4242")
    shop.write("80", "é" * 400_000)
    shop.write("80", "Je suis l’employé", agent=f"Comptoir/{'a' * 32}")
    shop.write("999", "Sans discussion")
    look()
    talk = Conversation.objects.get()
    html = camille.get(f"/conversations/{talk.pk}/").content.decode()
    assert "<script>alert(1)" not in html
    assert "onerror=alert(2)>" not in html
    assert "4242 4242 4242 4242" not in html
    assert "la suite est dans la boutique" in html
    assert [row.kind for row in talk.messages.all()] == ["customer"] * 3
    reading = ThreadReading.objects.get()
    assert (reading.refused, [key for key, _ in reading.refusals]) == (1, ["84"])


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


NOTICE = """From: Maison Alba <bonjour@maison-alba.example>
To: bonjour@maison-alba.example
Reply-To: {email}
Subject: Message from contact form [no_sync]
Message-ID: <{name}@presta.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Message d'un client
Adresse e-mail : {email}
Message : {text}
Pièce jointe : photo.png
--b
Content-Type: image/png
Content-Disposition: attachment; filename=photo.png
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
"""


def mailed(text: str, email: str = CAMILLE) -> Message | None:
    name = f"notice-{len(text)}-{email}"
    return receive(world.inbox(), parse(NOTICE.format(text=text, email=email, name=name).encode()))


def test_the_mail_that_tells_of_a_message_makes_no_second_conversation(box: Inbox, shop: PrestaServer) -> None:
    shop.thread("80", CAMILLE)
    shop.write("80", "Où est donc\nmon colis ?", file="6e1f")
    look()
    talk = Conversation.objects.get()
    told = mailed("Où est donc mon colis ?")
    assert told is not None
    assert (told.conversation, Conversation.objects.count(), talk.messages.count()) == (talk, 1, 1)
    assert [row.file.name for row in talk.messages.get().attachments.all()] == ["photo.png"], "the mail brings the file"
    mailed("Une autre question, par e-mail")
    assert Conversation.objects.count() == 2
    mailed("Où est donc mon colis ?", "stranger@example.org")
    assert Conversation.objects.count() == 3, "another person's mail is another matter"


def test_the_mail_that_comes_first_becomes_the_message(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    mailed("Où est donc mon colis ?")
    first = Conversation.objects.get()
    assert first.channel == InboxKind.EMAIL
    shop.thread("80", CAMILLE, customer="501")
    shop.write("80", "Où est donc mon colis ?")
    look()
    look()
    talk = Conversation.objects.get()
    assert (talk.pk, talk.channel, talk.messages.count()) == (first.pk, InboxKind.SHOP, 1)
    assert talk.messages.get().text == "Où est donc mon colis ?"
    answer(camille, talk)
    leave()
    assert len(shop.said("80")) == 2
    mailed("Et ma facture, alors ?")
    shop.write("80", "Et ma facture, alors ?")
    look()
    talk.refresh_from_db()
    assert [row.text for row in talk.messages.filter(kind="customer")] == [
        "Où est donc mon colis ?",
        "Et ma facture, alors ?",
    ]
    assert Conversation.objects.exclude(state=State.MERGED).get() == talk


def test_merged_threads_are_answered_where_the_customer_wrote(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    for name in ("80", "81"):
        shop.thread(name, CAMILLE)
        shop.write(name, f"Question {name}")
    look()
    one, other = (ShopThread.objects.get(external_id=name).conversation for name in ("80", "81"))
    merge(other, one, actor=SYSTEM)
    shop.write("81", "Encore moi")
    look()
    one.refresh_from_db()
    assert one.messages.count() == 3
    answer(camille, one)
    leave()
    assert [len(shop.said(name)) for name in ("80", "81")] == [1, 3]


def test_who_was_erased_does_not_come_back_with_the_history(
    boss: Client, connection: Connection, shop: PrestaServer
) -> None:
    erase(identify(IdentityKind.EMAIL, CAMILLE, name="Camille Martin").customer, actor=Actor.of(world.owner()))
    run_jobs()
    shop.thread("80", CAMILLE, customer="501")
    shop.write("80", "Une vieille histoire", at=ago(days=20))
    switch(boss, connection)
    assert not Conversation.objects.exists()
    shop.write("80", "Je suis de retour")
    look()
    talk = Conversation.objects.get()
    erase(Customer.objects.get(identities__conversations=talk), actor=Actor.of(world.owner()))
    run_jobs()
    shop.write("80", "Encore une fois")
    look()
    again = Conversation.objects.exclude(pk=talk.pk).get()
    assert [row.text for row in again.messages.all()] == ["Encore une fois"]


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
