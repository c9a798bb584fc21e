"""The authority matrix and the reasons in the settings."""

import pytest

from comptoir.core.models import Event
from comptoir.orders.gestures.reasons import reasons
from comptoir.orders.models import Authority, ReasonList
from tests import world

pytestmark = pytest.mark.django_db
FIELDS = {"who": "role:agent", "currency": "eur", "per_act": "80,00", "period_days": "365", "allowed": "on"}


def test_the_rows_that_come_with_comptoir_become_the_house_s_own() -> None:
    ines = world.client_for(world.owner())
    world.shop()
    assert "80,00\xa0€ par geste, 150,00\xa0€ par jour" in ines.get("/settings/authority/").content.decode()
    assert not Authority.objects.exists()
    ines.post("/settings/authority/", FIELDS | {"per_act": "1 000.50", "verb": "refund", "approves": "on"})
    assert Authority.objects.count() == 8
    added = Authority.objects.get(verb="refund")
    assert (added.role, added.currency, added.per_act, added.approves) == ("agent", "EUR", 100_050, True)
    ines.post(f"/settings/authority/{added.pk}/", FIELDS | {"who": f"agent:{world.camille().pk}", "per_day": "12"})
    added.refresh_from_db()
    assert (added.role, added.agent, added.per_act, added.per_day, added.verb) == ("", world.camille(), 8000, 1200, "")
    ines.post(f"/settings/authority/{added.pk}/deletion/")
    assert Authority.objects.count() == 7
    verbs = Event.objects.filter(verb__startswith="authority.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["authority.created", "authority.edited", "authority.deleted"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_act": "-1"},
        {"per_day": "beaucoup"},
        {"currency": ""},
        {"currency": "E1"},
        {"who": "role:x"},
        {"period_days": "0"},
    ],
)
def test_rows_that_make_no_sense_are_refused(wrong: dict[str, str]) -> None:
    ines = world.client_for(world.owner())
    assert ines.post("/settings/authority/", FIELDS | wrong).status_code == 422
    assert not Authority.objects.exists()


def test_each_shop_has_its_reasons() -> None:
    ines, shop = world.client_for(world.owner()), world.shop()
    ines.post(f"/settings/reasons/{shop.pk}/", {"reasons": " Trop  tard \n\nCassé\nCassé\n" + "x" * 200})
    assert reasons(shop) == ["Trop tard", "Cassé", "x" * 80]
    ines.post(f"/settings/reasons/{shop.pk}/", {"reasons": ""})
    assert ReasonList.objects.get().words == []
    assert "Colis perdu" in reasons(shop)
