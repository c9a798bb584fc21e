"""A connected shop in memory that keeps carts and counts stock, for the tests of messages that speak first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from comptoir.campaigns import sweeps
from comptoir.campaigns.models import Watch
from comptoir.orders.models import Connection, Product
from comptoir.ports import registry
from comptoir.ports.fake_shop import FakePlatform, FakeShop
from comptoir.ports.shop import CartData, LineData
from tests import world
from tests.campaigns.conftest import POST
from tests.work import run_jobs

NAME = "carts"


@contextmanager
def connected() -> Iterator[FakePlatform]:
    """The platform, connected to Maison Alba."""
    FakeShop.platforms[NAME] = FakePlatform()
    channel = {"outbox": POST, "email": POST}
    registry.configure({**settings.ADAPTERS, "channel": channel, "shop": {"fake": "comptoir.ports.fake_shop.FakeShop"}})
    Connection.objects.create(
        shop=world.shop(), port="shop", vendor="fake", name="Alba", settings={"platform": NAME}, active=True
    )
    try:
        yield FakeShop.platforms[NAME]
    finally:
        del FakeShop.platforms[NAME]


def cart(key: str = "c1", hours: float = 5, **changes: Any) -> CartData:
    """Claire's cart, touched some hours ago: two bowls for 49,80 €."""
    lines = (LineData("Bol en grès", 2490, 2, sku="BOL", image="https://alba.example/bol.jpg"),)
    values: dict[str, Any] = {
        "external_id": key,
        "email": world.claire().value,
        "customer_id": "501",
        "total": 4980,
        "lines": lines,
        "url": f"https://alba.example/cart/{key}",
        "updated_at": timezone.now() - timedelta(hours=hours),
    }
    return CartData(**values | changes)


def product(stock: int | None = 0, **changes: Any) -> Product:
    """A vase of Maison Alba."""
    values = {"title": "Vase Marée", "sku": "VASE", "price": 4000, "stock": stock, "url": "https://alba.example/vase"}
    return Product.objects.create(shop=world.shop(), external_id="91", **values | changes)


def look() -> None:
    """Let the worker look around now, however short ago it did."""
    Watch.objects.update(next_at=timezone.now())
    sweeps.look_around()
    run_jobs()
