"""The MIME tree as text, HTML and files, whatever state it is in."""

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from mimetypes import guess_extension

from comptoir.lib.files import safe_name
from comptoir.lib.html import from_text, to_text
from comptoir.lib.mail.charset import best, decode, of_html
from comptoir.lib.mail.headers import Headers, base64, parameters, words
from comptoir.ports.channel import Part

MAX_PARTS = 200
MAX_DEPTH = 30
MAX_PART = 25_000_000  # bytes of one file; a larger one is kept in the raw mail only
MAX_BODY = 2_000_000  # characters of text or HTML

_EXTENSIONS = {"image/jpeg": ".jpg", "image/heic": ".heic", "message/rfc822": ".eml", "text/calendar": ".ics"}
_CID = re.compile(r"""cid:([^"'\s>)]+)""", re.IGNORECASE)
_TYPE = re.compile(r"\s*([\w.+-]+)\s*/\s*([\w.+-]+)")


@dataclass(slots=True)
class Body:
    """What a walk through the tree has found: bodies as (plain, html) pairs in their order, files, complaints."""

    segments: list[tuple[str | None, str | None]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seen: int = 0

    def warn(self, sentence: str) -> None:
        """Note what could not be read, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def text(self) -> str:
        """All of the text; made from the HTML where there is no plain text."""
        pieces = [plain if plain and plain.strip() else to_text(html or "") for plain, html in self.segments]
        return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())

    def html(self) -> str:
        """All of the HTML, or "" if no part had any."""
        if not any(html for _, html in self.segments):
            return ""
        return "\n".join(html or from_text(plain or "") for plain, html in self.segments)


def read(message: Message) -> Body:
    """Walk through a message; what is broken becomes a warning, never an exception."""
    body = Body()
    _walk(message, body, 0, related=False)
    if len(body.parts) > MAX_PARTS:
        body.warn(f"Le message contient plus de {MAX_PARTS} fichiers\u202f; les suivants sont dans l’original.")
        del body.parts[MAX_PARTS:]
    shown = {cid.lower() for _, html in body.segments if html for cid in _CID.findall(html)}
    body.parts = [
        Part(
            part.name, part.content_type, part.content, part.content_id, part.content_id.lower() in shown, part.problem
        )
        if part.content_id
        else part
        for part in body.parts
    ]
    return body


def content_type(headers: Headers) -> tuple[str, str]:
    """Type and subtype, lower-cased; text/plain where it is missing or nonsense."""
    found = _TYPE.match(headers.raw("content-type"))
    return (found.group(1).lower(), found.group(2).lower()) if found else ("text", "plain")


def _walk(part: Message, body: Body, depth: int, *, related: bool) -> None:
    body.seen += 1
    if depth > MAX_DEPTH or body.seen > MAX_PARTS * 5:
        body.warn("Le message est trop imbriqué ou a trop de parties\u202f; la suite est dans l’original.")
        return
    headers = Headers(part)
    main, sub = content_type(headers)
    payload = part.get_payload()
    if isinstance(payload, list):
        if main == "message":
            _message(part, headers, sub, body)
        elif sub == "alternative":
            _alternative(payload, body, depth)
        else:
            for child in payload:
                if isinstance(child, Message):
                    _walk(child, body, depth + 1, related=sub == "related")
        return
    if main == "multipart":  # announced, but there is no boundary to be found
        main, sub = "text", "plain"
    disposition = headers.raw("content-disposition").strip().lower()
    name = filename(headers)
    is_text = main == "text" and sub in ("plain", "html", "enriched", "markdown", "x-amp-html")
    if (
        is_text
        and not disposition.startswith("attachment")
        and not (name and (disposition or sub != "html" or related))
    ):
        _text(part, headers, sub, body)
    elif not (main == "message" and sub in ("delivery-status", "feedback-report", "disposition-notification")):
        _file(part, headers, f"{main}/{sub}", name, body)


def _alternative(children: Iterable[object], body: Body, depth: int) -> None:
    """One body in several forms: the first plain and the first HTML form count, files inside stay files."""
    inner = Body(seen=body.seen)
    for child in children:
        if isinstance(child, Message):
            _walk(child, inner, depth + 1, related=False)
    plain = next((text for text, html in inner.segments if html is None and text and text.strip()), None)
    html = "".join(html for _, html in inner.segments if html) or None
    if plain is None and html is not None:
        plain = next((text for text, _ in inner.segments if text and text.strip()), None)
    if plain or html:
        body.segments.append((plain, html))
    body.parts.extend(inner.parts)
    body.seen = inner.seen
    for warning in inner.warnings:
        body.warn(warning)


def _text(part: Message, headers: Headers, sub: str, body: Body) -> None:
    data = content(part, headers)
    options = parameters(headers.raw("content-type"))
    label = options.get("charset", "") or (of_html(data) if sub == "html" else "")
    text = decode(data[: MAX_BODY * 4], label).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if len(text) > MAX_BODY:
        body.warn("Le texte est trop long pour être affiché en entier\u202f; la suite est dans l’original.")
        text = text[:MAX_BODY]
    if sub == "html":
        body.segments.append((None, text))
    elif sub != "x-amp-html":
        flowed = options.get("format", "").lower() == "flowed"
        body.segments.append((unflow(text, options.get("delsp", "").lower() == "yes") if flowed else text, None))


def unflow(text: str, delete_space: bool = False) -> str:
    """Paragraphs of format=flowed text (RFC 3676) on one line each."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        soft = bare.endswith(" ") and bare != "-- "
        words_ = bare[:-1] if soft and delete_space else bare
        if open_depth == depth:
            out[-1] += words_
        else:
            out.append(f"{'>' * depth}{' ' if depth and words_ else ''}{words_}")
        open_depth = depth if soft else -1
    return "\n".join(out)


def content(part: Message, headers: Headers) -> bytes:
    """The bytes of a leaf, its transfer encoding undone as far as that goes."""
    encoding = headers.raw("content-transfer-encoding").strip(" \t\r\n\"';:.").lower()
    if encoding in ("base64", "base-64", "b"):
        text = part.get_payload()
        return base64(text.encode("ascii", "replace")) if isinstance(text, str) else b""
    data = part.get_payload(decode=True)  # get_payload() without it puts 8-bit text into the wrong charset
    if not isinstance(data, bytes):
        return b""
    exact = str(part.get("content-transfer-encoding", "")).lower() == "quoted-printable"
    if encoding in ("quoted-printable", "quotedprintable", "qp", "quoted printable") and not exact:
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        text = part.get_payload()
        return _uudecode(text.encode("ascii", "replace")) if isinstance(text, str) else data
    return data


def _uudecode(data: bytes) -> bytes:
    out, inside = [], False
    for line in data.splitlines():
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() == b"end":
            break
        elif inside:
            try:
                out.append(binascii.a2b_uu(line))
            except binascii.Error:
                wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
                out.append(binascii.a2b_uu(line[:wanted]) if len(line) > wanted else b"")
    return b"".join(out)


def filename(headers: Headers) -> str:
    """The name that the sender gave the file, safe to show and to download as; "" if none."""
    name = ""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        value = headers.raw(header)
        if value and not name:
            name = parameters(value).get(key, "")
    if not name and headers.has("content-description"):
        described = headers.text("content-description")
        name = described if re.search(r"\.\w{2,4}$", described) else ""
    return safe_name(words(name)) if name else ""


def _file(part: Message, headers: Headers, kind: str, name: str, body: Body) -> None:
    data = content(part, headers)
    content_id = headers.raw("content-id").strip().strip("<> ")[:300]
    problem = ""
    if len(data) > MAX_PART:
        problem = f"Le fichier dépasse {MAX_PART // 1_000_000} Mo\u202f; il est dans l’original."
        data = b""
    elif not data and isinstance(part.get_payload(), str) and len(str(part.get_payload()).strip()) > 4:
        problem = "Le fichier n’a pas pu être décodé."
    body.parts.append(Part(name or _invented(kind, len(body.parts) + 1), kind, data, content_id, False, problem))


def _message(part: Message, headers: Headers, sub: str, body: Body) -> None:
    """A message inside the message stays whole, as a file; reports are read by `kinds`."""
    if sub != "rfc822" and sub != "global":
        return
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    if not isinstance(first, Message):
        return
    nested = Headers(first)
    name = filename(headers)
    payload = first.get_payload()
    if not nested.fields and isinstance(payload, str) and "base64" in headers.raw("content-transfer-encoding").lower():
        data = base64(payload.encode("utf-8", "surrogateescape"))
    else:
        data = serialise(first)
    if not name:
        subject = safe_name(nested.text("subject"))[:80].strip()
        name = f"{subject or 'message'}.eml"
    problem = (
        ""
        if data and len(data) <= MAX_PART
        else "Le message joint n’a pas pu être repris\u202f; il est dans l’original."
    )
    body.parts.append(Part(name, "message/rfc822", data if not problem else b"", "", False, problem))


def serialise(message: Message) -> bytes:
    """A parsed message as bytes again, its headers as they stood; b"" if it is too broken for that."""
    out: list[str] = []
    try:
        _write(message, out, 0)
        return "".join(out).replace("\r\n", "\n").encode("ascii", "surrogateescape")
    except (TypeError, ValueError, AttributeError):
        return b""


def _write(message: Message, out: list[str], depth: int) -> None:
    out.extend(f"{name}: {value}\n" for name, value in message.raw_items())
    out.append("\n")
    payload = message.get_payload()
    if isinstance(payload, str):
        out.append(payload)
    elif isinstance(payload, list) and depth <= MAX_DEPTH:
        boundary = message.get_boundary()
        children = [child for child in payload if isinstance(child, Message)]
        if boundary is None:
            for child in children:
                _write(child, out, depth + 1)
            return
        out.append(message.preamble or "")
        for child in children:
            out.append(f"\n--{boundary}\n")
            _write(child, out, depth + 1)
        out.append(f"\n--{boundary}--\n")


def _invented(kind: str, number: int) -> str:
    ending = _EXTENSIONS.get(kind) or guess_extension(kind) or ""
    return f"{'image' if kind.startswith('image/') else 'fichier'}-{number}{ending}"


def charset(message: Message) -> str:
    """The label that raw 8-bit headers are most likely written in, out of those of the text parts."""
    return best(parameters(str(part.get("content-type", ""))).get("charset", "") for part in leaves(message, 20))


def leaves(message: Message, limit: int = MAX_PARTS) -> Iterator[Message]:
    """Every part of the tree, the message itself first, nested messages included; at most `limit`."""
    stack, count = [message], 0
    while stack and count < limit:
        part = stack.pop()
        count += 1
        yield part
        payload = part.get_payload()
        if isinstance(payload, list):
            stack.extend(child for child in reversed(payload) if isinstance(child, Message))
