"""Help under the editor and the words of a shop."""

import pytest
from django.test import Client

from comptoir.automation.models import Wording
from tests import world


def test_the_panel_says_what_is_still_missing(camille: Client) -> None:
    row = world.conversation(text="Mon vase est arrivé cassé !")
    at = f"/conversations/{row.pk}/writing/"
    curt = camille.post(at, {"body": "<p>Il part demain, tu verras !</p>"}).content.decode()
    assert "0/4" in curt
    assert "il se plaint" in curt
    assert "On vouvoie, mais le texte dit\u202f: tu" in curt
    assert "data-typography" in curt
    kind = "<p>Bonjour Claire,</p><p>Je suis désolée.</p><p>Votre vase part demain.</p><p>Belle journée</p>"
    assert "4/4" in camille.post(at, {"body": kind}).content.decode()


def test_a_shop_that_says_tu_and_its_words(camille: Client) -> None:
    row = world.conversation()
    Wording.objects.create(shop=row.shop, address="informal", promises=[{"words": "sans faute"}])
    html = camille.post(
        f"/conversations/{row.pk}/writing/", {"body": "<p>Vous l’aurez sans faute</p>"}
    ).content.decode()
    assert "On tutoie" in html
    assert "Une promesse que la boutique ne fait pas" in html


def test_typography_on_demand(camille: Client) -> None:
    told = camille.post("/writing/typography/", {"body": "<p>Bonjour ! <script>x</script>l'été</p>"}).json()
    assert told["html"] == "<p>Bonjour\u202f! l’été</p>"


@pytest.mark.parametrize("address", ["formal", "rude"])
def test_the_owner_writes_a_shops_words(address: str) -> None:
    owner, shop = world.client_for(world.owner()), world.shop()
    values = {"address": address, "promises": "sans faute = au plus vite\n\n= x\ngaranti*", "forbidden": "clairement"}
    answer = owner.post(f"/settings/wording/{shop.pk}/", values)
    if address == "rude":
        assert answer.status_code == 422
        assert not Wording.objects.exists()
        return
    row = Wording.objects.get()
    assert row.promises == [{"words": "sans faute", "instead": "au plus vite"}, {"words": "garanti*", "instead": ""}]
    assert "sans faute = au plus vite" in owner.get(f"/settings/wording/{shop.pk}/").content.decode()
    assert world.client_for(world.lead()).post(f"/settings/wording/{shop.pk}/", values).status_code == 403
