"""Card and bank account numbers hidden in what people write: they are of no use to an answer and a danger in an inbox.

A card number is a number of a card scheme's length and beginning that passes the Luhn check (ISO/IEC 7812); an IBAN has
its country's length and passes mod 97 (ISO 13616). The last four digits stay, so that people can still speak of it.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from email import message_from_bytes
from email.charset import BASE64, QP, Charset
from email.header import Header, decode_header, make_header
from email.message import Message
from email.policy import compat32

CARD, IBAN = "card", "iban"
DOT = "•"
LIMIT = 5_000_000  # characters of one text that are looked at

_GAP = r"(?:[ \t\u00a0\u202f.\-]|&nbsp;|&#160;|=20)?"
_CARD = re.compile(rf"(?<![\w•.,/=&%#-])(?:\d{_GAP}){{13,18}}\d(?![\w•])")
_IBAN = re.compile(rf"(?<![\w•])[A-Za-z]{{2}}{_GAP}\d{{2}}(?:{_GAP}[A-Za-z0-9]){{11,30}}(?![\w•])")
_SCHEMES = re.compile(
    r"4\d{15}(?:\d{3})?"  # Visa
    r"|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[68]\d)\d{11}"  # Diners
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}"  # Discover
    r"|62\d{14,17}"  # UnionPay
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|(?:50|5[6-8]|6[0-9])\d{14}"  # Maestro, at the length that people type
)
# The lengths of the SWIFT IBAN registry for the countries of our shops and their neighbours.
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip
EVERYTHING = frozenset({CARD, IBAN})


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without the numbers, and the kinds of what was hidden ("card", "iban")."""

    text: str
    kinds: frozenset[str] = field(default_factory=frozenset)


def mask(text: str, kinds: Collection[str] = EVERYTHING) -> Masked:
    """Hide the numbers of these kinds in a text (HTML too, where a number stands in one piece)."""
    found: set[str] = set()
    whole, rest = text[:LIMIT], text[LIMIT:]
    if IBAN in kinds:
        whole = _IBAN.sub(_hider(_iban, IBAN, found), whole)
    if CARD in kinds and sum(map(str.isdigit, whole)) > 12:
        whole = _CARD.sub(_hider(_card, CARD, found), whole)
    return Masked(whole + rest, frozenset(found))


def mask_mail(raw: bytes, kinds: Collection[str] = EVERYTHING) -> bytes:
    """The bytes of a mail with the numbers hidden in its subject and its texts; files stay as they are.

    A mail without such a number comes back byte for byte. One that cannot be written again is hidden as it stands.
    """
    message = message_from_bytes(raw, policy=compat32)
    changed = _mask_head(message, kinds)
    for part in message.walk():
        if part.get_content_maintype() == "text" and not part.is_multipart() and part.get_filename() is None:
            changed = _mask_part(part, kinds) or changed
    if not changed:
        return raw
    try:
        return message.as_bytes()
    except Exception:  # the generator trips over more than it can name; the number goes all the same
        return mask(raw.decode("latin-1"), kinds).text.replace(DOT, "*").encode("latin-1")


def _mask_head(message: Message, kinds: Collection[str]) -> bool:
    try:
        subject = str(make_header(decode_header(str(message.get("subject", "")))))
    except (LookupError, ValueError):
        subject = str(message.get("subject", ""))
    masked = mask(subject, kinds)
    if masked.kinds:
        message.replace_header("subject", Header(masked.text.strip(), "utf-8", header_name="Subject").encode())
    return bool(masked.kinds)


def _mask_part(part: Message, kinds: Collection[str]) -> bool:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or sum(48 <= byte <= 57 for byte in content[:LIMIT]) < 13:
        return False
    name = part.get_content_charset() or "utf-8"
    try:
        text = content.decode(name, "surrogateescape")
    except (LookupError, UnicodeError):
        text, name = content.decode("latin-1"), "latin-1"
    masked = mask(text, kinds)
    if not masked.kinds:
        return False
    hidden = masked.text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    charset = Charset("utf-8")
    charset.body_encoding = BASE64 if part.get("content-transfer-encoding", "").lower() == "base64" else QP
    del part["content-transfer-encoding"]
    part.set_payload(hidden, charset)
    return True


def _hider(judge: Callable[[str], str | None], kind: str, found: set[str]) -> Callable[[re.Match[str]], str]:
    def hide(match: re.Match[str]) -> str:
        hidden = judge(match.group())
        if hidden is None:
            return match.group()
        found.add(kind)
        return hidden

    return hide


def _card(text: str) -> str | None:
    digits = re.sub(r"&nbsp;|&#160;|=20|\D", "", text)
    if not _SCHEMES.fullmatch(digits) or not _luhn(digits):
        return None
    return f"{DOT * 4} {DOT * 4} {DOT * 4} {digits[-4:]}"


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _iban(text: str) -> str | None:
    """Hide an IBAN; words that follow it without a mark may have been taken along and stay."""
    bare = re.sub(r"&nbsp;|&#160;|=20|[^A-Za-z0-9]", "", text).upper()
    length = _LENGTHS.get(bare[:2], 0)
    if not length or len(bare) < length:
        return None
    number = bare[:length]
    shifted = number[4:] + number[:4]
    if int("".join(str(int(character, 36)) for character in shifted)) % 97 != 1:
        return None
    after = _rest(text, length)
    return None if after[:1].isalnum() else f"{number[:2]}{DOT * 2} {DOT * 4} {DOT * 4} {number[-4:]}{after}"


def _rest(text: str, length: int) -> str:
    """What stands behind the first `length` letters and digits."""
    left, position = length, 0
    while left:
        gap = re.compile(r"&nbsp;|&#160;|=20").match(text, position)
        if gap:
            position = gap.end()
            continue
        left -= text[position].isalnum()
        position += 1
    return text[position:]
