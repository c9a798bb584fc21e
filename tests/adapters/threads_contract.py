"""What an adapter has to do whose platform keeps messages of customers; skipped where it does not say so."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from comptoir.ports.errors import PortError
from comptoir.ports.shop import Fact, KeepsThreads, SettlesThreads, ThreadMessage
from tests.adapters.ground import Ground

KEY = "a1" * 16
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


def failure(act: Callable[[], object]) -> PortError:
    """The error of an act that has to fail."""
    with pytest.raises(PortError) as caught:
        act()
    assert caught.value.message
    assert caught.value.message[0].isupper() or not caught.value.message[0].isalpha()
    return caught.value


def threads_of(ground: Ground) -> Any:
    """The adapter, when it keeps threads."""
    if Fact.THREADS not in ground.shop.capabilities.facts:
        pytest.skip("the platform keeps no messages")
    assert isinstance(ground.shop, KeepsThreads)
    return ground.shop


def walk_messages(shop: Any, mark: str = "") -> tuple[list[ThreadMessage], str]:
    """All messages after a mark, and the mark after them."""
    found: list[ThreadMessage] = []
    for _ in range(20):
        page = shop.messages(mark)
        found += page.items
        mark = page.mark
        if not page.more:
            return found, mark
    raise AssertionError("the messages do not end")


class ThreadsContract:
    """The part of the contract about messages. `ground` comes from the test file."""

    def test_messages_come_in_order_and_the_mark_leads_on(self, ground: Ground) -> None:
        """Every message once over several pages; after the mark only what is new, however often one looks."""
        shop = threads_of(ground)
        names = [ground.customer_writes(f"Question {number}") for number in range(60)]
        found, mark = walk_messages(shop)
        assert [each.external_id for each in found] == names
        assert [each.text for each in found] == [f"Question {number}" for number in range(60)]
        assert walk_messages(shop, mark) == ([], mark)
        late = ground.customer_writes("Encore")
        assert [each.external_id for each in walk_messages(shop, mark)[0]] == [late]

    def test_who_wrote_and_of_what(self, ground: Ground) -> None:
        """The customer with what the platform knows of them, the team, and notes that are for the team alone."""
        shop = threads_of(ground)
        ground.customer_writes("Où est mon colis\u202f?")
        ground.team_writes("Demain")
        ground.team_writes("Cliente fidèle", private=True)
        first, second, third = walk_messages(shop)[0]
        assert (first.by_customer, first.private, first.text) == (True, False, "Où est mon colis\u202f?")
        assert (first.email, first.customer_id, first.account_email) == (ground.email, ground.customer_id, ground.email)
        assert (first.order_id, first.order_number, first.thread_id) == (ground.order_id, ground.number, "80")
        assert first.written_at.tzinfo is not None
        assert (second.by_customer, second.private) == (False, False)
        assert second.author
        assert (third.by_customer, third.private) == (False, True)
        assert not first.key

    def test_hostile_words_are_words(self, ground: Ground) -> None:
        """What looks like a program is text; what is very long is cut, and said to be."""
        shop = threads_of(ground)
        hostile = "<script>alert(1)</script> 1 < 2 & \u202e <3 ]]> {{ 7*7 }}"
        ground.customer_writes(hostile)
        ground.customer_writes("é" * 300_000)
        first, second = walk_messages(shop)[0]
        assert first.text == hostile
        assert 0 < len(second.text) <= 100_000
        assert second.problem

    def test_an_answer_stands_in_the_thread_and_is_found(self, ground: Ground) -> None:
        """It is read back with our key, and found by it; another key finds nothing."""
        shop = threads_of(ground)
        ground.customer_writes("Bonjour")
        name = shop.answer("80", "Il arrive & demain <ok>.", KEY)
        assert ground.answers_in() == 1
        assert shop.answered("80", "Il arrive & demain <ok>.", KEY, BEFORE) == name
        assert shop.answered("80", "Tout autre chose", "b2" * 16, BEFORE) == ""
        told = walk_messages(shop)[0][-1]
        assert (told.external_id, told.key, told.by_customer, told.text) == (
            name,
            KEY,
            False,
            "Il arrive & demain <ok>.",
        )

    def test_an_answer_whose_line_was_lost(self, ground: Ground) -> None:
        """The outcome is unknown, and reading tells it."""
        shop = threads_of(ground)
        ground.customer_writes("Bonjour")
        ground.lose_answer()
        assert failure(lambda: shop.answer("80", "Il arrive demain.", KEY)).unknown
        assert shop.answered("80", "Il arrive demain.", KEY, BEFORE)
        assert ground.answers_in() == 1

    def test_an_answer_to_nowhere(self, ground: Ground) -> None:
        """A thread that is not there, and keys that no platform gives."""
        shop = threads_of(ground)
        for wrong in ("999", "80/../..", "", "\x00", "1 OR 1=1"):
            assert failure(lambda wrong=wrong: shop.answer(wrong, "x", KEY)).permanent
            assert shop.answered(wrong, "x", KEY, BEFORE) == ""

    def test_messages_while_the_platform_is_away(self, ground: Ground) -> None:
        """Not permanent, nothing unknown in what only reads."""
        shop = threads_of(ground)
        ground.fail()
        error = failure(lambda: shop.messages())
        assert not error.permanent
        assert not error.unknown

    def test_threads_are_closed_and_opened(self, ground: Ground) -> None:
        """Said once or twice it is the same, and it is read back."""
        shop = threads_of(ground)
        if not isinstance(shop, SettlesThreads):
            pytest.skip("threads have no state")
        ground.customer_writes("Bonjour")
        for closed in (True, True, False, False):
            shop.settle("80", closed)
            assert ground.is_closed() is closed
            assert walk_messages(shop)[0][0].closed is closed
