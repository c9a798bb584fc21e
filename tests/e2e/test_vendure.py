"""The story of an order: bought in a real Vendure shop, asked about by mail, refunded in part from the conversation,
and seen by its customer."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from comptoir.core.actors import SYSTEM
from comptoir.orders.connecting import accounts
from comptoir.orders.links import person_link
from comptoir.orders.models import Gesture, Order, Shipment
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running
from tests.mails import arrives, mail
from tests.stores import vendure_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(420),  # the first time npm fetches the shop
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(bool(vendure_shop.lacking()), reason=vendure_shop.lacking() or "it runs"),
]
ADDRESS = "camille@example.fr"


def _once(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def test_an_order_of_a_real_shop_goes_all_the_way_round(
    running: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_PRIVATE_HOSTS", "127.0.0.1")
    inbox, agent = world.inbox(), world.camille()
    given = {"username": "superadmin", "settles": "1", "precision": "2"}
    secrets = {"password": "superadmin", "webhook_secret": vendure_shop.SECRET}
    account = accounts.Account("shop", "vendure", "Vendure", given, secrets)
    connection = accounts.connect(inbox.shop, account, actor=SYSTEM)
    house = running("worker")

    with vendure_shop.running(f"{house.url}/api/connections/{connection.public_id}/webhook") as shop:
        accounts.edit(connection, {"settings": {**given, "url": shop.url}}, {}, actor=SYSTEM)

        # Camille Martin buys two bowls and a vase; one bowl leaves. Both are told by the shop's signed webhooks.
        bought = shop.buy({"BOL": 2, "VASE": 1}, ADDRESS)
        _once(lambda: Order.objects.filter(number=bought["code"], state="paid").exists())
        shop.send(bought["id"], "6A12345678901")
        _once(lambda: Order.objects.filter(state="partly_shipped").exists())
        order = Order.objects.get()
        parcel = Shipment.objects.get()
        assert (order.total, parcel.number, parcel.carrier) == (9370, "6A12345678901", "Colissimo")

        # She writes; the agent has the order and its parcel beside the message, and refunds one of the two bowls.
        arrives(inbox, mail("Bonjour, où est mon colis ?", sender=f"Camille Martin <{ADDRESS}>"))
        page = house.console(agent, "/inbox/team/")
        page.get_by_role("link", name="où est mon colis").click()
        beside = page.get_by_role("complementary", name="Fiche client")
        expect(beside).to_contain_text(bought["code"])
        expect(beside).to_contain_text("6A12345678901")
        page.keyboard.press("d")
        page.keyboard.press("r")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("checkbox", name="Bol en grès").check()
        dialog.get_by_role("button", name="Moins").first.click()
        dialog.get_by_text("Colis perdu").click()
        dialog.get_by_role("button", name="Rembourser 24,90").click()
        expect(beside).to_contain_text("Fait")
        gesture = Gesture.objects.get()
        assert (gesture.verb, gesture.state, gesture.amount, gesture.agent) == ("refund", "done", 2490, agent)
        told = shop.admin("query($i:ID!){order(id:$i){payments{refunds{total state}}}}", {"i": bought["id"]})
        assert told["order"]["payments"][0]["refunds"] == [{"total": 2490, "state": "Settled"}]

        # She sees on her own page what went back, and where her parcel is.
        hers = house.open(
            house.context(phone=True), person_link(order.identity, order.shop).removeprefix("http://testserver")
        )
        hers.goto(f"{house.url}/s/{order.shop.slug}/account/orders/{bought['code']}/")
        expect(hers.locator("main")).to_contain_text("Remboursé")
        expect(hers.locator("main")).to_contain_text("24,90")
        hers.goto(f"{house.url}/s/{order.shop.slug}/account/orders/{bought['code']}/tracking/")
        expect(hers.locator("main")).to_contain_text("6A12345678901")
    assert house.complaints == []
