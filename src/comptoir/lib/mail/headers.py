"""Mail headers as values: words decoded, addresses, identifiers, dates, parameters. Tolerant; nothing here raises."""

import binascii
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from comptoir.lib.mail.charset import decode
from comptoir.ports.channel import Address

MAX_HEADER = 100_000  # characters of one header that are looked at
MAX_ADDRESSES = 500
MAX_IDENTIFIERS = 200
MAX_EMAIL = 320

_WORD = re.compile(r"=\?([\w.:-]*)(?:\*[\w-]*)?\?([bBqQ])\?(.*?)(?:\?=|$)", re.DOTALL)
_WHOLE_WORD = re.compile(r"=\?[\w.:-]+\?[bBqQ]\?[^?\s]*\?=")
_FOLD = re.compile(r"[\r\n]+[ \t]*|[ \t]{2,}")
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_ADDRESS_TOKEN = re.compile(
    r'"((?:\\.|[^"\\])*)"|\(((?:\\.|[^()\\]|\([^()]*\))*)\)|<([^<>]*)>|([,;])|([^",;<>()]+|.)', re.DOTALL
)
_EMAIL = re.compile(r"[^\s@\"<>(),;:\[\]\\]{1,256}@[^\s@\"<>(),;:\\]{1,256}")
_SEVERAL = re.compile(r"\s*[^\s@\"<>(),;:]+@[^\s@\"<>(),;:]+(?:\s+[^\s@\"<>(),;:]+@[^\s@\"<>(),;:]+)+\s*")
_COMMENT = re.compile(r"\([^()]*\)")
_BRACKETED = re.compile(r"<([^<>]{1,1000})>")
_PARAMETER = re.compile(r"""(?:;\s*|^\s*|\s+)([\w!#$&+.^`|~*-]+)\s*=\s*("(?:\\.|[^"\\])*"|[^;]*)""", re.DOTALL)


class Headers:
    """The header fields of a message or part, by lower-cased name, as raw text in their order."""

    __slots__ = ("fields",)

    def __init__(self, message: Message, charset: str = "") -> None:
        """`charset` is what raw 8-bit text in the fields is tried in after UTF-8."""
        self.fields: list[tuple[str, str]] = [(name.lower(), str(value)) for name, value in message.raw_items()]
        if charset:
            self.fields = [(name, _unicode(value, charset)) for name, value in self.fields]

    def raw(self, name: str) -> str:
        """The first field of that name, or ""."""
        for field, value in self.fields:
            if field == name:
                return value[:MAX_HEADER]
        return ""

    def all(self, name: str) -> list[str]:
        """Every field of that name, topmost first."""
        return [value[:MAX_HEADER] for field, value in self.fields if field == name]

    def has(self, *names: str) -> bool:
        """Whether any field of these names is there."""
        return any(field in names for field, _ in self.fields)

    def text(self, name: str) -> str:
        """The first field of that name, decoded, on one line."""
        value = self.raw(name)
        return words(value) if value else ""


def _unicode(value: str, charset: str = "") -> str:
    """Raw 8-bit header text (surrogates, as the parser leaves it) as what it most likely means."""
    if value.isascii():
        return _utf_7(value) if charset == "utf-7" and "+" in value else value
    try:
        data = value.encode("ascii", "surrogateescape")
        return decode(data, "utf-8" if charset and _is_utf8(data) else charset)
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8", "replace")


def _utf_7(value: str) -> str:
    """Text of a mail in UTF-7 whose headers are written in it too; what is no UTF-7 stays."""
    try:
        return re.sub(r"\+[A-Za-z0-9+/]*-", lambda found: found.group().encode().decode("utf-7"), value)
    except (UnicodeError, ValueError):
        return value


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def words(value: str) -> str:
    """A header's text: unfolded, RFC 2047 words decoded even where they are not quite right, no controls."""
    value = _FOLD.sub(" ", _unicode(value[:MAX_HEADER])).strip()
    if "=?" in value:
        once = _decode_words(value)
        value = _decode_words(once) if once != value and _WHOLE_WORD.search(once) else once  # some encode twice
    return _CONTROLS.sub("", value).strip()


def _decode_words(value: str) -> str:
    out: list[str] = []
    pending, charset, last = b"", "", 0
    for found in _WORD.finditer(value):
        between = value[last : found.start()]
        # White space between two encoded words does not count; a character may be split over two of them.
        joined = bool(pending) and not between.strip()
        if not (joined and found.group(1).lower() == charset):
            out.append(decode(pending, charset))
            pending = b""
        if not joined:
            out.append(between)
        charset = found.group(1).lower()
        pending += _word_bytes(found.group(2), found.group(3))
        last = found.end()
    out.append(decode(pending, charset))
    out.append(value[last:])
    return "".join(out)


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "bB":
        return base64(data)
    return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)


def base64(data: bytes) -> bytes:
    """Decode base64 with everything foreign left out and the padding mended."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def email_address(text: str) -> str:
    """The e-mail address in a piece of text, lower-cased, or ""."""
    bare = text.strip()
    if "@" not in bare and "=?" not in bare:
        return ""
    if bare.isascii() and len(bare) <= MAX_EMAIL and _EMAIL.fullmatch(bare):
        return _bare_address(bare)
    if "=?" in bare:
        bare = words(bare)
    if "(" in bare:
        bare = _COMMENT.sub("", bare)
    found = _EMAIL.search(_CONTROLS.sub("", bare.replace(" @", "@").replace("@ ", "@")))
    return _bare_address(found.group()) if found else ""


def _bare_address(address: str) -> str:
    address = address.lower().strip(".'")[:MAX_EMAIL]
    return address if "[" in address else address.rstrip("]")


def addresses(*values: str) -> tuple[Address, ...]:
    """The addresses of some header fields, in their order, each once; what is no address is left out."""
    found: dict[str, Address] = {}
    for value in values:
        for address in _parties(value):
            if address.email and address.email not in found:
                found[address.email] = address
                if len(found) >= MAX_ADDRESSES:
                    return tuple(found.values())
    return tuple(found.values())


def sender(value: str) -> Address:
    """The first party of a From field; the email is "" if there is none, the name may still say something."""
    parties = _parties(value)
    return next((party for party in parties if party.email), parties[0] if parties else Address(""))


def _parties(value: str) -> list[Address]:
    value = _unicode(_FOLD.sub(" ", value[:MAX_HEADER]))
    parties: list[Address] = []
    name: list[str] = []
    comment, angle, seen = "", "", False
    for quoted, remark, inside, comma, other in _ADDRESS_TOKEN.findall(value):
        if comma or (inside and "@" in inside and "@" in angle):
            parties.extend(_party_or_more(name, comment, angle, seen))
            name, comment, angle, seen = [], "", inside, bool(inside)
        elif quoted:
            name.append(re.sub(r"\\(.)", r"\1", quoted))
        elif inside:
            seen = True
            angle = inside if "@" in inside or not angle else angle
        elif remark:
            comment = remark
        else:
            name.append(other)
        if len(parties) > MAX_ADDRESSES:
            break
    parties.extend(_party_or_more(name, comment, angle, seen))
    return [party for party in parties if party.email or party.name]


def _party_or_more(pieces: list[str], comment: str, angle: str, seen: bool) -> list[Address]:
    """The party; several where nothing but white space stands between bare addresses."""
    text = "".join(pieces)
    if not seen and text.count("@") > 1 and _SEVERAL.fullmatch(text[:5_000]):
        return [Address(email_address(one)) for one in text.split()]
    return [_party(pieces, comment, angle, seen)]


def _party(pieces: list[str], comment: str, angle: str, seen: bool) -> Address:
    text = "".join(pieces).strip()
    if ":" in text and "@" not in text.split(":", 1)[0] and "=?" not in text:  # a group: "friends: a@example.org, ..."
        text = text.split(":", 1)[1].strip()
    email = email_address(angle) if seen else ""
    if not email:
        text = words(text) if "=?" in text and "@" not in text else text
        email = email_address(text)
        if email and not seen:
            start = text.lower().find(email)
            text = (text[:start] + text[start + len(email) :] if start >= 0 else "").strip(" '\"[]<>")
    name = words(text) or words(comment)
    if not email and "@" in name:
        email = email_address(name)
    name = re.sub(r"\s+", " ", name).strip()
    if name[:1] in ("'", '"') and name[-1:] == name[:1]:
        name = name[1:-1].strip()
    if name.lower() == email or not any(char.isalnum() for char in name):
        name = "" if email else name
    return Address(email, name[:300])


def identifiers(*values: str) -> tuple[str, ...]:
    """The message identifiers of some fields, without angle brackets, each once; the last ones if there are many."""
    found: dict[str, None] = {}
    for value in values:
        value = value[:MAX_HEADER]
        # Python's own mail library writes identifiers that are too long for a line as encoded words.
        value = words(value) if "=?" in value else _unicode(value)
        bracketed = _BRACKETED.findall(value)
        plain = bracketed or [token for token in re.split(r"[\s,]+", value) if "@" in token]
        for identifier in plain:
            bare = _CONTROLS.sub("", re.sub(r"\s+", "", identifier)).strip("<>")
            if bare:
                found[bare] = None
    return tuple(found)[-MAX_IDENTIFIERS:]


def message_id(value: str) -> str:
    """The one identifier of a Message-ID field, without angle brackets, or ""."""
    found = identifiers(value)
    if found:
        return found[0]
    bare = re.sub(r"\s+", "", _CONTROLS.sub("", _unicode(value))).strip("<>")
    return bare[:1000]


def date(value: str) -> datetime | None:
    """The moment of a Date field with its zone; None if it cannot be read or makes no sense (before 1980)."""
    try:
        moment = parsedate_to_datetime(_FOLD.sub(" ", value).strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        moment.astimezone(UTC)  # a zone that leaves the calendar raises here, not later
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return moment if 1980 <= moment.year <= 2200 else None


def parameters(value: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition, RFC 2231 pieces joined and decoded, lower-cased names."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, text in _PARAMETER.findall(_FOLD.sub(" ", value[:MAX_HEADER])):
        text = text.strip()
        if text[:1] == '"':
            text = re.sub(r"\\([\"\\])", r"\1", text.strip('"'))
        elif text[:1] == "'" == text[-1:] and len(text) > 1:
            text = text[1:-1]
        base, _, rest = name.lower().partition("*")
        if not rest and not name.endswith("*"):
            plain.setdefault(base, text)
            continue
        number, _, _ = rest.partition("*")
        pieces.setdefault(base, []).append((int(number) if number.isdecimal() else 0, name.endswith("*"), text))
    for base, found in pieces.items():
        plain[base] = _joined(sorted(found))
    return plain


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    charset, data = "utf-8", b""
    for position, (_, encoded, text) in enumerate(pieces):
        if encoded and position == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = _unicode(text).encode("utf-8", "replace")
        data += unquote_to_bytes(raw) if encoded else raw
    return decode(data, charset)
