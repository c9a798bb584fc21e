"""Macros written in the settings: whole, judged, translated, previewed; one's own and the team's."""

import re
from typing import Any

import pytest

from comptoir.automation.models import Macro
from comptoir.automation.queries.described import chips
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Shop
from tests import world

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "name": "Retard", "shortcut": "retard", "folder": "Livraison", "topics": "Livraison, Retard", "language": "fr", "active": "on",
    "html": "<p>Bonjour {{ customer.first_name | default: \"\" }}</p><script>x</script>", "state": "closed", "assign": "me", "tags": "Retard; Colis",
    "untags": "Nouveau", "priority": "1", "topic": "Livraison", "note": "Vu <b>ici</b>\nDeux", "text_en": "<p>Hello</p>",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()
    world.topic("Livraison")
    world.topic("Retard")


def test_a_macro_is_written_whole_and_comes_back_into_its_form() -> None:
    tom = world.client_for(world.lead())
    assert tom.post("/settings/macros/new/", FORM | {"shared": "on"}).status_code == 302
    row = Macro.objects.get()
    assert row.agent is None
    assert row.html == '<p>Bonjour {{ customer.first_name | default: "" }}</p>'
    assert row.acts == [
        "assign:me",
        "priority:1",
        "topic:Livraison",
        "state:closed",
        "tag:Retard",
        "tag:Colis",
        "untag:Nouveau",
    ]
    assert row.note == "<p>Vu &lt;b&gt;ici&lt;/b&gt;</p><p>Deux</p>"
    assert row.topics == ["Livraison", "Retard"]
    assert row.translations.get().html == "<p>Hello</p>"
    page = tom.get(f"/settings/macros/{row.pk}/").content.decode()
    assert "Retard, Colis" in page
    assert "Vu &lt;b&gt;ici&lt;/b&gt;" in page


def test_a_translation_is_stale_until_it_is_looked_at() -> None:
    tom = world.client_for(world.lead())
    tom.post("/settings/macros/new/", FORM | {"shared": "on"})
    at = f"/settings/macros/{Macro.objects.get().pk}/"
    assert "à revoir" not in tom.get(at).content.decode()
    changed = FORM | {"html": "<p>Bonsoir</p>"}
    tom.post(at, changed)
    page = tom.get(at).content.decode()
    assert "à revoir" in page
    assert "Bonjour {{ customer.first_name" in page  # what it said
    assert "à revoir" in tom.get("/settings/macros/").content.decode()
    tom.post(at, changed | {"fresh_en": "on"})
    assert "à revoir" not in tom.get(at).content.decode()
    tom.post(at, changed | {"text_en": ""})
    assert not Macro.objects.get().translations.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"html": "<p>{{ customer.firstname }}</p>"}, "Vouliez-vous {{ customer.first_name }}"),
        ({"text_en": "<p>{{ zzz.q }}</p>"}, "n’existe pas"),
        ({"note": "{{ order.number | upcase }}"}, "ne se lit pas"),
        ({"html": "", "state": "", "assign": "", "tags": "", "untags": "", "priority": "", "topic": "", "note": ""}, "choisissez une action"),
        ({"shortcut": "a b"}, "Des lettres"),
        ({"assign": "999"}, "Sélectionnez"),
        ({"language": "xx"}, "Sélectionnez"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_not_kept(changes: dict[str, str], words: str) -> None:
    answer = world.client_for(world.lead()).post("/settings/macros/new/", FORM | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("\u202f", " ")
    assert not Macro.objects.exists()


def test_ones_own_and_the_teams() -> None:
    camille, tom = world.client_for(world.camille()), world.client_for(world.lead())
    camille.post("/settings/macros/new/", FORM | {"name": "À moi", "shared": "on"})
    tom.post("/settings/macros/new/", FORM | {"shared": "on"})
    own, shared = Macro.objects.get(name="À moi"), Macro.objects.get(name="Retard")
    assert (own.agent, shared.agent) == (world.camille(), None)
    assert "À moi" not in tom.get("/settings/macros/").content.decode()
    assert f"/settings/macros/{shared.pk}/" not in camille.get("/settings/macros/").content.decode()
    for key, who in ((shared.pk, camille), (own.pk, tom)):
        assert who.post(f"/settings/macros/{key}/", FORM).status_code == 404
        assert who.post(f"/settings/macros/{key}/deletion/").status_code == 404
    assert camille.post(f"/settings/macros/{own.pk}/deletion/").status_code == 302
    assert Macro.objects.get() == shared


def test_the_preview_speaks_the_conversations_language_and_hides_what_is_not_ones_own() -> None:
    row = world.conversation(language="en")
    values = {
        "about": row.pk,
        "language": "fr",
        "html": "<p>Bonjour</p>",
        "text_en": "<p>Hello {{ customer.first_name }} {{ order.number }}<script>x</script></p>",
    }
    said = world.client_for(world.camille()).post("/settings/macros/preview/", values).content.decode()
    assert "Hello Claire {{ order.number }}" in said
    assert "numéro de commande" in said
    assert "<script>" not in said
    assert "Claire" not in world.client_for(world.stranger()).post("/settings/macros/preview/", values).content.decode()


@pytest.mark.parametrize(
    ("currency", "typed", "code", "label"),
    [
        ("EUR", "10,00", "gift_card=1000EUR", "carte cadeau de 10,00\xa0€"),
        ("JPY", "1500", "gift_card=1500JPY", "carte cadeau de 1\u202f500\xa0JPY"),
        ("KWD", "5,250", "gift_card=5250KWD", "carte cadeau de 5,250\xa0KWD"),
        ("EUR", "10.00 CHF", "gift_card=1000CHF", "carte cadeau de 10,00\xa0CHF"),
    ],
)
def test_a_gesture_is_in_the_currency_of_its_shop(currency: str, typed: str, code: str, label: str) -> None:
    tom, shop = world.client_for(world.lead()), world.shop()
    Shop.objects.update(currency=currency)
    form = FORM | {"shared": "on", "shop": shop.pk, "gesture": "gift_card", "gesture_value": typed}
    assert tom.post("/settings/macros/new/", form).status_code == 302
    row = Macro.objects.get()
    assert f"gesture:{code}" in row.acts
    assert label in [chip.label.removeprefix("Proposer une ") for chip in chips(row.acts)]
    at = f"/settings/macros/{row.pk}/"
    again = re.search(r'name="gesture_value" value="([^"]+)"', tom.get(at).content.decode())
    assert again
    assert tom.post(at, form | {"gesture_value": again[1]}).status_code == 302
    row.refresh_from_db()
    assert f"gesture:{code}" in row.acts


def test_a_macro_for_shops_of_several_currencies_names_its_own() -> None:
    world.shop()
    world.shop("suisse", currency="CHF")
    tom = world.client_for(world.owner())
    form = FORM | {"shared": "on", "gesture": "refund", "gesture_value": "10,00"}
    for typed in ("10,00", "10,00 $", "-3 EUR", "0 EUR", "1e3 EUR"):
        assert tom.post("/settings/macros/new/", form | {"gesture_value": typed}).status_code != 302
    assert not Macro.objects.exists()
    assert "Dites aussi la monnaie" in tom.post("/settings/macros/new/", form).content.decode()
    assert tom.post("/settings/macros/new/", form | {"gesture_value": "10,00 CHF"}).status_code == 302
