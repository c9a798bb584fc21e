"""What every shop adapter has to do, asked of it against a server of its vendor's kind.

A test file gives a `ground` fixture (tests/adapters/ground.py) and a class of `ShopContract`; a fact that the adapter
does not declare is skipped, never assumed.
"""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from comptoir.ports.carts import CountsStock, KeepsCarts
from comptoir.ports.shop import CartData, Done, Fact, OrderData, Quote, Request, Verb
from tests.adapters.ground import Ground
from tests.adapters.hostile import mangled
from tests.adapters.threads_contract import ThreadsContract, failure

STATES = {"pending", "paid", "preparing", "partly_shipped", "shipped", "delivered", "cancelled", "refunded"}
MONEY_MOVES = {Verb.REFUND, Verb.CANCEL, Verb.GIFT_CARD, Verb.STORE_CREDIT}


def walk(ground: Ground, since: datetime | None = None) -> list[OrderData]:
    """Every order of every page."""
    found: list[OrderData] = []
    cursor = ""
    for _ in range(100):
        page = ground.shop.orders(since, cursor)
        found += page.items  # type: ignore[arg-type]
        cursor = page.cursor
        if not cursor:
            return found
    raise AssertionError("the pages do not end")


class ShopContract(ThreadsContract):
    """The contract. `ground` comes from the test file."""

    # What it can do

    def test_what_it_lacks_is_said(self, ground: Ground) -> None:
        """Each verb is there, or the nearest way is named and the quote refuses in a sentence."""
        told = ground.shop.capabilities
        for verb in Verb:
            if verb in told.verbs:
                assert verb not in told.lacking
                continue
            assert told.lacking[verb]
            assert ground.shop.quote(ground.request(verb)).refusal
        assert told.undo <= told.verbs
        assert set(told.partly) <= told.verbs

    @pytest.mark.parametrize("verb", list(Verb))
    def test_what_it_declares_it_does(self, ground: Ground, verb: Verb) -> None:
        """Each verb that is declared is quoted, done, and found again by reading; another key finds nothing."""
        if verb not in ground.shop.capabilities.verbs:
            pytest.skip(f"{verb} is not declared")
        since = datetime.now(UTC) - timedelta(seconds=5)
        request = ground.request(verb)
        assert ground.shop.found(request, "never-used", since) is None
        quote = ground.shop.quote(request)
        assert not quote.refusal
        done = ground.shop.execute(quote, "key-1")
        assert done.state in ("done", "pending")
        ground.settle()
        found = ground.shop.found(request, "key-1", since)
        assert found is not None
        assert found.amount in (done.amount, 0) if verb == Verb.CANCEL else found.amount == done.amount
        assert found.code == done.code
        if verb in ground.shop.capabilities.undo:
            assert done.undo
            ground.shop.undo(verb, done.undo)

    @pytest.mark.parametrize("verb", list(Verb))
    def test_an_outcome_that_is_lost_is_read_back(self, ground: Ground, verb: Verb) -> None:
        """The platform acted and the answer was lost: the error says so, and reading tells that it was done, once."""
        if verb not in ground.shop.capabilities.verbs:
            pytest.skip(f"{verb} is not declared")
        since = datetime.now(UTC) - timedelta(seconds=5)
        request = ground.request(verb)
        quote = ground.shop.quote(request)
        before = ground.count(verb)
        ground.lose(verb)
        error = failure(lambda: ground.shop.execute(quote, "key-2"))
        assert error.unknown
        assert not error.permanent
        ground.settle()
        assert ground.count(verb) == before + 1
        found = ground.shop.found(request, "key-2", since)
        assert found is not None
        if verb in MONEY_MOVES:
            assert found.amount in (quote.amount, 0)

    def test_an_act_that_never_came_is_not_found(self, ground: Ground) -> None:
        """The platform was down before it acted: nothing is found, and nothing was done."""
        since = datetime.now(UTC) - timedelta(seconds=5)
        verb = Verb.REFUND if Verb.REFUND in ground.shop.capabilities.verbs else Verb.NOTE
        request = ground.request(verb)
        quote = ground.shop.quote(request)
        before = ground.count(verb)
        ground.fail()
        failure(lambda: ground.shop.execute(quote, "key-3"))
        assert ground.count(verb) == before
        assert ground.shop.found(request, "key-3", since) is None

    # Refunds

    def _refund(self, ground: Ground, key: str, **wanted: object) -> tuple[Quote, Done, OrderData]:
        request = Request(Verb.REFUND, order_id=ground.order_id, currency="EUR", reason="Abîmé", **wanted)  # type: ignore[arg-type]
        quote = ground.shop.quote(request)
        assert not quote.refusal
        done = ground.shop.execute(quote, key)
        after = ground.shop.order(ground.order_id)
        assert after is not None
        return quote, done, after

    def test_a_refund_of_lines(self, ground: Ground) -> None:
        """One of two articles goes back, at what was paid for it."""
        if not ground.shop.capabilities.refund_lines:
            pytest.skip("lines are not refunded one by one")
        quote, done, after = self._refund(ground, "lines", lines={ground.line_id: 1})
        assert quote.amount == done.amount == ground.line_worth
        assert [refund.amount for refund in after.refunds] == [ground.line_worth]
        assert next(line for line in after.lines if line.external_id == ground.line_id).refunded == 1
        assert after.refunds[0].reason == ("Abîmé" if ground.keeps_reasons else "")

    def test_a_refund_of_shipping(self, ground: Ground) -> None:
        """Shipping goes back, and not twice."""
        if not ground.shop.capabilities.refund_shipping:
            pytest.skip("shipping is not refunded by itself")
        quote, _, after = self._refund(ground, "shipping", shipping=ground.shipping)
        assert quote.amount == ground.shipping
        assert sum(refund.amount for refund in after.refunds) == ground.shipping
        again = Request(Verb.REFUND, order_id=ground.order_id, shipping=ground.shipping)
        assert ground.shop.quote(again).refusal

    def test_a_refund_of_an_amount(self, ground: Ground) -> None:
        """An amount goes back; what is left is the most that can follow."""
        if not ground.shop.capabilities.refund_amount:
            pytest.skip("an amount is not refunded by itself")
        quote, _, after = self._refund(ground, "amount", amount=1234)
        assert quote.amount == 1234
        assert quote.maximum == ground.total
        assert [refund.amount for refund in after.refunds] == [1234]
        left = ground.shop.quote(Request(Verb.REFUND, order_id=ground.order_id, amount=ground.total))
        assert left.refusal
        assert left.maximum == ground.total - 1234

    def test_a_refund_too_large(self, ground: Ground) -> None:
        """More than was paid is refused in a sentence, and cannot be carried out."""
        quote = ground.shop.quote(Request(Verb.REFUND, order_id=ground.order_id, amount=ground.total + 1))
        assert quote.refusal
        failure(lambda: ground.shop.execute(quote, "too-large"))
        assert ground.count(Verb.REFUND) == 0

    def test_a_refund_of_what_is_not_there(self, ground: Ground) -> None:
        """An order that the platform does not know is a refusal, not an error."""
        assert ground.shop.quote(Request(Verb.REFUND, order_id="999999999", amount=100)).refusal

    def test_a_refund_overtaken(self, ground: Ground) -> None:
        """Somebody refunded all of it in the back office after the quote: nothing goes back twice."""
        quote = ground.shop.quote(Request(Verb.REFUND, order_id=ground.order_id, amount=ground.total))
        assert not quote.refusal
        ground.refund_elsewhere(ground.order_id)
        error = failure(lambda: ground.shop.execute(quote, "overtaken"))
        assert not error.unknown
        after = ground.shop.order(ground.order_id)
        assert after is not None
        assert sum(refund.amount for refund in after.refunds) == ground.total

    # Reading

    def test_pages_hold_every_order_once(self, ground: Ground) -> None:
        """A walk through all pages meets every order exactly once."""
        found = walk(ground)
        assert sorted(order.external_id for order in found) == sorted(ground.everything)
        assert len(ground.everything) > ground.page, "the ground has several pages"
        for order in found:
            assert order.state in STATES
            assert order.placed_at.tzinfo is not None

    def test_pages_since(self, ground: Ground) -> None:
        """Only what changed since."""
        assert sorted(order.external_id for order in walk(ground, ground.since)) == sorted(ground.recent)

    def test_one_order(self, ground: Ground) -> None:
        """An order whole: amounts, lines, address, people."""
        order = ground.shop.order(ground.order_id)
        assert order is not None
        assert (order.external_id, order.number, order.email) == (ground.order_id, ground.number, ground.email)
        assert (order.total, order.currency, order.shipping) == (ground.total, "EUR", ground.shipping)
        assert [line.quantity for line in order.lines] == [2, 1]
        assert sum(line.amount for line in order.lines) + order.shipping == order.total
        assert order.address["city"] == "Nantes"
        assert order.address["postcode"] == "44000"
        assert order.address["country"] == "FR"
        assert order.updated_at is not None

    def test_parcels(self, ground: Ground) -> None:
        """A shipped order has its parcel, with what is in it."""
        if Fact.SHIPMENTS not in ground.shop.capabilities.facts:
            pytest.skip("parcels are not told")
        order = ground.shop.order(ground.shipped_id)
        assert order is not None
        assert [(parcel.carrier, parcel.number) for parcel in order.shipments] == [("Colissimo", "6A12345678901")]
        assert order.state in ("shipped", "delivered", "partly_shipped")

    def test_orders_that_are_not_there(self, ground: Ground) -> None:
        """An unknown key, and keys that no platform gives, are None."""
        for name in ("999999999", "", "../orders", "1 OR 1=1", "1001/refunds?force=1", "\x00", "é" * 300, "-1"):
            assert ground.shop.order(name) is None

    def test_finding(self, ground: Ground) -> None:
        """By number, with and without its sign, and by address in any case; what is not there is an empty list."""
        for number in (ground.number, f"#{ground.number}"):
            assert [order.external_id for order in ground.shop.find(number=number)] == [ground.order_id]
        by_mail = ground.shop.find(email=ground.email.upper())
        assert ground.order_id in [order.external_id for order in by_mail]
        assert {order.email for order in by_mail} == {ground.email}
        placed = [order.placed_at for order in by_mail]
        assert placed == sorted(placed, reverse=True)
        for hostile in ("nobody@example.org", '" OR email:*', "a@b' OR 1=1 --", "*@*"):
            assert ground.shop.find(email=hostile) == []
        assert ground.shop.find(number="0") == []
        assert ground.shop.find() == []

    def test_money_of_other_decimals(self, ground: Ground) -> None:
        """Yen have none, dinars have three."""
        yen, dinar = ground.shop.order(ground.yen_id), ground.shop.order(ground.dinar_id)
        assert yen is not None
        assert dinar is not None
        assert (yen.currency, yen.total) == ("JPY", 1500)
        assert (dinar.currency, dinar.total) == ("KWD", 12_345)
        assert yen.lines[0].unit_price == 1500
        assert dinar.lines[0].unit_price == 12_345

    def test_products_and_customers(self, ground: Ground) -> None:
        """What is sold and who buys, where it is told."""
        facts = ground.shop.capabilities.facts
        if Fact.PRODUCTS in facts:
            products = ground.shop.products(None).items
            assert products[0].title == "Bol en grès"  # type: ignore[union-attr]
            assert products[0].price == 2490  # type: ignore[union-attr]
            assert products[0].stock == (7 if Fact.STOCK in facts else None)  # type: ignore[union-attr]
        if Fact.CUSTOMERS in facts:
            people = ground.shop.customers(None).items
            assert ground.email in {person.email for person in people}  # type: ignore[union-attr]

    # Carts and stock

    def test_a_cart_of_a_customer(self, ground: Ground) -> None:
        """By address in any case and by key: lines, sum, clock; nobody else's, and nothing for words that are none."""
        shop = ground.shop
        if Fact.CARTS not in shop.capabilities.facts or not isinstance(shop, KeepsCarts):
            pytest.skip("carts are not read")
        assert ground.cart_id
        for cart in (shop.cart(email=ground.email.upper()), shop.cart(customer_id=ground.customer_id)):
            assert cart is not None
            assert (cart.external_id, cart.email, cart.completed) == (ground.cart_id, ground.email, False)
            assert [(line.title, line.quantity) for line in cart.lines] == [("Bol en grès", 2)]
            assert (cart.total, cart.currency) == (ground.cart_total, "EUR")
            assert cart.updated_at is not None
            assert cart.updated_at.tzinfo is not None
        for hostile in ("nobody@example.org", '" OR email:*', "a@b' OR 1=1 --", "*@*", "\x00"):
            assert shop.cart(email=hostile) is None
        for hostile in ("999999999", "1 OR 1=1", "../carts", ""):
            assert shop.cart(customer_id=hostile) is None

    def test_pages_of_carts(self, ground: Ground) -> None:
        """Those that changed since, each of somebody who can be named; none that changed before."""
        shop = ground.shop
        if Fact.CARTS not in shop.capabilities.facts or not isinstance(shop, KeepsCarts):
            pytest.skip("carts are not read")

        def walked(since: datetime) -> list[CartData]:
            found: list[CartData] = []
            cursor = ""
            for _ in range(50):
                page = shop.carts(since, cursor)
                found += [each for each in page.items if isinstance(each, CartData)]
                assert page.refused == ()
                if not (cursor := page.cursor):
                    return found
            raise AssertionError("the pages do not end")

        assert ground.cart_id
        found = walked(ground.cart_since)
        assert [each.external_id for each in found].count(ground.cart_id) == 1
        assert all((each.email or each.customer_id) and each.lines and not each.completed for each in found)
        assert walked(datetime.now(UTC) + timedelta(days=700)) == []
        ground.fail()
        assert not failure(lambda: shop.carts(ground.cart_since)).permanent

    def test_what_is_left_of_some_products(self, ground: Ground) -> None:
        """By their keys; what is not there is left out."""
        shop = ground.shop
        if not isinstance(shop, CountsStock):
            pytest.skip("stock is not asked for")
        assert Fact.STOCK in shop.capabilities.facts
        assert shop.stock([ground.product_id, "999999999"]) == {ground.product_id: ground.stock}
        assert shop.stock([]) == {}
        assert shop.stock(["1 OR 1=1", "x,y|z"]) == {}

    # Webhooks

    def test_webhooks_are_proved(self, ground: Ground) -> None:
        """Only the very bytes under the very secret."""
        if Fact.WEBHOOKS not in ground.shop.capabilities.facts:
            pytest.skip("there are no webhooks")
        body = ground.payload
        headers = ground.sign(body)
        assert ground.shop.verify(headers, body)
        assert not ground.shop.verify(headers, body + b" ")
        assert not ground.shop.verify(headers, bytes([body[0] ^ 1]) + body[1:])
        assert not ground.shop.verify(ground.sign(body, secret="another"), body)
        assert not ground.shop.verify({}, body)
        for name in headers:
            for wrong in ("", "é\ud800", "A" * 100_000, "=" * 44):
                if "signature" in name or "hmac" in name:
                    assert not ground.shop.verify({**headers, name: wrong}, body)
        assert not ground.without_secret().verify(ground.sign(body, secret=""), body)

    def test_deliveries_are_named(self, ground: Ground) -> None:
        """The same delivery twice has one key, another one another; what the headers lack the bytes give."""
        if Fact.WEBHOOKS not in ground.shop.capabilities.facts:
            pytest.skip("there are no webhooks")
        first, second = ground.sign(ground.payload, delivery="d-1"), ground.sign(ground.payload, delivery="d-2")
        name, topic = ground.shop.delivery(first, ground.payload)
        assert topic == ground.topic
        assert ground.shop.delivery(dict(first), ground.payload) == (name, topic)
        assert ground.shop.delivery(second, ground.payload)[0] != name
        assert 0 < len(ground.shop.delivery({}, ground.payload)[0]) <= 200
        assert ground.shop.delivery({}, b"other")[0] != ground.shop.delivery({}, ground.payload)[0]
        huge = dict.fromkeys(first, "x" * 10_000)
        assert len(ground.shop.delivery(huge, b"")[0]) <= 200
        assert len(ground.shop.delivery(huge, b"")[1]) <= 120

    def test_an_order_told_by_webhook_is_the_order_that_is_read(self, ground: Ground) -> None:
        """Both roads give the same number, money, people and lines."""
        if Fact.WEBHOOKS not in ground.shop.capabilities.facts:
            pytest.skip("there are no webhooks")
        notice = ground.shop.parse(ground.topic, ground.payload)
        assert (notice.kind, notice.problem) == ("order", "")
        read = ground.shop.order(ground.order_id)
        assert notice.order_id == ground.order_id
        if notice.order is not None and read is not None:
            same = ("external_id", "number", "email", "total", "currency", "state", "shipping", "address", "placed_at")
            assert [getattr(notice.order, name) for name in same] == [getattr(read, name) for name in same]
            told, seen = ([replace(line, image="") for line in order.lines] for order in (notice.order, read))
            assert told == seen

    def test_parsing_never_raises(self, ground: Ground) -> None:
        """Whatever comes: truncated, of other types, empty, huge, deep. What cannot be read is said in words."""
        chance = random.Random(7)
        for topic in (ground.topic, "", "nothing/known", "\x00", "x" * 5_000):
            for body in mangled(ground.payload, chance, 60):
                notice = ground.shop.parse(topic, body)
                assert isinstance(notice.kind, str)
                if notice.order is not None:
                    assert "\x00" not in repr(notice.order)
                    repr(notice.order).encode()  # no half of a surrogate pair, which no database takes
        for body in (b"", b"\xff\xfe", b"null", b"[]", b'"x"', b"1" * 10_000, b"[" * 100_000, b'{"id":' * 5_000):
            notice = ground.shop.parse(ground.topic, body)
            assert notice.problem
            assert notice.order is None

    def test_subscribing_twice_subscribes_once(self, ground: Ground) -> None:
        """The second time nothing is added."""
        if Fact.WEBHOOKS not in ground.shop.capabilities.facts:
            pytest.skip("there are no webhooks")
        topics = ground.shop.subscribe("https://comptoir.example/hooks/1")
        count = ground.subscriptions()
        assert topics
        assert ground.shop.subscribe("https://comptoir.example/hooks/1") == topics
        assert ground.subscriptions() == count > 0

    # What goes wrong

    def test_a_check_that_is_well(self, ground: Ground) -> None:
        """The shop's name, and nothing wrong."""
        rights = ground.shop.check()
        assert rights.name
        assert (rights.problems, rights.missing) == ((), ())

    def test_a_check_names_missing_rights(self, ground: Ground) -> None:
        """A key of fewer rights: what is missing is named in words."""
        ground.narrow()
        rights = ground.shop.check()
        assert rights.missing or rights.problems

    def test_a_wrong_key(self, ground: Ground) -> None:
        """Said by the check and by every call, without the key in it."""
        shop = ground.wrong_key()
        assert shop.check().problems
        error = failure(lambda: shop.order(ground.order_id))
        assert error.permanent
        assert "wrong-key" not in error.message

    def test_a_key_that_expired(self, ground: Ground) -> None:
        """It is renewed where the platform renews keys; else the error says so."""
        assert ground.shop.order(ground.order_id) is not None
        ground.expire()
        if ground.renews:
            assert ground.shop.order(ground.order_id) is not None
        else:
            assert failure(lambda: ground.shop.order(ground.order_id)).code == "auth"

    def test_throttled(self, ground: Ground) -> None:
        """The pause that was asked for is handed on, and the next call works."""
        ground.throttle(7)
        error = failure(lambda: ground.shop.orders(None))
        assert not error.permanent
        assert not error.unknown
        assert 1 <= error.retry_after <= 60
        assert ground.shop.orders(None).items

    def test_a_page_with_something_broken(self, ground: Ground) -> None:
        """One order of a page cannot be understood: the others come, and it is named."""
        broken = ground.spoil()
        if not broken:
            pytest.skip("what is told is typed")
        refused: list[tuple[str, str]] = []
        cursor, read = "", 0
        while True:
            page = ground.shop.orders(None, cursor)
            read += len(page.items)
            refused += page.refused
            cursor = page.cursor
            if not cursor:
                break
        assert [name for name, _ in refused] == [broken]
        assert read == len(ground.everything) - 1

    def test_down(self, ground: Ground) -> None:
        """A server in trouble: not permanent, nothing unknown in what only reads."""
        ground.fail()
        error = failure(lambda: ground.shop.order(ground.order_id))
        assert not error.permanent
        assert not error.unknown
        ground.fail()
        assert ground.shop.check().problems

    def test_nobody_there(self, ground: Ground) -> None:
        """Nothing listens: the same, and the check says it."""
        shop = ground.elsewhere("http://127.0.0.1:9")
        assert not failure(lambda: shop.order(ground.order_id)).permanent
        assert shop.check().problems

    def test_a_page_instead_of_data(self, ground: Ground) -> None:
        """HTML with status 200, as a parked domain or a login page answers."""
        if not ground.http:
            pytest.skip("no HTTP")
        for body in (b"<!doctype html><title>Login</title>", b"", b"\xff\xff", b"[" * 50_000):
            ground.instead(200, body)
            failure(lambda: ground.shop.order(ground.order_id))
            ground.instead(200, body)
            failure(lambda: ground.shop.orders(None))
        ground.instead(200, b"<html>")
        assert ground.shop.check().problems

    def test_redirects_lead_nowhere(self, ground: Ground) -> None:
        """A redirect is not followed, least of all into the private network."""
        if not ground.http:
            pytest.skip("no HTTP")
        for place in ("http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:22/", "https://elsewhere.example/"):
            asked = ground.asked()
            ground.instead(302, b"", location=place)
            failure(lambda: ground.shop.order(ground.order_id))
            assert ground.asked() - asked <= 1 + (1 if ground.renews else 0)

    def test_private_addresses_are_not_called(self, ground: Ground) -> None:
        """Without the operator's word an address of the private network is not called."""
        if not ground.http:
            pytest.skip("no HTTP")
        asked = ground.asked()
        shop = ground.elsewhere("", private=False)
        assert failure(lambda: shop.order(ground.order_id)).permanent
        assert ground.asked() == asked
