"""Each vendor's shop through the whole house: imported from its server, told by its webhook, refunded once."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from django.test import Client

from comptoir.core import keys
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.orders.connecting import reading
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.models import Connection, Order, Product, Reading
from comptoir.ports.shop import Fact
from tests import world
from tests.adapters.ground import Ground
from tests.adapters.magento_server import MagentoServer
from tests.adapters.prestashop_server import PrestaServer
from tests.adapters.shopify_server import ShopifyServer
from tests.adapters.test_magento import MagentoGround
from tests.adapters.test_prestashop import PrestaGround
from tests.adapters.test_shopify import ShopifyGround
from tests.adapters.test_woocommerce import WooGround
from tests.adapters.woocommerce_server import WooServer
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
GROUNDS: dict[str, Callable[[ExitStack], Ground]] = {
    "shopify": lambda stack: ShopifyGround(stack.enter_context(ShopifyServer().running())),  # type: ignore[arg-type]
    "woocommerce": lambda stack: WooGround(stack.enter_context(WooServer().running())),  # type: ignore[arg-type]
    "magento": lambda stack: MagentoGround(stack.enter_context(MagentoServer().running())),  # type: ignore[arg-type]
    "prestashop": lambda stack: PrestaGround(stack.enter_context(PrestaServer().running())),  # type: ignore[arg-type]
}
SECRETS = ("client_secret", "secret", "webhook_secret", "key", "token")


@pytest.fixture(params=sorted(GROUNDS))
def vendor(request: pytest.FixtureRequest) -> str:
    """The vendor's name."""
    return str(request.param)


@pytest.fixture
def ground(vendor: str, settings) -> Iterator[Ground]:
    """Its server with the orders of the contract; the operator lets it be called."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, private_hosts=("127.0.0.1",))
    with ExitStack() as stack:
        yield GROUNDS[vendor](stack)


@pytest.fixture
def account(vendor: str, ground: Ground) -> Connection:
    """Maison Alba's connection to it, its secrets encrypted."""
    told = {name: value for name, value in ground.shop.settings.items() if name != "private_hosts"}  # type: ignore[attr-defined]
    secret = {name: told.pop(name) for name in SECRETS if name in told}
    return Connection.objects.create(
        shop=world.shop(), port="shop", vendor=vendor, name=vendor, settings=told,
        secrets=keys.encrypt(json.dumps(secret)), active=True,
    )  # fmt: skip


def test_all_of_a_shop_is_imported_silently(account: Connection, ground: Ground) -> None:
    reading.start_import(account, actor=SYSTEM)
    run_jobs()
    assert [row.problem for row in Reading.objects.all()] == [""] * Reading.objects.count()
    assert Order.objects.count() == len(ground.everything)
    first = Order.objects.get(external_id=ground.order_id)
    assert (first.number, first.total, first.shipping, first.identity.value) == (
        ground.number,
        ground.total,
        ground.shipping,
        ground.email,
    )
    assert [line.quantity for line in first.lines.all()] == [2, 1]
    assert Product.objects.get().price == 2490
    assert set(Event.objects.filter(subject_type="order").values_list("origin", flat=True)) == {"import"}
    parcel = Order.objects.get(external_id=ground.shipped_id).shipments.get()
    assert (parcel.carrier, parcel.number) == ("Colissimo", "6A12345678901")


def test_a_webhook_tells_an_order_once(account: Connection, ground: Ground) -> None:
    if Fact.WEBHOOKS not in ground.shop.capabilities.facts:
        pytest.skip("it sends none")
    where = f"/api/connections/{account.public_id}/webhook"

    def post(headers: dict[str, str]) -> int:
        meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        return Client().generic("POST", where, ground.payload, content_type="application/json", **meta).status_code

    assert [post(ground.sign(ground.payload)), post(ground.sign(ground.payload))] == [200, 200]
    assert post(ground.sign(ground.payload, secret="forged")) == 401
    run_jobs()
    told = Order.objects.get()
    assert (told.number, told.total, told.connection) == (ground.number, ground.total, account)


def test_the_connection_s_adapter_is_the_vendor_s(account: Connection, ground: Ground) -> None:
    assert shop_of(account).check().problems == ()
