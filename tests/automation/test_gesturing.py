"""A macro's order action: proposed with its quote, never done by itself."""

from collections.abc import Iterator

import pytest

from comptoir.automation.acts import BadAct, read, read_arrival
from comptoir.automation.models import Macro
from comptoir.conversations.models import Task
from comptoir.orders.models import Gesture, Order
from comptoir.ports.fake_shop import FakePlatform
from tests import world
from tests.orders import platform as ground
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """A platform behind Maison Alba."""
    with ground.plugged() as made:
        yield made


def applied(*codes: str) -> int:
    """Camille answers Claire with a macro that does these acts; the conversation's key."""
    made = world.conversation()
    made.orders.add(Order.objects.get())
    macro = Macro.objects.create(name="Geste", html="<p>Pardon</p>", acts=list(codes))
    fields = {"body": "<p>Pardon</p>", "macro": macro.pk, "act": list(codes)}
    answer = world.client_for(world.camille()).post(f"/conversations/{made.pk}/replies/", fields)
    assert answer.status_code == 200
    run_jobs()
    return made.pk


def test_a_macro_proposes_and_a_person_confirms(platform: FakePlatform) -> None:
    ground.order(platform)
    key = applied("gesture:discount_code=10%")
    row = Gesture.objects.get()
    assert (row.state, row.request["percent"], row.conversation_key) == ("proposed", 10, key)
    assert row.request["code"].startswith("MERCI-CLAIRE-")
    assert platform.acts == []
    camille = world.client_for(world.camille())
    assert "Confirmer 9,68\xa0€" in camille.get(f"/conversations/{key}/panel/").content.decode()
    camille.post(f"/gestures/{row.pk}/confirmation/")
    run_jobs()
    row.refresh_from_db()
    assert (row.state, len(platform.acts)) == ("done", 1)


def test_over_the_limit_its_confirmation_asks_for_an_accord(platform: FakePlatform) -> None:
    ground.order(platform)
    world.lead()
    applied("gesture:refund=9000EUR")
    row = Gesture.objects.get()
    world.client_for(world.camille()).post(f"/gestures/{row.pk}/confirmation/")
    row.refresh_from_db()
    assert (row.state, platform.acts) == ("waiting", [])


def test_what_cannot_be_proposed_becomes_a_task(platform: FakePlatform) -> None:
    ground.order(platform)
    applied("gesture:refund=9681EUR")
    assert not Gesture.objects.exists()
    assert "MA-24817" in Task.objects.get().title


def test_an_amount_in_another_currency_is_refused_in_words(platform: FakePlatform) -> None:
    ground.order(platform)
    applied("gesture:refund=900CHF")
    assert not Gesture.objects.exists()
    assert "CHF, la commande est en EUR" in Task.objects.get().title


@pytest.mark.parametrize(
    "code",
    ["gesture:refund=-5EUR", "gesture:refund=500", "gesture:refund=", "gesture:explode", "gesture:discount_code=101%"],
)
def test_codes_that_mean_nothing_are_refused(code: str) -> None:
    with pytest.raises(BadAct):
        read(code)


def test_no_filter_gives_money_away_by_itself() -> None:
    with pytest.raises(BadAct):
        read_arrival(["gesture:refund=500EUR"])
