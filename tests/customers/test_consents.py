"""What a person allows: silence is a no but for an order's follow-up, the newest decision counts, merging keeps it."""

import pytest

from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.customers import consents
from comptoir.customers.actions import erase, export, merge, unmerge
from comptoir.customers.models import Consent
from tests import world

NEWS, ORDERS = ("email", "news"), ("email", "orders")
PROOF = consents.Proof("account", text="Nouveautés par e-mail", version="1")

pytestmark = pytest.mark.django_db


def test_silence_is_a_no_but_for_the_follow_up_of_an_order() -> None:
    claire, shop = world.claire(), world.shop()
    assert consents.agreed(claire.customer_id, shop.pk, *ORDERS)
    for topic in (NEWS, ("sms", "orders"), ("email", "surveys"), ("email", "measure")):
        assert not consents.agreed(claire.customer_id, shop.pk, *topic)


def test_the_newest_decision_counts_in_its_shop_alone_and_twice_is_once() -> None:
    claire, shop, other = world.claire(), world.shop(), world.shop("rivage")
    assert consents.give(claire, shop, NEWS, proof=PROOF, actor=SYSTEM)
    assert consents.give(claire, shop, NEWS, proof=PROOF, actor=SYSTEM) is None
    assert consents.agreed(claire.customer_id, shop.pk, *NEWS)
    assert not consents.agreed(claire.customer_id, other.pk, *NEWS)
    assert consents.withdraw(claire, shop, NEWS, proof=PROOF, actor=SYSTEM)
    assert consents.withdraw(claire, shop, ORDERS, proof=PROOF, actor=SYSTEM)
    assert consents.agreeing([claire.customer_id], shop.pk, *NEWS) == set()
    assert not consents.agreed(claire.customer_id, shop.pk, *ORDERS)
    kept = list(Consent.objects.values_list("purpose", "given", "text", "version", "form"))
    assert kept[0] == ("news", True, "Nouveautés par e-mail", "1", "account")
    assert (len(kept), Event.objects.filter(verb__startswith="consent.").count()) == (3, 3)


def test_it_goes_with_its_address_through_a_merge_and_back_and_leaves_with_the_person() -> None:
    claire, karim, shop = world.claire(), world.karim(), world.shop()
    consents.give(karim, shop, NEWS, proof=PROOF, actor=SYSTEM)
    done = merge(karim.customer, claire.customer, actor=SYSTEM)
    assert consents.agreed(claire.customer_id, shop.pk, *NEWS)
    unmerge(done, actor=SYSTEM)
    assert not consents.agreed(claire.customer_id, shop.pk, *NEWS)
    karim.refresh_from_db()
    assert "Nouveautés par e-mail" in str(export(karim.customer, actor=SYSTEM))
    erase(karim.customer, actor=SYSTEM)
    assert not Consent.objects.exists()
