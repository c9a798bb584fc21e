"""The words by which mail programs mark old messages, forwards and signatures.

Nine languages (fr en de es it nl pt pl sv), and Danish, Norwegian, Finnish, Czech and Russian where they are known.
Collected from the programs' own output: Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, GMX, Orange, Samsung.
"""

import re


def _any(words: str) -> str:
    """An alternation, longest first; spaces in a word match any white space."""
    parts = sorted((word.strip() for word in words.split("|")), key=len, reverse=True)
    return "|".join(re.escape(part).replace(r"\ ", r"\s+").replace("'", "['’]") for part in parts if part)


# "Le 24 novembre 2026 à 10:00, X a écrit :" begins with one of these, or with a date, or with a name ...
OPENING = _any(
    """on|at|le|am|um|il|in data|el|op|em|no dia|dnia|w dniu|den|d.|pe|dne|на|в|ons|tors|fre|lör|sön|mån|tis
    |mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mo|di|mi|do|fr|sa|so
    |lun|mar|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"""
)
# ... and has one of these.
WROTE = _any(
    """wrote|a écrit|ha escrito|escribió|schrieb|hat geschrieben|geschrieben|ha scritto|scrisse|schreef|geschreven
    |escreveu|napisał|napisała|napisał(a)|napisal|pisze|skrev|skrev följande|kirjoitti|napsal|napsala|написал|написала
    |пишет|пише|написав|a envoyé|wrote the following|het volgende geschreven|va escriure|ha inviato"""
)

FROM = _any("from|de|von|da|van|od|från|fra|от|expéditeur|absender|mittente|remitente|afzender|lähettäjä")
TO = _any("to|à|a|an|para|aan|do|till|til|кому|destinataire|empfänger|destinatario|geadresseerde")
SENT = _any(
    """sent|date|envoyé|envoyé le|date d'envoi|gesendet|gesendet am|datum|inviato|data|enviado|enviado el|enviada em
    |enviado em|fecha|verzonden|wysłano|wysłane|skickat|sendt|dato|odesláno|отправлено|дата|data invio|enviada"""
)
SUBJECT = _any("subject|objet|betreff|oggetto|asunto|onderwerp|assunto|temat|ämne|emne|předmět|тема|aihe|re")
OTHER = _any(
    """cc|bcc|copie|copie à|kopie|cópia|dw|kopia|kopi|copia|reply-to|répondre à|antwort an|risposta|responder a|importance
    |wichtigkeit|priorité|attachments|pièces jointes|anlagen|reply to|konu|organisation|organization|cci"""
)

MESSAGE = _any(
    """message|nachricht|messaggio|mensaje|bericht|mensagem|wiadomość|meddelande|meddelelse|melding|сообщение|zpráva
    |viesti|besked|повідомлення|mail|e-mail|courriel|message d'origine"""
)
FORWARDED = _any(
    """forwarded message|begin forwarded message|message transféré|message transmis|début du message transféré
    |début du message réexpédié|message réexpédié|courriel transféré|transféré par|weitergeleitete nachricht
    |anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|messaggio inoltrato
    |inizio messaggio inoltrato|mensaje reenviado|inicio del mensaje reenviado|doorgestuurd bericht
    |begin doorgestuurd bericht|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada
    |início da mensagem reencaminhada|wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości
    |początek przekazywanej wiadomości|vidarebefordrat meddelande|vidarebefordrat brev
    |början på vidarebefordrat brev|videresendt besked|videresendt melding|пересылаемое сообщение"""
)
FORWARD_SUBJECT = re.compile(
    r"(?i)\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|tr|wg|rv|doorst|enc|pd|vb|i|vs|fw|transf|inoltro|renv)\s*(?:\[\d+\])?\s*:"
)

# The line above which a reply shall be written, as other helpdesks put it.
ABOVE_THIS_LINE = re.compile(
    r"(?i)^\W*(?:please\s+)?(?:(?:type|write|enter|reply)\b.{0,30}\babove\s+this\s+line"
    r"|(?:répon|ecri|écri|saisi|taper|merci de).{0,40}\bau[\s-]dessus\s+de\s+cette\s+ligne"
    r"|(?:bitte\s+)?(?:antwort|schreib).{0,40}\büber\s+(?:dieser|diese)\s+(?:linie|zeile))\b"
)

# Signatures that a phone or a program adds; they stand alone on a short line.
MOBILE = re.compile(
    r"""(?ix)^[\s*_\[(«"]*(?:
    (?:sent|envoyé|enviado|inviato|gesendet|verzonden|verstuurd|wysłan[eoay]|skickat|sendt|отправлено|lähetetty|odesláno)\s+
      (?:from|via|with|using|by|de|depuis|avec|à\s+partir\s+de|par|desde|do|da|dal|dall['’]|mit|von|aus|vanaf|vanuit|van|met|
         z|ze|från|fra|с|из|com|con|pelo|através)\b.{0,60}
    | von\s+mein(?:em|er)\s.{1,40}\sgesendet.{0,20}
    | (?:diese\s+)?(?:nachricht|e-?mail)\s+wurde\s+von\s+meinem\s.{1,40}
    | (?:get|obtenir|télécharger?|téléchargez|hol(?:en)?\s+sie|descargar|obtener|obter|ottieni|scarica|download|pobierz|hämta|skaffa|ontvang)
      \s+(?:outlook|l['’]app)\b.{0,50}
    | outlook\s+(?:für|voor|per|para|dla)\s.{0,40}
    | provenance\s*:\s*courrier\b.{0,40}
    )$"""
)
# What such a line names when it is one: without it, it is a sentence ("Sent from my desk, is much easier").
DEVICE = re.compile(
    r"""(?ix)\b(?:i\s?phone|i\s?pad|i\s?pod|android|samsung|galaxy|huawei|xiaomi|redmi|oppo|honor|wiko|nokia|lumia|sony|xperia|htc|
    lg|pixel|oneplus|motorola|blackberry|windows|outlook|mail|yahoo|gmail|proton|orange|free|sfr|bouygues|la\s?poste|gmx|web\.de|t-online|
    smartphone|smart-?phone|mobile?|mobil\w*|telefon\w*|téléphone|telefono|teléfono|telefone|telefoon|handy|tablet\w*|tablette|
    phone|tel|device|appareil|ipad|mac|spark|polymail|mailbird|thunderbird|k-9|bluemail|fairphone|app\w*)\b"""
)
