"""What Magento tells: orders with their lines and parcels, stock, and what a module posts."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from comptoir.adapters.magento.shop import Magento
from comptoir.ports.shop import Fact, Verb
from tests.adapters.magento_server import (
    MagentoServer,
    item,
    order,
    shipment,
)
from tests.adapters.shop_contract import failure
from tests.adapters.test_magento import MagentoGround


@pytest.fixture
def ground() -> Iterator[MagentoGround]:
    server = MagentoServer()
    with server.running():
        yield MagentoGround(server)


def test_a_configurable_article_stands_once(ground: MagentoGround) -> None:
    parent = item(71, "Pull", "60.00", 2, product_type="configurable", sku="PULL-M")
    child = item(72, "Pull M", "0", 2, parent_item_id=71, sku="PULL-M")
    made = ground.add(order(1100, "c@example.org", [parent, child]))
    ground.server.shipments.append(shipment(made, 810, [("GLS", "1")], {71: 1, 72: 1}))
    found = ground.shop.order("1100")
    assert found is not None
    assert [(line.title, line.quantity, line.total) for line in found.lines] == [("Pull", 2, 12_000)]
    assert (found.total, found.shipments[0].lines, found.shipments[0].quantities) == (12_000, (0,), (1,))


def test_bundles_count_their_price_once(ground: MagentoGround) -> None:
    """A fixed price stands at the bundle, a dynamic one at its parts."""
    fixed = [item(81, "Coffret", "30.00", product_type="bundle"), item(82, "Bol", "0", 2, parent_item_id=81)]
    dynamic = [
        item(83, "Lot", "50.00", product_type="bundle"),
        item(84, "Vase", "20.00", parent_item_id=83, parent_item={"item_id": 83, "name": "Lot"}),
        item(85, "Plat", "30.00", parent_item_id=83, parent_item={"item_id": 83, "name": "Lot"}),
    ]
    made = order(1101, "c@example.org", [*fixed, *dynamic])
    made["grand_total"] = 80.0
    ground.add(made)
    found = ground.shop.order("1101")
    assert found is not None
    assert [(line.title, line.total, line.variant) for line in found.lines] == [("Coffret", 3000, ""), ("Vase", 2000, "Lot"), ("Plat", 3000, "Lot")]  # fmt: skip
    assert dict(found.lines[0].specification) == {"Bol": "× 2"}
    assert sum(line.amount for line in found.lines) == found.total


def test_discounts_taxes_and_fractions(ground: MagentoGround) -> None:
    cut = item(91, "Tissu", "12.00", 2.5, rate="1", discount_amount=3.0, discount_tax_compensation_amount=0)
    made = order(1102, "c@example.org", [cut])
    made |= {"discount_amount": -3.0, "coupon_code": "ETE"}
    found = ground.shop.order("1102") if ground.add(made) else None
    assert found is not None
    line = found.lines[0]
    assert (line.quantity, line.total, line.unit_price, line.discount, line.variant) == (1, 2700, 3000, 300, "× 2.5")
    assert (found.total, found.discount, found.discount_codes) == (2700, 300, ("ETE",))


def test_guests_and_orders_without_delivery(ground: MagentoGround) -> None:
    made = order(1103, "G@Example.org", [item(95, "Carte", "20.00", is_virtual=1)], state="complete")
    made |= {
        "customer_id": None,
        "customer_is_guest": 1,
        "customer_firstname": None,
        "customer_lastname": None,
        "is_virtual": 1,
    }
    made["extension_attributes"] = {"shipping_assignments": [{"shipping": {"total": {}}}]}
    ground.add(made)
    found = ground.shop.order("1103")
    assert found is not None
    assert (found.customer_id, found.email, found.name, found.state) == (
        "",
        "g@example.org",
        "Camille Martin",
        "delivered",
    )
    assert found.address == found.billing_address
    assert ground.shop.quote(replace(ground.request(Verb.EDIT_ADDRESS), order_id="1103")).refusal


def test_an_order_of_500_lines(ground: MagentoGround) -> None:
    ground.add(order(1104, "c@example.org", [item(10_000 + at, f"Perle {at}", "1.00") for at in range(500)]))
    found = ground.shop.order("1104")
    assert found is not None
    assert len(found.lines) == 500
    assert sum(line.amount for line in found.lines) == found.total == 50_000


def test_states(ground: MagentoGround) -> None:
    for state, changes, ours in (
        ("new", {"total_paid": 0}, "pending"), ("pending_payment", {"total_paid": 0}, "pending"), ("payment_review", {"total_paid": 0}, "pending"),
        ("new", {}, "paid"), ("holded", {}, "paid"), ("processing", {}, "preparing"), ("complete", {}, "shipped"), ("closed", {}, "refunded"), ("canceled", {}, "cancelled"),
        ("complete", {"total_refunded": 95.7}, "refunded"), ("my_own", {"total_paid": 0}, "pending"),
    ):  # fmt: skip
        told = {**deepcopy(ground.server.orders["1001"]), "state": state, "status": "son mot", **changes}
        notice = ground.shop.parse("", json.dumps(told).encode())
        assert notice.order is not None
        assert (notice.order.state, notice.order.status) == (ours, "son mot"), state
    for shipped, ours in ((1, "partly_shipped"), (2, "partly_shipped")):
        told = deepcopy(ground.server.orders["1001"])
        told["items"][0]["qty_shipped"] = shipped
        notice = ground.shop.parse("", json.dumps(told).encode())
        assert notice.order is not None
        assert notice.order.state == ours


def test_parcels_of_one_shipment(ground: MagentoGround) -> None:
    """Two tracks are two parcels; what is in which Magento does not say. None is a parcel without a number."""
    main = ground.server.orders["1001"]
    ground.server.shipments += [
        shipment(main, 820, [("GLS", "A"), ("GLS", "B")], {11: 2}),
        shipment(main, 821, [], {12: 1}),
    ]
    found = ground.shop.order("1001")
    assert found is not None
    assert [(each.number, each.lines, each.quantities) for each in found.shipments] == [("A", (0,), ()), ("B", (0,), ()), ("", (1,), (1,))]  # fmt: skip
    assert len({each.external_id for each in found.shipments}) == 3


def test_numbers_without_their_zeros_languages_and_the_back_office(ground: MagentoGround) -> None:
    shop = ground.connect(admin_url="https://maison-alba.example/admin_1a2b/")
    found = shop.find(number="1001")[0]
    assert (found.number, found.language) == ("000001001", "fr_FR")
    assert found.admin_url == "https://maison-alba.example/admin_1a2b/sales/order/view/order_id/1001"
    for hostile in ("1001,1002", "%", "1' OR '1'='1", "\x00", "x" * 500):
        assert shop.find(number=hostile) == []


def test_stock_without_its_module_is_not_counted(ground: MagentoGround) -> None:
    ground.server.inventory = False
    product = ground.shop.products(None).items[0]
    assert (product.stock, product.image) == (None, "https://maison-alba.example/media/catalog/product/b/o/bol.jpg")  # type: ignore[union-attr]
    ground.server.products.append(
        {
            "id": 912,
            "sku": "A,B",
            "name": "Virgule",
            "price": 1,
            "type_id": "simple",
            "updated_at": "2026-11-20 10:00:00",
        }
    )
    assert [each.title for each in ground.shop.products(ground.since).items] == ["Virgule"]  # type: ignore[union-attr]


# What a module posts


def test_without_a_secret_the_shop_is_read_at_intervals(ground: MagentoGround) -> None:
    assert Fact.WEBHOOKS not in ground.connect(webhook_secret="").capabilities.facts
    assert Fact.WEBHOOKS in ground.shop.capabilities.facts
    assert failure(lambda: ground.shop.subscribe("https://comptoir.example/hooks/1")).code == "by_hand"


def _notice(told: Any, topic: str = "") -> Any:
    return Magento({}).parse(topic, json.dumps(told).encode())


def test_what_a_module_posts(ground: MagentoGround) -> None:
    main = ground.server.orders["1001"]
    sent = _notice({"type": "shipment.saved", "data": shipment(main, 830, [("GLS", "A")], {11: 1})})
    assert (sent.kind, sent.topic, sent.order_id, [each.number for each in sent.shipments]) == (
        "shipment",
        "shipment.saved",
        "1001",
        ["A"],
    )
    ground.server.refund("1001", {"items": [{"order_item_id": 11, "qty": 1}], "arguments": {"shipping_amount": 0}})
    back = _notice(ground.server.creditmemos[-1])
    assert (back.kind, back.order_id, back.refund.amount, back.refund.lines, back.currency) == (
        "refund",
        "1001",
        2490,
        {"11": 1},
        "EUR",
    )
    paper = _notice({"entity_id": 7, "order_id": 1001, "grand_total": 1})
    assert (paper.kind, paper.order_id, paper.order) == ("order", "1001", None)
    assert _notice({"id": 1, "sku": "BOL", "name": "Bol", "type_id": "simple", "price": 3}).product.price == 300
    assert (
        _notice({"id": 5, "email": "C@example.org", "group_id": 1, "firstname": "C"}).customer.email == "c@example.org"
    )
    gone = _notice({"id": 1, "sku": "BOL", "type_id": "simple"}, "product.deleted")
    assert (gone.gone, gone.product) == (True, None)
    assert _notice({"hello": 1}).kind == "other"


def test_events_of_adobe(ground: MagentoGround) -> None:
    """They hold the fields that were subscribed to: an order without its lines is read again."""
    told = {"event_id": "e1", "event": {"type": "com.adobe.commerce.observer.sales_order_save_commit_after", "data": {"value": {"entity_id": "1001", "increment_id": "000001001", "state": "processing"}}}}  # fmt: skip
    notice = _notice(told)
    assert (notice.kind, notice.order_id, notice.order, notice.problem) == ("order", "1001", None, "")
    told["event"]["data"]["value"] = ground.server.orders["1001"]  # type: ignore[index]
    assert _notice(told).order.total == 9570
