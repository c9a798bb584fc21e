"""The words by which mail programs mark old messages, forwards and signatures.

Nine languages (fr en de es it nl pt pl sv), and some thirty others where their words are known.
Collected from the programs' own output: Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, GMX, Orange, Samsung.
"""

import re


def _any(words: str) -> str:
    """An alternation, longest first; spaces in a word match any white space."""
    parts = sorted((word.strip() for word in words.split("|")), key=len, reverse=True)
    return "|".join(re.escape(part).replace(r"\ ", r"\s+").replace("'", "['’]") for part in parts if part)


# "Le 24 novembre 2026 à 10:00, X a écrit :" begins with one of these, or with a date, or with a name ...
OPENING = _any(
    """on|at|le|am|um|il|in data|el|op|em|no dia|dnia|w dniu|den|d.|pe|dne|на|в|у|ons|tors|fre|lör|sön|mån|tis|man|tir|lør|søn
    |mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mo|di|mi|do|fr|sa|so
    |lun|mar|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|pt|pon|wt|śr|czw|sob|niedz
    |în|út|čt|pá|štv|στις|στο|vào|pada|pada tanggal|kuupäev
    |пн|вт|ср|чт|пт|сб|вс|нд|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|在|于|於|בתאריך|ב-יום|في|بتاريخ"""
)
# ... and has one of these.
WROTE = _any(
    """wrote|writes|a écrit|à écrit|ha escrito|escribió|escribio|schrieb|schreibt|hat geschrieben|geschrieben|ha scritto|scrisse|scrive|schreef|geschreven
    |escreveu|napisał|napisała|napisał(a)|napisal|napisala|napisal(a)|pisze|skrev|skrev følgende|skrev følgende:|skrev följande|kirjoitti|napsal|napsala|napsal(a)|написал|написала|написал(а)
    |пишет|пише|написав|написала|написа|a envoyé|wrote the following|het volgende geschreven|va escriure|ha inviato|napísal|napísal(a)|napísala|ezt írta|írta
    |a scris|έγραψε|şunu yazdı|yazdı|כתב|כתבה|כתב/ה|מאת|كتب|تمت كتابة ما يلي بواسطة|写道|寫道|写到|のメール|さんは書きました|さんが書きました|書きました|wrote:|님이 작성|작성|님이 쓴 글
    |đã viết|menulis|escribiu|igorleak hau idatzi du|idatzi du|napisao je|napisala je|je napisao|je napisal|je napisala|rašė|parašė|kirjutas|rakstīja|het geskryf|skrifaði|نوشت"""
)
# Words before a name or address that old mail is taken from: "Zitat von x@example.org:".
QUOTING = _any(
    "quoting|quoth|excerpts from|citando|citeren|zitat von|zitiere|citation de|citat från|en réponse à|in reply to|cytowanie|cytuję|citat"
)

FROM = _any(
    """from|de|von|da|van|od|från|fra|от|expéditeur|absender|mittente|remitente|remetente|afzender|lähettäjä|nadawca|avsändare|avsender|odesílatel|feladó
    |de la|від|kimden|gönderen|από|发件人|发信人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|발신|מאת|من|nga|dari|từ|saatja|nuo|no"""
)
TO = _any(
    """to|à|a|an|para|aan|do|till|til|кому|destinataire|empfänger|destinatario|destinatari|destinatário|geadresseerde|odbiorca|mottagare|mottaker|modtager|vastaanottaja
    |komu|címzett|către|kime|alıcı|προς|收件人|收件者|宛先|받는 사람|받는사람|수신|אל|إلى|kepada|đến|kellele|kam|prejemnik"""
)
SENT = _any(
    """sent|date|envoyé|envoyé le|envoye|date d'envoi|gesendet|gesendet am|datum|inviato|inviata|data|enviado|enviado el|enviado a|enviada em
    |enviado em|fecha|verzonden|verzonden op|wysłano|wysłane|wysłany|skickat|sendt|sendt den|dato|odesláno|odoslané|отправлено|дата|дата отправки|data invio|data di invio|enviada|päivämäärä|lähetetty
    |elküldve|dátum|küldés dátuma|trimis|надіслано|gönderilme|gönderildi|tarih|στάλθηκε|ημερομηνία|发送时间|发送日期|日期|时间|寄件日期|傳送時間|送信日時|日時|日付|보낸 날짜|보낸날짜|날짜|נשלח|תאריך|تم الإرسال|التاريخ|dikirim|tanggal|ngày|poslano|saadetud|išsiųsta|nosūtīts|dátum"""
)
SUBJECT = _any(
    """subject|objet|sujet|betreff|oggetto|asunto|onderwerp|assunto|temat|ämne|emne|předmět|predmet|тема|aihe|re|tárgy|subiect|konu|θέμα|主题|主旨|标题|件名|題名|제목|נושא|الموضوع|perihal|subjek|chủ đề|zadeva|teema|tema"""
)
OTHER = _any(
    """cc|bcc|copie|copie à|kopie|cópia|dw|kopia|kopi|copia|copia a|reply-to|répondre à|antwort an|risposta|responder a|importance
    |wichtigkeit|priorité|attachments|pièces jointes|anlagen|reply to|organisation|organization|cci|kopio|másolat|копия|копія|bilgi|κοιν|κοινοποίηση|抄送|副本|참조|עותק|نسخة|anexos|allegati|adjuntos|bijlagen|załączniki|bilagor|newsgroups|groupes"""
)

MESSAGE = _any(
    """message|nachricht|messaggio|mensaje|bericht|mensagem|wiadomość|meddelande|meddelelse|melding|сообщение|zpráva
    |viesti|besked|повідомлення|mail|e-mail|email|courriel|message d'origine|správa|üzenet|levél|mesaj|ileti|e-posta|μήνυμα|הודעה|الرسالة|رسالة|missatge|mesaxe|mezua|poruka|sporočilo|съобщение|pesan|thư|tin nhắn|žinutė|kiri|vēstule
    |original|appointment|reunion|rendez-vous|termin|邮件|郵件|メッセージ|メール|메일|메시지|원본"""
)
FORWARDED = _any(
    """forwarded message|begin forwarded message|message transféré|message transmis|début du message transféré
    |début du message réexpédié|message réexpédié|courriel transféré|transféré par|weitergeleitete nachricht|weitergeleitete mail|weitergeleitete e-mail
    |anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|messaggio inoltrato
    |inizio messaggio inoltrato|mensaje reenviado|inicio del mensaje reenviado|doorgestuurd bericht
    |begin doorgestuurd bericht|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada
    |início da mensagem reencaminhada|wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości|wiadomość oryginalna
    |początek przekazywanej wiadomości|vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrad
    |början på vidarebefordrat brev|videresendt besked|videresendt melding|videresendt meddelelse|пересылаемое сообщение|пересланное сообщение|начало переадресованного сообщения
    |välitetty viesti|edelleen lähetetty viesti|přeposlaná zpráva|začátek přeposlané zprávy|preposlaná správa|továbbított üzenet|mesaj redirecționat|iletilmiş mesaj|yönlendirilen ileti|προωθημένο μήνυμα|转发的邮件|轉寄郵件|轉寄的郵件|转发邮件信息|転送されたメッセージ|転送メッセージ|전달된 메시지|missatge reenviat|mesaxe reenviada|הודעה שהועברה|رسالة مُعاد توجيهها"""
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

# What another helpdesk or a forum puts between an answer and what came before it.
EARLIER = re.compile(
    r"""(?ix)^\W*(?:previous\s+(?:repl(?:y|ies)|messages?|conversation|correspondence)|earlier\s+messages?|(?:conversation|ticket|message)\s+history|(?:messages?|échanges?|réponses?)\s+précédents?e?s?|historique\s+(?:de\s+la\s+conversation|des\s+échanges)
    |frühere\s+nachrichten|vorherige\s+(?:nachrichten|antworten)|nachrichtenverlauf|mensajes\s+anteriores|historial\s+de\s+(?:la\s+)?conversación|messaggi\s+precedenti|eerdere\s+berichten|mensagens\s+anteriores|poprzednie\s+wiadomości|tidigare\s+meddelanden)\W*$"""
)
# "Kind regards," alone on its line.
CLOSING = re.compile(
    r"""(?ix)^\s*(?:(?:with\s+)?(?:my\s+)?(?:kind(?:est)?|best|warm(?:est)?|sincere)?\s*(?:personal\s+)?regards|best(?:\s+wishes)?|all\s+the\s+best|yours\s+(?:sincerely|faithfully|truly)|sincerely(?:\s+yours)?|cheers|kr|rgds|br|respectfully
    |(?:bien\s+)?(?:très\s+)?cordialement(?:\s+vôtre)?|bien\s+à\s+vous|sincères\s+salutations|(?:bien\s+)?(?:cordiales|sincères|meilleures|respectueuses)\s+salutations|salutations(?:\s+distinguées)?|cdlt|cdt|bàv|respectueusement|amicalement|belle\s+journée|bonne\s+(?:journée|soirée|réception)
    |(?:mit\s+)?(?:(?:freundlichen?|besten?|herzlichen?|lieben?|vielen|schönen?|sonnigen)\s+)?(?:grü(?:ß|ss)en?|gruß|gruss)(?:\s+aus\s+\w+)?|hochachtungsvoll|mfg|lg|vg|viele\s+grü(?:ß|ss)e|beste\s+grü(?:ß|ss)e|liebe\s+grü(?:ß|ss)e
    |(?:un\s+)?(?:saludos?|cordial\s+saludo|saludos\s+cordiales|abrazo)(?:\s+\w+)?|atentamente|atte|cordialmente|(?:cordiali|distinti|migliori|cari)\s+saluti|saluti|cordialità|un\s+saluto
    |(?:met\s+)?(?:vriendelijke|hartelijke|beste)\s+groet(?:en|jes)?|groet(?:en|jes)?|mvg|hoogachtend|(?:com\s+os\s+)?(?:melhores|meus)?\s*cumprimentos|atenciosamente|abraços?|cordiais\s+saudações|att
    |(?:serdecznie\s+)?pozdrawiam(?:\s+serdecznie)?|pozdrowienia|z\s+poważaniem|(?:med\s+)?(?:vänlig(?:a)?|bästa|varma)\s+hälsning(?:ar)?|hälsning(?:ar)?|mvh|vh|(?:med\s+)?(?:venlig|vennlig|bedste|beste|kærlig)\s+hilsen(?:er)?|(?:de\s+bedste\s+)?hilsner|hilsen|kh|mvh
    |(?:ystävällisin|parhain)\s+terveisin|terveisin|t\.|s\s+pozdravem|с\s+уважением|с\s+наилучшими\s+пожеланиями|з\s+повагою|με\s+εκτίμηση|saygılarımla|üdvözlettel|cu\s+(?:stimă|respect)|lep\s+pozdrav|s\s+poštovanjem|敬具|よろしくお願い(?:いた)?します。?|此致|祝好|감사합니다\.?)\s*[,.!]*\s*$"""
)
# The first words of the paragraph that a company's server puts under every mail.
DISCLAIMER = re.compile(
    r"""(?ix)^[\s*_>]*(?:(?:important|confidentiality|legal|privacy|email)\s*(?:notice|note|disclaimer|warning)?\s*[:.-]\s*)?(?:
    (?:this|the\s+information\s+(?:contained\s+)?in\s+this)\s+(?:e-?mail|message|communication|transmission)(?:\s*,?\s*(?:and|including)\s+.{0,60})?\s+(?:is|are|may|contains?)\s+.{0,60}(?:confidential|privileged|intended)
    | confidentiality\s+notice | disclaimer\s*: | if\s+you\s+(?:are\s+not\s+the\s+intended|have\s+received\s+this\s+(?:e-?mail|message)\s+in\s+error) | please\s+consider\s+the\s+environment | (?:save\s+paper|think\s+before\s+you\s+print)
    | (?:ce|le\s+présent)\s+(?:message|courriel|mail|e-mail)(?:\s*,?\s*(?:et|ainsi\s+que)\s+.{0,80})?\s+(?:est|sont|peut|peuvent|contien\w+)\b.{0,80}(?:confidentiel|destin|exclusi|établi) | (?:avis|clause)\s+de\s+confidentialité | (?:pensez\s+à|avant\s+d['’]imprimer|n['’]imprimez)
    | diese\s+(?:e-?mail|nachricht)\s+.{0,60}(?:vertraulich|bestimmt) | der\s+inhalt\s+dieser\s+e-?mail | este\s+(?:mensaje|correo)\b.{0,80}(?:confidencial|dirigido) | aviso\s+(?:legal|de\s+confidencialidad)
    | (?:le\s+informazioni\s+contenute|questo\s+messaggio|la\s+presente\s+e-?mail)\b.{0,80}(?:riservat|confidenzial|esclusiv) | (?:dit|deze)\s+(?:bericht|e-?mail)\b.{0,80}(?:vertrouwelijk|bestemd) | de\s+informatie\s+(?:verzonden|in\s+dit)
    | (?:esta|este)\s+(?:mensagem|e-?mail)\b.{0,80}(?:confidencia|destina) | (?:niniejsza|ta)\s+wiadomość\b.{0,80}(?:poufn|przeznaczon) | treść\s+tej\s+wiadomości | (?:detta|denna)\s+(?:meddelande|e-?post)\b.{0,80}(?:konfidentiell|avsett)
    )"""
)
# Signatures that a phone or a program adds; they stand alone on a short line.
MOBILE = re.compile(
    r"""(?ix)^[\s*_\[(«"]*(?:
    (?:sent|envoyé|envoyée|enviado|enviada|inviato|gesendet|verzonden|verstuurd|wysłan[eoay]|skickat|sendt|отправлено|надіслано|lähetetty|odesláno|odoslané|küldve|trimis|poslano|poslato|enviat|στάλθηκε|gönderildi|dikirim|saadetud|išsiųsta|nosūtīts|typed|written|composed)\s+
      (?:from|via|with|using|by|on|de|depuis|avec|à\s+partir\s+de|par|desde|do|da|dal|dall['’]|mit|von|aus|vanaf|vanuit|van|met|op
         |z|ze|zo|från|fra|с|из|з|com|con|pelo|através|od|s|sa|din|de\s+pe|des\s+d|από|dari|iš|no)\b.{0,60}
    | lähetetty\s.{0,40} | küldve\s.{0,40}
    | von\s+(?:mein(?:em|er)\s)?.{1,40}\s(?:gesendet|verschickt|versendet).{0,20}
    | (?:diese\s+)?(?:nachricht|e-?mail)\s+wurde\s+von\s+(?:meinem\s)?.{1,40}
    | .{1,40}(?:から送信|より送信|から送信されました) | (?:发自|從|从|來自|来自|發自).{1,40} | .{1,30}에서\s+보냄 | .{1,30}(?:['’]?(?:imdan|umdan|ımdan|dan|den)\s+gönderildi) | נשלח\s+מ.{1,30} | أُ?رسلت?\s+من.{1,30}
    | (?:get|obtenir|télécharger?|téléchargez|obtenez|hol(?:en)?\s+sie|laden\s+sie|descargar|obtener|obtén|obter|obtenha|ottieni|scarica|download|pobierz|hämta|skaffa|ontvang|hent|hanki)
      \s+(?:outlook|l['’]app|yahoo|bluemail|mail)\b.{0,50}
    | outlook\s+(?:für|voor|per|para|dla|for|pour|til|för)\s.{0,40}
    | (?:from|de|von|da)\s+(?:my|mon|meinem|mi|mio)\s+(?:i\s?phone|i\s?pad|android|samsung|galaxy|mobile|blackberry|smartphone|handy)\b.{0,30}
    | provenance\s*:\s*courrier\b.{0,40}
    | sent\s+via\s+\S+ | (?:télécharger|get)\s+.{0,20}\s+(?:for|pour)\s+(?:ios|android)
    )$"""
)
# What such a line names when it is one: without it, it is a sentence ("Sent from my desk, is much easier").
DEVICE = re.compile(
    r"""(?ix)(?:\b|(?<=\W)|(?<=[\u3040-\u9fff\uac00-\ud7ff]))(?:i\s?phone\w*|i\s?pad\w*|i\s?pod|android\w*|samsung|galaxy|huawei|xiaomi|redmi|oppo|honor|wiko|nokia|lumia|sony|xperia|htc|
    lg|pixel|oneplus|motorola|blackberry|windows|outlook|mail|yahoo|gmail|proton\w*|orange|free|sfr|bouygues|la\s?poste|gmx|web\.de|t-online|aol|zoho|icloud|hotmail|live|superhuman|hey|front|airmail|sparrow|mailspring|nine|edison|canary|boxer|aquamail|fastmail|tutanota|tuta|
    smartphone|smart-?phone|mobile?|mobil\w*|telefon\w*|téléphone|telefono|teléfono|telefone|telefoon|handy|tablet\w*|tablette|
    phone|tel|device|appareil|ipad|mac|spark|polymail|mailbird|thunderbird|k-9|bluemail|fairphone|app\w*|手机|手機|携帯|스마트폰)(?:\b|(?=\W)|(?=[\u3040-\u9fff\uac00-\ud7ff]))"""
)
