"""The cart beside a conversation: shown when there is one, in words when it cannot be read, never at the panel's cost."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.config.adapters import ADAPTERS
from comptoir.core import keys
from comptoir.lib.signatures import sign
from comptoir.orders.connecting import carts as connecting
from comptoir.orders.models import Cart, Connection, Product
from comptoir.ports import registry
from comptoir.ports.fake_shop import FakePlatform, FakeShop
from comptoir.ports.shop import CartData, LineData
from tests import world
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
NAME = "beside"


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    FakeShop.platforms[NAME] = FakePlatform()
    registry.configure({**ADAPTERS, "shop": {**ADAPTERS["shop"], "fake": "comptoir.ports.fake_shop.FakeShop"}})
    Connection.objects.create(
        shop=world.shop(), port="shop", vendor="fake", name="Alba", settings={"platform": NAME}, active=True
    )
    yield FakeShop.platforms[NAME]
    registry.configure(ADAPTERS)
    del FakeShop.platforms[NAME]


def put(platform: FakePlatform, **changes: Any) -> None:
    values: dict[str, Any] = {
        "external_id": "c1", "email": world.claire().value, "total": 4980, "url": "https://alba.example/cart/c1",
        "lines": (LineData("Bol en grès", 2490, 2, sku="BOL"),), "updated_at": timezone.now() - timedelta(hours=5),
        "admin_url": "https://alba.example/admin/carts/c1",
    }  # fmt: skip
    platform.carts["c1"] = CartData(**values | changes)


def test_the_cart_with_pictures_sum_and_links(camille: Client, platform: FakePlatform) -> None:
    put(platform)
    Product.objects.create(shop=world.shop(), external_id="9", sku="BOL", title="Bol", drawing="ui/img/bougie.svg")
    key = world.conversation().pk
    reads = platform.reads
    assert f"/conversations/{key}/carts/" in camille.get(f"/conversations/{key}/panel/").content.decode()
    assert platform.reads == reads  # the panel itself asks nobody
    shown = camille.get(f"/conversations/{key}/carts/").content.decode()
    for part in ("Bol en grès", "49,80", "https://alba.example/cart/c1", "https://alba.example/admin/carts/c1", "<img"):
        assert part in shown


def test_nothing_where_there_is_none(camille: Client, platform: FakePlatform) -> None:
    key = world.conversation().pk
    assert camille.get(f"/conversations/{key}/carts/").content.strip() == b""
    put(platform, email="other@example.org")
    assert camille.get(f"/conversations/{key}/carts/").content.strip() == b""
    Connection.objects.update(active=False)
    assert "/carts/" not in camille.get(f"/conversations/{key}/panel/").content.decode()


def test_a_shop_that_is_down_or_slow_is_said_in_words(
    camille: Client, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(platform)
    key = world.conversation().pk
    platform.down = True
    shown = camille.get(f"/conversations/{key}/carts/")
    assert shown.status_code == 200
    assert "La boutique ne répond pas." in shown.content.decode()
    platform.down = False
    awake = Event()
    monkeypatch.setattr(FakeShop, "cart", lambda *_: awake.wait(20))
    monkeypatch.setattr(connecting.beside, "__defaults__", (0.05,))
    began = time.monotonic()
    assert "trop de temps" in camille.get(f"/conversations/{key}/carts/").content.decode()
    assert time.monotonic() - began < 10
    awake.set()


def test_who_does_not_see_the_orders_sees_no_cart(platform: FakePlatform) -> None:
    put(platform)
    made = world.conversation(team=world.store())
    assert world.client_for(world.stranger()).get(f"/conversations/{made.pk}/carts/").status_code == 404
    keeper = world.client_for(world.store_manager())
    assert keeper.get(f"/conversations/{made.pk}/carts/").content.strip() == b""


def test_what_a_program_tells_is_shown_until_it_is_ordered(camille: Client, platform: FakePlatform) -> None:
    """The generic connector cannot be asked: its messages are kept, of customers whom the house knows."""
    key, secret = world.conversation().pk, "whsec_c2VjcmV0c2VjcmV0c2VjcmV0"
    Connection.objects.all().delete()
    account = Connection.objects.create(shop=world.shop(), port="shop", vendor="generic", name="P", active=True)
    account.secrets = keys.encrypt(json.dumps({"webhook_secret": secret}))
    account.save()

    def tells(number: int, kind: str = "cart.updated", **data: Any) -> None:
        whole = {"id": "7", "currency": "EUR", "updated_at": timezone.now().isoformat(), **data}
        body = json.dumps({"type": kind, "data": whole}).encode()
        now = int(time.time())
        headers = {
            "webhook-id": f"d{number}", "webhook-timestamp": str(now), "webhook-signature": sign(secret, f"d{number}", now, body)
        }  # fmt: skip
        url = f"/api/connections/{account.public_id}/webhook"
        assert Client().post(url, body, "application/json", headers=headers).status_code == 200
        run_jobs()

    lines = [{"title": "Carafe", "quantity": 1, "unit_price": "39.00"}]
    tells(1, email="nobody@example.org", lines=lines)
    assert not Cart.objects.exists()
    tells(2, email=world.claire().value.upper(), lines=lines)
    assert Cart.objects.get().total == 3900
    assert "Carafe" in camille.get(f"/conversations/{key}/carts/").content.decode()
    tells(3, email=world.claire().value, lines=[], completed=True)
    assert camille.get(f"/conversations/{key}/carts/").content.strip() == b""
