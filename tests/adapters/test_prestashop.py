"""PrestaShop, against a server that speaks its web service, and on captured answers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comptoir.adapters.prestashop.shop import PrestaShop
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Request, ShopPort, Verb
from tests.adapters.ground import NOW, Ground
from tests.adapters.prestashop_server import KEY, PrestaServer, now, order
from tests.adapters.shop_contract import ShopContract, failure

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "webhooks" / "prestashop"
captured = pytest.mark.skipif(not SHARED.is_dir(), reason="the captured payloads of ../shared/data are not here")
_ACTS = {Verb.REFUND: "order_slip", Verb.CANCEL: "order_histories", Verb.NOTE: "customer_messages", Verb.DISCOUNT_CODE: "cart_rules", Verb.FREE_SHIPPING: "cart_rules"}  # fmt: skip
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<prestashop xmlns:xlink="http://www.w3.org/1999/xlink"><order>
<id><![CDATA[1001]]></id><id_customer xlink:href="https://x/api/customers/501"><![CDATA[501]]></id_customer>
<id_currency><![CDATA[1]]></id_currency><current_state><![CDATA[4]]></current_state><reference><![CDATA[KHWLILZLL]]></reference>
<date_add><![CDATA[2026-07-01 12:00:00]]></date_add><date_upd><![CDATA[2026-07-01 12:00:00]]></date_upd>
<shipping_number notFilterable="true">6A1</shipping_number><total_paid_tax_incl><![CDATA[71.510000]]></total_paid_tax_incl>
<associations><order_rows nodeType="order_row" virtualEntity="true"><order_row><id>13</id><product_id>1</product_id>
<product_quantity>1</product_quantity><product_name>T-shirt &amp; co</product_name><unit_price_tax_incl>16.510000</unit_price_tax_incl>
</order_row></order_rows></associations></order></prestashop>"""


class PrestaGround(Ground):
    """The orders of the contract in a PrestaShop."""

    page = 50
    topic = ""
    keeps_reasons = False

    def __init__(self, server: PrestaServer) -> None:
        self.server = server
        rows = [("11", "Bol en grès", "24.90", 2), ("12", "Vase", "40.00", 1)]
        server.put(
            "currencies", {"id": "1", "iso_code": "EUR"}, {"id": "2", "iso_code": "JPY"}, {"id": "3", "iso_code": "KWD"}
        )
        server.put("countries", {"id": "8", "iso_code": "FR"})
        server.put("languages", {"id": "1", "iso_code": "fr"})
        server.put("carriers", {"id": "5", "name": "Colissimo", "url": "https://www.laposte.fr/suivi?code=@"})
        server.put(
            "order_states",
            {
                "id": "2",
                "name": [{"id": "1", "value": "Paiement accepté"}],
                "template": "payment",
                "paid": "1",
                "shipped": "0",
            },
            {"id": "4", "name": "Expédié", "template": "shipped", "paid": "1", "shipped": "1"},
            {
                "id": "16",
                "name": "Annulé",
                "template": [{"id": "1", "value": "order_canceled"}],
                "paid": "0",
                "shipped": "0",
            },
        )
        server.put(
            "customers",
            {
                "id": "501",
                "email": self.email,
                "firstname": "Camille",
                "lastname": "Martin",
                "id_lang": "1",
                "newsletter": "1",
                "date_upd": now(),
            },
            {
                "id": "502",
                "email": "other@example.org",
                "firstname": "Alex",
                "lastname": "Durand",
                "id_lang": "1",
                "date_upd": now(),
            },
        )
        server.put("addresses", {"id": "71", "firstname": "Camille", "lastname": "Martin", "address1": "1 rue Haute", "postcode": "44000", "city": "Nantes", "id_country": "8", "phone": ""})  # fmt: skip
        server.put(
            "orders",
            order("1001", "501", rows, shipping="5.90"),
            order("1002", "501", rows[:1], state="4", modified="2026-11-20 10:00:00"),
            order("1003", "502", [("31", "Thé", "1500", 1)], currency="2"),
            order("1004", "502", [("41", "Thé", "12.345", 1)], currency="3"),
            *(order(str(name), "502", [("51", "Thé", "10.00", 1)]) for name in range(2000, 2110)),
        )
        server.put("order_carriers", {"id": "61", "id_order": "1002", "id_carrier": "5", "tracking_number": "6A12345678901", "date_add": "2026-11-20 10:00:00"})  # fmt: skip
        server.put("order_payments", {"id": "62", "order_reference": "1001", "amount": "95.70", "payment_method": "Carte bancaire", "date_add": "2026-11-11 11:00:00"})  # fmt: skip
        server.put(
            "products",
            {
                "id": "911",
                "name": [{"id": "1", "value": "Bol en grès"}],
                "reference": "BOL",
                "price": "24.900000",
                "date_upd": now(),
            },
        )
        server.put(
            "stock_availables",
            {"id": "1", "id_product": "911", "id_product_attribute": "0", "quantity": "7"},
            {"id": "2", "id_product": "911", "id_product_attribute": "3", "quantity": "4"},
        )
        bowls = {"cart_rows": [{"id_product": "911", "id_product_attribute": "0", "quantity": "2"}]}
        kept = {"id_customer": "501", "id_currency": "1", "date_upd": "2026-11-19 11:00:00", "associations": bowls}
        server.put("carts", {"id": "301", **kept}, {"id": "302", **kept, "id_customer": "0"}, {"id": "303", **kept})
        server.tables["orders"]["1001"]["id_cart"] = "303"
        self.shop: PrestaShop = self._connect()

    def _connect(self, **changes: str) -> PrestaShop:
        return PrestaShop({"url": self.server.base, "key": KEY, "private_hosts": "127.0.0.1", **changes})

    @property
    def everything(self) -> list[str]:
        return list(self.server.tables["orders"])

    @property
    def recent(self) -> list[str]:
        return ["1002"]

    @property
    def payload(self) -> bytes:
        return json.dumps({"order": self.server.tables["orders"]["1001"]}).encode()

    def sign(self, body: bytes, *, secret: str | None = None, delivery: str = "d-1") -> dict[str, str]:
        return {}

    def count(self, verb: Verb) -> int:
        return self.server.acts.count(_ACTS[verb])

    def refund_elsewhere(self, order_id: str) -> None:
        total = self.server.tables["orders"][order_id]["total_paid_tax_incl"]
        self.server.put(
            "order_slip", {"id": "77", "id_order": order_id, "total_products_tax_incl": total, "date_add": now()}
        )

    def subscriptions(self) -> int:
        return 0

    def lose(self, verb: Verb) -> None:
        if verb == Verb.NOTE:
            self.server.put("customer_threads", {"id": "90", "id_order": self.order_id})
        self.server.losing = True

    def fail(self) -> None:
        self.server.fail(503)

    def throttle(self, seconds: float) -> None:
        self.server.fail(429, b"", retry_after=str(int(seconds)))

    def narrow(self) -> None:
        self.server.closed.add(("cart_rules", "post"))

    def wrong_key(self) -> ShopPort:
        return self._connect(key="wrong-key")

    def expire(self) -> None:
        self.server.key = "ANOTHER"

    def spoil(self) -> str:
        self.server.tables["orders"]["2001"]["total_paid_tax_incl"] = "a lot"
        return "2001"

    def elsewhere(self, base: str, *, private: bool = True) -> ShopPort:
        return self._connect(url=base or self.server.base, private_hosts="127.0.0.1" if private else "")

    def without_secret(self) -> ShopPort:
        return self.shop

    def customer_writes(self, text: str, thread: str = "80") -> str:
        if thread not in self.server.tables["customer_threads"]:
            self.server.thread(thread, self.email, customer="501", order="1001")
        return self.server.write(thread, text)

    def team_writes(self, text: str, thread: str = "80", *, private: bool = False) -> str:
        return self.server.write(thread, text, employee="3", private=private)

    def answers_in(self, thread: str = "80") -> int:
        return sum(row["id_employee"] != "0" for row in self.server.said(thread))

    def is_closed(self, thread: str = "80") -> bool:
        return bool(self.server.tables["customer_threads"][thread]["status"] == "closed")

    def lose_answer(self) -> None:
        self.server.losing = True

    def instead(self, status: int, body: bytes, **headers: str) -> None:
        self.server.fail(status, body, **headers)

    def asked(self) -> int:
        return len(self.server.asked)


@pytest.fixture
def ground() -> Iterator[PrestaGround]:
    server = PrestaServer()
    with server.running():
        yield PrestaGround(server)


class TestPrestaShop(ShopContract):
    """It keeps the contract."""


def test_an_old_shop_that_answers_xml_only(ground: PrestaGround) -> None:
    as_json = ground.shop.order("1001")
    ground.server.xml = True
    assert ground._connect().order("1001") == as_json


def test_a_missing_right_is_named(ground: PrestaGround) -> None:
    ground.narrow()
    assert ground.shop.check().missing == ("créer des codes de réduction (cart_rules, POST)",)
    error = failure(lambda: ground.shop.execute(ground.shop.quote(ground.request(Verb.DISCOUNT_CODE)), "k"))
    assert error.code == "right"


def test_a_refund_is_a_slip_and_says_that_no_money_moves(ground: PrestaGround) -> None:
    request = Request(Verb.REFUND, order_id="1001", lines={"11": 1}, shipping=590)
    quote = ground.shop.quote(request)
    assert (quote.amount, quote.details) == (3080, (("Articles", 2490), ("Livraison", 590)))
    assert quote.warnings
    assert ground.shop.execute(quote, "k").state == "pending"
    slip = ground.server.tables["order_slip"]["1"]
    assert (slip["total_products_tax_incl"], slip["total_products_tax_excl"], slip["total_shipping_tax_incl"]) == (
        "24.90",
        "20.75",
        "5.90",
    )
    assert slip["associations"]["order_slip_details"][0]["id_order_detail"] == "11"
    after = ground.shop.order("1001")
    assert after is not None
    assert [(back.amount, back.shipping, back.lines) for back in after.refunds] == [(3080, 590, {"11": 1})]


def test_a_cancellation_takes_the_shop_s_own_state(ground: PrestaGround) -> None:
    ground.shop.execute(ground.shop.quote(ground.request(Verb.CANCEL)), "k")
    assert ground.server.tables["orders"]["1001"]["current_state"] == "16"
    after = ground.shop.order("1001")
    assert after is not None
    assert (after.state, after.status) == ("cancelled", "Annulé")
    assert ground.shop.quote(replace(ground.request(Verb.CANCEL), order_id="1002")).refusal


def test_a_thread_is_of_the_account_and_of_the_address_that_was_typed(ground: PrestaGround) -> None:
    server = ground.server
    server.put("employees", {"id": "3", "firstname": "Ana", "lastname": "Roy"})
    server.thread("90", "Someone.Else@example.org", customer="501", order="1001")
    server.write("90", "O&ugrave; est mon colis ?", at="2026-11-12 09:00:00")
    server.write("90", "Demain", employee="3", at="2026-11-12 09:10:00")
    server.write("90", "Fait", employee="7")
    told = ground.shop.messages().items
    first, second, third = told
    assert (first.email, first.account_email, first.customer_id) == ("someone.else@example.org", ground.email, "501")
    assert (first.text, first.name, first.language, first.proved) == (
        "Où est mon colis ?",
        "Camille Martin",
        "fr",
        False,
    )
    assert first.written_at.hour == 8, "the shop's clock is an hour ahead"
    assert (second.author, third.author) == ("Ana Roy", "n° 7")


def test_employees_need_not_be_readable(ground: PrestaGround) -> None:
    ground.server.closed.add(("employees", "get"))
    ground.customer_writes("Bonjour")
    ground.team_writes("Demain")
    assert [each.author for each in ground.shop.messages().items] == ["", "n° 3"]


def test_our_key_stands_where_browsers_are_named(ground: PrestaGround) -> None:
    ground.customer_writes("Bonjour")
    name = ground.shop.answer("80", "Il arrive demain.", "0f" * 16)
    made = ground.server.tables["customer_messages"][name]
    assert (made["message"], made["id_employee"], made["private"]) == ("Il arrive demain.", "1", "0")
    assert made["user_agent"] == "Comptoir/" + "0f" * 16
    ground.server.write("80", "Je suis Comptoir", agent="Comptoir/" + "0e" * 16)
    assert [each.key for each in ground.shop.messages().items] == ["", "0f" * 16, ""], (
        "a customer's browser may say anything"
    )


def test_a_shop_that_drops_our_key_is_looked_through_by_words(ground: PrestaGround) -> None:
    ground.customer_writes("Bonjour")
    name = ground.shop.answer("80", "Il arrive  demain.", "k")
    ground.server.tables["customer_messages"][name]["user_agent"] = ""
    assert ground.shop.answered("80", "Il arrive demain.", "k", NOW) == name
    assert ground.shop.answered("80", "Autre chose", "k", NOW) == ""
    assert ground.shop.answered("80", "Il arrive demain.", "k", datetime(2100, 1, 1, tzinfo=UTC)) == ""


def test_an_answer_longer_than_the_shop_takes_is_refused_whole(ground: PrestaGround) -> None:
    ground.customer_writes("Bonjour")
    assert failure(lambda: ground.shop.answer("80", "x" * 16_001, "0f" * 16)).permanent
    assert ground.answers_in() == 0
    assert ground.shop.answer("80", "x" * 16_000, "0f" * 16)


def test_a_file_of_a_message_is_named(ground: PrestaGround) -> None:
    ground.server.thread("80", ground.email)
    ground.server.write("80", "", file="6e1f.jpg")
    message = ground.shop.messages().items[0]
    assert [(part.name, part.content) for part in message.parts] == [("6e1f.jpg", b"")]
    assert message.parts[0].problem


def test_a_message_too_large_for_an_answer_stops_nobody(ground: PrestaGround, monkeypatch: pytest.MonkeyPatch) -> None:
    ground.customer_writes("Un")
    ground.customer_writes("Deux " + "x" * 30_000)
    ground.customer_writes("Trois")
    real = ground.shop.client.listed

    def listed(resource: str, *filters: Any, **more: Any) -> Any:
        rows = real(resource, *filters, **more)
        if any(len(row.get("message", "")) > 20_000 for row in rows):
            raise PortError("La réponse de la boutique est trop grande.", code="too_large")
        return rows

    monkeypatch.setattr(ground.shop.client, "listed", listed)
    told, refused, mark = [], [], ""
    for _ in range(10):
        page = ground.shop.messages(mark)
        told += [each.text for each in page.items]
        refused += page.refused
        mark = page.mark
        if not page.more:
            break
    assert told == ["Un", "Trois"]
    assert [name for name, _ in refused] == ["82"]


def test_closing_writes_the_whole_row_back(ground: PrestaGround) -> None:
    ground.customer_writes("Bonjour")
    before = dict(ground.server.tables["customer_threads"]["80"])
    ground.shop.settle("80", True)
    after = ground.server.tables["customer_threads"]["80"]
    assert {**after, "status": "open", "date_upd": before["date_upd"]} == before
    ground.server.tables["customer_threads"]["80"]["status"] = "pending1"
    asked = ground.asked()
    ground.shop.settle("80", False)
    assert ground.asked() == asked + 1, "one that waits is open: nothing is written"


def test_a_code_twice_is_refused_although_prestashop_would_take_it(ground: PrestaGround) -> None:
    quote = ground.shop.quote(ground.request(Verb.DISCOUNT_CODE))
    ground.shop.execute(quote, "k")
    rule = ground.server.tables["cart_rules"]["1"]
    assert (rule["code"], rule["reduction_percent"], rule["quantity"]) == ("MERCI-CAMILLE-7", "10", "1")
    assert failure(lambda: ground.shop.execute(quote, "other")).permanent


def test_texts_are_escaped(ground: PrestaGround) -> None:
    hostile = replace(ground.request(Verb.NOTE), text="</message><private>0</private>&<![CDATA[\x00\x0b]]> \ud800")
    ground.shop.execute(ground.shop.quote(hostile), "k")
    made = next(iter(ground.server.tables["customer_messages"].values()))
    assert made["private"] == "1"
    assert made["message"].startswith("</message><private>0</private>&<![CDATA[]]>")


def test_xml_of_an_order() -> None:
    notice = PrestaShop({}).parse("", XML)
    found = notice.order
    assert (notice.kind, notice.problem, notice.order_id) == ("order", "", "1001")
    assert found is not None
    assert (found.number, found.total, found.state, found.lines[0].title) == (
        "KHWLILZLL",
        7151,
        "shipped",
        "T-shirt & co",
    )
    assert found.placed_at.hour == 10, "summer in Paris"
    assert [parcel.number for parcel in found.shipments] == ["6A1"]


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><prestashop><order><id>&a;</id></order></prestashop>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><prestashop><order/></prestashop>'.encode(
            "utf-16-le"
        ),
        b"<prestashop><order>" * 3,
        b"<prestashop>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</prestashop>",
        b"<prestashop/>",
        b"<html><body>Maintenance</body></html>",
        b"<prestashop><errors><error><message>x</message></error></errors></prestashop>",
        XML[:500],
        XML.replace(b"1001", b""),
        XML.replace(b"71.510000", b"lots"),
        b"<?xml version='1.0' encoding='EBCDIC-XX'?><prestashop/>",
    ],
)
def test_xml_gone_wrong_is_said(body: bytes) -> None:
    notice = PrestaShop({}).parse("", body)
    assert notice.problem
    assert notice.order is None


@captured
def test_captured_answers() -> None:
    """Every resource of the shared data is understood."""
    kinds = {path.name: PrestaShop({}).parse("", path.read_bytes()) for path in sorted(SHARED.glob("*.xml"))}
    sale = kinds.pop("import_sale_record_5__1.xml")
    assert sale.order is not None
    assert (sale.order.external_id, len(sale.order.lines), sale.order.total, sale.order.state) == (
        "5",
        3,
        7151,
        "pending",
    )
    tracked = kinds.pop("export_tracking_number__2.xml")
    assert (tracked.kind, tracked.order_id, tracked.shipments[0].number) == ("shipment", "2", "ABCD")
    assert kinds.pop("import_partner_record_1__1.xml").kind == "customer"
    assert [notice.problem for notice in kinds.values()] == [""] * len(kinds)
