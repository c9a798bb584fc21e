"""Vendure: the real shop from npm, behind a line that can be cut."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any

import httpx
import pytest

from comptoir.adapters.vendure import notices, reading
from comptoir.adapters.vendure.client import _sessions, base
from comptoir.adapters.vendure.orders import Money, theirs
from comptoir.adapters.vendure.shop import Vendure
from comptoir.lib.payload import Unreadable
from comptoir.ports.errors import PortError
from comptoir.ports.parcels import ParcelState
from comptoir.ports.shop import Request, ShopPort, Verb
from tests.adapters.ground import Ground
from tests.adapters.shop_contract import ShopContract, walk
from tests.adapters.vendor_server import Asked, Reply, VendorServer
from tests.stores import vendure_shop

pytestmark = [
    pytest.mark.skipif(bool(vendure_shop.lacking()), reason=vendure_shop.lacking() or "it runs"),
    pytest.mark.timeout(300),
]
SECRET = "whsec-of-the-module"
OPERATIONS = {
    Verb.REFUND: "Refund", Verb.CANCEL: "Cancel", Verb.EDIT_ADDRESS: "Modify", Verb.NOTE: "Note", Verb.DISCOUNT_CODE: "Promotion",
    Verb.FREE_SHIPPING: "Promotion", Verb.RESHIP: "Pay", Verb.REPLACE: "Pay", Verb.DUPLICATE: "Pay",
}  # fmt: skip
NUMBERS = count(1)
TRACKING = "6A12345678901"
PASSED_ON = ("content-type", "authorization", "vendure-token", "vendure-api-key")


class Line(VendorServer):
    """Between the adapter and the shop: it counts what was done and can lose an answer."""

    def __init__(self, shop: vendure_shop.Vendure) -> None:
        super().__init__()
        self.shop = shop
        self.done: Counter[str] = Counter()
        self.losing = ""

    def answer(self, asked: Asked) -> Reply:
        headers = {name: asked.headers[name] for name in PASSED_ON if name in asked.headers}
        got = httpx.request(
            asked.method, f"{self.shop.url}{asked.path}", headers=headers, content=asked.body, timeout=30
        )
        named = re.match(r"\s*mutation (\w+)", asked.json().get("query", ""))
        act = (got.json().get("data") or {}).get("act") or {}
        if named and act and "errorCode" not in act:
            self.done[named[1]] += 1
        if named and named[1] == self.losing:
            self.losing = ""
            return Reply(lost=True)
        kept = {name: got.headers[name] for name in ("content-type", "vendure-auth-token") if name in got.headers}
        return Reply(got.status_code, got.content, kept)


class VendureGround(Ground):
    """Orders of the contract, bought in the real shop; the main one anew for each test that asks for it."""

    renews = True
    page = 3
    topic = "order.PaymentSettled"
    shipping, total, line_worth = 390, 9370, 2490

    def __init__(self, real: vendure_shop.Vendure, line: Line, shared: dict[str, Any]) -> None:
        self.real, self.line, self.shared = real, line, shared
        self.shop: Vendure = self._connect()
        self.shop.check()

    def _connect(self, **changes: str) -> Vendure:
        kept = {
            "url": self.line.base, "username": "superadmin", "password": "superadmin", "webhook_secret": SECRET,
            "private_hosts": "127.0.0.1", "settles": "1",
        }  # fmt: skip
        return Vendure({**kept, **changes})

    @cached_property
    def main(self) -> dict[str, Any]:
        return self.real.buy({"BOL": 2, "VASE": 1}, self.email)

    @property
    def order_id(self) -> str:  # type: ignore[override]
        return str(self.main["id"])

    @property
    def number(self) -> str:  # type: ignore[override]
        return str(self.main["code"])

    @cached_property
    def line_id(self) -> str:  # type: ignore[override]
        found = self.real.admin("query($i:ID!){order(id:$i){lines{id}}}", {"i": self.order_id})
        return str(found["order"]["lines"][0]["id"])

    @property
    def shipped_id(self) -> str:  # type: ignore[override]
        if "shipped" not in self.shared:
            bought = self.real.buy({"BOL": 2}, self.email)
            self.shared["shipped"] = bought["id"]
            self.real.send(bought["id"], TRACKING, count=2)
        return str(self.shared["shipped"])

    @property
    def cart_id(self) -> str:  # type: ignore[override]
        if "cart" not in self.shared:
            self.shared["cart"] = self.real.fill({"BOL": 2}, self.email)[0]
        return str(self.shared["cart"])

    @property
    def customer_id(self) -> str:  # type: ignore[override]
        query = "query($e:String!){customers(options:{filter:{emailAddress:{eq:$e}}}){items{id}}}"
        found = self.real.admin(query, {"e": self.email})["customers"]["items"]
        return str(found[0]["id"]) if found else ""

    @property
    def _bowl(self) -> Any:
        query = '{products(options:{filter:{name:{eq:"Bol en grès"}}}){items{id variants{stockLevels{stockOnHand stockAllocated}}}}}'
        return self.real.admin(query)["products"]["items"][0]

    @property
    def product_id(self) -> str:  # type: ignore[override]
        return str(self._bowl["id"])

    @property
    def stock(self) -> int:  # type: ignore[override]
        levels = self._bowl["variants"][0]["stockLevels"]
        return sum(each["stockOnHand"] - each["stockAllocated"] for each in levels)

    @property
    def everything(self) -> list[str]:
        query = "{orders(options:{take:100,filter:{orderPlacedAt:{isNull:false}}}){items{id}}}"
        return [each["id"] for each in self.real.admin(query)["orders"]["items"]]

    @property
    def recent(self) -> list[str]:
        return self.everything

    @property
    def payload(self) -> bytes:
        data = {"orderId": self.order_id, "code": self.number, "from": "ArrangingPayment"}
        return json.dumps({"id": "d-1", "topic": self.topic, "data": data}).encode()

    def sign(self, body: bytes, *, secret: str | None = None, delivery: str = "d-1") -> dict[str, str]:
        import base64
        import hashlib
        import hmac

        key = (SECRET if secret is None else secret).encode()
        return {"x-vendure-signature": base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()}

    def count(self, verb: Verb) -> int:
        return self.line.done[OPERATIONS[verb]]

    def refund_elsewhere(self, order_id: str) -> None:
        found = self.real.admin("query($i:ID!){order(id:$i){payments{id amount}}}", {"i": order_id})["order"][
            "payments"
        ][0]
        whole = {
            "paymentId": found["id"],
            "amount": found["amount"],
            "reason": "",
            "lines": [],
            "shipping": 0,
            "adjustment": 0,
        }
        made = self.real.admin(
            "mutation($i:RefundOrderInput!){refundOrder(input:$i){__typename ... on Refund{id}}}", {"i": whole}
        )
        settle = {"id": made["refundOrder"]["id"], "transactionId": "RF"}
        self.real.admin("mutation($i:SettleRefundInput!){settleRefund(input:$i){__typename}}", {"i": settle})

    def subscriptions(self) -> int:
        return 0

    def lose(self, verb: Verb) -> None:
        self.line.losing = OPERATIONS[verb]

    def _signed_in(self) -> None:
        if not _sessions:
            self.shop.check()

    def request(self, verb: Verb) -> Request:
        """Codes of one's own: the shop stays while the tests change."""
        made = super().request(verb)
        return replace(made, code=f"{made.code}-{next(NUMBERS)}") if made.code else made

    def fail(self) -> None:
        self._signed_in()
        self.line.fail(503)

    def throttle(self, seconds: float) -> None:
        self._signed_in()
        self.line.fail(429, retry_after=str(seconds))

    def narrow(self) -> None:
        if "narrow" not in self.shared:
            rights = ["ReadOrder", "UpdateOrder", "ReadCustomer", "ReadCatalog"]
            role = {"code": "comptoir", "description": "Comptoir", "permissions": rights}
            made = self.real.admin("mutation($i:CreateRoleInput!){createRole(input:$i){id}}", {"i": role})[
                "createRole"
            ]["id"]
            who = {
                "firstName": "C",
                "lastName": "C",
                "emailAddress": "c@example.org",
                "password": "narrow-1",
                "roleIds": [made],
            }
            self.real.admin("mutation($i:CreateAdministratorInput!){createAdministrator(input:$i){id}}", {"i": who})
            self.shared["narrow"] = True
        self.shop = self._connect(username="c@example.org", password="narrow-1")

    def wrong_key(self) -> ShopPort:
        return self._connect(password="wrong-key")

    def expire(self) -> None:
        for token, _ in list(_sessions.values()):
            self.real.ask("admin-api", "mutation{logout{success}}", token=token)

    def spoil(self) -> str:
        return ""

    def elsewhere(self, base: str, *, private: bool = True) -> ShopPort:
        return self._connect(url=base or self.line.base, private_hosts="127.0.0.1" if private else "")

    def without_secret(self) -> ShopPort:
        return self._connect(webhook_secret="")

    def instead(self, status: int, body: bytes, **headers: str) -> None:
        self._signed_in()
        self.line.fail(status, body, **headers)

    def asked(self) -> int:
        return len(self.line.asked)


@pytest.fixture(scope="module")
def real() -> Iterator[tuple[vendure_shop.Vendure, dict[str, Any]]]:
    with vendure_shop.running() as shop:
        for _ in range(4):
            shop.buy({"VASE": 1}, "autre@example.org", "Autre Client")
        yield shop, {}


@pytest.fixture
def ground(
    real: tuple[vendure_shop.Vendure, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[VendureGround]:
    shop, shared = real
    monkeypatch.setattr(reading, "SIZE", 3)
    _sessions.clear()
    line = Line(shop)
    with line.running():
        yield VendureGround(shop, line, shared)


class TestVendure(ShopContract):
    """It keeps the contract; what follows is different here, and why."""

    @pytest.mark.skip(reason="a channel has one currency: see test_money")
    def test_money_of_other_decimals(self, ground: Ground) -> None: ...

    @pytest.mark.skip(reason="the payload is thin and names the order that is read")
    def test_an_order_told_by_webhook_is_the_order_that_is_read(self, ground: Ground) -> None: ...

    @pytest.mark.skip(reason="the module of webhooks is given its address by hand")
    def test_subscribing_twice_subscribes_once(self, ground: Ground) -> None: ...

    def test_deliveries_are_named(self, ground: Ground) -> None:
        """The module's own key stands in the body."""
        assert ground.shop.delivery({}, ground.payload) == ("d-1", ground.topic)
        assert ground.shop.delivery({}, b"other")[0].startswith("sha256:")

    def test_parsing_never_raises(self, ground: Ground) -> None:
        """As in the contract, and a thin payload without an order is said to be so."""
        super().test_parsing_never_raises(ground)
        assert ground.shop.parse("order.Delivered", b'{"data":{}}').problem

    def test_products_and_customers(self, ground: Ground) -> None:
        """Stock is what is on hand and not promised."""
        bowl = next(each for each in ground.shop.products(None).items if each.title == "Bol en grès")  # type: ignore[union-attr]
        assert (bowl.price, bowl.sku) == (2490, "BOL")  # type: ignore[union-attr]
        before = bowl.stock  # type: ignore[union-attr]
        assert ground.order_id
        bowl = next(each for each in ground.shop.products(None).items if each.title == "Bol en grès")  # type: ignore[union-attr]
        assert bowl.stock == before - 2  # type: ignore[union-attr, operator]
        assert ground.email in {each.email for each in ground.shop.customers(None).items}  # type: ignore[union-attr]

    def test_finding(self, ground: Ground) -> None:
        """By code, and by address in any case: each test buys anew with the same address."""
        assert [each.external_id for each in ground.shop.find(number=f"#{ground.number}")] == [ground.order_id]
        mine = ground.shop.find(email=ground.email.upper())
        assert ground.order_id == mine[0].external_id
        assert {each.email for each in mine} == {ground.email}
        for hostile in ("nobody@example.org", '" OR email:*', "a@b' OR 1=1 --", "*@*"):
            assert ground.shop.find(email=hostile) == []


def test_from_order_to_part_delivery(ground: VendureGround) -> None:
    """Paid, one of two sent, tracked, delivered, the rest cancelled: each is seen, and the clock moves with it."""
    seen = []

    def look() -> None:
        order = ground.shop.order(ground.order_id)
        assert order is not None
        assert order.updated_at is not None
        seen.append((order.state, [(parcel.state, parcel.number, parcel.quantities) for parcel in order.shipments]))
        clocks.append(order.updated_at)

    clocks: list[datetime] = []
    look()
    parcel = ground.real.send(ground.order_id, TRACKING)
    look()
    ground.real.move(parcel, "Delivered")
    look()
    ground.shop.execute(ground.shop.quote(Request(Verb.CANCEL, order_id=ground.order_id, reason="Rupture")), "rest")
    look()
    number = TRACKING
    assert seen == [
        ("paid", []),
        ("partly_shipped", [(ParcelState.ACCEPTED, number, (1,))]),
        ("partly_shipped", [(ParcelState.DELIVERED, number, (1,))]),
        ("delivered", [(ParcelState.DELIVERED, number, (1,))]),
    ]
    assert clocks == sorted(set(clocks))


def test_what_changed_without_the_orders_clock_is_read_again(ground: VendureGround) -> None:
    """A sweep since a moment after the purchase still meets orders under way, sixty days long."""
    assert ground.order_id in {order.external_id for order in walk(ground, datetime.now(UTC) + timedelta(minutes=1))}


def test_a_refunded_order_is_not_opened_for_change(ground: VendureGround) -> None:
    """Vendure could not close it again: the quote refuses, and the order stays where it is."""
    ground.shop.execute(ground.shop.quote(Request(Verb.REFUND, order_id=ground.order_id, amount=100)), "part")
    assert ground.shop.quote(ground.request(Verb.EDIT_ADDRESS)).refusal
    order = ground.shop.order(ground.order_id)
    assert order is not None
    assert order.status == "PaymentSettled"


def test_an_order_left_half_changed_is_not_called_done(ground: VendureGround) -> None:
    """A process that died before it closed the change: the address is new, the order still stands open."""
    request = ground.request(Verb.EDIT_ADDRESS)
    ground.shop.execute(ground.shop.quote(request), "cut-off")
    assert ground.shop.found(request, "cut-off", datetime.now(UTC)) is not None
    opened = 'mutation($i:ID!){transitionOrderToState(id:$i,state:"Modifying"){__typename}}'
    ground.real.admin(opened, {"i": ground.order_id})
    with pytest.raises(PortError, match="terminez la modification"):
        ground.shop.found(request, "cut-off", datetime.now(UTC))
    assert "terminez la modification" in ground.shop.quote(request).refusal


def test_webhooks_come_signed_from_the_real_shop() -> None:
    """The module's bytes prove themselves, and name the order that has to be read."""
    taken: list[Asked] = []

    class Door(VendorServer):
        def answer(self, asked: Asked) -> Reply:
            taken.append(asked)
            return Reply(204)

    door = Door()
    with door.running(), vendure_shop.running(f"{door.base}/hook") as shop:
        adapter = Vendure({"url": shop.url, "webhook_secret": vendure_shop.SECRET})
        bought = shop.buy({"BOL": 1})
        for _ in range(100):
            if any(asked.json()["topic"] == "order.PaymentSettled" for asked in taken):
                break
            shop.ask("shop-api", "{activeChannel{code}}")
    assert taken
    for asked in taken:
        assert adapter.verify(asked.headers, asked.body)
        assert not adapter.verify(asked.headers, asked.body + b" ")
    paid = next(asked for asked in taken if asked.json()["topic"] == "order.PaymentSettled")
    name, topic = adapter.delivery(paid.headers, paid.body)
    notice = adapter.parse(topic, paid.body)
    assert len(name) > 20
    assert (notice.kind, notice.problem) == ("order", "")
    assert notice.order_id in (bought["id"], bought["code"])


@pytest.mark.parametrize(
    ("code", "precision", "theirs_", "ours"),
    [("EUR", 2, 2490, 2490), ("JPY", 2, 150_000, 1500), ("KWD", 3, 12_345, 12_345), ("KWD", 2, 1234, 12_340)],
)
def test_money(code: str, precision: int, theirs_: int, ours: int) -> None:
    assert Money(code, precision)(theirs_) == ours
    assert theirs(ours, code, precision) == theirs_
    with pytest.raises(Unreadable):
        Money(code, precision)("a lot")


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("https://shop.example/admin-api", "https://shop.example"),
        ("shop.example/", "https://shop.example"),
        ("http://10.0.0.1:3000/dashboard", "http://10.0.0.1:3000"),
        ("ftp://shop.example", ""),
        ("", ""),
    ],
)
def test_the_address_as_people_paste_it(pasted: str, kept: str) -> None:
    assert base(pasted) == kept


def test_thin_payloads_name_their_order() -> None:
    told = {"topic": "fulfillment.Shipped", "data": {"id": "7", "trackingCode": "6A", "orders": ["42"]}}
    notice = notices.understood("", json.dumps(told).encode())
    assert (notice.kind, notice.external_id, notice.order_id) == ("shipment", "7", "42")
