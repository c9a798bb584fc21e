"""What one line warns of before a message leaves, in nine languages."""

import pytest

from comptoir.lib.writing import attachments, greeting, leftovers
from comptoir.lib.writing.beforehand import Letter, Warning, warnings
from comptoir.lib.writing.phrases import Phrase, found

ANNOUNCED = """
fr Vous trouverez ci-joint la facture.
fr Voici le bon de retour en pièce jointe.
fr Je vous joins l’étiquette.
fr Ci-jointe, l’attestation.
en Please find attached the invoice.
en I've attached the label.
en The label is attached, print it at home.
en See the attachment for details.
en I am attaching the return form.
de Anbei die Rechnung.
de Die Rechnung finden Sie im Anhang.
de Das Etikett ist beigefügt.
de Das Formular finden Sie in der Anlage.
es Le adjunto la factura.
es Adjunto la etiqueta de devolución.
es Encontrará adjunta la factura.
it In allegato trova la fattura.
it Le allego l’etichetta.
it Alleghiamo il modulo.
nl Bijgevoegd vindt u de factuur.
nl In de bijlage vindt u het etiket.
nl Zie bijlage.
pt Segue em anexo a fatura.
pt Envio anexa a etiqueta.
pl W załączniku przesyłam fakturę.
pl Załączam etykietę zwrotną.
sv Jag bifogar fakturan.
sv Fakturan finns i bilagan.
sv Se bilaga.
"""
SILENT = """
fr J’ai bien reçu votre pièce jointe, merci.
fr Vos pièces jointes sont illisibles.
fr Le rejoint demain à la boutique.
fr Votre message est arrivé sans pièce jointe.
en Thank you for your attachment.
en The handle is attached to the lid.
en Your mail came without attachments.
de Ihren Anhang kann ich nicht öffnen.
de Ihre Nachricht kam ohne Anhang an.
es Su archivo adjunto no se abre.
it Il suo allegato non si apre.
nl Uw bijlage is onleesbaar.
pt O seu anexo não abre.
pl Pani załącznik jest nieczytelny.
sv Din bilaga går inte att öppna.
"""


def lines(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line]


@pytest.mark.parametrize("line", lines(ANNOUNCED))
def test_a_file_is_announced(line: str) -> None:
    assert attachments.promised(line[3:])


@pytest.mark.parametrize("line", lines(SILENT))
def test_no_file_is_announced(line: str) -> None:
    assert not attachments.promised(line[3:])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bonjour Marie,\n\nMerci", "Marie"),
        ("Bonjour,\n\nMarie est là", ""),
        ("Bonjour Madame,", ""),
        ("Bonjour à tous,", ""),
        ("Bonjour Madame Dupont,", "Dupont"),
        ("Chère Marie-Laure,", "Marie-Laure"),
        ("Bonjour M. Le Goff,", "Goff"),
        ("bonjour marie,", "marie"),
        ("Bonjour et merci de votre message", ""),
        ("Bonjour Claire et merci de votre message", "Claire"),
        ("Bonjour, Marie", ""),
        ("Votre colis est parti, Marie.", ""),
        ("Hello John,", "John"),
        ("Hi there!", ""),
        ("Dear Sir or Madam,", ""),
        ("Dear Mrs. Smith,", "Smith"),
        ("Good morning Ann - thanks", "Ann"),
        ("Guten Tag Frau Müller,", "Müller"),
        ("Sehr geehrter Herr Dr. Weiß,", "Weiß"),
        ("Sehr geehrte Damen und Herren,", ""),
        ("Hallo zusammen,", ""),
        ("Liebe Anna,", "Anna"),
        ("Hola Lucía:", "Lucía"),
        ("Estimado señor García:", "García"),
        ("Buenos días,", ""),
        ("Gentile signora Rossi,", "Rossi"),
        ("Buongiorno Giulia,", "Giulia"),
        ("Ciao a tutti,", ""),
        ("Geachte mevrouw De Vries,", "Vries"),
        ("Beste Jan,", "Jan"),
        ("Goedemorgen,", ""),
        ("Olá Inês,", "Inês"),
        ("Bom dia,", ""),
        ("Prezada Ana,", "Ana"),
        ("Dzień dobry Pani Anno,", "Anno"),
        ("Szanowny Panie,", ""),
        ("Cześć Marku,", "Marku"),
        ("Hej Åsa!", "Åsa"),
        ("Hej alla,", ""),
        ("Bästa kund,", ""),
    ],
)
def test_whom_a_text_greets(text: str, name: str) -> None:
    assert " ".join(greeting.greeted(text)) == name


@pytest.mark.parametrize(
    ("text", "people", "name"),
    [
        ("Bonjour Marie,", ["Hugo Leroy", "hugo@ex.example"], "Marie"),
        ("Bonjour Hugo,", ["Hugo Leroy"], ""),
        ("Bonjour Monsieur Leroy,", ["LEROY Hugo"], ""),
        ("Bonjour Zoe,", ["Zoé Martin"], ""),
        ("Bonjour Jo,", ["Joséphine Baker"], ""),
        ("Bonjour Claire,", ["clairevasseur@orange.example"], ""),
        ("Bonjour Claire,", ["c.vasseur@orange.example"], "Claire"),
        ("Bonjour Marie,", [], ""),
        ("Dzień dobry Pani Anno,", ["Anna Kowalska"], ""),
        ("Cześć Marku,", ["Marek Nowak"], ""),
        ("Bonjour Marc,", ["Claire Vasseur", "Marc Vasseur"], ""),
        ("Hello Marta,", ["Maria Garcia"], "Marta"),
    ],
)
def test_another_persons_name(text: str, people: list[str], name: str) -> None:
    assert greeting.stranger(text, people) == name


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Votre commande {{ order.number }}", 1),
        ("Bonjour [NOM], [prénom du client]", 2),
        ("Bonjour {prénom}", 1),
        ("Hello [FIRST NAME], order [order number]", 2),
        ("Hallo [Vorname], Bestellung XXX", 2),
        ("Hola [NOMBRE]", 1),
        ("Ciao [nome]", 1),
        ("Beste [naam]", 1),
        ("Olá [nome]", 1),
        ("Dzień dobry [imię]", 1),
        ("Hej [namn]", 1),
        ("Remboursé le ____", 1),
        ("Hello %first_name%", 1),
        ("Taille XXL, carte XXXX XXXX XXXX 4271, colis 6A123", 0),
        ("Voir l’article [1] et la page https://x.example/a_b_c", 0),
        ("Le prix (24,90 €) et l’option {A}", 0),
    ],
)
def test_what_was_left_open(text: str, count: int) -> None:
    assert len(leftovers.left(text)) == count


def test_a_shops_own_words() -> None:
    known = [Phrase("sans faute", "dès que possible"), Phrase("garanti*"), Phrase("à vie")]
    assert [p.told for p in found("Vous l’aurez SANS FAUTE, c’est garantie.", known)] == [
        "sans faute → dès que possible",
        "garanti*",
    ]
    assert found("Avie garde la faute", known) == []


def test_all_of_it_in_one_line_at_most() -> None:
    letter = Letter("Bonjour Marie,\nci-joint la facture {{ x.y }}", people=["Hugo Leroy", "a@b.example"], outsiders=["a@b.example"],
                    unproved=True, others_order="MA-1", promises=[Phrase("facture")])  # fmt: skip
    assert [warning.code for warning in warnings(letter)] == [
        "name", "leftover", "attachment", "outsider", "unproved", "owner", "promise",
    ]  # fmt: skip
    assert warnings(Letter("Bonjour Hugo,\nci-joint la facture", files=1, people=["Hugo Leroy"])) == []
    assert warnings(Letter("a" * 500_000)) == []
    assert Warning("name", "x") == Warning("name", "x")
