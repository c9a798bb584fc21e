"""Messages of ours that did not arrive: delivery reports (RFC 3464), and the notes of servers that write prose."""

import re
from email.message import Message

from comptoir.lib.mail.body import content, content_type, leaves
from comptoir.lib.mail.charset import decode
from comptoir.lib.mail.headers import Headers, email_address, identifiers, words
from comptoir.ports.channel import Bounce

MAX_RECIPIENTS = 100
MAX_NOTE = 60_000  # characters of prose that are searched

_DAEMON = re.compile(
    r"(?i)^(?:mailer-?daemon|mail-?daemon|mail-?delivery|mailerdaemon|mdaemon|mmdf|maildelivery|mail\.delivery|postmaster|postmast|post_?office"
    r"|bounces?|bounce-notification|delivery|mailsystem|mail-system|smtp-?gateway|uucp|root|qmail-?send|abuse|system|microsoftexchange\w*)\b"
)
_SUBJECT = re.compile(
    r"""(?ix)
    undeliver(?:able|ed|y) | un-?deliverable | delivery\s+(?:status\s+)?(?:notification|report|failure|failed|problem|error|has\s+failed|unsuccessful|time-?out|delayed)
    | (?:mail|message|e-?mail)\s+(?:delivery|system|transmission)\s*(?:failed|failure|error|problem|status|report|notification|incomplete|subsystem)?\s*(?:failed|failure|error|:|\b)
    | mail\s+system\s+error | failure\s+(?:notice|notification|delivery) | failed\s+(?:mail|delivery|to\s+deliver) | returned\s+(?:mail|to\s+sender|message|e-?mail)
    | return(?:ing|ed)\s+(?:message|mail)\b | nondeliver(?:y|able) | non-?deliver(?:y|able|ed) | non\s+remis | (?:message|courrier|mail)\s+non\s+(?:distribu|remis|d[ée]livr)
    | [ée]chec\s+(?:de\s+)?(?:la\s+)?(?:remise|livraison|distribution|d['’]envoi|transmission) | (?:nicht\s+|un)zustellbar | nicht\s+zugestellt
    | (?:konnte|wurde)\s+nicht\s+(?:zugestellt|übermittelt) | (?:zustellung|übermittlung)\w*\s*(?:fehl\w*|status|problem) | fehler\w*\s+beim?\s+(?:zustell|versand|senden)
    | mancata?\s+(?:consegna|recapito) | non\s+(?:recapitabile|consegnat\w+) | no\s+(?:se\s+)?(?:pudo\s+)?entreg\w+ | error\s+de\s+(?:entrega|env[íi]o)
    | onbestelbaar | niet\s+(?:bezorgd|afgeleverd) | n[ãa]o\s+(?:foi\s+)?(?:entregue|entregável) | falha\s+(?:na|de)\s+entrega
    | nie\s+(?:dostarczono|mo[żz]na\s+dostarczy\w+) | niedostarcz\w+ | (?:ej|inte)\s+levererat | olevererbar | oleverer\w*
    | not\s+(?:be\s+)?delivered | (?:could|can)\s*not\s+(?:be\s+)?(?:send|sent|deliver)\w* | unable\s+to\s+deliver | rejected\s+(?:mail|message|posting|posted)
    | ^rejected:? | bounced?\s+(?:mail|message|action) | ^\W*bounce | warning:\s+(?:could\s+not|message|mail) | message\s+(?:rejected|blocked|status|delayed|bounced|notification)
    | address\s+(?:not\s+found|unknown|changed) | unknown\s+(?:user|recipient|address) | user\s+unknown | invalid\s+(?:address|recipient|user)
    | ^(?:ndn|dsn|ndr)\b | mailbox\s+(?:full|unavailable|does\s+not) | no\s+longer\s+(?:valid|works|in\s+use) | quota\s+exceeded | \bmail\s+could\s+not
    | returned\s+due\s+to | permanent\s+(?:delivery\s+)?(?:failure|error|fatal) | nota\s+de\s+error | virus\s+(?:found|detected|alert) | smtp\s+(?:error|failure)
    """
)
_PROSE = re.compile(
    r"""(?ix)
    (?:could\s+not|couldn['’]t|cannot|can['’]?t|can\s+not|was\s+not|were\s+not|unable\s+to|not\s+able\s+to|wasn['’]t\s+able\s+to|wasn['’]t|failed\s+to|failure)\s+(?:be\s+)?(?:\w+\s+)?deliver\w*
    | delivery\s+(?:to\s+the\s+following|failed|attempt|has\s+failed|problem|error|of\s+the\s+message|temporarily)
    | undeliver(?:able|ed) | not\s+delivered\s+to | (?:not|never)\s+been\s+delivered | permanent\s+(?:fatal\s+)?errors? | fatal\s+errors
    | message\s+(?:you\s+sent|below|that\s+you\s+sent|from\s+you|was)\s+.{0,60}(?:not|undeliver|reject|return|bounc|fail)
    | returned\s+to\s+(?:sender|you) | has\s+been\s+(?:rejected|returned|bounced|blocked) | (?:user|mailbox|account|recipient|address)\s+(?:is\s+)?(?:\w+\s+)?(?:unknown|not\s+found|disabled|inactive|unavailable|full|does\s+not\s+exist|doesn['’]t\s+exist)
    | unknown\s+(?:user|recipient|address|local|mailbox|host) | no\s+such\s+(?:user|recipient|mailbox|address|person|local) | over\s+quota | quota\s+exceeded | exceeded\s+.{0,30}quota
    | n['’]a\s+pas\s+pu\s+[êe]tre\s+(?:remis|distribu|d[ée]livr|livr|envoy) | n['’]est\s+pas\s+(?:arriv|parvenu) | konnte\s+(?:leider\s+)?nicht\s+(?:zugestellt|übermittelt)
    | kann\s+nicht\s+zugestellt | \b[45]\d\d[\s-]+\#?[45]\.\d\.\d | no\s+longer\s+(?:valid|works?|accepts?|available|with\s+us|in\s+use|has\s+an?) | bad\s+(?:address|recipient|destination)
    | invalid\s+(?:recipient|address|user|final|mailbox) | not\s+(?:listed|known)\s+(?:in|at|here|to) | mail\s+(?:system|server|delivery).{0,60}(?:error|fail|unable|reject)
    | (?:will|we)\s+(?:keep|continue)\s+(?:trying|to\s+try) | will\s+be\s+retried | host\s+(?:unknown|not\s+found) | (?:does\s+not|doesn['’]t)\s+(?:exist|accept|have\s+a)
    | \b(?:550|551|552|553|554|450|451|452)\b | connection\s+(?:timed\s+out|refused) | smtp\s+error | there\s+was\s+a\s+problem | recipient\s+(?:rejected|refused|address)
    | n[ãa]o\s+(?:p[ôo]de|foi)\s+.{0,15}entreg | no\s+(?:se\s+)?(?:pudo|ha\s+podido)\s+.{0,12}entreg | non\s+[èe]\s+(?:stato\s+)?(?:possibile|recapitat|consegnat)
    """
)
_TEMPORARY = re.compile(
    r"""(?ix)
    will\s+be\s+retried | (?:will|we)\s+(?:keep|continue)\s+(?:trying|to\s+(?:try|attempt|retry)) | (?:do|you\s+do)\s+not\s+need\s+to\s+(?:do|resend) | warning\s+(?:message\s+)?only
    | (?:has\s+been|was|being|is)\s+delayed | delivery\s+(?:temporarily\s+)?(?:delayed|suspended) | not\s+yet\s+(?:been\s+)?delivered | action:\s*delayed
    | still\s+(?:being\s+)?(?:tr(?:y|ied)|undelivered|queued|in\s+the\s+queue) | will\s+(?:try|retry|make\s+further|attempt)\b | further\s+attempts?\b.{0,40}will\s+be\s+made
    """
)
_STATUS = re.compile(r"(?<![\d.])#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.#-])([45]\d\d)(?=[\s\-][\s(<#'\"A-Za-z\d])")
_ORIGINAL = re.compile(
    r"""(?imx)^[\s>|]*(?:
    -{2,}.{0,40}(?:original|copy\s+of|below\s+this|unsent|returned|message\s+header|text\s+of|undelivered|body\s+of|begin|here\s+is|forwarded|contents|nachricht).{0,60}
    | (?:your\s+)?(?:original|unsent|returned|undelivered)\s+(?:message|mail|e-?mail)(?:\s+(?:headers?|text|follows|is\s+included|enclosed|below))*.{0,20}[:.-]+\s*
    | received:\s.{1,200}
    | return-path:\s.{1,200}
    | (?:the\s+)?(?:headers?|text)\s+of\s+(?:the|your)\s+(?:original\s+)?(?:message|mail).{0,30}
    )$"""
)
_ANY_ADDRESS = re.compile(r"[\w.+'=&%#!/*-]{1,100}@(?:[\w-]+\.)+[\w-]{2,24}")
_LISTED = re.compile(
    r"""(?imx)^[\s>*|-]*(?:(?:to|recipient|final\s+recipient|original\s+recipient|address|user|an|destinataire|mailbox|rcpt\s+to)\s*[:=]\s*)?
    <?["']?([\w.+'=&%#!/*-]{1,100}@(?:[\w-]+\.)+[\w-]{2,24})["']?>?(?=\s*(?:$|[:;,.(<\[-]|\.\.\.|was|is|could|does|has|on\s))"""
)
_NAMED_RECIPIENT = re.compile(
    r"""(?ix)(?:rcpt\s+to:?\s*|(?:unknown|invalid|bad|no\s+such|undeliverable|for|to|user|recipient|address|account|mailbox|deliver\s+to|destinataire|an|at)\s*:?\s*)[<"'(]{0,2}\s*
    ([\w.+'=&%#!/*-]{1,100}@(?:[\w-]+\.)+[\w-]{2,24})"""
)


def looks_like_complaint(headers: Headers, subject: str, text: str, sender: str) -> bool:
    """Complaints of providers that send them without the standard's parts."""
    if headers.has("x-hmxmroriginalrecipient", "x-feedback-report") or subject.lower().startswith(
        "complaint about message from"
    ):
        return True
    return "abuse report" in text[:3000].lower() and "feedback" in (subject + sender).lower()


def read(message: Message, headers: Headers, subject: str, text: str, sender: str, report: bool) -> list[Bounce] | None:
    """What did not arrive; an empty list for a report that it did; None if this is no bounce at all."""
    structured = _structured(message) if report else None
    if structured is not None:
        actions, told = structured
        if actions and actions <= {"delivered", "relayed", "expanded"}:
            return []
        if told:
            return _with_original(message, headers, told)
    named = [address for value in headers.all("x-failed-recipients") for address in _ANY_ADDRESS.findall(words(value))]
    note, original = _split(text)
    if not (report or named or _is_note(headers, subject, note, sender)):
        return None
    addresses_ = [address.lower() for address in named] or _in_prose(note, headers, sender)
    return _with_original(message, headers, _prose_bounces(addresses_, note, subject), original)


def _is_note(headers: Headers, subject: str, note: str, sender: str) -> bool:
    """Whether prose is a bounce: the envelope, the sender, the subject and the words must agree in two points."""
    path = headers.raw("return-path").strip()
    null_path = bool(re.fullmatch(r"<\s*>|<?mailer-daemon(?:@[\w.-]*)?>?", path, re.IGNORECASE))
    machine = _DAEMON.match(sender) is not None or sender == "" or "mail delivery" in headers.raw("from").lower()
    if not (null_path or machine or headers.raw("in-reply-to") == ""):
        return False
    subject_tells = _SUBJECT.search(subject) is not None
    if not (null_path or machine or subject_tells):
        return False
    points = (null_path or machine) + subject_tells + (_PROSE.search(note[:8000]) is not None)
    return points >= (2 if machine or not headers.raw("auto-submitted").lower().startswith("auto-replied") else 3)


def _structured(message: Message) -> tuple[set[str], list[Bounce]] | None:
    """Actions and bounces out of the delivery-status part, or None if there is none that can be read."""
    for part in leaves(message):
        headers = Headers(part)
        if content_type(headers) not in (("message", "delivery-status"), ("message", "global-delivery-status")):
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            inner = [block for block in payload if isinstance(block, Message)]
            blocks = [Headers(block).fields for block in inner]
            if len(blocks) == 1 and not blocks[0]:
                blocks = _blocks(str(inner[0].get_payload()))
        else:
            blocks = _blocks(decode(content(part, headers)))
        actions: set[str] = set()
        told: list[Bounce] = []
        for block in blocks[: MAX_RECIPIENTS + 1]:
            fields = dict(reversed(block))
            recipient = _recipient(fields)
            action = fields.get("action", "").strip().lower().split(" ")[0]
            if not recipient and not action:
                continue
            actions.add(action or "failed")
            if action not in ("delivered", "relayed", "expanded"):
                told.append(_of_fields(fields, recipient, action))
        return actions, told
    return None


def _blocks(text: str) -> list[list[tuple[str, str]]]:
    blocks = []
    for chunk in re.split(r"\r?\n[ \t]*\r?\n", text):
        unfolded = re.sub(r"\r?\n[ \t]+", " ", chunk)
        blocks.append(
            [
                (name.strip().lower(), value)
                for name, _, value in (line.partition(":") for line in unfolded.splitlines())
            ]
        )
    return blocks


def _recipient(fields: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = fields.get(name, "")
        if value:
            address = email_address(words(value.partition(";")[2] or value))
            if address:
                return address
    return ""


def _of_fields(fields: dict[str, str], recipient: str, action: str) -> Bounce:
    reason = words(fields.get("diagnostic-code", "")).partition(";")
    sentence = (reason[2] or reason[0]).strip()
    status = _STATUS.search(fields.get("status", ""))
    code = status.group(1) if status else ""
    inner = _STATUS.search(sentence)
    if inner and (not code or code.endswith(".0.0")):
        code = inner.group(1)
    if not code:
        found = _CODE.search(sentence)
        code = found.group(1) if found else ""
    permanent = action != "delayed" and not code.startswith("4")
    return Bounce(recipient=recipient, permanent=permanent, code=code, reason=sentence[:500])


def _split(text: str) -> tuple[str, str]:
    """The note and the original message behind it."""
    text = text[:MAX_NOTE]
    found = _ORIGINAL.search(text, 40)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _in_prose(note: str, headers: Headers, sender: str) -> list[str]:
    """The addresses that failed, out of prose: listed on lines of their own, else named, else the only one there."""
    ours = {
        sender,
        *(email_address(value) for value in headers.all("to")),
        *(email_address(v) for v in headers.all("delivered-to")),
    }
    for pattern in (_LISTED, _NAMED_RECIPIENT, _ANY_ADDRESS):
        found = dict.fromkeys(address.lower().strip(".'") for address in pattern.findall(note))
        kept = [address for address in found if address not in ours and not _DAEMON.match(address)]
        if kept:
            return kept[:MAX_RECIPIENTS]
    return []


def _prose_bounces(recipients: list[str], note: str, subject: str) -> list[Bounce]:
    status = _STATUS.search(note)
    number = _CODE.search(note)
    code = status.group(1) if status else number.group(1) if number else ""
    warning = (
        _TEMPORARY.search(note) is not None or subject.lower().startswith("warning") or "delayed" in subject.lower()
    )
    permanent = not code.startswith("4") and not (warning and not code.startswith("5"))
    reason = _reason(note)
    return [Bounce(recipient, permanent, code, reason) for recipient in recipients] or [
        Bounce("", permanent, code, reason)
    ]


def _reason(note: str) -> str:
    lines = [re.sub(r"\s+", " ", line).strip() for line in note.splitlines()]
    telling = [line for line in lines if _STATUS.search(line) or _CODE.search(line)] or [
        line for line in lines if _PROSE.search(line)
    ]
    return telling[0][:500] if telling else next((line[:500] for line in lines if line), "")


def _with_original(message: Message, headers: Headers, found: list[Bounce], original: str = "") -> list[Bounce]:
    """The same bounces with the Message-ID of what we had sent, from the part or text that repeats it."""
    own = headers.raw("message-id")
    identifier = ""
    for part in leaves(message):
        inner = Headers(part)
        kind = content_type(inner)
        if part is not message and inner.has("message-id"):
            identifier = next(iter(identifiers(inner.raw("message-id"))), "")
        elif kind in (("text", "rfc822-headers"), ("message", "rfc822-headers"), ("message", "rfc822")):
            payload = part.get_payload()
            identifier = _in_text(payload if isinstance(payload, str) else "")
        if identifier:
            break
    if not identifier:
        identifier = _in_text(original)
    if not identifier:
        known = [*identifiers(headers.raw("in-reply-to")), *identifiers(headers.raw("references"))]
        identifier = known[-1] if known else ""
    if identifier and identifier in own:
        identifier = ""
    return [Bounce(b.recipient, b.permanent, b.code, b.reason, identifier) for b in found[:MAX_RECIPIENTS]]


def _in_text(text: str) -> str:
    match = re.search(r"(?im)^[\s>]*message-id:\s*(<[^<>\s]{3,500}>)", text)
    return match.group(1)[1:-1] if match else ""
