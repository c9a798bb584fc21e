"""The platform in memory keeps the contract that it stands in for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from comptoir.ports.errors import PortError
from comptoir.ports.fake_shop import EVERYTHING, FakePlatform, FakeShop
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import CartData, CustomerData, Fact, LineData, Notice, OrderData, ProductData, ShopPort, Verb
from tests.adapters.ground import NOW, Ground
from tests.adapters.shop_contract import ShopContract

HOME = {"name": "Camille Martin", "street": "1 rue Haute", "postcode": "44000", "city": "Nantes", "country": "FR"}


class FakeGround(Ground):
    """A FakePlatform with the orders of the contract."""

    http = False
    page = 50

    def __init__(self) -> None:
        able = replace(EVERYTHING, facts=EVERYTHING.facts | {Fact.THREADS})
        self.platform = FakeShop.platforms["contract"] = FakePlatform(capabilities=able)
        bowl = LineData("Bol en grès", 2490, 2, external_id="11", product="91")
        vase = LineData("Vase", 4000, 1, external_id="12", product="92")
        first = OrderData(
            "1001", "1001", self.email, NOW - timedelta(days=9), 9570, shipping=590, lines=(bowl, vase), address=HOME,
            customer_id="501", updated_at=NOW - timedelta(days=8),
        )  # fmt: skip
        parcel = ShipmentData("Colissimo", "6A12345678901", state="in_transit", lines=(0,))
        later = replace(first, number="1002", external_id="1002", state="shipped", shipments=(parcel,), updated_at=NOW)
        yen = replace(first, external_id="1003", number="1003", currency="JPY", total=1500, shipping=0, email="y@example.org", lines=(LineData("Thé", 1500),))  # fmt: skip
        dinar = replace(
            yen, external_id="1004", number="1004", currency="KWD", total=12_345, lines=(LineData("Thé", 12_345),)
        )
        others = [replace(yen, external_id=str(n), number=str(n)) for n in range(2000, 2080)]
        self.platform.put(first, later, yen, dinar, *others)
        self.platform.products["911"] = ProductData("911", "Bol en grès", price=2490, stock=7)
        self.platform.carts["301"] = CartData(
            "301", email=self.email, customer_id="501", total=4980, lines=(bowl,), updated_at=NOW - timedelta(days=1)
        )
        self.platform.carts["302"] = CartData("302", email=self.email, lines=(bowl,), completed=True, updated_at=NOW)
        self.platform.carts["303"] = CartData("303", email=self.email, updated_at=NOW)
        self.platform.customers["501"] = CustomerData("501", self.email)
        self.shop: ShopPort = FakeShop({"platform": "contract"})
        self.headers, self.body = self.platform.notice(
            Notice("order", "1001", self.topic, order=first, order_id="1001")
        )

    @property
    def everything(self) -> list[str]:
        return list(self.platform.orders)

    @property
    def recent(self) -> list[str]:
        return ["1002"]

    @property
    def payload(self) -> bytes:
        return self.body

    def sign(self, body: bytes, *, secret: str | None = None, delivery: str = "d-1") -> dict[str, str]:
        import hashlib
        import hmac

        used = self.platform.secret if secret is None else secret
        signature = hmac.new(used.encode(), body, hashlib.sha256).hexdigest()
        return {"x-fake-signature": signature, "x-fake-delivery": delivery, "x-fake-topic": self.topic}

    def count(self, verb: Verb) -> int:
        return sum(act.request.verb == verb for act in self.platform.acts)

    def refund_elsewhere(self, order_id: str) -> None:
        self.platform.refund_elsewhere(order_id, self.platform.left(order_id))

    def subscriptions(self) -> int:
        return len(set(self.platform.subscribed))

    def lose(self, verb: Verb) -> None:
        self.platform.loses_answers = 1

    def customer_writes(self, text: str, thread: str = "80") -> str:
        person = {"customer_id": self.customer_id, "account_email": self.email}
        return self.platform.threads.write(thread, text, order_id=self.order_id, order_number=self.number, **person)

    def team_writes(self, text: str, thread: str = "80", *, private: bool = False) -> str:
        return self.platform.threads.write(thread, text, by_customer=False, author="Ana Roy", private=private)

    def answers_in(self, thread: str = "80") -> int:
        return len(self.platform.threads.answers(thread))

    def is_closed(self, thread: str = "80") -> bool:
        return thread in self.platform.threads.closed

    def lose_answer(self) -> None:
        self.platform.threads.loses_answers = 1

    def fail(self) -> None:
        self.platform.errors.append(PortError("La boutique est en panne.", code="down"))

    def throttle(self, seconds: float) -> None:
        self.platform.throttle(seconds)

    def narrow(self) -> None:
        self.platform.missing = ("lire les clients",)

    def wrong_key(self) -> ShopPort:
        wrong = PortError("La boutique refuse la clé.", permanent=True, code="auth")
        self.platform.errors += [wrong, wrong]
        return self.shop

    def expire(self) -> None:
        self.platform.errors.append(PortError("La boutique refuse la clé.", permanent=True, code="auth"))

    def spoil(self) -> str:
        return ""

    def elsewhere(self, base: str, *, private: bool = True) -> ShopPort:
        FakeShop.platforms["down"] = FakePlatform(down=True)
        return FakeShop({"platform": "down"})

    def without_secret(self) -> ShopPort:
        FakeShop.platforms["no-secret"] = FakePlatform(secret="other")
        return FakeShop({"platform": "no-secret"})


@pytest.fixture
def ground() -> Iterator[FakeGround]:
    yield FakeGround()
    FakeShop.platforms.clear()


class TestFakeShop(ShopContract):
    """It fulfils the port."""


def test_a_platform_that_keeps_no_keys_does_it_twice(ground: FakeGround) -> None:
    quote = ground.shop.quote(ground.request(Verb.REFUND))
    ground.shop.execute(quote, "same")
    ground.shop.execute(quote, "same")
    assert ground.count(Verb.REFUND) == 2
    ground.platform.keep_keys = True
    ground.shop.execute(quote, "same")
    assert ground.count(Verb.REFUND) == 2


def test_a_verb_that_it_lacks_is_refused(ground: FakeGround) -> None:
    ground.platform.capabilities = replace(EVERYTHING, verbs=EVERYTHING.verbs - {Verb.GIFT_CARD})
    shop = FakeShop({"platform": "contract"})
    assert Verb.GIFT_CARD not in shop.capabilities.verbs
    assert shop.quote(ground.request(Verb.GIFT_CARD)).refusal
