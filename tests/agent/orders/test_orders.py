"""Orders: the list and its search, one order with its parcels."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.orders.models import Order, Refund, Shipment, TrackingEvent
from tests import world

pytestmark = pytest.mark.django_db


def scene() -> Order:
    order = world.order(world.claire(), payment="Visa 4271", shipping=390, address={"name": "Claire", "city": "Rezé"})
    order.lines.create(title="Bougie « Figuier »", quantity=2, unit_price=2490, total=4980)
    parcel = Shipment.objects.create(
        order=order,
        carrier="Mondial Relay",
        number="88301264",
        state="available_for_pickup",
        relay={"name": "Tabac de la Paix"},
    )
    at = timezone.now() - timedelta(days=2)
    TrackingEvent.objects.create(
        shipment=parcel, occurred_at=at, state="available_for_pickup", text="Au relais", place="Rezé"
    )
    Refund.objects.create(order=order, external_id="r", amount=2490, reason="Casse", refunded_at=at)
    talk = world.conversation(world.claire(), subject="Bougie cassée")
    talk.order_links.create(order=order)
    return order


def test_an_order_shows_all_that_is_known() -> None:
    order = scene()
    text = world.client_for(world.camille()).get(f"/orders/{order.pk}/").content.decode().replace("\xa0", " ")
    for words in (
        "MA-24817",
        "Bougie « Figuier »",
        "96,80 €",
        "Visa 4271",
        "88301264",
        "Tabac de la Paix",
        "Au relais",
    ):
        assert words in text
    for words in ("24,90 €", "Casse", "Bougie cassée", "Claire Vasseur", 'data-copy="MA-24817"'):
        assert words in text


def test_what_our_carriers_say_is_read_in_the_readers_language() -> None:
    order, said = scene(), "Votre colis est en cours d’acheminement"
    TrackingEvent.objects.update(text=said)
    camille = world.camille()
    address = f"/orders/{order.pk}/"
    assert said in world.client_for(camille).get(address).content.decode()
    type(camille).objects.filter(pk=camille.pk).update(language="en")
    assert said not in world.client_for(world.camille()).get(address).content.decode()


def test_orders_are_found_by_number_parcel_and_customer() -> None:
    scene()
    world.order(world.karim(), "MA-24790", state="cancelled")
    client = world.client_for(world.camille())
    for text in ("24817", "ma 24817", "88301264", "vasseur", "claire.vasseur"):
        page = client.get("/orders/", {"q": text}).content.decode()
        assert "MA-24817" in page
        assert "MA-24790" not in page
    assert "MA-24790" in client.get("/orders/", {"state": "cancelled"}).content.decode()
    assert "MA-24817" not in client.get("/orders/", {"state": "cancelled"}).content.decode()
    assert (
        "MA-24817" in client.get("/orders/", {"state": "nonsense", "customer": "x", "before": "x~y"}).content.decode()
    )
    assert "Aucune commande ne correspond" in client.get("/orders/", {"q": "zzz"}).content.decode()


def test_one_customers_orders() -> None:
    order = scene()
    world.order(world.karim(), "MA-24790")
    page = world.client_for(world.camille()).get("/orders/", {"customer": order.identity.customer_id}).content.decode()
    assert "MA-24817" in page
    assert "MA-24790" not in page


def test_the_list_is_paged_with_few_questions() -> None:
    at = timezone.now()
    for n in range(120):
        world.order(world.claire(), f"MA-{n:05}", placed_at=at - timedelta(hours=n // 2))
    client = world.client_for(world.camille())
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/orders/").content.decode()
    assert len(queries) <= 12
    seen: list[str] = []
    while True:
        seen += [part.split('"')[0] for part in page.split('class="ordno" href="')[1:]]
        if "before=" not in page:
            break
        more = page.split('class="next" hx-get="')[1].split('"')[0].replace("&amp;", "&")
        page = client.get(more, HTTP_HX_REQUEST="true").content.decode()
    assert len(seen) == len(set(seen)) == 120


def test_a_store_manager_sees_the_orders_beside_their_conversations() -> None:
    order = scene()
    client = world.client_for(world.store_manager())
    assert client.get(f"/orders/{order.pk}/").status_code == 404
    order.conversations.update(team=world.store())
    assert client.get(f"/orders/{order.pk}/").status_code == 200


def test_another_shops_agent_sees_none() -> None:
    order = scene()
    client = world.client_for(world.stranger())
    assert client.get(f"/orders/{order.pk}/").status_code == 404
    assert "MA-24817" not in client.get("/orders/", {"q": "24817"}).content.decode()
