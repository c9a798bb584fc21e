"""The ways of the customer's country beside the reply, the language of the answer, spelling."""

import shutil
from pathlib import Path

import pytest
from django.test import Client

from comptoir.automation import cultures
from comptoir.automation.models import Wording
from comptoir.conversations.models import Conversation
from comptoir.core.models import Event
from comptoir.customers.models import Customer
from comptoir.lib.writing import spelling
from comptoir.orders.models import Product
from tests import world


def _lives(row: Conversation, country: str, language: str) -> None:
    Customer.objects.filter(pk=row.identity.customer_id).update(country=country, language=language)
    Conversation.objects.filter(pk=row.pk).update(language=language)


def test_the_country_of_the_customer_is_shown_with_greetings_in_their_name(camille: Client) -> None:
    row = world.conversation()
    _lives(row, "SE", "sv")
    html = camille.get(f"/conversations/{row.pk}/manners/").content.decode()
    assert "Suède" in html
    assert "Hej Claire!" in html
    assert "<b>Tutoiement</b>" in html
    assert "2026-03-09" in html
    assert 'value="sv" selected' in html


@pytest.mark.parametrize(
    ("country", "language", "shown"),
    [("SE", "fr", "France"), ("", "en", "Royaume-Uni"), ("US", "en", "États-Unis"), ("CH", "it", "Suisse"), ("", "", "France"), ("JP", "ja", "Ce pays n’a pas encore de fiche")],
)  # fmt: skip
def test_a_country_counts_where_its_language_is_spoken(
    camille: Client, country: str, language: str, shown: str
) -> None:
    row = world.conversation()
    _lives(row, country, language)
    html = camille.get(f"/conversations/{row.pk}/manners/").content.decode()
    assert f"selected>{shown}<" in html or shown in html.partition("<dl")[0].partition("<p")[2]


def test_a_name_that_tells_no_first_name_leaves_a_greeting_without_one(camille: Client) -> None:
    row = world.conversation(customer_name="Atelier Bleu SARL")
    html = camille.get(f"/conversations/{row.pk}/manners/").content.decode()
    assert ">Bonjour,</button>" in html
    assert "{first}" not in html


def test_every_country_has_all_its_words_in_both_languages() -> None:
    assert {"GB", "US", "FR", "SE", "PL", "DE", "ES", "IT", "NL", "PT"} <= set(cultures.countries())
    for country in cultures.countries():
        for reader in ("fr", "en"):
            known = cultures.culture(country, reader=reader)
            assert all(known.words[name] for name in ("form", "tone", "avoid", "answer", "rhythm"))
            assert known.greetings
            assert known.closings
            assert known.address in ("formal", "informal", "")


def test_the_shop_says_otherwise_and_takes_it_back(camille: Client) -> None:
    row, owner = world.conversation(), world.client_for(world.owner())
    _lives(row, "DE", "de")
    at = f"/settings/wording/{row.shop_id}/countries/DE/"
    assert owner.get(at).status_code == 200
    said = {"address": "informal", "greeting": "Moin {first},", "closing": "", "note": "Nos clients de Hambourg."}
    assert owner.post(at, said).status_code == 302
    html = camille.get(f"/conversations/{row.pk}/manners/").content.decode()
    assert "Moin Claire," in html
    assert "Nos clients de Hambourg." in html
    assert "<b>Tutoiement</b>" in html
    assert "Adapté par la boutique" in owner.get(f"/settings/wording/{row.shop_id}/").content.decode()
    checked = camille.post(
        f"/conversations/{row.pk}/writing/", {"body": "<p>Bitte senden Sie es.</p>"}
    ).content.decode()
    assert "On tutoie" in checked
    owner.post(at, {"address": ""})
    assert Wording.objects.get().cultures == {}
    assert owner.get(f"/settings/wording/{row.shop_id}/countries/XX/").status_code == 404
    assert Event.objects.filter(verb="wording.edited").count() == 2


def test_vous_at_home_and_the_countrys_way_abroad(camille: Client) -> None:
    row = world.conversation()
    Wording.objects.create(shop=row.shop)
    at = f"/conversations/{row.pk}/writing/"
    assert "On vouvoie" in camille.post(at, {"body": "<p>Bonjour, tu as reçu ton vase</p>"}).content.decode()
    _lives(row, "NL", "nl")
    assert "On tutoie" in camille.post(at, {"body": "<p>Beste Claire, uw pakket is er</p>"}).content.decode()


def test_an_agent_says_in_which_language_to_answer(camille: Client) -> None:
    row = world.conversation()
    answer = camille.post(f"/conversations/{row.pk}/language/", {"language": "de"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.language == "de"
    assert camille.post(f"/conversations/{row.pk}/language/", {"language": "xx"}).status_code == 404
    assert Event.objects.filter(verb="conversation.language").count() == 1
    html = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert 'data-editor rows="3" lang="de" spellcheck="true"' in html
    assert world.client_for(world.reader()).get(f"/conversations/{row.pk}/manners/").status_code == 403


def test_without_a_dictionary_the_panel_says_whose_spelling_it_is(camille: Client) -> None:
    row = world.conversation()
    _lives(row, "PL", "pl")
    html = camille.post(f"/conversations/{row.pk}/writing/", {"body": "<p>Dzien dobry</p>"}).content.decode()
    assert ("celle de votre navigateur" in html) is not spelling.can_check("pl", "PL")


@pytest.fixture
def dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small dictionary of our own, for the machine's Hunspell."""
    if not shutil.which("hunspell"):
        pytest.skip("this machine has no hunspell")
    words = "bonjour votre vos commande partira demain avec un et le la part est".split()
    (tmp_path / "fr_FR.dic").write_text(f"{len(words)}\n" + "\n".join(words) + "\n", encoding="utf-8")
    (tmp_path / "fr_FR.aff").write_text("SET UTF-8\nTRY esianrtolcdugmphbyfvkw\n", encoding="utf-8")
    monkeypatch.setenv("DICPATH", str(tmp_path))


@pytest.mark.usefixtures("dictionary")
def test_spelling_passes_names_products_numbers_and_learns_words(camille: Client) -> None:
    row = world.conversation()
    Product.objects.create(shop=row.shop, external_id="1", title="Bougie Figuier sauvage")
    at, body = f"/conversations/{row.pk}/writing/", "<p>Bonjour Claire, votre comande MA-24817 avec le Figuier Zorblax part demain. <b>Camille</b> {{ order.number }} x@y.example</p>"  # fmt: skip
    html = camille.post(at, {"body": body}).content.decode()
    assert [word for word in ("comande", "Zorblax", "Figuier", "Claire", "Camille", "MA", "order") if f'data-word="{word}"' in html] == ["comande", "Zorblax"]  # fmt: skip
    assert ">commande</button>" in html
    assert "writing/words" not in html  # an agent does not teach
    owner = world.client_for(world.owner())
    taught = owner.post(f"{at}words/", {"word": "Zorblax", "body": body}).content.decode()
    assert 'data-word="Zorblax"' not in taught
    assert Wording.objects.get().spelled == ["Zorblax"]
    assert 'data-word="Zorblax"' not in camille.post(at, {"body": body}).content.decode()
    assert camille.post(f"{at}words/", {"word": "x"}).status_code == 403


@pytest.mark.usefixtures("dictionary")
@pytest.mark.parametrize(
    "body", ["", "!!! -a ^x\n@quit\n# & *", "é" * 40_000, "<p>" + "mot " * 30_000 + "</p>", "\x00-d /etc/passwd"]
)
def test_spelling_of_hostile_text(body: str) -> None:
    assert len(spelling.misspelled(body, "fr", country="FR")) <= spelling.MOST_WORDS


def test_a_hunspell_that_hangs_or_fails_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fr_FR.dic", "fr_FR.aff"):
        (tmp_path / name).touch()
    program = tmp_path / "hunspell"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("DICPATH", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    spelling._program.cache_clear()
    try:
        assert spelling.misspelled("Bonjuor", "fr", country="FR") == []
    finally:
        spelling._program.cache_clear()
