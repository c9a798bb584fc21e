"""The words of servers that give a mail back, and the shapes that their notes have.

Collected from the programs' own output and their manuals: Postfix, Exim, Sendmail, qmail, Courier, Exchange, Domino, GroupWise,
IMail, MailEnable, MDaemon, Gmail, Yahoo, AOL, GMX, Yandex, mail.ru, SinaMail, the Japanese carriers, Amazon SES, fml.
"""

import re

# The part before the @ of addresses that only machines write from.
DAEMON = re.compile(
    r"""(?ix)^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mail[-_.]?deliver\w*|mdaemon|mmdf|post[-_.]?mast\w*|post_?office|smtpd?[-_.]?daemon
    |bounces?|bounce[-_.]notification\w*|delivery|mail[-_.]?systems?|mail[-_.]?admin\w*|smtp[-_.]?gateway|uucp|root|qmail[-_.]?send|abuse|system
    |sysadmin|sys[-_.]?op|microsoftexchange\w*|mail[-_.]?gateway|mailgw|mail[-_.]?router|listserv|majordomo|mailman|nobody|mx[-_.]?daemon)
    (?=[^a-z]|$)"""
)
# Names by which such machines call themselves, in languages.
DAEMON_NAME = re.compile(
    r"""(?ix)mail\s?(?:er)?[-\s]?(?:deliver\w*|daemon|system|admin\w*|router|gateway|robot)\b | \bpostmaster\b | system\s+administrator | delivery\s+(?:subsystem|system|service|notif\w*)
    | interscan | microsoft\s+(?:exchange|outlook)$ | système\s+de\s+(?:remise|distribution|messagerie) | administrateur\s+(?:de\s+)?(?:messagerie|syst[eè]me)
    | mail[-\s]?zustell\w* | systemadministrator | sistema\s+de\s+(?:entrega|correo) | amministratore\s+di\s+sistema | mail\.ru\s+mailer | 邮件系统 | メール(?:配信)?(?:システム|エラー)"""
)
SUBJECT = re.compile(
    r"""(?ix)
    undeliver(?:able|ed|y) | un-?deliverable | delivery\s+(?:status\s+)?(?:notification|report|failure|failed|problem|error|has\s+failed|unsuccessful|time-?out|delayed|incomplete)
    | (?:mail|message|e-?mail)\s+(?:delivery|system|transmission)\s*(?:failed|failure|error|problem|status|report|notification|incomplete|subsystem|delayed)?\s*(?:failed|failure|error|:|\b)
    | mail\s+system\s+error | failure\s+(?:notice|notification|delivery) | failed\s+(?:mail|delivery|to\s+deliver) | returned\s+(?:mail|to\s+sender|message|e-?mail)
    | return(?:ing|ed)\s+(?:message|mail)\b | nondeliver(?:y|able) | non-?deliver(?:y|able|ed) | non\s+remis | (?:message|courrier|mail|courriel)\s+non\s+(?:distribu|remis|d[ée]livr)
    | [ée]chec\s+(?:de\s+|dans\s+)?(?:la\s+)?(?:remise|livraison|distribution|d['’]envoi|transmission) | (?:nicht\s+|un)zustellbar | nicht\s+zugestellt
    | (?:konnte|wurde)\s+nicht\s+(?:zugestellt|übermittelt) | (?:zustellung|übermittlung)\w*\s*(?:fehl\w*|status|problem|\(fehl) | fehler\w*\s+beim?\s+(?:zustell|versand|senden)
    | übermittlungsstatus | zustellbenachrichtigung | mancata?\s+(?:consegna|recapito) | non\s+(?:recapitabile|consegnat\w+) | impossibile\s+recapitare | notifica\s+(?:di\s+|sullo\s+)?stato\s+(?:del\s+)?(?:consegna|recapito)
    | no\s+(?:se\s+)?(?:pudo\s+|ha\s+podido\s+)?entreg\w+ | no\s+entregable | error\s+de\s+(?:entrega|env[íi]o) | notificaci[óo]n\s+(?:del?\s+)?estado\s+de(?:\s+la)?\s+entrega
    | onbestelbaar | niet\s+(?:bezorgd|afgeleverd|besteld) | bezorging\s+mislukt | n[ãa]o\s+(?:foi\s+)?(?:entregue|entregável) | falha\s+(?:na|de)\s+entrega | notifica[çc][ãa]o\s+(?:do\s+)?status\s+d[ea]\s+entrega
    | nie\s+(?:dostarczono|mo[żz]na\s+dostarczy\w+) | niedostarcz\w+ | nie\s+został[ao]?\s+dostarczon\w+ | (?:ej|inte)\s+levere\w+ | olevererbar | oleverer\w* | kunde\s+(?:inte|ikke)\s+levere\w* | ikke\s+lever\w+
    | недоставлен\w* | не\s+доставлен\w* | ошибка\s+доставки | nedoručen\w* | nedoruč\w+ | nu\s+a\s+(?:putut\s+fi\s+)?livrat\w* | teslim\s+edilemedi | kézbesíthetetlen | kézbesítési | ei\s+voitu\s+toimittaa | μη\s+παραδοτέο
    | 系统退信 | 退信 | 邮件(?:发送|投递)?(?:失败|错误)\w* | 邮件无法\w* | 投递失败 | 發送失敗 | 無法傳遞 | 退回 | 배달되지\s+않 | 반송 | (?:メール|メッセージ)\w{0,12}(?:エラー|失敗|できません|戻り) | 配信\w{0,6}(?:失敗|エラー|不能|できません) | 送信エラー | 配信不能
    | not\s+(?:be\s+)?delivered | (?:could|can)\s*not\s+(?:be\s+)?(?:send|sent|deliver)\w* | unable\s+to\s+deliver | rejected\s+(?:mail|message|posting|posted)|automatically\s+rejected
    | ^rejected:? | bounced?\s+(?:mail|message|action) | ^\W*bounce | warning:\s+(?:could\s+not|message|mail|unix) | message\s+(?:rejected|blocked|status|delayed|bounced|notification)
    | address\s+(?:not\s+found|unknown|changed) | unknown\s+(?:user|recipient|address) | user\s+unknown | invalid\s+(?:address|recipient|user)
    | ^(?:ndn|dsn|ndr)\b | mailbox\s+(?:full|unavailable|does\s+not) | no\s+longer\s+(?:valid|works|in\s+use) | quota\s+exceeded | \bmail\s+could\s+not
    | returned\s+due\s+to | permanent\s+(?:delivery\s+)?(?:failure|error|fatal) | nota\s+de\s+error | virus\s+(?:found|detected|alert) | smtp\s+(?:error|failure) | error\s+sending\s+(?:mail|message)
    | delivery\s+attempt\s+failed | mail\s+(?:failure|error|problem|returned)\b | message\s+from\s+.{0,40}\s+(?:blocked|rejected) | reject\s+mail | not\s+member\s+article | are\s+not\s+(?:a\s+)?member | loop\s+(?:alert|back\s+warning)
    | error\s+sending\s+your | trouble\s+(?:delivering|sending) | considered\s+(?:unsolicited|spam) | apparently\s+from\s+you | ^delivery\s+status\b | ^\W*non\s+remis | mail\s+rejected
    | security\s+alert | (?:temporary|transient)\s+(?:delivery\s+)?failure | unzustellbare | message\s+can(?:no|['’])t\s+be
    """
)
PROSE = re.compile(
    r"""(?ix)
    (?:could\s+not|couldn['’]t|cannot|can['’]?t|can\s+not|was\s+not|were\s+not|unable\s+to|not\s+able\s+to|wasn['’]t\s+able\s+to|wasn['’]t|failed\s+to|failure)\s+(?:be\s+)?(?:\w+\s+)?deliver\w*
    | delivery\s+(?:to\s+the\s+following|failed|attempt|has\s+failed|problem|error|of\s+the\s+message|temporarily|to\s+these)
    | undeliver(?:able|ed) | not\s+delivered\s+to | (?:not|never)\s+been\s+delivered | permanent\s+(?:fatal\s+)?errors? | fatal\s+errors | (?:delivery|had)\s+(?:errors|problems)
    | message\s+(?:you\s+sent|below|that\s+you\s+sent|from\s+you|was)\s+.{0,60}(?:not|undeliver|reject|return|bounc|fail)
    | returned\s+to\s+(?:sender|you) | has\s+been\s+(?:rejected|returned|bounced|blocked) | (?:user|mailbox|account|recipient|address)(?:\(s\))?\s+(?:is\s+|account\s+is\s+)?(?:\w+\s+)?(?:unknown|not\s+found|disabled|limited|inactive|unavailable|full|over\s+quota|does\s+not\s+exist|doesn['’]t\s+exist)
    | unknown\s+(?:user|recipient|address|local|mailbox|host) | no\s+such\s+(?:user|recipient|mailbox|address|person|local) | over\s+quota | quota\s+exceeded | exceed(?:ed|s)\s+.{0,30}(?:quota|allowed\s+size)
    | did\s+not\s+(?:reach|receive)\s+(?:the\s+following|this)\s+(?:recipient|message) | following\s+(?:recipients?|address(?:es)?)(?:\(s\))?\s+(?:could|did|was|were|cannot|failed|had|have) | (?:automatically|was)\s+rejected
    | n['’]a\s+pas\s+pu\s+[êe]tre\s+(?:remis|distribu|d[ée]livr|livr|envoy|transmis) | n['’]est\s+pas\s+(?:arriv|parvenu) | konnte\s+(?:leider\s+)?nicht\s+(?:zugestellt|übermittelt|ausgeliefert)
    | kann\s+nicht\s+zugestellt | \b[45]\d\d[\s-]+\#?[45]\.\d\.\d | no\s+longer\s+(?:valid|works?|accepts?|available|with\s+us|in\s+use|has\s+an?) | bad\s+(?:address|recipient|destination)
    | invalid\s+(?:recipient|receiver|address|user|final|mailbox) | not\s+(?:listed|known)\s+(?:in|at|here|to) | mail\s+(?:system|server|delivery).{0,60}(?:error|fail|unable|reject)
    | (?:will|we)\s+(?:keep|continue)\s+(?:trying|to\s+try) | will\s+be\s+retried | host\s+(?:unknown|not\s+found) | (?:does\s+not|doesn['’]t)\s+(?:exist|accept|have\s+a)
    | \b(?:550|551|552|553|554|450|451|452)\b | connection\s+(?:timed\s+out|refused) | smtp\s+error | there\s+was\s+a\s+problem | recipient\s+(?:rejected|refused|address)
    | n[ãa]o\s+(?:p[ôo]de|foi|pôde\s+ser)\s+.{0,15}entreg | no\s+(?:se\s+)?(?:pudo|ha\s+podido)\s+.{0,12}entreg | non\s+[èe]\s+(?:stato\s+)?(?:possibile|recapitat|consegnat) | non\s+ha\s+potuto\s+essere
    | kon(?:den)?\s+niet\s+(?:worden\s+)?(?:bezorgd|afgeleverd|verzonden) | nie\s+(?:mógł|mogła|mogło|można|udało\s+się)\s+.{0,20}dostarcz | kunde\s+(?:inte|ikke)\s+(?:levere|nå) | (?:не\s+может\s+быть|не\s+удалось|не\s+было)\s+.{0,12}доставлен | nelze\s+doručit
    | (?:无法|無法|未能)\w{0,8}(?:送|投|傳|传|发|達) | 不存在 | 退回 | (?:送信|配信|お届け|配達)\w{0,6}(?:できません|できな|失敗|不能|されません) | (?:受信者|宛先|メールアドレス|メールボックス)\w{0,12}(?:存在|一杯|いっぱい|見つ|不明)
    | (?:error|trouble|problem|difficulty)\s+(?:in\s+|while\s+)?(?:delivering|attempting\s+to\s+deliver|sending)\s | occurred\s+while\s+(?:attempting|trying)\s+to\s+deliver | permanent\s+errors | was\s+considered\s+(?:unsolicited|spam)
    | postponed\s+due\s+to | envelope\s+expired | mailbox\s+is\s+(?:currently\s+)?full | did\s+not\s+reach | not\s+(?:be\s+)?(?:recognized|reached) | has\s+encountered\s+delivery
    | you\s+are\s+not\s+a\s+member | duplicated\s+message-id | detected\s+a\s+loop | may\s+cause\s+mail\s+loop | reject\s+(?:mail|spammers) | refused\s+(?:due\s+to|to\s+accept) | too\s+many\s+hops | message\s+(?:size\s+)?exceeds
    """
)
# A conversation of two servers, or a report's own fields, in the text: nobody writes that by hand.
TRANSCRIPT = re.compile(
    r"""(?imx)^[ \t>]{0,20}(?:>>>|<<<)\s*(?:RCPT|MAIL|DATA|EHLO|HELO|[45]\d\d) | \bRCPT\s+TO:\s*< | in\s+reply\s+to\s+(?:end\s+of\s+)?(?:RCPT|MAIL|DATA|HELO|EHLO)\b | \bsaid:\s*[45]\d\d\b
    | ^[ \t>]{0,20}(?:final|original)-recipient:\s*[\w-]+\s*; | ^[ \t>]{0,20}diagnostic-code:\s*(?:x-)?[\w-]+\s*; | ^[ \t>]{0,20}reporting-mta:\s*(?:x-)?[\w-]+\s*;
    | transcript\s+of\s+session | remote\s+(?:host|server|mail\s+server)\s+(?:said|returned|replied|response)|remote\s+smtp\s+server\s+returned | smtp\s+error\s+from\s+remote | \(\#[45]\.\d\.\d\)
    | error\s+message\s+(?:below|follows)|diagnostic\s+information\s+for\s+administrators|generating\s+server: | message\s+headers?\s+follows?"""
)
# A parcel's own trouble: carriers write "delivery failed" every day, and mean a door.
PARCEL = re.compile(
    r"""(?ix)\b(?:parcels?|packages?|shipments?|consignments?|tracking|courier|couriers|driver|doorstep|colis|livreur|point\s+relais|sendung\w*|paket\w*|zusteller|paquetes?|env[íi]os?|repartidor|pacco|pacchi|spedizion\w+|corriere
    |pakket\w*|bezorger|paczk\w+|przesyłk\w+|kurier|encomendas?|estafeta|paket(?:et)?|försändelse)\b"""
)
TEMPORARY = re.compile(
    r"""(?ix)
    will\s+be\s+retried | (?:will|we)\s+(?:keep|continue)\s+(?:trying|to\s+(?:try|attempt|retry)) | (?:do|you\s+do)\s+not\s+need\s+to\s+(?:do|resend) | warning\s+(?:message\s+)?only
    | (?:has\s+been|was|being|is)\s+delayed | delivery\s+(?:temporarily\s+)?(?:delayed|suspended) | not\s+yet\s+(?:been\s+)?delivered | action:\s*delayed
    | still\s+(?:being\s+)?(?:tr(?:y|ied)|undelivered|queued|in\s+the\s+queue) | will\s+(?:try|retry|make\s+further|attempt)\b | further\s+attempts?\b.{0,40}will\s+be\s+made
    | wird\s+(?:weiter|erneut)\s+versucht | sera\s+(?:de\s+nouveau|à\s+nouveau)\s+tent | se\s+volver[áa]\s+a\s+intentar | verrà\s+effettuato\s+un\s+nuovo
    """
)
STATUS = re.compile(r"(?<![\d.])#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.#-])([45]\d\d)(?=[\s\-][\s(<#'\"A-Za-z\d])")
ORIGINAL = re.compile(
    r"""(?imx)^[ \t>|]{0,20}(?:
    -{2,}.{0,40}(?:original|copy\s+of|below\s+this|unsent|returned|message\s+header|text\s+of|undelivered|body\s+of|begin|here\s+is|forwarded|contents|nachricht|message\s+text|原|コピー|拷).{0,60}
    | (?:your\s+)?(?:original|unsent|returned|undelivered)\s+(?:message|mail|e-?mail)(?:\s+(?:as|headers?|text|follows|is\s+included|enclosed|below))*.{0,20}[:.-]+\s*
    | (?:the\s+)?(?:message|mail)\s+(?:headers?|text)\s+follows?\s*[:.]\s*
    | received:\s.{1,200}
    | return-path:\s.{1,200}
    | (?:the\s+)?(?:headers?|text)\s+of\s+(?:the|your)\s+(?:original\s+)?(?:message|mail).{0,30}
    )$"""
)
_ADDRESS = r"[\w.+'=&%#!/*~$-]{1,100}@(?:[\w-]+\.)+[\w-]{2,24}"
ANY_ADDRESS = re.compile(_ADDRESS)
LISTED = re.compile(
    rf"""(?imx)^[ \t>*|-]{{0,20}}(?:(?:to|recipient|final\s+recipient|original\s+recipient|failed\s+recipient|address|user|an|destinataire|empfänger|destinatario|mailbox|rcpt\s+to)\s*[:=]\s*)?
    (?:["'][^"'\n]{{0,80}}["']\s+)?[<\[]?(?:smtp:\s*|rfc822;\s*)?["']?({_ADDRESS})["']?[>\]]?(?=\s*(?:$|[:;,.(<\[-]|\.\.\.|was|is|could|does|has|on\s))"""
)
NAMED = re.compile(
    rf"""(?ix)(?:rcpt\s+to|\b(?:unknown|invalid|bad|no\s+such|undeliverable|for|to|users?|recipients?|address(?:es)?|account|mailbox|failed|rejected|full|attempts?|destinataire|an|at)(?:\(s\))?)
    (?:\s*:\s*|\s+|(?=[<"'(\[]))[<"'(\[]{{0,2}}(?:smtp:\s*|rfc822;\s*|mailto:)?\s*({_ADDRESS})"""
)
# "Your message could not be delivered to x@example.org", and the same in other languages.
PLAIN_NOTE = re.compile(
    rf"""(?ix)\b(?:your|votre|ihre|deine|tu|su|vuestro|il\s+(?:tuo|suo|vostro)|uw|je|twoja|pa[ńn]stwa|a\s+sua|o\s+seu|ditt|din|ваше)\s+(?:e-?)?(?:message|mail|courriel|nachricht|mensaje|correo|messaggio|bericht
    |wiadomość|mensagem|meddelande|besked|melding|сообщение)\b.{{0,80}}(?:could\s+not|cannot|not|n['’]a\s+pas|nicht|no\s+(?:se|pudo|ha)|non|niet|nie|n[ãa]o|inte|ikke|не)\b[^.@]{{0,60}}\s<?{_ADDRESS}"""
)
# The name under which the failing mailbox was written to: "(expanded from: x)", "(generated from x)".
ALIASED = re.compile(
    rf"(?i)\(\s*(?:expanded|generated|originally\s+addressed|forwarded|aliased)\s+(?:from|to):?\s*<?({_ADDRESS})>?\s*\)"
)
# A name without its domain, indented under a sentence that ends in a colon: AOL and others leave their own domain out.
BARE = re.compile(
    r"(?im)(?:recipients?|address(?:es)?|users?|destinataires?)\b[^\n]{0,200}(?:\n[^\n]{1,80})?:\s*\n(?:[ \t]*\n)?[ \t]+([\w.+-]{2,60})[ \t]*$"
)
