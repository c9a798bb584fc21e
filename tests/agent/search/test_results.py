"""The page of results: what was written, in every language, however spelled; filters; nothing of other shops, ever."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.organising import tag
from comptoir.conversations.actions.searching import count_words, remember
from comptoir.conversations.models import Conversation, LexiconWord, Message, RecentSearch, SearchEntry, State, View
from comptoir.conversations.queries import search
from comptoir.conversations.queries.search import finding, walking
from comptoir.core import erasure
from comptoir.core.actors import SYSTEM
from comptoir.customers.models import Identity
from comptoir.orders.models import Shipment
from tests import world
from tests.untouched import untouched

pytestmark = pytest.mark.django_db


def page(client: Client, text: str, **more: Any) -> str:
    return client.get("/search/results/", {"q": text, "all": "1"} | more).content.decode()


def found(client: Client, text: str, **more: Any) -> list[int]:
    """The keys of the conversations that are shown, in their order."""
    return [int(part.split('"')[0]) for part in page(client, text, **more).split('id="c')[1:] if part[0].isdigit()]


def talk(text: str, **more: Any) -> Conversation:
    return world.conversation(text=text, **{"subject": "Question"} | more)


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("fr", "Vous m’avez remboursée trop tard", "remboursé"),
        ("fr", "Les remboursements tardent", "remboursement"),
        ("fr", "L’écran est fêlé, l’œillet aussi", "ECRAN FELE oeillet"),
        ("en", "My parcels were damaged", "parcel damage"),
        ("de", "Meine Bestellungen sind beschädigt", "Bestellung"),
        ("es", "Los paquetes llegaron rotos", "paquete"),
        ("it", "I pacchi sono arrivati", "pacco"),
        ("nl", "De pakketten zijn beschadigd", "pakket"),
        ("pt", "As encomendas chegaram", "encomenda"),
        ("sv", "Paketen är skadade", "paket"),
        ("pl", "Zgubiłem przesyłkę", "przesyłkę"),
        ("pl", "Zgubiłem przesyłkę", "zgubilem"),
    ],
)
def test_words_are_found_in_their_own_language_without_accents(language: str, written: str, asked: str) -> None:
    conversation = talk(written, language=language)
    talk("Tout autre chose", language=language)
    assert found(world.client_for(world.camille()), asked) == [conversation.pk]


def test_subject_name_and_text_are_one() -> None:
    conversation = talk("Il est ébréché", subject="Vase bleu")
    assert found(world.client_for(world.camille()), "vasseur vase ébréché") == [conversation.pk]


def test_small_words_neither_hide_nor_find() -> None:
    conversation = talk("Le colis de la semaine", language="fr")
    client = world.client_for(world.camille())
    assert found(client, "le colis de la semaine") == [conversation.pk]
    english = talk("The die was cast for the box", language="en")
    assert found(client, "the die box") == [english.pk]
    assert found(client, '"colis de la semaine"') == [conversation.pk]
    assert found(client, '"colis semaine"') == []


def test_phrases_exclusions_and_numbers_within_a_text() -> None:
    client = world.client_for(world.camille())
    one = talk("Le vase bleu est cassé, commande MA-10482.")
    two = talk("Le vase est bleu")
    assert found(client, "vase bleu") == [two.pk, one.pk]
    assert found(client, '"vase bleu"') == [one.pk]
    assert found(client, "« vase bleu »") == [one.pk]
    assert found(client, "vase -cassé") == [two.pk]
    assert found(client, 'bleu -"vase bleu"') == [two.pk]
    assert found(client, "vase 10482") == [one.pk]
    assert found(client, "MA-10482 vase") == [one.pk]
    world.message(two, "En fait il est cassé aussi")
    assert found(client, "vase -cassé") == []  # the conversation is left out, not only the message


def test_filters_in_both_languages() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    mine = talk("Un colis", assignee=camille, channel="email")
    karims = world.conversation(world.karim(), text="Un colis", subject="Facture")
    tag(mine, "Casse", actor=SYSTEM)
    old = talk("Un colis", at=timezone.now() - timedelta(days=90))
    order = world.order(world.karim(), "MA-777")
    Shipment.objects.create(order=order, carrier="Colissimo", number="6A00000000001")
    karims.orders.add(order)
    spam = talk("Un colis", state=State.SPAM)
    expected = {
        "de:claire": {mine.pk, old.pk}, "from:karim.benali@free.example": {karims.pk}, 'de:"Karim Benali"': {karims.pk},
        "-de:claire": {karims.pk}, "étiquette:casse": {mine.pk}, "tag:cas": {mine.pk}, "-tag:casse": {karims.pk, old.pk},
        "assigné:moi": {mine.pk}, "assignee:camille": {mine.pk}, "assigné:personne": {karims.pk, old.pk},
        "avant:30j": {old.pk}, "after:30d": {mine.pk, karims.pk}, "is:spam": {spam.pk}, "état:ouverte": {mine.pk, karims.pk, old.pk},
        "sujet:fact": {karims.pk}, "commande:ma777": {karims.pk}, "order:6A00000000001": {karims.pk},
        "canal:chat": set(), "in:alba": {mine.pk, karims.pk, old.pk}, "boutique:alba": {mine.pk, karims.pk, old.pk},
        "has:attachment": set(), "is:non-lue assigné:personne": {karims.pk, old.pk}, "de: karim": {karims.pk},
    }  # fmt: skip
    Conversation.objects.update(newest_message=1)
    for asked, keys in expected.items():
        for text in (f"colis {asked}", asked):
            matches = search.find(camille, search.read(text)).matches
            assert {match.conversation.pk for match in matches} == keys, text
    assert found(client, "colis de:karim") == [karims.pk]


def test_a_wrong_filter_is_told_with_the_nearest_and_the_rest_is_searched() -> None:
    conversation = talk("Un colis")
    tag(conversation, "Urgent", actor=SYSTEM)
    client = world.client_for(world.camille())
    answers = {
        "fromm:claire colis": "« fromm: » n’est pas un filtre. Vouliez-vous dire « from: »",
        "etiquete:casse colis": "Vouliez-vous dire « étiquette: »",
        "tag:urgnt colis": "Le plus proche : « Urgent »",
        "avant:jamais colis": "n’est pas une date",
        "commande:999999 colis": "aucune commande ni aucun colis",
        "colis tag:": "attend une valeur",
    }
    for asked, sentence in answers.items():
        answer = page(client, asked).replace("\u202f", " ")
        assert sentence.replace("\u202f", " ") in answer, asked
        assert f'id="c{conversation.pk}"' in answer, asked
    english = world.agent("Kate Owen", of=world.shop(), language="en")
    assert "is not a filter" in page(world.client_for(english), "fromm:claire colis")


def test_pages_follow_one_another_without_repeating_a_conversation() -> None:
    client = world.client_for(world.camille())
    now = timezone.now()
    keys = [talk("Un colis", at=now - timedelta(hours=number)).pk for number in range(1, 54)]
    world.message(Conversation.objects.get(pk=keys[1]), "Encore ce colis")  # its old message lies on page one as well
    world.message(Conversation.objects.get(pk=keys[52]), "Un colis encore", at=now - timedelta(minutes=5))
    first = page(client, "colis")
    assert "Afficher la suite" in first
    more = first.split('class="more" href="')[1].split('"')[0].replace("&amp;", "&")
    shown = found(client, "colis")
    rest = [int(part.split('"')[0]) for part in client.get(more).content.decode().split('id="c')[1:]]
    assert len(shown) == 50
    assert sorted([*shown, *rest]) == sorted(keys)
    assert shown[:2] == [keys[1], keys[52]]


@pytest.mark.parametrize("latest", [10_000, 1])
@pytest.mark.parametrize("many", [5_000, 3])
def test_every_road_through_the_index_finds_the_same(monkeypatch: Any, latest: int, many: int) -> None:
    monkeypatch.setattr(walking, "LATEST", latest)
    monkeypatch.setattr(walking, "MANY", many)
    now = timezone.now()
    keys = [talk("Un colis", at=now - timedelta(days=number * 45)).pk for number in range(14)]
    keys += [talk("Un colis", at=now - timedelta(days=800, minutes=number)).pk for number in range(8)]
    talk("Rien")
    assert found(world.client_for(world.camille()), "colis") == keys


def test_the_best_match_comes_first_when_asked() -> None:
    client = world.client_for(world.camille())
    subject = talk("Bonjour", subject="Vase", at=timezone.now() - timedelta(days=3))
    text = talk("Un mot sur un vase parmi beaucoup d’autres mots qui parlent de tout autre chose encore")
    assert found(client, "vase") == [text.pk, subject.pk]
    assert found(client, "vase", sort="best") == [subject.pk, text.pk]


def test_the_overview_counts_and_narrows() -> None:
    conversation = talk("Un colis")
    tag(conversation, "Casse", actor=SYSTEM)
    talk("Un colis", state=State.CLOSED)
    client = world.client_for(world.camille())
    answer = client.get("/search/results/overview/", {"q": "colis"}).content.decode()
    assert '<small id="search-total" class="num" hx-swap-oob="true">2</small>' in answer
    assert quote("étiquette:Casse").replace("%3A", "%3A") in answer
    assert "Close" in answer
    assert "Maison Alba email" in answer


def test_what_was_written_is_shown_as_text() -> None:
    talk('Le vase <script>alert(1)</script> & "deux" <b>vases</b>', subject="<i>vase</i>")
    answer = page(world.client_for(world.camille()), "vase")
    assert "<script>alert" not in answer
    assert (
        "Le <em>vase</em> &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;deux&quot; &lt;b&gt;<em>vases</em>"
        in answer
    )
    assert "&lt;i&gt;<em>vase</em>&lt;/i&gt;" in answer


def test_a_typing_error_is_told_and_searched_anew_but_never_leads_elsewhere() -> None:
    conversation = talk("Mon colissimo est perdu")
    other = world.conversation(world.karim(), box=world.inbox(of=world.shop("rivage")), text="Un catamaran", subject="")
    count_words()
    count_words()
    assert LexiconWord.objects.filter(text__in=["colissimo", "catamaran"]).count() == 2
    client = world.client_for(world.camille())
    answer = page(client, "colisimo perdu")
    assert "<b>colissimo perdu</b>" in answer
    assert f'id="c{conversation.pk}"' in answer
    assert found(client, "colisimo perdu", literally="1") == []
    answer = page(client, "catamarant")
    assert "catamaran<" not in answer
    assert "Rien ne correspond" in answer
    assert f'id="c{other.pk}"' in page(world.client_for(world.stranger()), "catamarant")


def test_erasing_a_person_takes_their_words_and_the_searches_for_them() -> None:
    claire, camille = world.claire(), world.camille()
    conversation = talk("Mon zigomar et mon colissimo")
    world.conversation(world.karim(), text="Un colissimo")
    count_words()
    count_words()
    world.order(claire, "MA-55501")
    Identity.objects.create(kind="phone", value="+33641882075", customer=claire.customer)
    for text in ("vasseur colis", "MA 55501", "06 41 88 20 75", "claire.vasseur@orange.example", "vase bleu"):
        remember(camille, text)
    erasure.erase(claire.customer_id)
    words = dict(LexiconWord.objects.filter(text__in=["zigomar", "colissimo"]).values_list("text", "count"))
    assert words == {"colissimo": 1}
    assert list(RecentSearch.objects.values_list("text", flat=True)) == ["vase bleu"]
    assert found(world.client_for(camille), "zigomar") == []
    assert found(world.client_for(camille), "vasseur") == []
    assert not SearchEntry.objects.filter(conversation=conversation, search="zigomar").exists()


def test_recent_searches_are_ones_own_and_can_be_erased() -> None:
    camille, tom = world.camille(), world.lead()
    client = world.client_for(camille)
    for number in range(12):
        remember(camille, f"vase {number}")
    page(client, "vase 11")
    page(world.client_for(tom), "secret de tom")
    assert RecentSearch.objects.filter(agent=camille).count() == 10
    answer = client.get("/search/completions/", {"q": ""}).content.decode()
    assert "vase 11" in answer
    assert "secret" not in answer
    client.post("/search/recent/removal/")
    assert list(RecentSearch.objects.values_list("agent", flat=True)) == [tom.pk]


def test_filters_are_completed_while_typing() -> None:
    tag(talk("Un colis"), "Très urgent", actor=SYSTEM)
    client = world.client_for(world.camille())

    def options(text: str) -> str:
        return client.get("/search/completions/", {"q": text}).content.decode()

    assert 'value="colis étiquette:"' in options("colis éti")
    assert "colis étiquette:&quot;Très urgent&quot;" in options("colis étiquette:tr")
    assert "colis -état:close" in options("colis -état:cl")
    assert "de:&quot;Claire Vasseur&quot;" in options("de:cla")
    assert "option" not in options("colis")
    bar = client.get("/search/", {"q": "colis éti"}, HTTP_HX_REQUEST="true").content.decode()
    assert 'data-fill="colis étiquette:"' in bar


def test_one_number_opens_what_it_names_several_are_listed() -> None:
    order = world.order(world.claire())
    Identity.objects.create(kind="phone", value="+33641882075", customer=world.claire().customer)
    client = world.client_for(world.camille())
    for text in ("ma 24817", "#MA-24817", "2 4 8 1 7"):
        assert client.get("/search/results/", {"q": text}).headers["Location"] == f"/orders/{order.pk}/"
    for text in ("06 41 88 20 75", "0033 6 41 88 20 75", "06-41-88-20-75"):
        assert (
            client.get("/search/results/", {"q": text}).headers["Location"]
            == f"/customers/{world.claire().customer_id}/"
        )
    for name in ("one", "two"):
        Shipment.objects.create(order=world.order(world.karim(), name), carrier="UPS", number="1Z999AA10123456784")
    answer = client.get("/search/results/", {"q": "1Z 999AA1 0123456784"})
    assert answer.status_code == 200
    assert answer.content.decode().split("<main")[1].count('href="/orders/') == 2


def test_a_part_of_an_address_finds_people_and_orders() -> None:
    claire, karim = world.claire(), world.karim()
    claire.customer.street, claire.customer.postcode, claire.customer.city = "12 rue Crébillon", "44000", "Nantes"
    claire.customer.save()
    order = world.order(karim, "MA-9", address={"name": "K. Benali", "street": "3 quai des Célestins", "city": "Lyon"})
    world.order(claire, "MA-8")
    client = world.client_for(world.camille())
    assert f'href="/customers/{claire.customer_id}/"' in page(client, "12 rue crebillon")
    assert f'href="/customers/{claire.customer_id}/"' in page(client, "Vasseur Nantes")
    assert f'href="/orders/{order.pk}/"' in page(client, "quai des celestins lyon")
    assert "/orders/" not in page(world.client_for(world.stranger()), "quai des celestins lyon").split("<main")[1]


def test_filters_alone_are_kept_as_a_view() -> None:
    client = world.client_for(world.camille())
    talk("Un colis", assignee=None)
    assert "Garder comme vue" in page(client, "assigné:personne")
    assert "Garder comme vue" not in page(client, "colis assigné:personne")
    answer = client.post("/search/views/", {"q": "assigné:personne canal:mail"})
    view = View.objects.get()
    assert answer.headers["Location"] == f"/inbox/view-{view.pk}/"
    assert view.filters["assignee"] == "none"
    assert view.filters["channel"] == "email"


@pytest.mark.parametrize(
    "text",
    ["'", '"', "a:*", "& | !", "\\", "!!", "((((", "-", "- - -", "é" * 500, "a\0b", "%", "*", "colis\\' | x:*", "a " * 90,
     '"colis', "<-> <2>", "(a|b)", "tag:", "avant:99/99/9999", "avant:9999999999j", "de:'\\", "is:" * 40, "{}[]", "\ud7ff", "١٢٣",
     "de:\"", "commande:'", "~s1", "'~s1'", "colis:A & !b", "-colis", ":", "::", "http://a.b/c?d=e", "🎁 🎁", "sujet:(.*", "fichier:%"],
)  # fmt: skip
def test_hostile_texts_get_an_answer(text: str) -> None:
    talk("Un colis pour vous 🎁")
    client = world.client_for(world.camille())
    for path in ("/search/results/", "/search/results/overview/", "/search/completions/"):
        assert client.get(path, {"q": text, "after": text[:30]}).status_code in (200, 302)
    assert client.get("/search/", {"q": text}, HTTP_HX_REQUEST="true").status_code == 200


def test_a_search_that_takes_too_long_is_told(monkeypatch: Any) -> None:
    talk("Un colis")
    monkeypatch.setattr(finding, "SECONDS", 0.001)
    monkeypatch.setattr(walking, "MANY", 0)
    monkeypatch.setattr(finding.walking, "LATEST", "(SELECT 1 FROM pg_sleep(0.05))")
    answer = page(world.client_for(world.camille()), "colis")
    assert "a pris trop de temps" in answer
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_another_shops_agent_learns_nothing() -> None:
    conversation = talk("Un zigomar pour Claire", subject="Zigomar")
    tag(conversation, "Casse", actor=SYSTEM)
    world.order(world.claire())
    count_words()
    count_words()
    client = world.client_for(world.stranger())
    asked = "zigomr zigo vasseur de:claire tag:casse commande:MA-24817 in:alba boutique:alba état:ouverte sujet:zigomar"
    for text in asked.split():
        answer = page(client, text).split("<main")[1]
        answer += client.get("/search/results/overview/", {"q": text}).content.decode()
        answer += client.get("/search/results/rows/", {"q": text}).content.decode()
        for word in ("Vasseur", "Maison Alba", "zigomar</b>", f'id="c{conversation.pk}"', '"true">1<'):
            assert word not in answer, (text, word)
    for text in ("de:cla", "in:", "boutique:", "assigné:"):
        answer = client.get("/search/completions/", {"q": text}).content.decode()
        for word in ("Vasseur", "Alba", "Camille"):
            assert word not in answer, (text, word)


def test_a_store_manager_finds_the_stores_own() -> None:
    talk("Un colis")
    own = talk("Un colis", team=world.store())
    assert found(world.client_for(world.store_manager()), "colis") == [own.pk]


def test_strangers_are_asked_to_sign_in_and_change_nothing() -> None:
    with untouched():
        for path in ("results/", "results/rows/", "results/overview/", "completions/"):
            assert Client().get(f"/search/{path}", {"q": "x"}).status_code == 302
        for path in ("recent/removal/", "views/"):
            assert Client().post(f"/search/{path}", {"q": "tag:x"}).status_code == 302


def test_entries_follow_what_happens_to_a_conversation() -> None:
    conversation = talk("Un colis")
    client, otto = world.client_for(world.camille()), world.client_for(world.stranger())
    Conversation.objects.filter(pk=conversation.pk).update(subject="Tarabiscoté")
    assert found(client, "tarabiscote") == [conversation.pk]
    Conversation.objects.filter(pk=conversation.pk).update(shop=world.shop("rivage"))
    assert (found(client, "colis"), found(otto, "colis")) == ([], [conversation.pk])
    Message.objects.filter(conversation=conversation).update(text="Un vase")
    assert (found(otto, "colis"), found(otto, "vase")) == ([], [conversation.pk])
    Message.objects.filter(conversation=conversation).delete()
    assert not SearchEntry.objects.exists()
