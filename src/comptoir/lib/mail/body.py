"""The MIME tree as text, HTML and files, whatever state it is in."""

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from mimetypes import guess_extension, guess_type

from comptoir.lib.files import safe_name
from comptoir.lib.html import from_text, to_text
from comptoir.lib.mail import calendar, encoded, tnef
from comptoir.lib.mail.charset import best, codec, of_html
from comptoir.lib.mail.charset import read as read_text
from comptoir.lib.mail.headers import Headers, base64, parameters, words
from comptoir.lib.mail.reasons import Reason
from comptoir.lib.mail.tree import MAX_DEPTH, content_type, leaves, payload_of, raw_text, serialise
from comptoir.ports.channel import Part

MAX_PARTS = 200
MAX_PART = 25_000_000  # bytes of one file; a larger one is kept in the raw mail only
MAX_BODY = 2_000_000  # characters of text or HTML

_EXTENSIONS = {"image/jpeg": ".jpg", "image/heic": ".heic", "message/rfc822": ".eml", "text/calendar": ".ics"}
_CID = re.compile(r"""cid:([^"'\s>)]+)""", re.IGNORECASE)
_ENRICHED = re.compile(r"</?[\w-]{1,60}>")
_ENCODING = re.compile(r"[\w-]+")
_REPORTS = frozenset({"delivery-status", "feedback-report", "disposition-notification", "global-delivery-status", "xdelivery-status"})  # fmt: skip
# Parts that nobody can read without a key, or that are there for programs: named for what they are.
_SEALED = {
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
    "application/pgp-keys": "openpgp-key.asc",
    "application/pgp-encrypted": "openpgp.txt",
    "application/ms-tnef": "winmail.dat",
    "application/vnd.ms-tnef": "winmail.dat",
    "text/calendar": "invitation.ics",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/directory": "contact.vcf",
}
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ENCRYPTED = "Le message est chiffré\u202f; seul son destinataire peut le lire, avec sa clé."


@dataclass(slots=True)
class Body:
    """What a walk through the tree has found: bodies as (plain, html) pairs in their order, files, complaints."""

    segments: list[tuple[str | None, str | None]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    charsets: list[Reason] = field(default_factory=list)
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


def _walk(part: Message, body: Body, depth: int, *, related: bool) -> None:
    body.seen += 1
    if depth > MAX_DEPTH or body.seen > MAX_PARTS * 5:
        body.warn("Le message est trop imbriqué ou a trop de parties\u202f; la suite est dans l’original.")
        return
    headers = Headers(part)
    main, sub = content_type(headers)
    payload = payload_of(part)
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
    if main == "multipart":
        inner = mended(part)
        if inner is not None:
            _walk(inner, body, depth + 1, related=False)
            return
        main, sub = "text", "plain"  # announced, but there is no boundary to be found
    disposition = headers.raw("content-disposition").strip().lower()
    name = filename(headers)
    is_text = main == "text" and sub in ("plain", "html", "enriched", "markdown", "x-amp-html")
    if (
        is_text
        and not disposition.startswith("attachment")
        and not (name and (disposition or sub != "html" or related))
    ):
        _text(part, headers, sub, body)
    elif not (main == "message" and sub in _REPORTS):
        _file(part, headers, f"{main}/{sub}", name, body)


def mended(part: Message) -> Message | None:
    """A multipart whose header does not name the boundary that its text shows; None if it shows none."""
    payload = raw_text(part)
    boundary = encoded.lost_boundary(payload)
    if not boundary:
        return None
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'
    try:
        inner = BytesParser(policy=compat32).parsebytes((head + payload).encode("ascii", "surrogateescape"))
    except Exception:
        return None
    return inner if isinstance(payload_of(inner), list) else None


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
    body.charsets.extend(inner.charsets)
    for warning in inner.warnings:
        body.warn(warning)


def _text(part: Message, headers: Headers, sub: str, body: Body) -> None:
    data = content(part, headers)
    if sub == "plain" and (b"begin" in data or b"=ybegin" in data):
        data, files = encoded.files_in_text(data)
        for name, inside in files:
            _keep(body, safe_name(words(name)), _type_of(name), inside)
    options = parameters(headers.raw("content-type"))
    label = options.get("charset", "") or (of_html(data) if sub == "html" else "")
    text, used = read_text(data[: MAX_BODY * 4], label)
    _note_charset(body, label, used)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if len(text) > MAX_BODY:
        body.warn("Le texte est trop long pour être affiché en entier\u202f; la suite est dans l’original.")
        text = text[:MAX_BODY]
    if sub == "html":
        body.segments.append((None, text))
    elif sub != "x-amp-html":
        if encoded.is_encrypted(text):
            body.warn(_ENCRYPTED)
        text = _ENRICHED.sub("", text) if sub == "enriched" else encoded.without_armour(text)
        flowed = options.get("format", "").lower() == "flowed"
        body.segments.append((unflow(text, options.get("delsp", "").lower() == "yes") if flowed else text, None))


def _note_charset(body: Body, label: str, used: str) -> None:
    known = codec(label)
    right = label and (known == used or (used == "ascii" and known in ("cp1252", "utf-8")))
    reason = Reason("charset", label) if right else Reason("charset_guessed", label or "?", used)
    if reason not in body.charsets and len(body.charsets) < 10:
        body.charsets.append(reason)


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
    found = _ENCODING.search(headers.raw("content-transfer-encoding"))
    encoding = found.group().lower() if found else ""
    text = raw_text(part)
    if encoding in ("base64", "base-64", "b"):
        lies = content_type(headers)[0] == "text" and not encoded.is_base64(text)
        return text.encode("ascii", "surrogateescape") if lies else base64(text.encode("ascii", "replace"))
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return encoded.uudecode(text.encode("ascii", "replace"))
    try:
        data = text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogateescape")
    if encoding in ("quoted-printable", "quotedprintable", "qp", "quoted"):
        return binascii.a2b_qp(data)
    return data


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
    if kind in _TNEF or name.lower() == "winmail.dat":
        if _unpacked(data, body):
            return
    elif kind == "text/calendar":
        text, _ = read_text(data[: MAX_BODY * 4], parameters(headers.raw("content-type")).get("charset", ""))
        lines = calendar.summary(text)
        if lines:
            body.segments.append((lines, None))
    elif kind == "application/pgp-encrypted" or (kind.endswith("pkcs7-mime") and _is_enveloped(headers, data)):
        body.warn(_ENCRYPTED)
    content_id = headers.raw("content-id").strip().strip("<> ")[:300]
    unread = not data and len(raw_text(part).strip()) > 4
    _keep(body, name, kind, data, content_id, "Le fichier n’a pas pu être décodé." if unread else "")


def _keep(body: Body, name: str, kind: str, data: bytes, content_id: str = "", problem: str = "") -> None:
    if len(body.parts) > MAX_PARTS:
        return
    if len(data) > MAX_PART:
        problem = f"Le fichier dépasse {MAX_PART // 1_000_000} Mo\u202f; il est dans l’original."
        data = b""
    body.parts.append(Part(name or _invented(kind, len(body.parts) + 1), kind, data, content_id, False, problem))


def _is_enveloped(headers: Headers, data: bytes) -> bool:
    """Whether S/MIME content is encrypted; signed content carries the identifier of its kind (RFC 5652, 5.1)."""
    kind = parameters(headers.raw("content-type")).get("smime-type", "").lower()
    return kind.startswith(("enveloped", "authenveloped")) or (
        not kind and b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" in data[:60]
    )


def _unpacked(data: bytes, body: Body) -> bool:
    """Take over what stands in a winmail.dat; whether it was one and held anything."""
    found = tnef.unpack(data)
    if found is None or not (found.files or found.text or found.html):
        return False
    if not any((plain or html or "").strip() for plain, html in body.segments) and (found.text or found.html):
        body.segments.append((found.text[:MAX_BODY] or None, found.html[:MAX_BODY] or None))
    for file in found.files:
        name = safe_name(file.name) if file.name else ""
        _keep(body, name, file.content_type or _type_of(name), file.content, file.content_id)
    if not found.whole:
        body.warn("Le fichier winmail.dat est abîmé\u202f; il est entier dans l’original.")
    return True


def _type_of(name: str) -> str:
    return guess_type(name)[0] or "application/octet-stream"


def _message(part: Message, headers: Headers, sub: str, body: Body) -> None:
    """A message inside the message stays whole, as a file; reports are read by `kinds`."""
    if sub in _REPORTS:
        return
    inner = payload_of(part)
    first = inner[0] if isinstance(inner, list) and inner else None
    if not isinstance(first, Message):
        return
    nested = Headers(first)
    name = filename(headers)
    payload = payload_of(first)
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
    kind = "message/rfc822" if sub in ("rfc822", "global", "news") else f"message/{sub}"
    body.parts.append(Part(name, kind, data if not problem else b"", "", False, problem))


def _invented(kind: str, number: int) -> str:
    if kind in _SEALED:
        return _SEALED[kind]
    ending = _EXTENSIONS.get(kind) or guess_extension(kind) or ""
    return f"{'image' if kind.startswith('image/') else 'fichier'}-{number}{ending}"


def charset(message: Message) -> str:
    """The label that raw 8-bit headers are most likely written in, out of those of the text parts."""
    return best(parameters(str(part.get("content-type", ""))).get("charset", "") for part in leaves(message, 20))
