"""A platform in memory, connected."""

import json
from collections.abc import Iterator

import pytest
from django.conf import settings

from comptoir.core import keys
from comptoir.orders.models import Connection
from comptoir.ports import registry
from comptoir.ports.fake_shop import FakePlatform, FakeShop
from tests import world


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """The platform behind the connection; a fresh one for each test."""
    registry.configure({**settings.ADAPTERS, "shop": {"fake": "comptoir.ports.fake_shop.FakeShop"}})
    FakeShop.platforms.clear()
    yield FakeShop.platforms.setdefault("alba", FakePlatform())
    FakeShop.platforms.clear()
    registry.configure(settings.ADAPTERS)


@pytest.fixture
def account(db, platform: FakePlatform) -> Connection:
    """Maison Alba's connection to it."""
    return Connection.objects.create(
        shop=world.shop(),
        port="shop",
        vendor="fake",
        name="Boutique d’essai",
        settings={"platform": "alba"},
        secrets=keys.encrypt(json.dumps({"secret": "fake-secret"})),
        active=True,
    )
