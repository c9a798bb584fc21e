"""Bytes of a mail as an IncomingMessage."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesFeedParser, BytesParser
from email.policy import compat32

from comptoir.lib.mail import authentication, body, headers, kinds, paths, reply, tree
from comptoir.lib.mail.reasons import Reason
from comptoir.ports.channel import Address, IncomingMessage, MessageKind

MAX_RAW = 60_000_000  # bytes that are looked at; a channel takes in less
MAX_LINES_TIMES_DEPTH = 20_000_000  # what the parser may do: it tests each line against each open boundary
MAX_SUBJECT = 4_000
FED = 64 * 1024  # bytes that the parser is given at once

_BOUNDARY = re.compile(rb"boundary\s*(?:\*\d*\*?)?\s*=", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_UTF_7 = re.compile(r"(?i)charset\s*=\s*\"?\s*(?:x-)?(?:unicode-\d-\d-)?utf-7")
_MAY_HIDE_PARTS = {("text", "plain"), *(("multipart", kind) for kind in ("mixed", "report", "alternative", "related"))}
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Understood:
    """A message, and why it was understood so."""

    message: IncomingMessage
    why: tuple[Reason, ...]


def parse(raw: bytes, *, trusted: Collection[str] = ()) -> IncomingMessage:
    """Understand a mail: pure, bounded, never raises. What could not be read stands in `warnings`.

    `trusted` holds the authserv-ids of our own mail servers; only their Authentication-Results are believed.
    """
    return understand(raw, trusted=trusted).message


def understand(raw: bytes, *, trusted: Collection[str] = ()) -> Understood:
    """The same with the reasons: which header or phrase made it so."""
    warnings: list[str] = []
    message = _message(raw, warnings)
    fields = headers.Headers(message)
    if not all(value.isascii() for _, value in fields.fields):
        fields = headers.Headers(message, body.charset(message))
    elif _UTF_7.search(fields.raw("content-type")):
        fields = headers.Headers(message, "utf-7")
    subject = fields.text("subject")[:MAX_SUBJECT]
    sender, told = _sender(fields)
    if not sender.email:
        warnings.append("L’expéditeur n’est pas lisible.")
    found = body.read(message)
    html = found.html()
    full = found.text()
    only_html = bool(html) and all(plain is None or not plain.strip() for plain, _ in found.segments)
    if only_html:
        visible = reply.visible_html(html, forward=reply.is_forward(subject))
    else:
        visible = reply.visible(full, forward=reply.is_forward(subject))
    judged = kinds.judge(message, fields, subject, full, sender.email)
    if judged.kind in (MessageKind.BOUNCE, MessageKind.COMPLAINT, MessageKind.RECEIPT):
        visible = reply.Reply(full, why=(Reason("kept_all"),))
    froms = fields.all("from")
    domain = sender.email.rpartition("@")[2]
    language = _LANGUAGE.match(fields.raw("content-language").strip().lower())
    proof = authentication.results(
        fields.fields, trusted, domain, len(headers.addresses(*froms)) if len(froms) == 1 else 0
    )
    incoming = IncomingMessage(
        kind=judged.kind,
        external_id=headers.message_id(fields.raw("message-id")),
        sender=sender,
        subject=subject,
        text=visible.text,
        full_text=full,
        sent_at=headers.date(fields.raw("date")) if fields.has("date") else None,
        html=html,
        reply_to=headers.addresses(*fields.all("reply-to")),
        to=headers.addresses(*fields.all("to")),
        cc=headers.addresses(*fields.all("cc")),
        delivered_to=kinds.recipients(fields),
        in_reply_to=headers.identifiers(*fields.all("in-reply-to")),
        references=headers.identifiers(*fields.all("references")),
        parts=tuple(found.parts),
        bounce=judged.bounces[0] if judged.bounces else None,
        bounces=judged.bounces,
        list_id=_list_id(fields),
        language=language.group() if language else "",
        authentication=proof,
        automatic=judged.automatic,
        has_quote=visible.has_quote,
        warnings=(*warnings, *found.warnings),
        headers=paths.told(fields),
    )
    text = Reason("body_empty" if not full.strip() else "body_html" if only_html else "body_plain")
    proved = Reason("proof", ", ".join(f"{name}={value}" for name, value in proof.items()))
    why = (*judged.why, told, text, *found.charsets, *visible.why, proved if proof else Reason("no_proof"))
    return Understood(incoming, why)


def _message(raw: bytes, warnings: list[str]) -> Message:
    """The MIME tree; what would cost too much or breaks the parser comes back as headers and one text."""
    if len(raw) > MAX_RAW:
        warnings.append(f"Le message dépasse {MAX_RAW // 1_000_000} Mo\u202f; la suite est dans l’original.")
        raw = raw[:MAX_RAW]
    raw = raw.lstrip(b"\r\n \t") if raw[:1].isspace() else raw
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in raw[:2000] and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    depth = len(_BOUNDARY.findall(raw))
    if depth <= 1 or depth * raw.count(b"\n") <= MAX_LINES_TIMES_DEPTH:
        try:
            return _whole(_fed(raw))
        except Exception:
            pass
    warnings.append("La structure du message n’est pas lisible\u202f; le texte brut est affiché.")
    head = _HEAD_END.search(raw)
    end = head.start() if head else len(raw)
    flat = BytesParser(policy=compat32).parsebytes(raw[:end][:1_000_000], headersonly=True)
    for name in ("content-type", "content-transfer-encoding", "content-disposition"):
        del flat[name]
    flat.set_payload(raw[end : end + 1_000_000].decode("ascii", "surrogateescape").strip("\r\n"))
    return flat


def _fed(raw: bytes) -> Message:
    """Parsed piece by piece: `parsebytes` would hold the mail three times over, once with four bytes a character."""
    parser = BytesFeedParser(policy=compat32)
    for start in range(0, len(raw), FED):
        parser.feed(raw[start : start + FED])
    return parser.close()


def _whole(message: Message) -> Message:
    """The message; as a multipart when its text shows boundaries that its head does not name."""
    if tree.content_type(headers.Headers(message)) in _MAY_HIDE_PARTS:
        inner = body.mended(message)
        if inner is not None:
            del message["content-type"], message["content-transfer-encoding"]
            message["Content-Type"] = str(inner["content-type"])
            message.set_payload(inner.get_payload())
    return message


def _sender(fields: headers.Headers) -> tuple[Address, Reason]:
    froms = [headers.sender(value) for value in fields.all("from")]
    first = next((party for party in froms if party.email), froms[0] if froms else Address(""))
    if first.email:
        return first, Reason("from_header", first.email)
    for name in ("reply-to", "sender", "return-path", "x-original-from"):
        other = headers.sender(fields.raw(name))
        if other.email:
            return Address(other.email, first.name or other.name), Reason("from_other", name.title(), other.email)
    return first, Reason("from_nobody")


def _list_id(fields: headers.Headers) -> str:
    value = fields.text("list-id")
    inside = re.search(r"<([^<>]+)>", value)
    return (inside.group(1) if inside else value).strip().lower()[:200]
