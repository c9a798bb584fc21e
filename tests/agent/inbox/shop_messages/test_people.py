"""Whose a message is, what it may hold, and the mail that tells of the same one."""

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.models import (
    Conversation,
    Inbox,
    InboxKind,
    ShopThread,
    State,
    ThreadReading,
)
from comptoir.core.actors import Actor
from comptoir.customers.actions import erase, identify
from comptoir.customers.models import Customer, IdentityKind
from comptoir.orders.models import Connection, Order
from tests import world
from tests.adapters.prestashop_server import PrestaServer
from tests.agent.inbox.shop_messages.ground import CAMILLE, ago, answer, answered, leave, look, mailed, switch
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


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


def test_an_answer_by_mail_that_quotes_a_message_is_no_notice_of_it(box: Inbox, shop: PrestaServer) -> None:
    asked = "Où est donc mon colis ?"
    early = answered("Voici ma facture.", asked)  # the shop was away: its message is read after the answer to it
    assert early is not None
    shop.thread("80", CAMILLE)
    shop.write("80", asked)
    look()
    early.refresh_from_db()
    assert early.text == "Voici ma facture."
    talk = ShopThread.objects.get().conversation
    assert [row.text for row in talk.messages.all()] == [asked]
    late = answered("Et mon adresse a changé.", asked)
    assert late is not None
    assert late.text == "Et mon adresse a changé."
    shop.write("80", "Et mon adresse a changé.\n\n> Où est donc mon colis ?")  # the shop reads that mailbox too
    look()
    assert talk.messages.filter(text__contains="mon adresse").count() + (
        early.conversation.messages.filter(text__contains="mon adresse").count()
    ) == 1, "the same words are told once"  # fmt: skip


def test_the_mail_that_comes_first_becomes_the_message(camille: Client, box: Inbox, shop: PrestaServer) -> None:
    mailed("Où est donc mon colis ?")
    first = Conversation.objects.get()
    assert first.channel == InboxKind.EMAIL
    shop.thread("80", CAMILLE, customer="501", order="1001")
    shop.write("80", "Où est donc mon colis ?")
    look()
    look()
    talk = Conversation.objects.get()
    assert (talk.pk, talk.channel, talk.messages.count()) == (first.pk, InboxKind.SHOP, 1)
    assert talk.messages.get().text == "Où est donc mon colis ?"
    assert [row.number for row in talk.orders.all()] == ["KHWLILZLL"], "the thread names the order, the mail did not"
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
