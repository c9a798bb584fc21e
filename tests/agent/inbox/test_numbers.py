"""Order and parcel numbers in a message: attached, and linked where it is safe."""

import pytest

from comptoir.agent.inbox.numbers import linked
from comptoir.conversations.actions.finding import attach_named_orders
from comptoir.orders.models import Shipment
from tests import world

pytestmark = pytest.mark.django_db


class Beside:
    """A conversation as its page reads it."""

    def __init__(self, *orders: tuple[int, str]) -> None:
        self.order_list = [{"pk": key, "number": number} for key, number in orders]
        self.shop = world.shop()


def test_parcels_attach_their_order_and_short_numbers_only_the_sender_s_own() -> None:
    mine, other = world.order(), world.order(world.karim(), "MA-24818")
    Shipment.objects.create(order=mine, carrier="Mondial Relay", number="88301264")
    Shipment.objects.create(order=other, carrier="Colissimo", number="6A12345678901")
    Shipment.objects.create(order=world.order(world.karim(), "MA-24819"), carrier="Mondial Relay", number="20261124")
    made = world.conversation(text="Mon colis 88301264, le 6a12345678901 aussi, du 20261124 ?")
    attach_named_orders(made, made.messages.get(), made.shop)
    links = made.order_links.order_by("order__number").values_list("order__number", "proved")
    assert list(links) == [("MA-24817", True), ("MA-24818", False)]


def test_numbers_become_links_but_not_inside_links_or_tags() -> None:
    order = world.order()
    Shipment.objects.create(order=order, carrier="Mondial Relay", number="88301264")
    link = f'<a class="ordno" href="#order-{order.pk}">'
    html = (
        '<p title="MA-24817">MA-24817 et 88301264, <a href="https://suivi.example/88301264">88301264</a> '
        "188301264 MA-99999 &lt;MA-24817&gt;</p>"
    )
    assert linked(html, Beside((order.pk, order.number))) == (
        f'<p title="MA-24817">{link}MA-24817</a> et {link}88301264</a>, '
        '<a href="https://suivi.example/88301264">88301264</a> '
        f"188301264 MA-99999 &lt;{link}MA-24817</a>&gt;</p>"
    )
    assert linked(html, Beside()) == html
