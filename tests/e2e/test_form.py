"""Story 3: a request by the contact form, with an order's number, opens beside that order."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from comptoir.conversations.models import Conversation, InboxKind
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]


def test_a_request_with_an_order_number_opens_beside_that_order(running: Callable[..., Running]) -> None:
    world.inbox(InboxKind.FORM, topics=["Livraison", "Retour"], mail_inbox=world.inbox())
    world.order(number="MA-24817")
    house = running("worker")
    console = house.console(world.camille())
    expect(console.get_by_text("Claire Vasseur")).to_have_count(0)

    shopper = house.open(house.context(phone=True), "/s/maison-alba/contact/")
    shopper.get_by_label("C’est à propos de").select_option("Livraison")
    shopper.get_by_label("Numéro de commande").fill("ma-24817")
    shopper.get_by_label("Votre nom").fill("Claire Vasseur")
    shopper.get_by_label("Votre e-mail").fill("claire.vasseur@orange.example")
    shopper.get_by_label("Votre message").fill("Le relais n’a pas mon colis.")
    shopper.wait_for_timeout(3_100)  # a person takes longer than three seconds; faster is taken for a machine
    shopper.get_by_role("button", name="Envoyer mon message").click()
    expect(shopper.get_by_text("Le relais n’a pas mon colis.")).to_be_visible()

    # The agent sees it appear, and opens it by keyboard: the order stands beside the words.
    expect(console.get_by_role("link", name="Claire Vasseur").first).to_be_visible(timeout=15_000)
    console.keyboard.press("j")
    expect(console.get_by_role("main").get_by_text("Le relais n’a pas mon colis.")).to_be_visible()
    beside = console.get_by_role("complementary", name="Fiche client")
    expect(beside.get_by_text("MA-24817").first).to_be_visible(timeout=15_000)
    expect(beside.get_by_text("96,80").first).to_be_visible()
    conversation = Conversation.objects.get()
    assert (conversation.channel, conversation.topic) == ("form", "livraison")
    assert conversation.order_links.get().proved is True
    assert house.complaints == []
