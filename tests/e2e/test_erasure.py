"""Story 4: a person is erased by hand in the console, and nothing of theirs remains, neither in rows nor in files."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from comptoir.core import files
from comptoir.customers.actions import add_note
from comptoir.customers.models import Customer
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running
from tests.erasure import remains
from tests.mails import arrives, mail

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]
WORDS = ["Claire", "Vasseur", "claire.vasseur@orange.example", "Naudières", "relais de Rezé", "table d’hôtes"]


def test_a_person_is_erased_and_nothing_of_theirs_remains(running: Callable[..., Running]) -> None:
    owner = world.owner()
    claire = world.claire()
    arrives(world.inbox(), mail("Mon colis est au relais de Rezé. Claire Vasseur"))
    arrives(world.inbox(), mail("Je passe demain", sender="Karim Benali <karim.benali@free.example>"))
    picture = files.save(b"recu de Claire Vasseur", name="recu-vasseur.txt", content_type="text/plain")
    claire.conversations.get().messages.get().attachments.create(file=picture)
    world.order(claire, address={"name": "Claire Vasseur", "street": "8 rue des Naudières"})
    add_note(claire.customer, "Tient une table d’hôtes", agent=owner)
    assert remains(WORDS)

    house = running("worker")
    page = house.console(owner, f"/customers/{claire.customer_id}/")
    page.get_by_role("button", name="Modifier, fusionner, exporter, effacer").click()
    page.get_by_role("button", name="Effacer cette personne…").click()
    expect(page.get_by_role("dialog")).to_contain_text("Claire Vasseur")
    page.get_by_label("Pour confirmer").fill("Claire Vasseur")
    page.keyboard.press("Enter")

    end = time.monotonic() + 15
    while Customer.objects.get(pk=claire.customer_id).erased_at is None or remains(WORDS):
        assert time.monotonic() < end, remains(WORDS)
        time.sleep(0.1)
    assert Customer.objects.exclude(erased_at=None).count() == 1
    assert world.Message.objects.filter(text="Je passe demain").count() == 1
