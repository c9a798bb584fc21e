"""A parcel's state whatever the order in which its steps become known."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from comptoir.lib.arrival import Road, outlook
from comptoir.orders.tracking.merging import Stand, Step, after, folded, merged
from comptoir.ports.parcels import ParcelState as S

T0 = datetime(2026, 11, 20, 8, tzinfo=UTC)


def steps(*states: str) -> list[Step]:
    return [Step(T0 + timedelta(hours=hour), state) for hour, state in enumerate(states)]


WAYS = [
    (["announced", "accepted", "in_transit", "out_for_delivery", "delivered"], "delivered"),
    (["in_transit", "announced"], "in_transit"),
    (["out_for_delivery", "attempt_failed", "in_transit", "out_for_delivery", "delivered"], "delivered"),
    (["out_for_delivery", "attempt_failed", "returning", "in_transit", "returned"], "returned"),
    (["delivered", "in_transit"], "delivered"),
    (["delivered", "returning", "returned"], "returned"),
    (["delivered", "available_for_pickup"], "available_for_pickup"),
    (["in_transit", "lost", "in_transit", "delivered"], "delivered"),
    (["announced", "cancelled"], "cancelled"),
    (["announced", "cancelled", "accepted"], "accepted"),
    (["in_transit", "unknown"], "in_transit"),
    (["in_transit", "exception", "customs", "delayed"], "delayed"),
    (["returned", "delivered"], "returned"),
    (["unknown"], "unknown"),
]


@pytest.mark.parametrize(("way", "end"), WAYS)
def test_where_a_history_leads(way: list[str], end: str) -> None:
    assert folded(steps(*way)).state == end
    for seed in range(10):
        shuffled = steps(*way)
        random.Random(seed).shuffle(shuffled)
        assert folded(shuffled).state == end


@pytest.mark.parametrize(("way", "end"), WAYS)
def test_every_order_of_arrival_ends_alike(way: list[str], end: str) -> None:
    whole = steps(*way)
    for order in itertools.islice(itertools.permutations(whole), 60):
        stand, known = Stand("unknown"), []
        for step in order:
            stand = merged(stand, known, [step])
            known.append(step)
        assert stand.state == end


def test_doubled_steps_change_nothing_and_since_is_when_it_began() -> None:
    way = steps("accepted", "in_transit", "in_transit")
    stand = merged(Stand("announced"), [], way)
    assert stand == Stand("in_transit", T0 + timedelta(hours=1))
    assert merged(stand, way, way) == stand


def test_what_is_known_otherwise_is_not_undone_by_old_news() -> None:
    shop_says = Stand("delivered")
    assert merged(shop_says, [], steps("accepted", "in_transit")).state == "delivered"
    assert merged(shop_says, [], steps("accepted", "returning")).state == "returning"
    assert merged(Stand("announced"), [], steps("in_transit"), "delivered").state == "delivered"
    assert merged(Stand("delivered"), steps("in_transit"), [], "unknown").state == "delivered"


def test_no_state_is_left_out() -> None:
    for here, there in itertools.product(S, S):
        assert after(here, there) in {here, there}
    assert {after(state, "unknown") for state in S} == set(S)


ROAD = Road(count=200, p10=24, p50=44, p80=60, p90=72)
FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_expected_is_the_median_then_what_is_still_ahead() -> None:
    monday = FRIDAY - timedelta(days=4)
    day = timedelta(hours=1)
    assert outlook(monday, monday + 2 * day, ROAD, None).expected_on == (monday + timedelta(hours=44)).date()
    assert outlook(monday, monday + 50 * day, ROAD, None).expected_on == (monday + timedelta(hours=60)).date()
    late = outlook(monday, monday + 100 * day, ROAD, None)
    assert (late.expected_on > FRIDAY.date(), late.late) == (True, True)
    assert late.expected_on.weekday() != 6


def test_late_is_what_is_expected_after_its_promise() -> None:
    monday = FRIDAY - timedelta(days=4)
    now = monday + timedelta(hours=5)
    assert outlook(monday, now, ROAD, (monday + timedelta(days=1)).date()).late
    assert not outlook(monday, now, ROAD, (monday + timedelta(days=2)).date()).late
    waiting = outlook(monday, monday + timedelta(days=9), ROAD, None, at_the_door=True)
    assert (waiting.late, waiting.expected_on) == (False, (monday + timedelta(days=9)).date())
