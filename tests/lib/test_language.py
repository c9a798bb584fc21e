"""In which language a text is written, weighed with what is known of the writer."""

import pytest

from comptoir.lib.language import read

LETTERS = {
    "fr": "Bonjour, je n’ai toujours pas reçu mon colis. Pouvez-vous me dire où il est ?",
    "en": "Hello, my parcel has still not arrived. Could you tell me where it is?",
    "de": "Guten Tag, mein Paket ist immer noch nicht angekommen. Wo bleibt es?",
    "es": "Hola, todavía no he recibido mi paquete. ¿Me pueden decir dónde está?",
    "it": "Buongiorno, non ho ancora ricevuto il mio pacco. Potete dirmi dov’è?",
    "nl": "Goedemiddag, ik heb mijn pakje nog steeds niet ontvangen. Waar blijft het?",
    "pt": "Bom dia, ainda não recebi a minha encomenda. Podem dizer-me onde está?",
    "pl": "Dzień dobry, nadal nie otrzymałam paczki. Czy wiedzą Państwo, gdzie jest?",
    "sv": "Hej, jag har fortfarande inte fått mitt paket. Kan ni säga var det är?",
    "da": "Hej, jeg har stadig ikke modtaget min pakke. Hvornår kommer den?",
    "cs": "Dobrý den, stále jsem nedostala svou zásilku. Kde prosím je?",
    "el": "Καλημέρα, δεν έχω λάβει ακόμα το δέμα μου.",
}
NOBODY = ("", "", "", "fr")


@pytest.mark.parametrize("code", LETTERS)
def test_a_sentence_tells_its_language_whatever_was_known(code: str) -> None:
    for known in (NOBODY, ("fr", "fr", "", "fr"), ("", "de", "en-US", "fr")):
        told = read(LETTERS[code]).told(known)
        assert (told.language, told.sure) == (code, True)


@pytest.mark.parametrize("code", ["fr", "en", "de", "es", "it", "nl", "pt", "pl", "sv"])
def test_it_may_shout_and_leave_out_its_accents(code: str) -> None:
    bare = str.maketrans("àâéèêëîïôûüçñãáíóúąćęłńśźżäöåßß’", "aaeeeeiiouucnaaiouacelnszzaoass'")
    assert read(LETTERS[code].upper()).told(NOBODY).language == code
    assert read(LETTERS[code].lower().translate(bare)).told(NOBODY).language == code


@pytest.mark.parametrize(
    "text", ["ok merci", "Super!", "👍", "", "12345 MA-24817", "https://shop.example/en/orders/7 #7"]
)
def test_what_tells_nothing_keeps_what_is_known(text: str) -> None:
    assert read(text).told(("de", "fr", "", "fr")).language == "de"
    assert read(text).told(("", "sv", "", "fr")).language == "sv"
    stranger = read(text).told(NOBODY)
    assert (stranger.language, stranger.sure) == ("", False)


def test_of_two_languages_the_known_one_counts() -> None:
    both = f"{LETTERS['en']}\n\n{LETTERS['fr']}"
    assert read(both).told(("", "en", "", "fr")).language == "en"
    assert read(both).told(("", "fr", "", "fr")).language == "fr"
    assert read(both).told(NOBODY).language in ("en", "fr")


def test_quoted_lines_links_and_tags_do_not_count() -> None:
    quoted = f"> {LETTERS['de']}\n> {LETTERS['de']}\nC’est bon, je viens de le recevoir"
    assert read(quoted).told(NOBODY).language == "fr"
    linked = "Voir https://shop.example/where-is-my-order-and-when-will-it-come là, je ne comprends pas cette page"
    assert read(linked).told(NOBODY).language == "fr"
    assert read(f"<p class='the one that is where'>{LETTERS['it']}</p>").told(NOBODY).language == "it"


def test_a_subject_helps_where_the_words_are_few_unless_it_is_the_threads() -> None:
    assert read("MA-24817", "Wo bleibt denn meine Bestellung?").told(NOBODY).language == "de"
    assert read("ok", "Re: Wo bleibt denn meine Bestellung?").told(NOBODY).language == ""


@pytest.mark.parametrize(
    "text", ["\x00\ud800 a b c d", "<" * 50_000, "a" * 1_000_000, "\n" * 9_000 + "oui", "é" * 5_000]
)
def test_hostile_text_costs_little_and_breaks_nothing(text: str) -> None:
    read(text).told(NOBODY)
