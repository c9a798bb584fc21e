"""The words of automatic answers: vacation notes, acknowledgements, out-of-office, in the subject and in the text.

A shopper may write "En vacances, livrez plus tard ?" too: what is not certain by its subject must be confirmed by the text.
"""

import re

MAX_TEXT = 2_500  # characters of the text whose words count

_PREFIX = r"^\s*(?:(?:re|aw|sv|vs|antw?|rép|odp|rif|res|tr|fwd?|wg)\s*:\s*)*[\W_]*"
# Whatever follows, a machine wrote this.
_CERTAIN = re.compile(
    _PREFIX
    + r"""(?:
    auto(?:matic(?:ally)?|mated|matisch|matique|matisk|mat|m)?[\s:.-]*(?:generated\s+)?(?:re(?:ply|sponse|sponder|sposta|spuesta|spons|spondeur)|antwor[dt]e?n?|r[ée]ponse|svar|answer|acknowledg\w+|message)
    | auto\s*:\s | autosvar | auto-?repl(?:y|ies) | autom\.?\s*antwort
    | (?:r[ée]ponse|message|notification|accus[ée]\s+de\s+r[ée]ception|réponse\s+d['’]absence)\s+automatique | r[ée]pondeur\s+automatique | (?:message|notification|avis)\s+d['’]absence
    | automatische?[sr]?\s+(?:reply|antwort|antwoord|abwesenheit\w*|afwezig\w*|nachricht|bericht|eingangsbest\w*|best[äa]tigung) | automatisch\s+generi\w+
    | abwesend\s*: | ausencia\s*: | automaatt\w+\s+vastaus
    | automat\w+\s+(?:odpowied\w*|svar|vastaus|odpov\w+|válasz) | odpowied[źz]\s+automatyczna | răspuns\s+automat
    | (?:respuesta|contestaci[óo]n|risposta|resposta)\s+(?:autom[áa]tica) | автоответ\w* | автоматический\s+ответ | автоматична\s+відповідь | αυτόματη\s+απάντηση | otomatik\s+yan[ıi]t
    | 自動(?:返信|応答|回覆|回复) | 自动(?:回复|答复) | 자동\s*(?:회신|응답|답장)
    | (?:i\s+am|i['’]m)?\s*(?:currently\s+)?out[\s-]of[\s-](?:the[\s-])?office | ooo\s*(?::|$|-|until) | ooto\b
    | (?:on\s+)?(?:annual\s+|maternity\s+|parental\s+)?(?:vacation|holiday|leave|away)\s*(?:message|reply|notice|notification|response|:)
    | away\s+from\s+(?:my\s+|the\s+)?(?:office|desk|mail|e-?mail) | absence\s+(?:du|de)\s+bureau | absente?\s+du\s+bureau | absence\s*(?::|$|jusqu|du\s+\d|temporaire)
    | abwesenheits?(?:notiz|meldung|nachricht|benachrichtigung|assistent|hinweis|info)\w* | abwesenheit\s*(?::|$|bis|vom) | urlaubs?(?:abwesenheit|meldung|nachricht|notiz)\w* | (?:ich\s+bin\s+)?(?:außer\s+haus|nicht\s+im\s+(?:büro|haus))
    | fuera\s+de\s+(?:la\s+)?oficina | ausente\s+d[ea]\s+(?:la\s+)?oficina | (?:ausente|fora)\s+d[oe]\s+escrit[óo]rio | aus[êe]ncia\s+(?:do|tempor) | fuori\s+(?:sede|ufficio) | assente\s+dall['’]ufficio
    | afwezigheids?(?:bericht|melding|assistent)\w* | afwezig\s*(?::|$|tot) | buiten\s+(?:het\s+)?kantoor | niet\s+aanwezig\s*: | poza\s+biurem | nieobecno[śs][ćc]\s*(?:$|:|w\s+biurze|do)
    | frånvaro\w* | borta\s+från\s+kontoret | ej\s+på\s+kontoret | fravær\w*\s*(?:$|:|fra) | feriesvar | ikke\s+til\s+stede\s*: | ikke\s+på\s+kontoret | poissa\s+toimistosta | poissaolo\w*
    | mimo\s+kancelář | nepřítomnost\w* | вне\s+офиса | нет\s+на\s+месте | не\s+в\s+офисе | εκτός\s+γραφείου | ofis\s+dışında | irodán\s+kívül | 外出中 | 不在(?:通知|連絡|の(?:お知らせ|連絡)) | 부재중
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# The same at the end: "Re: your order (out of office)".
_TRAILING = re.compile(
    r"(?ix)[(\[]\s*(?:out\s+of\s+(?:the\s+)?office|auto-?\s?(?:reply|response|matic\s+reply)|absent[^)\]]*|réponse\s+automatique|abwesend|automatische\s+antwort|afwezig|fuera\s+de\s+la\s+oficina|fuori\s+ufficio)\s*[)\]]\s*$"
)
# Subjects that a person on holiday has, and that a customer may write as well.
_PERHAPS = re.compile(
    _PREFIX
    + r"""(?:
    (?:je\s+suis\s+|nous\s+sommes\s+)?(?:actuellement\s+)?(?:absente?s?|en\s+cong[ée]s?|en\s+vacances|en\s+d[ée]placement)\b | absence\b | cong[ée]s?\b | vacances\b | fermeture\b
    | (?:i\s+am|i['’]m|we\s+are)?\s*(?:currently\s+)?(?:on|away\s+on)\s+(?:\w+\s+)?(?:vacation|holidays?|leave) | (?:annual|maternity|paternity|parental|sick)\s+leave | vacation\b | away\b | no\s+longer\s+(?:with|at|working)
    | abwesend\b | abwesenheit\b | (?:ich\s+bin\s+|bin\s+|wir\s+sind\s+)?(?:derzeit\s+|aktuell\s+)?(?:im|in|auf)\s+(?:urlaub|ferien|elternzeit|dienstreise) | (?:betriebs)?(?:urlaub|ferien)\b | eingangsbestätigung | nicht\s+erreichbar
    | (?:estoy|estamos)\s+(?:de\s+vacaciones|ausente|fuera) | de\s+vacaciones\b | vacaciones\b | ausente\b | ausencia\b | (?:estou|estamos)\s+(?:de\s+f[ée]rias|ausente) | (?:de\s+)?f[ée]rias\b | aus[êe]ncia\b
    | (?:sono|siamo)\s+(?:in\s+ferie|assente|fuori) | in\s+ferie\b | ferie\b | assente\b | assenza\b | (?:ik\s+ben\s+)?(?:met|op)\s+(?:vakantie|verlof) | vakantie\b | afwezig\w*\b | niet\s+aanwezig
    | (?:jestem\s+)?na\s+urlopie | urlop\b | nieobecn\w+ | (?:jag\s+är\s+)?(?:på\s+)?semester\b | frånvarande\b | (?:på\s+)?ferie\b | fraværende\b | lomalla\b | na\s+dovolené | dovolená\b | отсутству\w+ | (?:в|на)\s+отпуске?\b | отпуск\b
    | thank\s+you\s+for\s+(?:contacting|your\s+(?:e-?mail|message|enquiry|inquiry|request)) | (?:your\s+)?(?:request|message|e-?mail|ticket)\s+(?:has\s+been\s+)?received | (?:we\s+have\s+)?received\s+your | merci\s+(?:pour|de)\s+(?:votre|nous\s+avoir)
    | accus[ée]\s+de\s+r[ée]ception | nous\s+avons\s+bien\s+re[çc]u | vielen\s+dank\s+für\s+ihre | gracias\s+por\s+(?:contactar|su) | grazie\s+per | bedankt\s+voor | ticket\s+(?:created|received) | \[?ticket[#\s:]
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# Sentences of such a note, by what they say.
_AWAY = re.compile(
    r"""(?ix)(?:i|we)(?:\s+am|['’]m|\s+are|['’]re|\s+will\s+be)\s+(?:\w+\s+){0,2}(?:out\s+of\s+(?:the\s+)?office|away|on\s+(?:\w+\s+)?(?:leave|vacation|holidays?)|travell?ing|unavailable|not\s+(?:in|available)) | out\s+of\s+(?:the\s+)?office | no\s+longer\s+(?:with|works?|employed|working|in\s+use)
    | je\s+(?:suis|serai)\s+(?:actuellement\s+)?(?:absente?|en\s+(?:cong[ée]|vacances|d[ée]placement)|indisponible) | actuellement\s+(?:absente?|en\s+cong|ferm) | (?:bin|sind)\s+(?:ich\s+)?(?:[\w.]+\s+){0,6}(?:abwesend|im\s+urlaub|nicht\s+(?:im\s+(?:büro|haus)|erreichbar|da)|außer\s+haus|in\s+elternzeit)
    | (?:estoy|estar[ée]|estamos)\s+(?:\w+\s+){0,2}(?:fuera|ausente|de\s+vacaciones) | (?:sono|sar[òo]|siamo)\s+(?:\w+\s+){0,2}(?:assente|fuori|in\s+ferie) | (?:estou|estarei)\s+(?:\w+\s+){0,2}(?:fora|ausente|de\s+f[ée]rias) | ben\s+(?:ik\s+)?(?:[\w.]+\s+){0,6}(?:afwezig|met\s+vakantie|met\s+verlof|niet\s+(?:aanwezig|bereikbaar))
    | jestem\s+(?:\w+\s+){0,2}(?:nieobecn|na\s+urlopie|poza\s+biurem) | (?:przebywam|będę)\s+(?:\w+\s+){0,2}na\s+urlopie | (?:jag\s+)?är\s+(?:\w+\s+){0,3}(?:på\s+semester|borta|frånvarande|ledig|tjänstledig) | er\s+(?:\w+\s+){0,3}(?:på\s+ferie|fraværende|ikke\s+på\s+kontoret) | (?:нахожусь|буду)\s+(?:\w+\s+){0,2}(?:в\s+отпуске|вне\s+офиса)
    | 不在 | 休暇 | 休假 | 外出"""
)
_BACK = re.compile(
    r"""(?ix)(?:will\s+be\s+back|be\s+returning|return(?:ing)?\s+(?:on|to)|back\s+(?:on|in\s+the\s+office)|until\s+(?:the\s+)?\w*\s?\d|upon\s+my\s+return|as\s+soon\s+as\s+(?:i|we|possible)) | de\s+retour | (?:à|dès)\s+mon\s+retour | jusqu['’]au | wieder\s+(?:da|erreichbar|im\s+(?:büro|haus)) | zurück\b
    | bis\s+(?:zum|einschließlich|einschl)\b | (?:vuelvo|regreso|volver[ée]|regresar[ée])\b | hasta\s+el\b | rientr(?:o|er[òo])\b | fino\s+al\b | (?:regresso|voltarei|retorno)\b | até\s+(?:ao?\s+)?(?:dia\s+)?\d | terug\b | tot\s+(?:en\s+met\s+)?\d | wracam|powr[óo]t|wrócę|do\s+dnia\b | tillbaka\b | åter\s | tilbage\b | вернусь"""
)
_ELSE = re.compile(
    r"""(?ix)urgent | emergenc | in\s+my\s+absence | limited\s+access | no\s+access | en\s+mon\s+absence | en\s+cas\s+d['’]urgence | acc[èe]s\s+limit | dringend | in\s+meiner\s+abwesenheit | vertretung | nicht\s+(?:gelesen|weitergeleitet|bearbeitet) | weitergeleitet | urgente | durante\s+mi\s+ausencia | durante\s+la\s+mia\s+assenza
    | minha\s+ausência | spoed | tijdens\s+mijn\s+afwezigheid | piln\w+\s+spraw | pod\s+moj[ąa]\s+nieobecno | brådskande | akut | please\s+contact | contacter | kontaktieren | wenden\s+sie\s+sich"""
)
_THANKS = re.compile(
    r"""(?ix)(?:thank\s+you|thanks)\s+for\s+(?:your|contacting|getting)|merci\s+(?:pour|de)\s+votre|nous\s+avons\s+bien\s+re[çc]u|(?:vielen|herzlichen)?\s*dank\s+für\s+(?:ihre|deine|die)|gracias\s+por|grazie\s+per|obrigad[oa]\s+(?:pelo|por)|(?:bedankt|dank)\s+(?:u\s+)?voor|dziękuj\w+\s+za|tack\s+för|tak\s+for|спасибо\s+за"""
)
_MACHINE = re.compile(
    r"""(?ix)(?:this\s+is\s+an?|this\s+e-?mail\s+(?:is|was))\s+(?:\w+\s+)?auto(?:mated|matic)|automatically\s+(?:generated|sent)|do\s+not\s+(?:reply|respond)\s+to\s+this|auto-?(?:reply|response)\b|(?:message|réponse|courriel|mail)\s+(?:est\s+)?(?:g[ée]n[ée]r[ée]e?\s+|envoy[ée]e?\s+)?automatique(?:ment)?|ne\s+pas\s+r[ée]pondre
    |automatisch\s+(?:generiert|erstellt|versendet|gegenereerd|verzonden)|automatische\s+(?:antwort|nachricht|e-?mail)|(?:mensaje|correo|respuesta)\s+(?:generad\w+\s+)?autom[áa]tic|(?:messaggio|risposta|e-?mail)\s+(?:generat\w+\s+)?automatic|mensagem\s+autom[áa]tica|wygenerowan\w+\s+automatycznie|automatiskt\s+(?:genererat|svar|meddelande)"""
)


def told_by(subject: str, text: str, answers: bool) -> str:
    """What shows that a mail is an automatic answer: a piece of its subject or text; "" if nothing does.

    `answers` says that the mail names one that it answers.
    """
    certain = _CERTAIN.match(subject) or _TRAILING.search(subject)
    if certain:
        return certain.group().strip()[:80]
    head = text[:MAX_TEXT]
    if "?" in head or "？" in head:  # who asks something is a person
        return ""
    perhaps, away = _PERHAPS.match(subject), _AWAY.search(head)
    if not (perhaps or away):
        return ""
    said = sum(pattern.search(head) is not None for pattern in (_BACK, _ELSE, _THANKS, _MACHINE)) + bool(away)
    if perhaps and (_MACHINE.search(head) or (said >= 2 and (answers or away))):
        return perhaps.group().strip()[:80]
    if away and said >= 3 and (_THANKS.search(head) or _MACHINE.search(head)):
        return away.group().strip()[:80]
    return ""
