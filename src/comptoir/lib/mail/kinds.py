"""What kind of message this is by its form: written by a person, or by a machine, and which one.

Sources: RFC 3834 (automatic answers), RFC 3464 (delivery reports), RFC 5965 (complaints), RFC 8098 (receipts), and what
Exchange, Gmail, qmail, Exim and others do instead.
"""

import re
from dataclasses import dataclass
from email.message import Message

from comptoir.lib.mail import absence, bounces
from comptoir.lib.mail.headers import Headers, addresses, parameters
from comptoir.lib.mail.reasons import Reason
from comptoir.lib.mail.tree import content_type
from comptoir.ports.channel import Bounce, MessageKind

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
    "x-autoreply-from",
    "x-autoreply-domain",
    "auto-reply",
)
_LIST_HEADERS = (
    "list-id",
    "list-unsubscribe",
    "list-post",
    "mailing-list",
    "x-campaign",
    "feedback-id",
    "x-mailing-list",
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kind, whether a machine may have written it (then no automatic answer goes out), what bounced, and why."""

    kind: MessageKind
    automatic: bool
    bounces: tuple[Bounce, ...] = ()
    why: tuple[Reason, ...] = ()


def judge(message: Message, headers: Headers, subject: str, text: str, sender: str) -> Judgement:
    """The kind of a message, from its tree, its headers, and its decoded subject and text."""
    report = _report(message, headers)
    complaint = "feedback-report" if report == "feedback-report" else ""
    complaint = complaint or bounces.told_as_complaint(headers, subject, text, sender)
    if complaint:
        return Judgement(MessageKind.COMPLAINT, True, why=(Reason("complaint", complaint),))
    if report == "disposition-notification":
        refused = bounces.refused(message, headers, text)
        if refused:
            return Judgement(MessageKind.BOUNCE, True, tuple(refused), (Reason("refused"),))
        return Judgement(MessageKind.RECEIPT, True, why=(Reason("receipt", report),))
    found = bounces.read(message, headers, subject, text, sender)
    if found is not None:
        if found.bounces:
            return Judgement(MessageKind.BOUNCE, True, tuple(found.bounces), found.why)
        return Judgement(MessageKind.RECEIPT, True, why=(Reason("delivered"), *found.why))
    told = _auto_header(headers)
    if told:
        return Judgement(MessageKind.AUTO_REPLY, True, why=(Reason("auto_header", told),))
    if not headers.raw("auto-submitted").strip().lower().startswith("no"):
        words = absence.told_by(subject, text, headers.has("in-reply-to", "references"))
        if words:
            return Judgement(MessageKind.AUTO_REPLY, True, why=(Reason("auto_words", words),))
    if _RECEIPT_SUBJECT.match(subject) and headers.has("x-ms-exchange-generated-message-source") and not text.strip():
        return Judgement(MessageKind.RECEIPT, True, why=(Reason("receipt", "Subject"),))
    bulk = _bulk_header(headers)
    if bulk:
        return Judgement(MessageKind.BULK, True, why=(Reason("bulk", bulk),))
    machine = _machine_header(headers, sender)
    if machine:
        return Judgement(MessageKind.MESSAGE, True, why=(Reason("person"), Reason("machine", machine)))
    return Judgement(MessageKind.MESSAGE, False, why=(Reason("person"),))


def _report(message: Message, headers: Headers) -> str:
    """Whether the message itself is a complaint or a receipt (not one that it carries along in a forwarded message)."""
    found = set()
    if content_type(headers) == ("multipart", "report"):
        found.add(parameters(headers.raw("content-type")).get("report-type", "").lower())
    for part in bounces.own_parts(message):
        main, sub = content_type(Headers(part))
        if main == "message":
            found.add(sub)
    return next((kind for kind in ("feedback-report", "disposition-notification") if kind in found), "")


def _auto_header(headers: Headers) -> str:
    """The header that says that this is an automatic answer, as "Name: value"; "" if none does."""
    submitted = headers.raw("auto-submitted").strip().lower()
    if submitted.startswith(("auto-replied", "auto-notified", "auto-reply", "auto_reply")):
        return _shown("Auto-Submitted", submitted)
    if not submitted.startswith("no"):
        for name in _AUTO_HEADERS:
            value = headers.raw(name).strip().lower()
            if headers.has(name) and value not in ("no", "false", "0", "none"):
                return _shown(name, value)
    for name in ("precedence", "x-precedence"):
        if re.match(r"\s*auto[-_]?reply", headers.raw(name).lower()):
            return _shown(name, headers.raw(name))
    for name, wanted in (("x-autogenerated", r"reply"), ("x-apple-action", r"vacation"), ("x-pm-autoreply", r"."),
                         ("x-ms-exchange-inbox-rules-loop", r"."), ("x-pvmailer-autoreply", r"."),
                         ("x-failed-autoreply", r"."), ("delivered-to", r"autoresponder$")):  # fmt: skip
        if re.match(rf"(?i)\s*{wanted}", headers.raw(name)):
            return _shown(name, headers.raw(name))
    return ""


def _bulk_header(headers: Headers) -> str:
    for name in _LIST_HEADERS:
        if headers.has(name):
            return _shown(name, headers.raw(name))
    precedence = headers.raw("precedence").strip().lower()
    return _shown("Precedence", precedence) if precedence in ("bulk", "list", "junk") else ""


def _machine_header(headers: Headers, sender: str) -> str:
    """What tells that a machine may have written a message, or may answer an answer; "" if nothing does."""
    submitted = headers.raw("auto-submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return _shown("Auto-Submitted", submitted)
    suppressed = headers.raw("x-auto-response-suppress").strip().lower()
    if suppressed and suppressed != "none":
        return _shown("X-Auto-Response-Suppress", suppressed)
    if headers.raw("return-path").strip() == "<>":
        return "Return-Path: <>"
    for name in ("x-loop", "x-autogenerated"):
        if headers.has(name):
            return _shown(name, headers.raw(name))
    return _shown("From", sender) if _MACHINE_ADDRESS.match(sender) else ""


def _shown(name: str, value: str) -> str:
    return f"{name.title() if name.islower() else name}: {' '.join(value.split())[:80]}"


def recipients(headers: Headers) -> tuple[str, ...]:
    """The addresses by which the message reached us, as our own server has noted them."""
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to")
    return tuple(address.email for address in addresses(*(value for name in names for value in headers.all(name))))
