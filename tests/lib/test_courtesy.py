"""The gentle checklist, in nine languages."""

import pytest

from comptoir.lib.typography import french_html
from comptoir.lib.writing.courtesy import INFORMAL, checklist, is_complaint, mixed

KIND = {
    "fr": "Bonjour Claire,\nJe suis désolée pour ce retard. Votre colis part demain.\nBelle journée, Camille",
    "en": "Hello Ann,\nI am sorry about that. Your parcel leaves tomorrow.\nKind regards, Camille",
    "de": "Guten Tag Frau Weiß,\nes tut mir leid. Wir senden Ihnen morgen ein neues Paket.\nMit freundlichen Grüßen",
    "es": "Hola Lucía:\nLo siento mucho. Su paquete sale mañana.\nUn saludo, Camille",
    "it": "Buongiorno Giulia,\nci dispiace. Il pacco parte domani.\nCordiali saluti",
    "nl": "Beste Jan,\nExcuses voor het ongemak. Uw pakket vertrekt morgen.\nMet vriendelijke groet",
    "pt": "Olá Inês,\nLamento o sucedido. A encomenda sai amanhã.\nMelhores cumprimentos",
    "pl": "Dzień dobry Pani Anno,\nbardzo przepraszam. Paczka wyruszy jutro.\nPozdrawiam",
    "sv": "Hej Åsa,\nJag är ledsen för det. Paketet går i morgon.\nVänliga hälsningar",
}
HURT = {
    "fr": "Mon vase est arrivé cassé, je suis très déçue",
    "en": "The vase arrived broken, I am disappointed",
    "de": "Die Vase ist kaputt angekommen",
    "es": "El jarrón ha llegado roto",
    "it": "Il vaso è arrivato rotto",
    "nl": "De vaas is kapot",
    "pt": "O vaso chegou partido",
    "pl": "Wazon dotarł uszkodzony",
    "sv": "Vasen kom trasig",
}


@pytest.mark.parametrize("language", list(KIND))
def test_a_kind_answer_has_everything(language: str) -> None:
    found = checklist(KIND[language], asked=HURT[language], language=language)
    assert [check.code for check in found if not check.done] == []
    assert {"greeting", "empathy", "closing"} <= {check.code for check in found}


@pytest.mark.parametrize("language", list(KIND))
def test_a_curt_one_lacks_it(language: str) -> None:
    found = checklist("OK 12345", asked=HURT[language], language=language)
    assert [check.code for check in found if not check.done] == ["greeting", "empathy", "closing"]


def test_empathy_is_for_complaints() -> None:
    assert not is_complaint("Quelle taille pour une table de huit ?")
    assert "empathy" not in [check.code for check in checklist("Bonjour", asked="Quelle taille ?")]


@pytest.mark.parametrize(
    ("text", "language", "address", "odd"),
    [
        ("Votre colis part, tu le reçois demain avec ton code", "fr", "formal", ["tu", "ton"]),
        ("Votre colis part demain", "fr", "formal", []),
        ("Tu le reçois demain, merci de votre patience", "fr", INFORMAL, ["votre"]),
        ("Wir senden Ihnen das Paket, dein Code liegt bei", "de", "formal", ["dein"]),
        ("Le envío su paquete, tu código va aparte", "es", "formal", ["tu"]),
        ("Uw pakket is onderweg, je krijgt een code", "nl", "formal", ["je"]),
        ("Le mando il codice, controlla la tua posta", "it", "formal", ["tua"]),
        ("Your parcel", "en", "formal", None),
    ],
)
def test_one_way_of_addressing(text: str, language: str, address: str, odd: list[str] | None) -> None:
    assert mixed(text, language, address) == odd


def test_typography_leaves_tags_and_addresses_alone() -> None:
    html = '<p>Bonjour : <a href="https://x.example/?a=b;c">"ici"</a> l\'été !</p>'
    assert french_html(html) == '<p>Bonjour\u202f: <a href="https://x.example/?a=b;c">"ici"</a> l’été\u202f!</p>'
    assert french_html(french_html(html)) == french_html(html)
