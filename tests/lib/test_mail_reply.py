"""The visible reply in nine languages and in the habits of many programs."""

import pytest

from comptoir.lib.mail.reply import is_forward, quoted_messages, visible, visible_html

MARKS = [
    "Le mar. 24 nov. 2026 à 09:12, Maison Alba <aide@alba.example> a écrit :",
    "Le 24 novembre 2026 à 10 h 00, Maison Alba a écrit\u202f:",
    "Le 24/11/2026 à 09:12, Maison Alba a écrit :",
    "Le mardi 24 novembre 2026 à 09:12:33 UTC+1, Maison Alba <aide@alba.example> a\nécrit :",
    "On Tue, Nov 24, 2026 at 9:12 AM Maison Alba <aide@alba.example> wrote:",
    "On Tue, Nov 24, 2026 at 9:12 AM Maison Alba <\naide@alba.example> wrote:",
    "Am 24.11.2026 um 09:12 schrieb Maison Alba:",
    "Maison Alba <aide@alba.example> schrieb am Di., 24. Nov. 2026 um 09:12 Uhr:",
    "El mar, 24 nov 2026 a las 9:12, Maison Alba (<aide@alba.example>) escribió:",
    "Il giorno mar 24 nov 2026 alle ore 09:12 Maison Alba <aide@alba.example> ha scritto:",
    "Op di 24 nov 2026 om 09:12 schreef Maison Alba <aide@alba.example>:",
    "Op 24 nov. 2026 om 09:12 heeft Maison Alba <aide@alba.example> het volgende geschreven:",
    "Em ter., 24 de nov. de 2026 às 09:12, Maison Alba <aide@alba.example> escreveu:",
    "W dniu wt., 24.11.2026 o 09:12 Maison Alba <aide@alba.example> napisał(a):",
    "Den tis 24 nov. 2026 kl 09:12 skrev Maison Alba <aide@alba.example>:",
    "-----Message d'origine-----\nDe : Maison Alba",
    "-----Message d’origine-----",
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "-----Oorspronkelijk bericht-----",
    "-----Mensagem original-----",
    "-----Oryginalna wiadomość-----",
    "-----Ursprungligt meddelande-----",
    "De : Maison Alba <aide@alba.example>\nEnvoyé : mardi 24 novembre 2026 09:12\nÀ : Camille\nObjet : Votre commande",
    "________________________________\nFrom: Maison Alba <aide@alba.example>\nSent: Tuesday, November 24, 2026\nTo: Camille\nSubject: Order",
    "Von: Maison Alba <aide@alba.example>\nGesendet: Dienstag, 24. November 2026\nAn: Camille\nBetreff: Bestellung",
    "De: Maison Alba <aide@alba.example>\nEnviado: martes, 24 de noviembre\nPara: Camille\nAsunto: Pedido",
    "Da: Maison Alba <aide@alba.example>\nInviato: martedì 24 novembre 2026\nA: Camille\nOggetto: Ordine",
    "Van: Maison Alba <aide@alba.example>\nVerzonden: dinsdag 24 november\nAan: Camille\nOnderwerp: Bestelling",
    "Od: Maison Alba <aide@alba.example>\nWysłano: wtorek, 24 listopada\nDo: Camille\nTemat: Zamówienie",
    "Från: Maison Alba <aide@alba.example>\nSkickat: den 24 november\nTill: Camille\nÄmne: Order",
    "*De :* Maison Alba <aide@alba.example>\n*Date :* mardi 24 novembre\n*À :* Camille",
    "---- Le mar., 24 nov. 2026 09:12:00 +0100 Maison Alba a écrit ----",
    "## Merci de répondre au-dessus de cette ligne ##",
    "##- Please type your reply above this line -##",
]


@pytest.mark.parametrize("mark", MARKS)
def test_old_messages_are_cut(mark: str) -> None:
    reply = visible(f"Merci beaucoup !\nCamille\n\n{mark}\n\nBonjour,\n\nvotre colis est parti.\n")
    assert reply.text == "Merci beaucoup !\nCamille"
    assert reply.has_quote


@pytest.mark.parametrize("mark", [mark for mark in MARKS if mark.rstrip().endswith(":") and "\nDe" not in mark])
def test_answer_below_the_quote(mark: str) -> None:
    reply = visible(f"{mark}\n\n> Bonjour,\n> votre colis est parti.\n\nMerci beaucoup !\n")
    assert reply.text == "Merci beaucoup !"


@pytest.mark.parametrize(
    "line",
    ["Envoyé de mon iPhone", "Envoyé depuis mon smartphone Samsung Galaxy.", "Envoyé à partir de Outlook pour Android", "Sent from my iPad",
     "Von meinem iPhone gesendet", "Gesendet mit der GMX Mail App", "Enviado desde mi iPhone", "Inviato da iPhone", "Verstuurd vanaf mijn iPhone",
     "Enviado do meu iPhone", "Wysłane z iPhone'a", "Skickat från min iPhone", "Obtenir Outlook pour iOS<https://aka.ms/x>", "Provenance : Courrier pour Windows"],
)  # fmt: skip
def test_what_a_phone_adds_is_cut(line: str) -> None:
    assert visible(f"Bonjour,\nmerci.\n\n{line}\n").text == "Bonjour,\nmerci."


def test_signature_is_cut() -> None:
    assert visible("Merci\n\n-- \nCamille Étienne\n12 rue des Lilas\n").text == "Merci"


def test_inline_answers_are_kept_with_what_they_answer() -> None:
    text = "Le mar. 24 nov. 2026 à 09:12, Alba <a@b.fr> a écrit :\n\n> Votre adresse ?\n\n12 rue des Lilas\n\n> Votre taille ?\n\n38\n\n> Merci\n> Alba\n"
    reply = visible(text)
    assert reply.text == "> Votre adresse ?\n\n12 rue des Lilas\n\n> Votre taille ?\n\n38"
    assert reply.has_quote


@pytest.mark.parametrize(
    "mark",
    ["---------- Forwarded message ---------", "---------- Message transféré ---------", "Begin forwarded message:", "Début du message transféré :",
     "-------- Weitergeleitete Nachricht --------", "-------- Messaggio inoltrato --------", "---------- Mensaje reenviado ---------"],
)  # fmt: skip
def test_forwards_are_kept_whole(mark: str) -> None:
    text = f"Pour vous :\n\n{mark}\nDe : Transporteur <t@x.fr>\nDate : mardi 24 novembre\nObjet : Retard\nÀ : Camille <c@x.fr>\n\nVotre colis est en retard."
    reply = visible(text)
    assert reply.forward
    assert reply.text == text


def test_forward_by_subject_keeps_outlooks_headers() -> None:
    text = "Voyez.\n\nDe : Transporteur <t@x.fr>\nEnvoyé : mardi\nÀ : Camille\nObjet : Retard\n\nRetard."
    assert visible(text, forward=is_forward("TR: Retard")).text == text
    assert visible(text, forward=is_forward("RE: TR: Retard")).text == "Voyez."


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nDe : Paris\nÀ : Lyon\n\nMerci",
        "Le 12 mai, votre collègue m’a écrit :\nvotre colis arrive demain.\n\nIl n’est pas là.",
        "J’ai noté :\n- une chemise\n- un pull\n\nDate : demain ?\nHeure : 10 h",
        "Le produit :\nréférence 2026.\n\nMerci",
        "Envoyé de Nantes le 12 novembre, toujours pas reçu.\n\nQue faire ?",
        "> > > promo < < <\nvoici ce que je vois sur le site",
        "-- Important --\nrappelez-moi",
        "Objet : ma commande\nBonjour, où est-elle ?",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    reply = visible(text)
    assert reply.text == text
    assert not reply.has_quote


def test_an_answer_that_is_only_a_picture_is_empty() -> None:
    reply = visible("\n\nLe mar. 24 nov. 2026 à 09:12, Alba <a@b.fr> a écrit :\n\n> Une photo ?\n")
    assert reply.text == ""
    assert reply.has_quote


@pytest.mark.parametrize(
    "old",
    [
        '<div class="gmail_quote"><div class="gmail_attr">Le mar. 24 nov. 2026 à 09:12, Alba &lt;a@b.fr&gt; a écrit :<br></div><blockquote>Ancien</blockquote></div>',
        '<hr><div id="divRplyFwdMsg"><b>De :</b> Alba<br></div><div>Ancien</div>',
        '<div id="appendonsend"></div><div>Ancien</div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>De :</b> Alba</p></div><p>Ancien</p>',
        '<div class="yahoo_quoted">Ancien</div>',
        '<div class="protonmail_quote">Ancien</div>',
        '<div name="quote">Ancien</div>',
        '<blockquote type="cite"><div>Le 24 nov. 2026 à 09:12, Alba &lt;a@b.fr&gt; a écrit :</div>Ancien</blockquote>',
        '<div class="moz-cite-prefix">Le 24/11/2026 à 09:12, Alba a écrit :</div><blockquote type="cite">Ancien</blockquote>',
    ],
)
def test_html_of_many_programs(old: str) -> None:
    reply = visible_html(f"<html><body><div>Merci&nbsp;!</div><div>Camille</div><br>{old}</body></html>")
    assert reply.text == "Merci !\nCamille"
    assert reply.has_quote


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Merci", 0),
        ("Oui\n\n> sans introduction\n> du tout", 0),
        ("Oui\n\nLe 24 nov. 2026 à 10:00, Camille <c@x.example> a écrit :\n> Bonjour", 1),
        (
            "Oui\n\nLe 24 nov. 2026 à 10:00, Camille <c@x.example> a écrit :\n> Bonjour\n>\n"
            "> Le 23 nov. 2026 à 09:00, Claire <v@x.example> a écrit :\n>> Où ?\n>>\n"
            ">> On Mon, Nov 22, 2026 at 9:00 AM Camille <c@x.example> wrote:\n>>> Parti",
            3,
        ),
        (
            "Ja\n\n-----Ursprüngliche Nachricht-----\nVon: Camille <c@x.example>\nGesendet: Montag, 23. November 2026\n"
            "An: Klaus <k@x.example>\nBetreff: Paket\n\nHallo\n\nFrom: Klaus <k@x.example>\nSent: Sunday\n"
            "To: Camille <c@x.example>\nSubject: Paket\n\nWo?",
            2,
        ),
    ],
)
def test_quoted_messages_are_counted_by_their_introductions(text: str, count: int) -> None:
    assert quoted_messages(text) == count
    assert quoted_messages(text + "\n> " * 9_000) == count


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Bonjour\n\n---\nJean Petit\nDirecteur\nTel : 01 22 33 44 55", "Bonjour"),
        ("Bonjour\n\nCordialement,\nJean Petit\nDirecteur", "Bonjour"),
        ("Bonjour\n\nCordialement,\nJean", "Bonjour\n\nCordialement,\nJean"),
        ("Bonjour\n\nCordialement,\nJean\nCommande MA-10482", "Bonjour\n\nCordialement,\nJean\nCommande MA-10482"),
        ("Taille : 38\n-----\nCouleur : bleu\nMerci", "Taille : 38\n-----\nCouleur : bleu\nMerci"),
        ("Ja\n\nVon meinem iPhone gesendet", "Ja"),
        ("はい\n\niPhoneから送信", "はい"),
        ("Yes\n\nThis email and any attachments are confidential and intended for the addressee.\nReally.", "Yes"),
        ("Yes\n\nThis message is confidential: may I ask for Anna's address?", None),
    ],
)
def test_signatures_and_what_only_looks_like_one(text: str, kept: str | None) -> None:
    reply = visible(text)
    assert reply.text == (text if kept is None else kept)
    assert reply.has_quote == (reply.text != text)  # what was left out can be seen in full


@pytest.mark.parametrize(
    "mark",
    [
        "在 2026年11月24日，上午10:00，Alba <a@alba.example> 写道：",
        "2026年11月24日(火) 10:00 Alba <a@alba.example>:",
        "2026년 11월 24일 (화) 오전 10:00, Alba <a@alba.example>님이 작성:",
        "вт, 24 нояб. 2026 г. в 10:00, Alba <a@alba.example>:",
        "Alba <a@alba.example>, 24 Kas 2026 Sal, 10:00 tarihinde şunu yazdı:",
        "Στις Τρί, 24 Νοε 2026 στις 10:00 π.μ., ο χρήστης Alba <a@alba.example> έγραψε:",
        "ב-יום ג׳, 24 בנוב׳ 2026 ב-10:00 מאת Alba <\u202aa@alba.example\u202c>:\u202c",
        "Alba <a@alba.example> ezt írta (időpont: 2026. nov. 24., K, 10:00):",
        "发件人: Alba <a@alba.example>\n发送时间: 2026年11月24日 10:00\n收件人: Zoé\n主题: Re",
        "------------------ 原始邮件 ------------------",
        "Feladó: Alba <a@alba.example>\nElküldve: 2026. november 24.\nCímzett: Zoé\nTárgy: Re",
    ],
)
def test_old_messages_beyond_the_nine_languages(mark: str) -> None:
    assert visible(f"OK\n\n{mark}\n\nold words\n").text == "OK"
