"""An order of Maison Alba on a FakeShop, for the tests of what is done to orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from comptoir.config.adapters import ADAPTERS
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Origin
from comptoir.orders import actions
from comptoir.orders.models import Connection, Order
from comptoir.ports import registry
from comptoir.ports.fake_shop import FakePlatform, FakeShop
from comptoir.ports.shop import LineData, OrderData
from tests import world

NAME = "alba"


@contextmanager
def plugged() -> Iterator[FakePlatform]:
    """A fresh platform that the registry knows as `fake`."""
    FakeShop.platforms[NAME] = FakePlatform()
    registry.configure({**ADAPTERS, "shop": {"fake": "comptoir.ports.fake_shop.FakeShop"}})
    try:
        yield FakeShop.platforms[NAME]
    finally:
        registry.configure(ADAPTERS)
        del FakeShop.platforms[NAME]


def data(number: str = "MA-24817", **changes: Any) -> OrderData:
    """Four napkins, a candle and the delivery: 96,80 €."""
    values: dict[str, Any] = {
        "external_id": f"gid-{number}",
        "number": number,
        "email": world.claire().value,
        "name": "Claire Vasseur",
        "placed_at": timezone.now() - timedelta(days=6),
        "total": 9680,
        "shipping": 390,
        "payment": "Visa 4271",
        "state": "shipped",
        "address": {"name": "Claire Vasseur", "street": "8 rue Haute", "postcode": "44400", "city": "Rezé"},
        "lines": (
            LineData("Serviettes lin « Sauge »", 1700, quantity=4, sku="SER-SAU", external_id="l1"),
            LineData("Bougie « Figuier »", 2490, sku="BOU-FIG", external_id="l2"),
        ),
        "admin_url": "https://alba.example/admin/orders/1",
    }
    return OrderData(**values | changes)


def order(platform: FakePlatform | None, number: str = "MA-24817", **changes: Any) -> Order:
    """The order here, and on the platform when there is one."""
    told = data(number, **changes)
    shop = world.shop()
    row = actions.take(shop, told, origin=Origin.IMPORT, actor=SYSTEM).order
    if platform is not None:
        platform.put(told)
        values = {"name": "Fake", "settings": {"platform": NAME}, "active": True}
        connection = Connection.objects.get_or_create(shop=shop, port="shop", vendor="fake", defaults=values)[0]
        Order.objects.filter(pk=row.pk).update(connection=connection, admin_url=told.admin_url)
    return Order.objects.select_related("shop", "connection", "identity__customer").get(pk=row.pk)
