"""One stranger is one person, even when two processes meet them at the same moment."""

import threading
import time

import pytest
from django.db import connection, transaction

from comptoir.customers.actions import identify
from comptoir.customers.models import Customer, Identity, IdentityKind
from tests import world


@pytest.mark.django_db(transaction=True)
def test_two_who_meet_the_same_stranger_make_one_person() -> None:
    found: list[Identity] = []

    def other() -> None:
        found.append(identify(IdentityKind.EMAIL, "Neuf@Exemple.example", name="Zoé"))
        connection.close()

    with transaction.atomic():
        first = identify(IdentityKind.EMAIL, "neuf@exemple.example")
        second = threading.Thread(target=other)
        second.start()
        time.sleep(0.3)
        assert found == []  # it waits for us: nobody else may make the same person meanwhile
    second.join(10)
    assert found == [first]
    assert (Customer.objects.count(), Identity.objects.count()) == (1, 1)
    assert Customer.objects.get().name == "Zoé"


@pytest.mark.django_db
def test_a_customer_number_is_known_in_its_own_shop_only() -> None:
    alba, rivage = world.shop(), world.shop("rivage")
    here = identify(IdentityKind.SHOP, "4812", shop=alba)
    assert identify(IdentityKind.SHOP, "4812", shop=alba) == here
    assert identify(IdentityKind.SHOP, "4812", shop=rivage) != here
    assert identify(IdentityKind.SHOP, "4812") not in (here, None)
    assert Customer.objects.count() == 3
    again = identify(IdentityKind.SHOP, "4812", shop=alba, name="Claire", language="fr")
    assert (again.customer.name, again.customer.language, again.shop) == ("Claire", "fr", alba)
