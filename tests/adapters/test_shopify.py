"""Shopify, against a server that speaks its GraphQL by its own schema, and on captured webhooks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate
from graphql.validation import NoDeprecatedCustomRule, specified_rules

from comptoir.adapters.shopify.client import domain
from comptoir.adapters.shopify.shop import Shopify
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Request, ShopPort, Verb
from tests.adapters.ground import Ground
from tests.adapters.shop_contract import ShopContract, walk
from tests.adapters.shopify_orders import checkout, connection, order, webhook
from tests.adapters.shopify_schema import documents, schema
from tests.adapters.shopify_server import CLIENT, SECRET, ShopifyServer

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "webhooks" / "shopify"
captured = pytest.mark.skipif(not SHARED.is_dir(), reason="the captured payloads of ../shared/data are not here")
_ACTS = {
    Verb.REFUND: "refundCreate", Verb.CANCEL: "orderCancel", Verb.EDIT_ADDRESS: "orderUpdate", Verb.NOTE: "orderUpdate",
    Verb.TAG: "tagsAdd", Verb.DISCOUNT_CODE: "discount", Verb.FREE_SHIPPING: "discount", Verb.GIFT_CARD: "giftCardCreate",
    Verb.STORE_CREDIT: "storeCreditAccountCredit", Verb.RESHIP: "draftOrderComplete", Verb.REPLACE: "draftOrderComplete",
    Verb.DUPLICATE: "draftOrderComplete",
}  # fmt: skip


class ShopifyGround(Ground):
    """The orders of the contract in a Shopify."""

    renews = True

    def __init__(self, server: ShopifyServer) -> None:
        self.server = server
        lines = (("11", "Bol en grès", "24.90", 2), ("12", "Vase", "40.00", 1))
        server.put(
            order("1001", email=self.email, total="95.70", shipping="5.90", lines=lines),
            order(
                "1002", email=self.email, total="49.80", lines=lines[:1], fulfilled=True, updated="2026-11-20T09:00:00Z"
            ),
            order("1003", email="y@example.org", total="1500", currency="JPY"),
            order("1004", email="d@example.org", total="12.345", currency="KWD"),
            *(order(str(name)) for name in range(2000, 2050)),
        )
        server.products.append(
            {
                "id": "gid://shopify/Product/911", "title": "Bol en grès", "productType": "Vaisselle", "descriptionHtml": "<p>Tourné.</p>",
                "updatedAt": "2026-11-12T10:00:00Z", "onlineStoreUrl": "https://maison-alba.example/products/bol", "tracksInventory": True,
                "totalInventory": 7, "featuredMedia": None, "variants": connection([{"sku": "BOL", "price": "24.90"}]),
            }
        )  # fmt: skip
        server.customers.append(
            {
                "id": "gid://shopify/Customer/501", "firstName": "Camille", "lastName": "Martin", "locale": "fr", "tags": ["vip"],
                "updatedAt": "2026-11-12T10:00:00Z", "defaultEmailAddress": {"emailAddress": self.email, "marketingState": "SUBSCRIBED"},
                "defaultPhoneNumber": None, "addressesV2": connection([]),
            }
        )  # fmt: skip
        server.checkouts += [
            checkout("299", self.email, "2026-11-01T10:00:00Z", completed="2026-11-01T11:00:00Z"),
            checkout("300", "x@example.org", "2026-11-19T09:00:00Z"),
            checkout("301", self.email, "2026-11-19T10:00:00Z"),
        ]
        server.checkouts[1]["customer"]["id"] = "gid://shopify/Customer/502"
        self.shop: Shopify = self._connect()

    def _connect(self, **changes: str) -> Shopify:
        base = {
            "shop": "maison-alba", "client_id": CLIENT, "client_secret": SECRET, "base_url": self.server.base,
            "private_hosts": "127.0.0.1",
        }  # fmt: skip
        return Shopify({**base, **changes})

    @property
    def everything(self) -> list[str]:
        return list(self.server.orders)

    @property
    def recent(self) -> list[str]:
        return ["1002"]

    @property
    def payload(self) -> bytes:
        return json.dumps(webhook("1001", self.email)).encode()

    def sign(self, body: bytes, *, secret: str | None = None, delivery: str = "d-1") -> dict[str, str]:
        return self.server.sign(body, SECRET if secret is None else secret, self.topic, delivery)

    def count(self, verb: Verb) -> int:
        return self.server.acts.count(_ACTS[verb])

    def refund_elsewhere(self, order_id: str) -> None:
        quote = self.shop.quote(Request(Verb.REFUND, order_id=order_id, amount=self.total))
        self._connect().execute(quote, "elsewhere")

    def subscriptions(self) -> int:
        return len(self.server.webhooks)

    def lose(self, verb: Verb) -> None:
        copies = (Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE)
        self.server.lose_mutation = "CompleteDraft" if verb in copies else ""

    def fail(self) -> None:
        self.server.fail(503)

    def throttle(self, seconds: float) -> None:
        self.shop.order("0")  # the token is there
        self.server.throttle(seconds)

    def narrow(self) -> None:
        self.server.scopes.remove("write_gift_cards")

    def wrong_key(self) -> ShopPort:
        return self._connect(client_secret="wrong-key")

    def expire(self) -> None:
        self.server.token = "shpat_second"

    def spoil(self) -> str:
        self.server.orders["2001"]["totalPriceSet"]["shopMoney"]["amount"] = "a lot"
        return "2001"

    def elsewhere(self, base: str, *, private: bool = True) -> ShopPort:
        return self._connect(base_url=base or self.server.base, private_hosts="127.0.0.1" if private else "")

    def without_secret(self) -> ShopPort:
        return self._connect(client_secret="", admin_token="shpat_first")

    def instead(self, status: int, body: bytes, **headers: str) -> None:
        self.server.fail(status, body, **headers)

    def asked(self) -> int:
        return len(self.server.asked)

    def settle(self) -> None:
        self.server.settle()


@pytest.fixture
def ground() -> Iterator[ShopifyGround]:
    server = ShopifyServer()
    with server.running():
        yield ShopifyGround(server)


class TestShopify(ShopContract):
    """It keeps the contract."""


def test_every_document_fits_the_schema() -> None:
    """What is asked of Shopify exists in its schema, and none of it is deprecated."""
    told = schema()
    assert len(documents()) > 20
    for name, text in documents().items():
        assert validate(told, parse(text), [*specified_rules, NoDeprecatedCustomRule]) == [], name


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("maison-alba", "maison-alba.myshopify.com"),
        (" https://Maison-Alba.myshopify.com/admin ", "maison-alba.myshopify.com"),
        ("https://admin.shopify.com/store/maison-alba/orders", "maison-alba.myshopify.com"),
        ("maison-alba.fr", ""),
        ("maison-alba.myshopify.com.evil.example", ""),
        ("evil.example/#.myshopify.com", ""),
        ("127.0.0.1", ""),
        ("", ""),
    ],
)
def test_the_shop_is_named_as_people_paste_it(told: str, name: str) -> None:
    assert domain(told) == name


def test_a_token_is_asked_for_once_a_day(ground: ShopifyGround) -> None:
    for _ in range(3):
        ground._connect().order("1001")
    assert sum(asked.path == "/admin/oauth/access_token" for asked in ground.server.asked) == 1


def test_an_old_app_brings_its_own_token(ground: ShopifyGround) -> None:
    shop = ground._connect(client_id="", admin_token="shpat_first")
    assert shop.order("1001") is not None
    assert all(asked.path != "/admin/oauth/access_token" for asked in ground.server.asked)


def test_a_query_that_costs_too_much_asks_for_less(ground: ShopifyGround) -> None:
    ground.server.cost_limit = 100
    assert len(walk(ground)) == len(ground.everything)
    assert ground.shop.reader.first * ground.shop.reader.lines <= 100


def test_five_hundred_lines(ground: ShopifyGround) -> None:
    lines = tuple((str(9000 + at), "Perle", "0.10", 1) for at in range(500))
    ground.server.put(order("1500", total="50.00", lines=lines, updated="2026-11-20T08:00:00Z"))
    found = next(each for each in walk(ground, ground.since) if each.external_id == "1500")
    assert len(found.lines) == 500
    assert len({each.external_id for each in found.lines}) == 500


def test_a_customer_who_paid_in_another_currency(ground: ShopifyGround) -> None:
    """Amounts are the shop's; the payment goes back in the customer's, at the order's own rate, and it is said."""
    lines = (("31", "Bol", "20.00", 2),)
    ground.server.put(order("1600", total="45.00", shipping="5.00", lines=lines, theirs="USD", rate="1.1"))
    quote = ground.shop.quote(Request(Verb.REFUND, order_id="1600", amount=1000))
    assert (quote.amount, quote.maximum, quote.currency) == (1000, 4500, "EUR")
    assert "11,00" in quote.warnings[0]
    ground.shop.execute(quote, "abroad")
    sent = json.loads(ground.server.asked[-1].body)["variables"]["input"]
    assert sent["currency"] == "USD"
    assert [move["amount"] for move in sent["transactions"]] == ["11.00"]
    after = ground.shop.order("1600")
    assert after is not None
    assert [refund.amount for refund in after.refunds] == [1000]
    assert ground.shop.quote(Request(Verb.REFUND, order_id="1600", shipping=200)).refusal
    assert ground.shop.quote(Request(Verb.REFUND, order_id="1600", shipping=500)).amount == 500


def test_the_same_refund_again_is_the_same(ground: ShopifyGround) -> None:
    """Shopify keeps our key: even a program gone mad refunds once."""
    quote = ground.shop.quote(ground.request(Verb.REFUND))
    first, second = (ground.shop.execute(quote, "same") for _ in range(2))
    assert first.external_id == second.external_id
    assert ground.count(Verb.REFUND) == 1


def test_a_copy_that_broke_in_the_middle_is_finished_not_made_again(ground: ShopifyGround) -> None:
    ground.server.lose_mutation = "Draft"
    quote = ground.shop.quote(ground.request(Verb.RESHIP))
    with pytest.raises(PortError) as caught:
        ground.shop.execute(quote, "copy")
    assert caught.value.unknown
    assert ground.shop.found(quote.request, "copy", datetime.now(UTC) - timedelta(minutes=1)) is None
    done = ground.shop.execute(quote, "copy")
    assert len(ground.server.drafts) == 1
    assert done.external_id == "5001"
    told = ground.server.drafts[0]["told"]
    assert told["appliedDiscount"]["value"] == 100.0
    assert [(line["variantId"], line["quantity"]) for line in told["lineItems"]] == [
        ("gid://shopify/ProductVariant/711", 1)
    ]


def test_a_shipped_order_is_neither_cancelled_nor_readdressed(ground: ShopifyGround) -> None:
    for verb in (Verb.CANCEL, Verb.EDIT_ADDRESS):
        assert ground.shop.quote(replace(ground.request(verb), order_id="1002")).refusal


def test_an_address_is_put_back(ground: ShopifyGround) -> None:
    done = ground.shop.execute(ground.shop.quote(ground.request(Verb.EDIT_ADDRESS)), "k")
    moved = ground.shop.order("1001")
    assert moved is not None
    assert (moved.address["city"], moved.address["name"]) == ("Brest", "Camille Martin")
    ground.shop.undo(Verb.EDIT_ADDRESS, done.undo)
    back = ground.shop.order("1001")
    assert back is not None
    assert back.address["city"] == "Nantes"


def test_a_code_names_the_customer_and_a_gift_card_cannot_be_guessed(ground: ShopifyGround) -> None:
    done = ground.shop.execute(ground.shop.quote(ground.request(Verb.DISCOUNT_CODE)), "k")
    assert done.code == "MERCI-CAMILLE-7"
    told = ground.server.discounts["MERCI-CAMILLE-7"]["told"]
    assert told["customerGets"]["value"]["percentage"] == 0.1
    assert told["usageLimit"] == 1
    with pytest.raises(PortError) as caught:
        ground.shop.execute(ground.shop.quote(ground.request(Verb.DISCOUNT_CODE)), "other")
    assert "unique" in caught.value.message
    card = ground.shop.execute(ground.shop.quote(ground.request(Verb.GIFT_CARD)), "k")
    assert len(card.code) == 16
    assert ground._connect(client_secret="x").gestures._code(ground.request(Verb.GIFT_CARD), "k") != card.code


def test_a_missing_right_is_named(ground: ShopifyGround) -> None:
    ground.narrow()
    assert ground.shop.check().missing == ("créer des cartes cadeaux (write_gift_cards)",)
    with pytest.raises(PortError) as caught:
        ground.shop.execute(ground.shop.quote(ground.request(Verb.GIFT_CARD)), "k")
    assert caught.value.code == "right"
    assert "write_gift_cards" in caught.value.message


def test_a_webhook_of_another_shop_is_not_ours(ground: ShopifyGround) -> None:
    headers = ground.sign(ground.payload) | {"x-shopify-shop-domain": "other.myshopify.com"}
    assert not ground.shop.verify(headers, ground.payload)


# What webhooks say


def _notice(topic: str, told: Any) -> Any:
    return Shopify({"shop": "maison-alba"}).parse(topic, json.dumps(told).encode())


def test_an_order_s_way() -> None:
    """Its state follows money and parcels, whatever words come."""
    base = webhook("1001", "c@example.org")
    for changes, state in (
        ({"financial_status": "pending"}, "pending"),
        ({"financial_status": "authorized"}, "paid"),
        ({"fulfillment_status": "partial"}, "partly_shipped"),
        ({"fulfillment_status": "fulfilled"}, "shipped"),
        ({"financial_status": "refunded"}, "refunded"),
        ({"financial_status": "partially_refunded"}, "paid"),
        ({"cancelled_at": "2026-11-12T10:00:00Z", "financial_status": "refunded"}, "cancelled"),
    ):
        assert _notice("orders/updated", base | changes).order.state == state
    parcel = {"id": 5, "status": "success", "shipment_status": "delivered", "tracking_company": "DHL", "tracking_numbers": ["A", "B"], "tracking_urls": [], "created_at": "2026-11-12T10:00:00Z", "line_items": [{"id": 12, "quantity": 1}]}  # fmt: skip
    found = _notice("orders/updated", base | {"fulfillment_status": "fulfilled", "fulfillments": [parcel]}).order
    assert found.state == "delivered"
    assert [(each.number, each.external_id, each.lines, each.quantities) for each in found.shipments] == [("A", "5", (1,), (1,)), ("B", "5:2", (1,), (1,))]  # fmt: skip
    assert found.admin_url == "https://admin.shopify.com/store/maison-alba/orders/1001"


def test_discounts_of_lines_and_of_the_order() -> None:
    base = webhook("1001", "c@example.org")
    base["line_items"][0]["discount_allocations"] = [{"amount": "4.98"}, {"amount": "1.00"}]
    base["line_items"][1] |= {"quantity": 0}
    base["discount_codes"] = [{"code": "TENOFF", "amount": "5.98"}]
    found = _notice("orders/create", base).order
    assert [(each.total, each.discount) for each in found.lines] == [(4382, 598)]
    assert found.discount_codes == ("TENOFF",)


def test_a_refund_told() -> None:
    told = {
        "id": 77, "order_id": 1001, "created_at": "2026-11-13T10:00:00Z", "note": "Cassé [comptoir:k-9]",
        "refund_line_items": [{"line_item_id": 11, "quantity": 1, "subtotal": 24.9, "total_tax": 0}],
        "refund_shipping_lines": [], "order_adjustments": [{"amount": "-5.90", "tax_amount": "0.00", "kind": "shipping_refund"}],
        "transactions": [{"id": 1, "kind": "refund", "status": "pending", "gateway": "shopify_payments", "amount": "30.80", "currency": "EUR"}],
    }  # fmt: skip
    notice = _notice("refunds/create", told)
    refund = notice.refund
    assert (notice.kind, notice.order_id, notice.currency) == ("refund", "1001", "EUR")
    assert (refund.amount, refund.shipping, refund.state, refund.key, refund.reason) == (
        3080,
        590,
        "pending",
        "k-9",
        "Cassé",
    )
    assert refund.lines == {"11": 1}
    bare = {name: value for name, value in told.items() if name != "transactions"}
    assert (_notice("refunds/create", bare).refund.amount, _notice("refunds/create", bare).currency) == (3080, "")
    restocked = told | {"transactions": [{"kind": "refund", "status": "success", "amount": "0.00", "currency": "EUR"}]}
    assert _notice("refunds/create", restocked).refund is None


def test_other_topics() -> None:
    event = {"id": 3, "fulfillment_id": 5, "order_id": 1001, "status": "out_for_delivery", "message": "En tournée", "happened_at": "2026-11-13T08:00:00Z", "city": "Nantes"}  # fmt: skip
    notice = _notice("fulfillment_events/create", event)
    assert (notice.kind, notice.order_id, notice.shipments[0].external_id) == ("shipment", "1001", "5")
    assert notice.shipments[0].events[0].state == "out_for_delivery"
    assert _notice("orders/edited", {"order_edit": {"order_id": 1001}}).order_id == "1001"
    assert _notice("orders/delete", {"id": 1001}).gone
    assert _notice("order_transactions/create", {"id": 9, "order_id": 1001}).order_id == "1001"
    assert _notice("returns/request", {"id": 4, "order": {"id": 1001}}).kind == "return"
    cart = {"id": 8, "token": "t", "currency": "EUR", "total_price": "12.00", "email": "C@example.org", "abandoned_checkout_url": "https://x.example/r", "completed_at": None, "line_items": [{"title": "Thé", "price": "12.00", "quantity": 1}]}  # fmt: skip
    notice = _notice("checkouts/update", cart)
    assert (notice.kind, notice.cart.total, notice.cart.email, notice.cart.completed) == (
        "cart",
        1200,
        "c@example.org",
        False,
    )
    person = {"id": 501, "email": "C@example.org", "first_name": "Camille", "email_marketing_consent": {"state": "subscribed"}, "sms_marketing_consent": None}  # fmt: skip
    assert _notice("customers/update", person).customer.consents == {"email": True}
    request = {"shop_id": 1, "shop_domain": "maison-alba.myshopify.com", "orders_requested": [1001], "customer": {"id": 501, "email": "c@example.org"}, "data_request": {"id": 9}}  # fmt: skip
    assert _notice("customers/data_request", request).privacy == "data_request"
    assert _notice("", request).privacy == "data_request"


@captured
def test_captured_payloads() -> None:
    """Every payload of the shared data is understood; its signature vector is right."""
    for entry in json.loads((SHARED / "INDEX.json").read_text()):
        body = (SHARED / entry["file"]).read_bytes()
        if entry["file"] == "hmac_vectors.json":
            for vector in json.loads(body):
                shop = Shopify({"shop": "x", "client_secret": vector["secret"]})
                assert shop.verify(
                    {"x-shopify-hmac-sha256": vector["x_shopify_hmac_sha256"]}, vector["raw_body"].encode()
                )
            continue
        for topic in {entry.get("expect", {}).get("topic", ""), ""}:
            notice = Shopify({"shop": "x"}).parse(topic, body)
            assert notice.problem == "", entry["file"]
            assert notice.kind != "other", entry["file"]


@captured
def test_a_captured_order() -> None:
    found = Shopify({"shop": "x"}).parse("orders/create", (SHARED / "orders_create.json").read_bytes()).order
    assert found is not None
    told = json.loads((SHARED / "orders_create.json").read_bytes())
    assert found.number == str(told["order_number"])
    assert found.total == round(float(told["total_price"]) * 100)
    assert len(found.lines) == len(told["line_items"])
    assert found.payment.startswith("Visa")
