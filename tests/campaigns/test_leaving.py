"""Messages that speak first: what calls for them, what keeps them back, and that each is said once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptoir.campaigns.kinds import VERBS
from comptoir.campaigns.models import Announcement
from comptoir.core.models import Event
from comptoir.orders.models import Connection, Order, Shipment
from comptoir.orders.tracking.taking import take
from comptoir.ports import registry
from tests import world
from tests.campaigns.ground import Post, passes, wish

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def carrier() -> Connection:
    return Connection.objects.create(shop=world.shop(), port="carrier", vendor="simulator", name="S", active=True)


def parcel(order: Order | None = None, number: str = "6A1", **more: Any) -> Shipment:
    values = {"state": "announced", "shipped_at": timezone.now() - HOUR} | more
    return Shipment.objects.create(order=order or world.order(), carrier="Colissimo", number=number, **values)


def happens(account: Connection, state: str, number: str = "6A1", ago: float = 0.1, origin: str = "live") -> None:
    """The carrier tells a step."""
    step = {"at": (timezone.now() - ago * HOUR).isoformat(), "state": state, "text": state}
    body = json.dumps({"parcels": [{"number": number, "steps": [step]}]}).encode()
    take(account, registry.get("carrier", "simulator")({}).parse(body), origin=origin)


def test_a_parcel_that_leaves_is_told_once(carrier: Connection) -> None:
    wish("shipped")
    parcel()
    happens(carrier, "accepted", ago=1)
    happens(carrier, "in_transit", ago=0.5)
    [mail] = passes()
    assert mail.to[0].email == "claire.vasseur@orange.example"
    assert mail.subject == "Votre commande MA-24817 est en route"
    assert mail.reply_to[0].email == "bonjour@maison-alba.example"
    assert "Claire" in mail.text
    assert "6A1" in mail.html
    assert "List-Unsubscribe" not in mail.headers
    happens(carrier, "out_for_delivery", ago=0.2)
    assert len(passes()) == 1
    assert Event.objects.filter(verb="announcement.left").count() == 1
