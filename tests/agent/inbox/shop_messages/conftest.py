"""The shop, its connection, and an inbox that has caught up."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from comptoir.conversations.models import (
    Inbox,
    InboxKind,
)
from comptoir.core import keys
from comptoir.orders.models import Connection
from tests import world
from tests.adapters.prestashop_server import KEY, PrestaServer, order
from tests.agent.inbox.shop_messages.ground import CAMILLE, switch


@pytest.fixture
def shop(settings: Any) -> Iterator[PrestaServer]:
    """A PrestaShop with two customers and an order of each."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, private_hosts=("127.0.0.1",))
    server = PrestaServer()
    server.put("currencies", {"id": "1", "iso_code": "EUR"})
    server.put("languages", {"id": "1", "iso_code": "fr"})
    server.put("employees", {"id": "3", "firstname": "Camille", "lastname": "Roussel"})
    server.put(
        "customers",
        {"id": "501", "email": CAMILLE, "firstname": "Camille", "lastname": "Martin", "id_lang": "1"},
        {"id": "502", "email": "alex@example.org", "firstname": "Alex", "lastname": "Durand", "id_lang": "1"},
    )
    server.put(
        "orders",
        order("1001", "501", [("11", "Bol", "24.90", 1)], reference="KHWLILZLL"),
        order("1002", "502", [("12", "Vase", "40.00", 1)], reference="OTHERXYZA"),
    )
    with server.running():
        yield server


@pytest.fixture
def connection(shop: PrestaServer) -> Connection:
    """Maison Alba's connection to it."""
    return Connection.objects.create(
        shop=world.shop(), port="shop", vendor="prestashop", name="Ma boutique", active=True,
        settings={"url": shop.base, "employee": "3"}, secrets=keys.encrypt(json.dumps({"key": KEY})),
    )  # fmt: skip


@pytest.fixture
def boss() -> Client:
    """Inès's browser."""
    return world.client_for(world.owner())


@pytest.fixture
def box(boss: Client, connection: Connection) -> Inbox:
    """The inbox of its messages, caught up with a shop that had none."""
    world.inbox()
    switch(boss, connection)
    return Inbox.objects.get(kind=InboxKind.SHOP)
