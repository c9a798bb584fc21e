"""Order actions by programs: quoted, confirmed, within the limits of the token's agent; once a key."""

from collections.abc import Iterator
from typing import Any

import pytest

from comptoir.core.programs import Scope
from comptoir.orders.models import Gesture
from comptoir.ports.errors import PortError
from comptoir.ports.fake_shop import FakePlatform
from comptoir.webhooks import rows
from tests import world
from tests.api.v1.conftest import Program, program_of
from tests.orders import platform as ground
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
REFUND = {"verb": "refund", "reason": "Casse", "lines": {"l2": 1}}


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """A platform behind Maison Alba."""
    with ground.plugged() as made:
        yield made


def test_an_act_is_quoted_and_done_by_its_confirmation_alone(program: Program, platform: FakePlatform) -> None:
    order = ground.order(platform)
    assert program("GET", f"/orders/{order.pk}").json()["lines"][1]["external_id"] == "l2"
    first = program("POST", f"/orders/{order.pk}/gestures", REFUND, Idempotency_Key="a1")
    again = program("POST", f"/orders/{order.pk}/gestures", REFUND, Idempotency_Key="a1")
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    told = first.json()
    assert (told["state"], told["amount"], told["quote"]["maximum"]) == ("proposed", 2490, 9680)
    assert platform.acts == []
    for _ in range(2):
        confirmed = program("POST", f"/gestures/{told['id']}/confirmation", Idempotency_Key="c1").json()
        assert confirmed["state"] == "reserved"
    run_jobs()
    assert len(platform.acts) == 1
    listed = program("GET", f"/gestures?order={order.pk}&state=done").json()["data"]
    assert [row["id"] for row in listed] == [told["id"]]
    assert program("POST", f"/gestures/{told['id']}/undo").status_code == 409
    row = Gesture.objects.get()
    assert (row.key.startswith("api:"), row.token_key is not None) == (True, True)
    assert rows.shown(world.camille(), "gesture", row.pk)["state"] == "done"  # type: ignore[index]  # what webhooks say
    assert rows.shown(world.stranger(), "gesture", row.pk) is None


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"lines": {"l2": 2}}, 422, "gesture_count"),
        ({"lines": {"nothing": 1}}, 422, "gesture_line"),
        ({"amount": -1}, 422, "invalid"),
        ({"lines": {}}, 422, "gesture_nothing"),
        ({"lines": {}, "amount": 9681}, 422, "gesture_too_much"),
        ({"verb": "explode"}, 422, "invalid"),
        ({"reason": ""}, 422, "invalid"),
        ({"conversation": 999_999}, 422, "conversation"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
def test_refusals_are_problems(
    program: Program, platform: FakePlatform, changes: dict[str, Any], status: int, code: str
) -> None:
    order = ground.order(platform)
    answer = program("POST", f"/orders/{order.pk}/gestures", REFUND | changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Gesture.objects.exists()


def test_a_platform_that_is_down_or_refuses(program: Program, platform: FakePlatform) -> None:
    order = ground.order(platform)
    platform.errors = [PortError("La boutique ne répond pas.")]
    assert program("POST", f"/orders/{order.pk}/gestures", REFUND).json()["code"] == "platform"
    platform.refusal = "Commande archivée."
    answer = program("POST", f"/orders/{order.pk}/gestures", REFUND).json()
    assert (answer["code"], answer["detail"]) == ("platform_refuses", "Commande archivée.")


def test_limits_and_accords_hold_for_programs_too(program: Program, platform: FakePlatform) -> None:
    order, tom = ground.order(platform), program_of(world.lead())
    asked = {"verb": "refund", "reason": "Casse", "amount": 9000}
    key = program("POST", f"/orders/{order.pk}/gestures", asked).json()["id"]
    assert program("POST", f"/gestures/{key}/confirmation").json()["state"] == "waiting"
    own = program("POST", f"/gestures/{key}/approval", {})
    assert (own.status_code, own.json()["code"]) == (403, "limits")
    assert tom("POST", f"/gestures/{key}/approval", {"answer": "Oui"}).json()["approver"] == world.lead().pk
    assert tom("POST", f"/gestures/{key}/refusal", {}).json()["code"] == "too_late"
    run_jobs()
    assert len(platform.acts) == 1


def test_scopes_and_strangers(platform: FakePlatform) -> None:
    order = ground.order(platform)
    reading = program_of(world.camille(), Scope.READ_GESTURES)
    assert reading("POST", f"/orders/{order.pk}/gestures", REFUND).json()["code"] == "scope"
    key = program_of(world.camille())("POST", f"/orders/{order.pk}/gestures", REFUND).json()["id"]
    assert program_of(world.reader())("POST", f"/gestures/{key}/confirmation").status_code == 403
    otto = program_of(world.stranger())
    assert otto("POST", f"/orders/{order.pk}/gestures", REFUND).status_code == 404
    assert otto("GET", "/gestures").json()["data"] == []
    for path in ("", "/confirmation", "/withdrawal", "/undo"):
        assert otto("POST" if path else "GET", f"/gestures/{key}{path}").status_code == 404
    assert Gesture.objects.get().state == "proposed"
