"""An OutgoingMessage as the bytes that leave.

The headers are written and folded here, not by the standard library's policies: those lose commas in non-ASCII names
and let lines grow past what servers take (RFC 5322, section 2.1.1).
"""

import re
from base64 import encodebytes
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime
from io import BytesIO
from quopri import encodestring
from urllib.parse import quote
from uuid import uuid4

from comptoir.lib.files import safe_name
from comptoir.lib.html import to_text
from comptoir.ports.channel import Address, OutgoingMessage, Part

MAX_REFERENCES = 30  # the first and the last ones: long threads would break the header limits of some servers
MAX_ASCII_LINE = 900

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\x85]+")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OURS = frozenset(
    """from to cc bcc sender reply-to subject date message-id in-reply-to references mime-version received return-path
    dkim-signature authentication-results content-type content-transfer-encoding content-disposition content-id""".split()
)
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?|\[[0-9a-fA-F.:]+\]"
)
_IDENTIFIER = re.compile(r"[^\s<>\x00-\x20\x7f]+")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")


class NotSendable(ValueError):
    """The message cannot be written as mail; the text says why, for a person."""


def compose(message: OutgoingMessage) -> bytes:
    """The message as RFC 5322 bytes with CRLF and nothing but ASCII; raises NotSendable for an address that is none.

    Bcc stays out. Inline parts with a content_id stand beside the HTML, the others are attachments. Further headers
    (Auto-Submitted, List-Unsubscribe ...) come from `headers`; they cannot replace those that are written here.
    """
    root = _tree(message)
    for name, value in reversed(list(_headers(message))):
        root._headers.insert(0, (name, value))  # type: ignore[attr-defined]  # in front of Content-Type, as is usual
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=compat32.clone(max_line_length=None)).flatten(root)
    return out.getvalue().replace(b"\r", b"").replace(b"\n", b"\r\n")


def recipients(message: OutgoingMessage) -> list[str]:
    """Everyone who gets the message, each once, as the envelope names them."""
    parties = (*message.to, *message.cc, *message.bcc)
    return list(dict.fromkeys(ascii_address(party.email) for party in parties))


def envelope_sender(message: OutgoingMessage) -> str:
    """The address that bounces go to."""
    return ascii_address(message.envelope_from or message.sender.email)


def ascii_address(email: str) -> str:
    """An address as the wire needs it, its domain in IDNA; raises NotSendable."""
    local, at, domain = email.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise NotSendable(f"«\u202f{one_line(email)[:100]}\u202f» n’est pas une adresse e-mail valable.")
    return f"{local}@{domain}"


def one_line(value: str) -> str:
    """A value without line breaks and controls, so that no header can be slipped in."""
    return _CONTROLS.sub(" ", value).strip()


def identifier(value: str) -> str:
    """A message identifier in angle brackets; "" if it is none."""
    bare = value.strip().strip("<>")
    return f"<{bare}>" if _IDENTIFIER.fullmatch(bare) and bare.isascii() and len(bare) < 900 else ""


def _headers(message: OutgoingMessage) -> Iterable[tuple[str, str]]:
    moment = message.date or datetime.now(UTC)
    yield "Date", format_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    yield "Message-ID", identifier(message.message_id) or f"<{uuid4()}@{message.sender.email.rpartition('@')[2]}>"
    yield "From", _address(message.sender)
    for name, parties in (("Reply-To", message.reply_to), ("To", message.to), ("Cc", message.cc)):
        if parties:
            yield name, ",\n ".join(_address(party) for party in parties)
    yield "Subject", _unstructured(message.subject, "Subject")
    if identifier(message.in_reply_to):
        yield "In-Reply-To", identifier(message.in_reply_to)
    references = list(dict.fromkeys(filter(None, map(identifier, message.references))))
    if len(references) > MAX_REFERENCES:
        references = [references[0], *references[1 - MAX_REFERENCES :]]
    if references:
        yield "References", "\n ".join(references)
    yield "MIME-Version", "1.0"
    for name, value in message.headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            raise NotSendable(f"«\u202f{one_line(name)[:60]}\u202f» n’est pas un en-tête permis.")
        yield name, _unstructured(value, name)


def _unstructured(value: str, name: str) -> str:
    line = one_line(value)
    if line.isascii() and "=?" not in line:
        return Header(line, "us-ascii", maxlinelen=78, header_name=name).encode() if len(line) > 60 else line
    return Header(line, "utf-8", maxlinelen=75, header_name=name).encode()


def _address(address: Address) -> str:
    email = ascii_address(address.email)
    name = one_line(address.name)
    if not name:
        return email
    if name.isascii() and "=?" not in name and len(name) < 200:
        if not re.fullmatch(r"[\w !#$%&'*+/=?^`{|}~-]+", name):
            escaped = name.replace("\\", "\\\\").replace('"', '\\"')
            name = f'"{escaped}"'
        return f"{name}\n <{email}>" if len(name + email) > 60 else f"{name} <{email}>"
    return f"{Header(name[:200], 'utf-8', maxlinelen=60).encode()}\n <{email}>"


def _tree(message: OutgoingMessage) -> Message:
    inline = [part for part in message.parts if part.content_id and part.inline and message.html]
    attached = [part for part in message.parts if part not in inline]
    text = message.text or to_text(message.html, links=True)
    root = _text(text, "plain")
    if message.html:
        html = _text(message.html, "html")
        if inline:
            html = _multipart("related", [html, *(_file(part) for part in inline)])
        root = _multipart("alternative", [root, html])
    return _multipart("mixed", [root, *(_file(part) for part in attached)]) if attached else root


def _multipart(kind: str, children: Sequence[Message]) -> Message:
    node = Message(policy=compat32)
    node["Content-Type"] = f'multipart/{kind};\n boundary="=_{uuid4().hex}"'
    node.set_payload([*children])
    return node


def _text(text: str, kind: str) -> Message:
    normal = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    normal = normal if normal.endswith("\n") else f"{normal}\n"
    node = Message(policy=compat32)
    if normal.isascii() and max(map(len, normal.split("\n"))) <= MAX_ASCII_LINE:
        node["Content-Type"] = f"text/{kind}; charset=us-ascii"
        node["Content-Transfer-Encoding"] = "7bit"
        node.set_payload(normal)
        return node
    data = normal.encode("utf-8", "replace")
    node["Content-Type"] = f"text/{kind}; charset=utf-8"
    if sum(byte > 127 for byte in data[:4000]) * 6 > len(data[:4000]):  # mostly not Latin: base64 is shorter
        node["Content-Transfer-Encoding"] = "base64"
        node.set_payload(encodebytes(data).decode("ascii"))
    else:
        node["Content-Transfer-Encoding"] = "quoted-printable"
        node.set_payload(encodestring(data).decode("ascii"))
    return node


def _file(part: Part) -> Message:
    kind = part.content_type.lower().split(";")[0].strip()
    name = safe_name(one_line(part.name)) or "fichier"
    node = Message(policy=compat32)
    if kind == "message/rfc822" and _seven_bit(part.content):
        node["Content-Type"] = "message/rfc822"
        node["Content-Disposition"] = f"attachment{_parameter('filename', name)}"
        node.set_payload(part.content.decode("ascii").replace("\r\n", "\n"))
        return node
    if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith("text/") and _is_utf8(part.content) else ""
    node["Content-Type"] = f"{kind}{charset}{_parameter('name', name)}"
    node["Content-Transfer-Encoding"] = "base64"
    node["Content-Disposition"] = f"{'inline' if part.inline else 'attachment'}{_parameter('filename', name)}"
    if identifier(part.content_id):
        node["Content-ID"] = identifier(part.content_id)
    node.set_payload(encodebytes(part.content).decode("ascii"))
    return node


def _parameter(key: str, value: str) -> str:
    """A parameter as RFC 2231 asks for it, in pieces if it is long."""
    if value.isascii() and len(value) < 60:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\n {key}="{escaped}"'
    encoded = quote(value, safe="")
    if len(encoded) <= 60:
        return f";\n {key}*=utf-8''{encoded}"
    pieces = re.findall(r"(?:%[0-9A-F]{2}|[^%]){1,20}", encoded)
    pieces[0] = f"utf-8''{pieces[0]}"
    return "".join(f";\n {key}*{number}*={piece}" for number, piece in enumerate(pieces))


def _seven_bit(data: bytes) -> bool:
    return data.isascii() and b"\x00" not in data and max(map(len, data.split(b"\n")), default=0) <= MAX_ASCII_LINE


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
