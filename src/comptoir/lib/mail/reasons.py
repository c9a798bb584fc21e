"""Why a mail was understood as it was, in words: what `comptoir mail explain --why` prints."""

import re
from typing import NamedTuple


class Reason(NamedTuple):
    """A code of SENTENCES, and what goes into its sentence."""

    code: str
    value: str = ""
    more: str = ""


# code -> (French, English); {0} and {1} are the reason's values.
SENTENCES: dict[str, tuple[str, str]] = {
    "person": ("C’est un message\u202f: aucun signe d’une machine ne l’emporte.", "It is a message: no sign of a machine outweighs that."),
    "machine": ("Aucune réponse automatique ne doit partir\u202f: {0}.", "No automatic answer may go out: {0}."),
    "auto_header": ("Réponse automatique d’après l’en-tête «\u202f{0}\u202f».", "Automatic reply by the header “{0}”."),
    "auto_words": ("Réponse automatique d’après les mots «\u202f{0}\u202f».", "Automatic reply by the words “{0}”."),
    "bulk": ("Envoi en nombre ou liste de diffusion d’après l’en-tête «\u202f{0}\u202f»\u202f: aucune réponse automatique.", "Bulk mail or mailing list by the header “{0}”: no automatic answer."),
    "complaint": ("Plainte d’un destinataire auprès de son fournisseur ({0}).", "A recipient’s complaint to their provider ({0})."),
    "receipt": ("Accusé de lecture ou de réception ({0}).", "A receipt that the mail was read or delivered ({0})."),
    "delivered": ("Le rapport dit que tout est arrivé.", "The report says that everything arrived."),
    "refused": ("Le filtre du destinataire a refusé le message (RFC 5429).", "The recipient’s filter refused the message (RFC 5429)."),
    "report": ("Rapport de remise lisible par machine (RFC 3464).", "A delivery report for machines (RFC 3464)."),
    "notification": ("Avis d’un service d’envoi en JSON (Amazon SES).", "A sending service’s notice as JSON (Amazon SES)."),
    "failed_header": ("L’en-tête X-Failed-Recipients nomme les destinataires.", "The header X-Failed-Recipients names the recipients."),
    "bounce_sender": ("L’expéditeur est un serveur de courrier ({0}).", "The sender is a mail server ({0})."),
    "bounce_path": ("L’adresse de retour est vide (Return-Path\u202f: <>).", "The return path is empty (Return-Path: <>)."),
    "bounce_subject": ("L’objet est celui d’un message non remis\u202f: «\u202f{0}\u202f».", "The subject is that of undelivered mail: “{0}”."),
    "bounce_words": ("Le texte est celui d’un message non remis\u202f: «\u202f{0}\u202f».", "The text is that of undelivered mail: “{0}”."),
    "bounce_transcript": ("Le texte montre l’échange des serveurs\u202f: «\u202f{0}\u202f».", "The text shows what the servers said to each other: “{0}”."),
    "from_header": ("L’expéditeur vient de l’en-tête From\u202f: {0}.", "The sender comes from the header From: {0}."),
    "from_other": ("From n’a pas d’adresse lisible\u202f; l’expéditeur vient de {0}\u202f: {1}.", "From has no readable address; the sender comes from {0}: {1}."),
    "from_nobody": ("Aucun en-tête ne donne l’adresse de l’expéditeur.", "No header gives the sender’s address."),
    "reply_to": ("Une réponse irait à Reply-To\u202f: {0}.", "An answer would go to Reply-To: {0}."),
    "form_reply_to": (
        "Le message vient d’un formulaire\u202f: l’acheteur est celui de Reply-To, {0}.",
        "The mail comes from a form: the shopper is the one in Reply-To, {0}.",
    ),
    "form_field": (
        "Le message vient d’un formulaire\u202f: l’acheteur est celui des champs du texte, {0}.",
        "The mail comes from a form: the shopper is the one in the fields of the text, {0}.",
    ),
    "no_answer_expected": ("Personne n’attend de réponse ({0}).", "Nobody expects an answer ({0})."),
    "body_plain": ("Le texte vient de la partie text/plain.", "The text comes from the text/plain part."),
    "body_html": ("Il n’y a pas de texte seul\u202f: le texte vient du HTML.", "There is no plain text: the text comes from the HTML."),
    "body_empty": ("Le message n’a pas de texte.", "The mail has no text."),
    "charset": ("Jeu de caractères\u202f: {0}.", "Character set: {0}."),
    "charset_guessed": ("Jeu de caractères annoncé «\u202f{0}\u202f», lu en {1}.", "Character set labelled “{0}”, read as {1}."),
    "cut_attribution": ("Ancien message coupé à la ligne {0}\u202f: «\u202f{1}\u202f».", "Old message cut at line {0}: “{1}”."),
    "cut_headers": ("Ancien message coupé à la ligne {0}, à ses en-têtes\u202f: «\u202f{1}\u202f».", "Old message cut at line {0}, at its headers: “{1}”."),
    "cut_separator": ("Ancien message coupé à la ligne {0}, au séparateur\u202f: «\u202f{1}\u202f».", "Old message cut at line {0}, at the separator: “{1}”."),
    "cut_quotes": ("Lignes citées retirées\u202f: {0}.", "Quoted lines taken out: {0}."),
    "cut_signature": ("Signature coupée à la ligne {0}\u202f: «\u202f{1}\u202f».", "Signature cut at line {0}: “{1}”."),
    "kept_inline": ("Les réponses écrites entre les lignes citées sont gardées avec elles.", "Answers written between quoted lines are kept with them."),
    "kept_forward": ("Message transféré\u202f: gardé entier.", "A forwarded message: kept whole."),
    "kept_all": ("Rien n’a été coupé.", "Nothing was cut."),
    "proof": ("Notre serveur de courrier a constaté\u202f: {0}.", "Our mail server found: {0}."),
    "no_proof": ("Aucun serveur de confiance n’a vérifié l’expéditeur (voir «\u202fserveurs de confiance\u202f» dans les réglages de la boîte).", "No trusted server checked the sender (see “trusted servers” in the inbox’s settings)."),
    "thread_token": ("Fil\u202f: un identifiant signé par nous mène à la conversation {0}.", "Thread: an identifier that we signed leads to conversation {0}."),
    "thread_reference": ("Fil\u202f: le message nomme {0}, qui en fait partie.", "Thread: the mail names {0}, which is part of it."),
    "thread_new": ("Fil\u202f: rien ne le relie aux messages donnés avant lui.", "Thread: nothing links it to the mails given before it."),
    "thread_unproved": ("Un identifiant porte notre forme, mais le trousseau de clés ne le confirme pas ici.", "An identifier has our shape, but the keyring does not confirm it here."),
}  # fmt: skip


# What a reader may find in `IncomingMessage.warnings`, for those who read English; numbers stand for themselves.
WARNINGS = {
    "L’expéditeur n’est pas lisible.": "The sender cannot be read.",
    "Le message dépasse # Mo\u202f; la suite est dans l’original.": "The mail is larger than # MB; the rest is in the original.",
    "La structure du message n’est pas lisible\u202f; le texte brut est affiché.": "The structure of the mail cannot be read; its raw text is shown.",
    "Le message contient plus de # fichiers\u202f; les suivants sont dans l’original.": "The mail has more than # files; the others are in the original.",
    "Le message est trop imbriqué ou a trop de parties\u202f; la suite est dans l’original.": "The mail is nested too deeply or has too many parts; the rest is in the original.",
    "Le texte est trop long pour être affiché en entier\u202f; la suite est dans l’original.": "The text is too long to be shown whole; the rest is in the original.",
    "Le message est chiffré\u202f; seul son destinataire peut le lire, avec sa clé.": "The message is encrypted; only its recipient can read it, with their key.",
    "Le fichier winmail.dat est abîmé\u202f; il est entier dans l’original.": "The file winmail.dat is damaged; it is in the original, whole.",
}  # fmt: skip


def warned(sentence: str, language: str) -> str:
    """A warning in that language."""
    if language.startswith("fr"):
        return sentence
    numbers = iter(re.findall(r"\d+", sentence))
    english = WARNINGS.get(re.sub(r"\d+", "#", sentence), "")
    return re.sub("#", lambda _: next(numbers, ""), english) or sentence


def said(reason: Reason, language: str) -> str:
    """The reason as a sentence, in French for "fr...", else in English."""
    french, english = SENTENCES[reason.code]
    return (french if language.startswith("fr") else english).format(reason.value, reason.more)
