"""What kind of message this is by its form: written by a person, or by a machine, and which one.

Sources: RFC 3834 (automatic answers), RFC 3464 (delivery reports), RFC 5965 (complaints), RFC 8098 (receipts), and what
Exchange, Gmail, qmail, Exim and others do instead.
"""

import re
from dataclasses import dataclass
from email.message import Message

from comptoir.lib.mail import bounces
from comptoir.lib.mail.body import content_type
from comptoir.lib.mail.headers import Headers, addresses, parameters
from comptoir.ports.channel import Bounce, MessageKind

_VACATION = re.compile(
    r"""(?ix)^\s*(?:(?:re|aw|sv|antw?|rép|odp)\s*:\s*)*[\[(]?\s*(?:
    auto(?:matic|mated|matisch|matique|matisk|m)?[\s:-]*(?:re(?:ply|sponse|sponder|sposta|spuesta)|antwor[dt]e?n?|r[ée]ponse|svar|answer)
    | (?:r[ée]ponse|message|notification)\s+(?:automatique|d['’]absence)
    | automatische?[sr]?\s+(?:antwort|antwoord|abwesenheit\w*|afwezig\w*|nachricht)
    | automat\w+\s+(?:odpowied\w*|svar)
    | (?:respuesta|risposta|resposta)\s+autom[áa]tica
    | autosvar | autoreply | autoresponder | autom\.?\s*antwort
    | (?:i\s+am|i['’]m)?\s*(?:currently\s+)?out[\s-]of[\s-](?:the[\s-])?office | ooo\b | ooto\b
    | (?:on\s+)?(?:annual\s+)?(?:vacation|holiday|leave)\s*(?:message|reply|notice|notification|response)
    | away\s+from\s+(?:my\s+|the\s+)?(?:office|desk|mail)
    | absen(?:ce|t|te)\s*(?:du\s+bureau|de\s+bureau|:|$|\b.{0,20}(?:bureau|cong[ée]|vacances|jusqu|du\s+\d))
    | (?:je\s+suis\s+)?(?:actuellement\s+)?(?:absente?|en\s+cong[ée]s?|en\s+vacances)\b(?!\s+(?:de|d['’])\s)
    | abwesend\b | abwesenheits?\w* | (?:ich\s+bin\s+)?(?:im\s+urlaub|außer\s+haus|nicht\s+im\s+(?:büro|haus))
    | fuera\s+de\s+(?:la\s+)?oficina | ausente\b | fora\s+d[oe]\s+escrit[óo]rio | fuori\s+(?:sede|ufficio) | assente\b
    | afwezig\w* | buiten\s+kantoor | poza\s+biurem | nieobecno\w* | frånvar\w* | borta\s+från\s+kontoret | ej\s+på\s+kontoret
    )"""
)
_RECEIPT_SUBJECT = re.compile(
    r"(?i)^\s*(?:read|lu|gelesen|letto|leído|lida?|gelezen|przeczytano|läst|not read|non lu|ungelesen|return receipt"
    r"|accusé de lecture|confirmation de lecture|lesebestätigung|delivered|remis|zugestellt)\s*(?:\(.{0,30}\))?\s*:"
)
_MACHINE_ADDRESS = re.compile(
    r"^(?:no-?_?reply|do-?not-?reply|ne-?pas-?repondre|nepasrepondre|noreply|mailer-daemon|postmaster|bounces?)(?:[+.@_-]|$)"
)
_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoresponder",
    "x-vacation",
    "x-mail-autoreply",
    "auto-reply",
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kind, whether a machine may have written it (then no automatic answer goes out), and what bounced."""

    kind: MessageKind
    automatic: bool
    bounces: tuple[Bounce, ...] = ()


def judge(message: Message, headers: Headers, subject: str, text: str, sender: str) -> Judgement:
    """The kind of a message, from its tree, its headers, and its decoded subject and text."""
    reports = _reports(message, headers)
    if "feedback-report" in reports or bounces.looks_like_complaint(headers, subject, text, sender):
        return Judgement(MessageKind.COMPLAINT, True)
    if "disposition-notification" in reports:
        refused = bounces.refused(message, headers, text)
        return Judgement(MessageKind.BOUNCE if refused else MessageKind.RECEIPT, True, tuple(refused or ()))
    found = bounces.read(message, headers, subject, text, sender)
    if found is not None:
        delivered = not found
        return Judgement(MessageKind.RECEIPT if delivered else MessageKind.BOUNCE, True, tuple(found))
    if _is_auto_reply(headers, subject):
        return Judgement(MessageKind.AUTO_REPLY, True)
    if _RECEIPT_SUBJECT.match(subject) and headers.has("x-ms-exchange-generated-message-source") and not text.strip():
        return Judgement(MessageKind.RECEIPT, True)
    if _is_bulk(headers):
        return Judgement(MessageKind.BULK, True)
    return Judgement(MessageKind.MESSAGE, _is_automatic(headers, sender))


def _reports(message: Message, headers: Headers) -> set[str]:
    """The kinds of report that the message itself is (not those it carries along in a forwarded message)."""
    main, sub = content_type(headers)
    kinds = set()
    if (main, sub) == ("multipart", "report"):
        kinds.add(parameters(headers.raw("content-type")).get("report-type", "").lower())
    if main == "multipart":
        payload = message.get_payload()
        for part in payload if isinstance(payload, list) else ():
            if isinstance(part, Message):
                kinds.add(content_type(Headers(part))[1])
    elif main == "message":
        kinds.add(sub)
    return kinds & {"feedback-report", "disposition-notification", "delivery-status", "global-delivery-status"}


def _is_auto_reply(headers: Headers, subject: str) -> bool:
    submitted = headers.raw("auto-submitted").strip().lower()
    if submitted.startswith(("auto-replied", "auto-notified")):
        return True
    if headers.has(*_AUTO_HEADERS) and not submitted.startswith("no"):
        return True
    if "auto_reply" in headers.raw("precedence").lower() or headers.raw("x-precedence").lower().startswith(
        "auto_reply"
    ):
        return True
    if headers.raw("x-autogenerated").strip().lower() == "reply" or headers.raw("x-pm-autoreply"):
        return True
    if headers.raw("x-ms-exchange-inbox-rules-loop"):
        return True
    return _VACATION.match(subject) is not None and (not submitted or submitted != "no")


def _is_bulk(headers: Headers) -> bool:
    precedence = headers.raw("precedence").strip().lower()
    return headers.has("list-id", "list-unsubscribe", "list-post", "x-campaign", "feedback-id") or precedence in (
        "bulk",
        "list",
        "junk",
    )


def _is_automatic(headers: Headers, sender: str) -> bool:
    submitted = headers.raw("auto-submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    suppressed = headers.raw("x-auto-response-suppress").lower()
    if suppressed and suppressed.strip() != "none":
        return True
    path = headers.raw("return-path").strip()
    return path == "<>" or headers.has("x-loop", "x-autogenerated") or _MACHINE_ADDRESS.match(sender) is not None


def recipients(headers: Headers) -> tuple[str, ...]:
    """The addresses by which the message reached us, as our own server has noted them."""
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to")
    return tuple(address.email for address in addresses(*(value for name in names for value in headers.all(name))))
