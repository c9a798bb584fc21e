"""WooCommerce, against a server that speaks wc/v3, and on captured webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from comptoir.adapters.woocommerce.shop import WooCommerce
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Request, ShopPort, Verb
from tests.adapters.ground import Ground
from tests.adapters.shop_contract import ShopContract, failure, walk
from tests.adapters.woocommerce_server import HOOK_SECRET, KEY, SECRET, WooServer, copy_of, order, refused

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "webhooks" / "woocommerce"
captured = pytest.mark.skipif(not SHARED.is_dir(), reason="the captured payloads of ../shared/data are not here")
_ACTS = {
    Verb.REFUND: "refund", Verb.CANCEL: "cancel", Verb.EDIT_ADDRESS: "change", Verb.NOTE: "note", Verb.DISCOUNT_CODE: "coupon",
    Verb.FREE_SHIPPING: "coupon", Verb.RESHIP: "order", Verb.REPLACE: "order", Verb.DUPLICATE: "order",
}  # fmt: skip


class WooGround(Ground):
    """The orders of the contract in a WooCommerce."""

    page = 50
    topic = "order.updated"

    def __init__(self, server: WooServer) -> None:
        self.server = server
        lines = [(11, "Bol en grès", "24.90", 2), (12, "Vase", "40.00", 1)]
        sent = order("1002", self.email, lines[:1], modified="2026-11-20T09:00:00", status="completed")
        sent["meta_data"].append(
            {"key": "_wc_shipment_tracking_items", "value": [{"tracking_provider": "colissimo", "formatted_tracking_provider": "Colissimo", "tracking_number": "6A12345678901", "date_shipped": "1763632800", "tracking_id": "ab12"}]}
        )  # fmt: skip
        there = [
            order("1001", self.email, lines, shipping="5.90"),
            sent,
            order("1003", "y@example.org", [(31, "Thé", "1500", 1)], currency="JPY", places=0, taxed=False),
            order("1004", "d@example.org", [(41, "Thé", "12.345", 1)], currency="KWD", places=3, taxed=False),
            *(order(str(name), "other@example.org", [(51, "Thé", "10.00", 1)]) for name in range(2000, 2110)),
        ]
        server.orders |= {str(each["id"]): each for each in there}
        self.names = list(server.orders)
        server.orders["3000"] = order("3000", "", [], status="checkout-draft")
        server.products.append(
            {"id": 911, "name": "Bol en grès", "sku": "BOL", "price": "24.90", "manage_stock": True, "stock_quantity": 7, "permalink": "https://maison-alba.example/bol", "categories": [{"name": "Vaisselle"}], "images": [], "date_modified_gmt": "2026-11-12T10:00:00"}
        )  # fmt: skip
        server.customers.append(
            {
                "id": 501,
                "email": self.email,
                "first_name": "Camille",
                "last_name": "Martin",
                "billing": {},
                "shipping": {},
            }
        )
        self.shop: WooCommerce = self._connect()

    def _connect(self, **changes: str) -> WooCommerce:
        base = {
            "url": self.server.base,
            "key": KEY,
            "secret": SECRET,
            "webhook_secret": HOOK_SECRET,
            "private_hosts": "127.0.0.1",
        }
        return WooCommerce({**base, **changes})

    @property
    def everything(self) -> list[str]:
        return self.names

    @property
    def recent(self) -> list[str]:
        return ["1002"]

    @property
    def payload(self) -> bytes:
        return json.dumps(copy_of(self.server.orders["1001"])).encode()

    def sign(self, body: bytes, *, secret: str | None = None, delivery: str = "d-1") -> dict[str, str]:
        used = HOOK_SECRET if secret is None else secret
        signature = base64.b64encode(hmac.new(used.encode(), body, hashlib.sha256).digest()).decode()
        return {
            "x-wc-webhook-signature": signature,
            "x-wc-webhook-topic": self.topic,
            "x-wc-webhook-delivery-id": delivery,
        }

    def count(self, verb: Verb) -> int:
        return self.server.acts.count(_ACTS[verb])

    def refund_elsewhere(self, order_id: str) -> None:
        self.server.refund(order_id, {"amount": self.server.orders[order_id]["total"]})

    def subscriptions(self) -> int:
        return len(self.server.webhooks)

    def lose(self, verb: Verb) -> None:
        self.server.losing = True

    def fail(self) -> None:
        self.server.fail(502, b"<html>Bad gateway</html>")

    def throttle(self, seconds: float) -> None:
        self.server.fail(429, b"{}", retry_after=str(int(seconds)))

    def narrow(self) -> None:
        self.server.writes = False

    def wrong_key(self) -> ShopPort:
        return self._connect(key="wrong-key", secret="wrong-key")

    def expire(self) -> None:
        self.server.keys.clear()

    def spoil(self) -> str:
        self.server.orders["2001"]["currency"] = "EURO"
        return "2001"

    def elsewhere(self, base: str, *, private: bool = True) -> ShopPort:
        changed = base or self.server.base
        return self._connect(url=changed, private_hosts="127.0.0.1" if private else "")

    def without_secret(self) -> ShopPort:
        return self._connect(webhook_secret="")

    def instead(self, status: int, body: bytes, **headers: str) -> None:
        self.server.fail(status, body, **headers)

    def asked(self) -> int:
        return len(self.server.asked)


@pytest.fixture
def ground() -> Iterator[WooGround]:
    server = WooServer()
    with server.running():
        yield WooGround(server)


class TestWooCommerce(ShopContract):
    """It keeps the contract."""


def test_the_key_in_the_address_where_the_server_loses_the_header(ground: WooGround) -> None:
    ground.server.headers_reach_it = False
    assert failure(lambda: ground.shop.order("1001")).code == "right"
    assert ground._connect(query_auth="true").order("1001") is not None
    assert "authorization" not in ground.server.asked[-1].headers


def test_over_plain_http_no_key_leaves(ground: WooGround) -> None:
    shop = WooCommerce({"url": "http://shop.example", "key": KEY, "secret": SECRET})
    assert failure(lambda: shop.order("1")).code == "settings"
    for wrong in ("", "ftp://x.example", "https://u:p@x.example", "https://", "javascript:alert(1)"):
        assert WooCommerce({"url": wrong, "key": KEY, "secret": SECRET}).check().problems


def test_plugins_write_before_the_data(ground: WooGround) -> None:
    ground.server.noise = b"\xef\xbb\xbf<br />\n<b>Warning</b>: foreach() in {closure}() on line <b>[42]</b><br />\n"
    found = ground.shop.order("1001")
    assert found is not None
    assert found.total == 9570
    notice = ground.shop.parse(ground.topic, ground.server.noise + ground.payload)
    assert notice.order is not None


def test_a_firewall_and_a_missing_plugin_are_named(ground: WooGround) -> None:
    ground.instead(403, b"<html>Access denied - Sucuri</html>")
    assert failure(lambda: ground.shop.order("1001")).code == "firewall"
    ground.instead(404, b"<html>Not found</html>")
    assert failure(lambda: ground.shop.order("1001")).code == "settings"
    ground.server.faults.append(lambda asked, honest: refused(404, "rest_no_route", "No route"))
    assert failure(lambda: ground.shop.order("1001")).code == "settings"


def test_a_gateway_that_cannot_refund_is_said_before(ground: WooGround) -> None:
    ground.server.orders["1001"] |= {"payment_method": "bacs", "payment_method_title": "Virement"}
    quote = ground.shop.quote(ground.request(Verb.REFUND))
    assert "Virement" in quote.warnings[0]
    done = ground.shop.execute(quote, "by-hand")
    assert done.state == "pending"
    assert ground.server.refunds["1001"][0]["refunded_payment"] is False


def test_a_gateway_that_says_no_is_a_refusal_one_that_was_lost_is_not(ground: WooGround) -> None:
    quote = ground.shop.quote(ground.request(Verb.REFUND))
    ground.server.gateway_says = "Charge ch_1 has already been refunded."
    error = failure(lambda: ground.shop.execute(quote, "k"))
    assert error.permanent
    assert "already been refunded" in error.message
    ground.server.gateway_says = "cURL error 28: Operation timed out after 30001 milliseconds"
    error = failure(lambda: ground.shop.execute(quote, "k"))
    assert error.unknown
    assert not error.permanent


def test_cents_add_up_over_refunds_one_by_one(ground: WooGround) -> None:
    """Three of three articles for 10.00, one after the other: all of it, and nothing of it twice."""
    ground.server.orders["1500"] = order("1500", "c@example.org", [(61, "Perle", "3.34", 3)])
    ground.server.orders["1500"]["line_items"][0] |= {
        "total": "8.34",
        "total_tax": "1.66",
        "taxes": [{"id": 1, "total": "1.66"}],
    }
    ground.server.orders["1500"] |= {"total": "10.00"}
    amounts = []
    for turn in range(3):
        quote = ground.shop.quote(Request(Verb.REFUND, order_id="1500", lines={"61": 1}))
        assert not quote.refusal
        amounts.append(ground.shop.execute(quote, f"k{turn}").amount)
    assert sum(amounts) == 1000
    assert max(amounts) - min(amounts) <= 2
    assert ground.shop.quote(Request(Verb.REFUND, order_id="1500", lines={"61": 1})).refusal


def test_refunds_are_told_tax_by_tax(ground: WooGround) -> None:
    quote = ground.shop.quote(Request(Verb.REFUND, order_id="1001", lines={"11": 1}, shipping=590))
    assert quote.details == (("Articles", 2490), ("Livraison", 590))
    ground.shop.execute(quote, "k")
    sent = ground.server.asked[-1].json()
    assert sent["line_items"] == [
        {"id": 11, "refund_total": "20.75", "refund_tax": [{"id": 1, "refund_total": "4.15"}], "quantity": 1},
        {"id": 81, "refund_total": "4.92", "refund_tax": [{"id": 1, "refund_total": "0.98"}]},
    ]
    assert (sent["amount"], sent["api_refund"]) == ("30.80", True)
    after = ground.shop.order("1001")
    assert after is not None
    assert [(back.amount, back.shipping, back.lines) for back in after.refunds] == [(3080, 590, {"11": 1})]


def test_drafts_are_no_orders(ground: WooGround) -> None:
    assert "3000" in ground.server.orders
    assert "3000" not in [found.external_id for found in walk(ground)]


def test_a_shop_that_answers_pages_without_their_number(ground: WooGround) -> None:
    """A cache that drops the headers: pages go on while they are full."""
    honest = ground.server.reply

    def bare(asked: Any) -> Any:
        return replace(honest(asked), headers={"content-type": "application/json"})

    ground.server.reply = bare  # type: ignore[method-assign]
    assert len(walk(ground)) == len(ground.everything)


def test_stopped_webhooks_are_started_again(ground: WooGround) -> None:
    ground.shop.subscribe("https://comptoir.example/hooks/1")
    ground.server.webhooks[0]["status"] = "disabled"
    ground.shop.subscribe("https://comptoir.example/hooks/1")
    assert {each["status"] for each in ground.server.webhooks} == {"active"}
    assert ground.server.webhooks[1]["secret"] == HOOK_SECRET


def test_a_shipped_order_is_neither_cancelled_nor_readdressed(ground: WooGround) -> None:
    for verb in (Verb.CANCEL, Verb.EDIT_ADDRESS):
        assert ground.shop.quote(replace(ground.request(verb), order_id="1002")).refusal
    assert ground.shop.quote(ground.request(Verb.CANCEL)).warnings


def test_a_copy_costs_nothing(ground: WooGround) -> None:
    done = ground.shop.execute(ground.shop.quote(ground.request(Verb.RESHIP)), "k")
    made = ground.server.orders[done.external_id]
    assert [(line["product_id"], line["quantity"], line["total"]) for line in made["line_items"]] == [(911, 1, "0")]
    assert ground.shop.found(ground.request(Verb.RESHIP), "k", datetime.now(UTC)) is not None


def test_a_code_that_is_taken_is_refused(ground: WooGround) -> None:
    quote = ground.shop.quote(ground.request(Verb.DISCOUNT_CODE))
    done = ground.shop.execute(quote, "k")
    assert done.code == "MERCI-CAMILLE-7"
    with pytest.raises(PortError) as caught:
        ground.shop.execute(quote, "other")
    assert caught.value.permanent
    assert ground.shop.found(quote.request, "other", datetime.now(UTC) - timedelta(minutes=1)) is None


# What webhooks say


def _notice(told: Any, topic: str = "order.updated", **settings: str) -> Any:
    return WooCommerce({"url": "https://x.example", **settings}).parse(topic, json.dumps(told).encode())


def _sent(*meta: tuple[str, Any], **changes: Any) -> Any:
    base = order("1001", "c@example.org", [(11, "Bol", "10.00", 2)])
    return {
        **base,
        "meta_data": [{"id": at, "key": name, "value": value} for at, (name, value) in enumerate(meta)],
        **changes,
    }


@pytest.mark.parametrize(
    ("meta", "parcels"),
    [
        ([("_wc_shipment_tracking_items", [{"custom_tracking_provider": "Relais", "tracking_number": "A1", "custom_tracking_link": "https://t.example/A1"}, {"tracking_provider": "dhl", "tracking_number": "B2"}])], [("Relais", "A1"), ("dhl", "B2")]),
        ([("_wc_shipment_tracking_items", '[{"tracking_provider": "ups", "tracking_number": "1Z9"}]')], [("ups", "1Z9")]),
        ([("_aftership_tracking_items", [{"slug": "colis-prive", "tracking_number": "C3", "line_items": [{"id": 11, "quantity": 2}]}])], [("colis-prive", "C3")]),
        ([("_tracking_number", "D4"), ("_tracking_provider", "GLS")], [("GLS", "D4")]),
        ([("ywot_tracking_code", "E5"), ("ywot_carrier_name", "DPD")], [("DPD", "E5")]),
        ([("lpc_outward_parcel_number", "8R1")], [("Colissimo", "8R1")]),
        ([("_tracking_number", "F6"), ("_wc_shipment_tracking_items", [{"tracking_provider": "dhl", "tracking_number": "f6"}])], [("dhl", "f6")]),
        ([("_wc_shipment_tracking_items", "")], []),
        ([("_tracking_number", None)], []),
    ],
)  # fmt: skip
def test_parcels_of_the_usual_plugins(meta: list[tuple[str, Any]], parcels: list[tuple[str, str]]) -> None:
    found = _notice(_sent(*meta)).order
    assert [(each.carrier, each.number) for each in found.shipments] == parcels


def test_what_a_plugin_knows_of_a_parcel() -> None:
    items = [
        {
            "tracking_provider": "dhl",
            "tracking_number": "G7",
            "date_shipped": "1763632800",
            "products_list": [{"item_id": "11", "qty": "1"}],
        }
    ]
    found = _notice(
        _sent(("_wc_shipment_tracking_items", items), ("shipment_status", [{"status": "out_for_delivery"}]))
    ).order
    parcel = found.shipments[0]
    assert (parcel.state, parcel.lines, parcel.quantities) == ("out_for_delivery", (0,), (1,))
    assert parcel.shipped_at is not None
    assert parcel.shipped_at.year == 2025
    strange = _notice(
        _sent(("_wc_shipment_tracking_items", items), ("shipment_status", [{"status": "teleported"}]))
    ).order
    assert strange.shipments[0].state == "unknown"


def test_a_parcel_by_itself() -> None:
    told = {"tracking_id": "f1", "tracking_provider": "DHL", "tracking_link": "https://t.example/1", "tracking_number": "1", "date_shipped": "2026-11-02", "_links": {"up": [{"href": "https://x.example/wp-json/wc/v3/orders/963"}]}}  # fmt: skip
    notice = _notice(told, "")
    assert (notice.kind, notice.order_id, notice.shipments[0].carrier) == ("shipment", "963", "DHL")


def test_states() -> None:
    for status, state in (
        ("pending", "pending"), ("on-hold", "pending"), ("processing", "preparing"), ("completed", "shipped"), ("cancelled", "cancelled"),
        ("refunded", "refunded"), ("wc-partial-shipped", "partly_shipped"), ("delivered", "delivered"), ("my-own", "paid"), ("checkout-draft", "pending"),
    ):  # fmt: skip
        assert _notice(_sent(status=status)).order.state == state, status
    assert (_notice(_sent(status="checkout-draft")).kind, _notice(_sent(status="on-hold")).kind) == ("draft", "order")


def test_pings_deletions_and_privacy_of_numbers() -> None:
    shop = WooCommerce({"url": "https://x.example"})
    ping = shop.parse("", b"webhook_id=12")
    assert (ping.kind, ping.external_id, ping.problem) == ("ping", "12", "")
    gone = _notice({"id": 1001}, "order.deleted")
    assert (gone.kind, gone.gone, gone.order_id) == ("order", True, "1001")
    assert (
        _notice({"id": 5, "email": "C@example.org", "billing": []}, "customer.updated").customer.email
        == "c@example.org"
    )
    product = _notice(
        {"id": 9, "name": "Bol &amp; vase", "price": "", "manage_stock": "parent"}, "product.updated"
    ).product
    assert (product.title, product.price, product.stock) == ("Bol & vase", None, None)


def test_fees_discounts_and_entities() -> None:
    told = _sent(
        fee_lines=[{"id": 71, "name": "Papier cadeau", "total": "2.50", "total_tax": "0.50"}],
        coupon_lines=[{"code": "merci"}],
    )
    told["line_items"][0] |= {"name": "Pull &ndash; M", "total": "15.00", "total_tax": "3.00", "meta_data": [{"key": "pa_taille", "display_key": "Taille", "value": "M", "display_value": "M"}, {"key": "_reduced", "value": "1"}, {"key": "x", "value": {"a": 1}}]}  # fmt: skip
    found = _notice(told).order
    line, fee = found.lines
    assert (line.title, line.total, line.discount, dict(line.specification)) == ("Pull – M", 1800, 200, {"Taille": "M"})
    assert (fee.title, fee.total, fee.external_id) == ("Papier cadeau", 300, "71")
    assert found.discount_codes == ("merci",)


@captured
def test_captured_payloads() -> None:
    """Every payload of the shared data is understood as its index says; the signature's example is right."""
    shop = WooCommerce({"url": "https://x.example"})
    for entry in json.loads((SHARED / "INDEX.json").read_text()):
        body = (SHARED / entry["file"]).read_bytes()
        if entry["file"] == "signature_rule.json":
            example = json.loads(body)["example"]
            signed = WooCommerce({"webhook_secret": example["secret"]})
            assert signed.verify({"x-wc-webhook-signature": example["signature"]}, example["raw_body"].encode())
            continue
        notice = shop.parse("", body)
        if not isinstance(json.loads(body), dict):
            assert notice.problem
            continue
        assert notice.problem == "", entry["file"]
        assert notice.kind != "other", entry["file"]
        if expected := entry.get("expect"):
            found = notice.order
            assert found is not None
            assert (found.external_id, found.number, found.status, found.email) == (
                str(expected["order_id"]), expected["number"], expected["status"], expected["email"]
            )  # fmt: skip
            assert found.total == round(float(expected["total"]) * 100)
