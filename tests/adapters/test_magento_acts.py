"""What is done in Magento: refunds by invoice or noted, cancellation, address, codes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comptoir.ports.shop import Request, Verb
from tests.adapters.magento_server import (
    MagentoServer,
    invoice,
    item,
    order,
)
from tests.adapters.shop_contract import failure
from tests.adapters.test_magento import MagentoGround


@pytest.fixture
def ground() -> Iterator[MagentoGround]:
    server = MagentoServer()
    with server.running():
        yield MagentoGround(server)


def _sent(ground: MagentoGround) -> dict[str, Any]:
    return dict(ground.server.creditmemos[-1]["sent"])


def test_money_goes_back_by_the_invoice(ground: MagentoGround) -> None:
    quote = ground.shop.quote(
        Request(Verb.REFUND, order_id="1001", lines={"11": 1}, shipping=590, restock=True, notify=True, reason="Abîmé")
    )
    assert quote.details == (("Articles", 2490), ("Livraison", 590))
    assert "Carte bancaire" in quote.warnings[0]
    assert "000000701" in quote.warnings[0]
    done = ground.shop.execute(quote, "k")
    assert (done.amount, done.state) == (3080, "done")
    sent = _sent(ground)
    assert (sent["isOnline"], sent["notify"], sent["items"]) == (True, True, [{"order_item_id": 11, "qty": 1}])
    assert sent["arguments"] == {"extension_attributes": {"return_to_stock_items": [11]}}
    after = ground.shop.order("1001")
    assert after is not None
    assert [(back.amount, back.shipping, back.lines, back.reason, back.key) for back in after.refunds] == [(3080, 590, {"11": 1}, "Abîmé", "k")]  # fmt: skip


def test_lines_alone_leave_shipping_and_other_lines(ground: MagentoGround) -> None:
    ground.shop.execute(ground.shop.quote(Request(Verb.REFUND, order_id="1001", lines={"12": 1})), "k")
    assert _sent(ground)["arguments"] == {"shipping_amount": 0.0}
    assert ground.server.creditmemos[-1]["grand_total"] == 40.0


def test_an_amount_alone_names_one_line_with_no_piece(ground: MagentoGround) -> None:
    """Without any line Magento would refund all of them."""
    ground.shop.execute(ground.shop.quote(Request(Verb.REFUND, order_id="1001", amount=500)), "k")
    sent = _sent(ground)
    assert sent["items"] == [{"order_item_id": 11, "qty": 0}]
    assert sent["arguments"] == {"shipping_amount": 0.0, "adjustment_positive": 5.0}
    less = ground.shop.quote(Request(Verb.REFUND, order_id="1001", lines={"11": 1}, amount=2000))
    assert ground.shop.execute(less, "k2").amount == 2000
    assert _sent(ground)["arguments"]["adjustment_negative"] == 4.9


def test_all_of_it_closes_the_order(ground: MagentoGround) -> None:
    done = ground.shop.execute(ground.shop.quote(Request(Verb.REFUND, order_id="1001", amount=9570)), "k")
    assert (done.amount, "items" in _sent(ground)) == (9570, False)
    assert ground.server.orders["1001"]["state"] == "closed"
    assert ground.shop.quote(Request(Verb.REFUND, order_id="1001", amount=1)).refusal


def test_a_method_without_a_provider_is_said_before(ground: MagentoGround) -> None:
    ground.add(
        order(1200, "c@example.org", [item(96, "Bol", "10.00")], shipping="4.00", method="banktransfer"), invoiced=True
    )
    quote = ground.shop.quote(Request(Verb.REFUND, order_id="1200", lines={"96": 1}))
    assert "à la main" in quote.warnings[0]
    done = ground.shop.execute(quote, "k")
    assert done.state == "pending"
    assert ground.server.asked[-3].path == "/rest/V1/order/1200/refund"
    assert "isOnline" not in _sent(ground)


def test_a_provider_that_cannot_refund_is_noticed_after(ground: MagentoGround) -> None:
    """Magento then writes the credit memo without a word: only what moved tells it."""
    ground.server.gateway_refunds = False
    done = ground.shop.execute(ground.shop.quote(ground.request(Verb.REFUND)), "k")
    assert (done.state, done.amount) == ("pending", 500)


def test_a_credit_memo_that_could_not_be_saved_is_not_known(ground: MagentoGround) -> None:
    """One sentence for a provider's refusal and for a shop that broke after it had paid."""
    quote = ground.shop.quote(ground.request(Verb.REFUND))
    ground.server.gateway_says = "declined"
    error = failure(lambda: ground.shop.execute(quote, "k"))
    assert (error.unknown, error.permanent) == (True, False)
    assert ground.shop.found(quote.request, "k", datetime.now(UTC)) is None


def test_another_currency_than_the_shops(ground: MagentoGround) -> None:
    """Pieces and whole shipping go back, a free amount would be converted by Magento: refused in words."""
    ground.add(
        order(1201, "c@example.org", [item(97, "Bol", "10.00", 2)], shipping="4.00", currency="USD", base="EUR"),
        invoiced=True,
    )
    assert "devise" in ground.shop.quote(Request(Verb.REFUND, order_id="1201", amount=100)).refusal
    quote = ground.shop.quote(Request(Verb.REFUND, order_id="1201", lines={"97": 1}, shipping=400))
    assert (quote.amount, quote.currency, quote.refusal) == (1400, "USD", "")
    assert ground.shop.quote(replace(ground.request(Verb.DISCOUNT_CODE), percent=0, amount=500, currency="USD")).refusal


def test_limits_of_magento_are_said_before(ground: MagentoGround) -> None:
    """A part of taxed shipping; an amount alone once no shipping is left; two invoices of which none is enough."""
    assert "en entier" in ground.shop.quote(Request(Verb.REFUND, order_id="1001", shipping=100)).refusal
    ground.add(order(1202, "c@example.org", [item(98, "Bol", "10.00", 2)]), invoiced=True)
    assert "article" in ground.shop.quote(Request(Verb.REFUND, order_id="1202", amount=100)).refusal
    made = ground.add(
        order(1203, "c@example.org", [item(99, "Bol", "10.00"), item(100, "Vase", "10.00")], shipping="4.00")
    )
    for which, line in ((901, 99), (902, 100)):
        ground.server.invoices.append(
            {**invoice(made, which), "grand_total": 12.0, "items": [{"order_item_id": line, "qty": 1}]}
        )
    assert (
        "plusieurs fois" in ground.shop.quote(Request(Verb.REFUND, order_id="1203", lines={"99": 1, "100": 1})).refusal
    )
    ground.shop.execute(ground.shop.quote(Request(Verb.REFUND, order_id="1203", lines={"100": 1})), "k")
    assert ground.server.creditmemos[-1]["invoice_id"] == 902


def test_cents_add_up_over_refunds_one_by_one(ground: MagentoGround) -> None:
    three = item(111, "Perle", "3.34", 3, row_total=8.34, tax_amount=1.66)
    ground.add(order(1204, "c@example.org", [three]), invoiced=True)
    amounts = [ground.shop.execute(ground.shop.quote(Request(Verb.REFUND, order_id="1204", lines={"111": 1})), f"k{at}").amount for at in range(3)]  # fmt: skip
    assert sum(amounts) == 1000
    assert ground.shop.quote(Request(Verb.REFUND, order_id="1204", lines={"111": 1})).refusal


def test_what_is_not_paid_is_not_refunded(ground: MagentoGround) -> None:
    assert ground.shop.quote(Request(Verb.REFUND, order_id="1005", amount=100)).refusal
    for lines in ({"999": 1}, {"11": 3}, {"11": 0}, {"11": -1}):
        assert ground.shop.quote(Request(Verb.REFUND, order_id="1001", lines=lines)).refusal


# The other gestures


def test_what_is_invoiced_is_not_cancelled_and_false_is_a_refusal(ground: MagentoGround) -> None:
    for name in ("1001", "1002"):
        assert ground.shop.quote(replace(ground.request(Verb.CANCEL), order_id=name)).refusal
    quote = ground.shop.quote(ground.request(Verb.CANCEL))
    ground.server.orders["1005"]["state"] = "payment_review"
    error = failure(lambda: ground.shop.execute(quote, "k"))
    assert (error.permanent, error.unknown) == (True, False)
    assert ground.shop.found(quote.request, "k", datetime.now(UTC)) is None


def test_an_address_keeps_what_was_not_told(ground: MagentoGround) -> None:
    """Magento empties what is left out, and wants names, mail and telephone; the region goes with the place."""
    request = replace(
        ground.request(Verb.EDIT_ADDRESS),
        address={"street": "3 rue Neuve", "postcode": "29200", "city": "Brest", "country": "fr"},
    )
    done = ground.shop.execute(ground.shop.quote(request), "k")
    place = ground.server.orders["1001"]["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
    assert (place["city"], place["country_id"], place["firstname"], place["telephone"], place["region"]) == ("Brest", "FR", "Camille", "0240000000", None)  # fmt: skip
    ground.shop.undo(Verb.EDIT_ADDRESS, done.undo)
    found = ground.shop.order("1001")
    assert found is not None
    assert found.address["city"] == "Nantes"
    place = ground.server.orders["1001"]["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
    assert place["region_id"] == 237


def test_codes(ground: MagentoGround) -> None:
    request = replace(
        ground.request(Verb.DISCOUNT_CODE),
        percent=0,
        amount=1500,
        minimum=5000,
        expires_at=datetime(2026, 12, 24, 22, tzinfo=UTC),
    )
    done = ground.shop.execute(ground.shop.quote(request), "k")
    rule = ground.server.rules[done.external_id]
    assert (rule["simple_action"], rule["discount_amount"], rule["to_date"], rule["uses_per_coupon"]) == (
        "cart_fixed",
        15.0,
        "2026-12-24",
        1,
    )
    assert (rule["website_ids"], rule["customer_group_ids"]) == ([1], [0, 1])
    assert rule["condition"]["conditions"][0]["value"] == "50.00"
    assert failure(lambda: ground.shop.execute(ground.shop.quote(request), "other")).permanent
    assert ground.shop.found(request, "other", datetime.now(UTC) - timedelta(minutes=1)) is None
    free = ground.shop.execute(ground.shop.quote(replace(ground.request(Verb.FREE_SHIPPING), code="")), "k2")
    assert free.code.startswith("MERCI-")
    assert ground.server.rules[free.external_id]["simple_free_shipping"] == "FREE_WITH_MATCHING_ITEMS"


def test_a_rule_without_its_coupon_does_not_stay(ground: MagentoGround) -> None:
    quote = ground.shop.quote(ground.request(Verb.DISCOUNT_CODE))
    honest = ground.server.answer
    ground.server.answer = lambda asked: (
        honest(replace(asked, path="/rest/V1/nowhere")) if asked.path.endswith("/V1/coupons") else honest(asked)
    )  # type: ignore[method-assign]
    assert failure(lambda: ground.shop.execute(quote, "k")).permanent
    assert ground.server.rules == {}
