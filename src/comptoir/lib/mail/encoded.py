"""Content in older or broken forms: base64 that is none, uuencode, yEnc, multiparts whose boundary got lost, PGP armour."""

import binascii
import re

from comptoir.lib.mail.headers import base64

MAX_ARMOURS = 20  # signed texts in one part
MAX_FILES = 50  # files that may stand inside a text

_UU_BEGIN = re.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?$")
_YENC_BEGIN = re.compile(rb"(?m)^=ybegin [^\r\n]*?name=([^\r\n]{1,255})\r?$")
_YENC_END = re.compile(rb"(?m)^=yend\b[^\r\n]*$")
_BOUNDARY_LINE = re.compile(
    r"(?i)\A(?:[^\n]{0,200}\n){0,6}?[ \t]*--(?P<boundary>[^\s\r\n][^\r\n]{0,200}?)[ \t]*\r?\n(?:[\w-]{1,40}:[^\r\n]*\r?\n)*?content-(?:type|transfer-encoding|disposition):"
)
_ARMOUR = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]+: [^\n]*\n)*\n(.*?)\n-----BEGIN PGP SIGNATURE-----\n.*?-----END PGP SIGNATURE-----[ \t]*\n?",
    re.DOTALL,
)


def lost_boundary(text: str) -> str:
    """The boundary that a text shows when its header names none; "" if it is no multipart at all."""
    found = _BOUNDARY_LINE.match(text[:5_000])
    return found.group("boundary") if found else ""


def is_base64(text: str) -> bool:
    """Whether a text that says so can be base64: some labels are lies."""
    sample = text[:2_000]
    foreign = len(re.findall(r"[^A-Za-z0-9+/=\s]|(?<=\S) (?=\S)", sample))
    return foreign * 20 <= len(sample)


def files_in_text(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A text without the files that stand in it (uuencode, yEnc), and these as (name, content)."""
    files: list[tuple[str, bytes]] = []
    while len(files) < MAX_FILES:
        found = _UU_BEGIN.search(data)
        if found:
            end = re.compile(rb"(?m)^(?:end|====)\s*$").search(data, found.end())
            content = uudecode(data[found.start() : end.end() if end else len(data)])
        else:
            found = _YENC_BEGIN.search(data)
            if not found:
                break
            end = _YENC_END.search(data, found.end())
            content = _ydecode(data[found.end() : end.start() if end else len(data)])
        if not content:
            break
        files.append((found.group(1).decode("utf-8", "replace").strip(' "'), content))
        data = data[: found.start()] + (data[end.end() :] if end else b"")
    return data, files


def uudecode(data: bytes) -> bytes:
    """The first uuencoded file in some lines; what follows a broken line is still tried."""
    out, inside = [], False
    for line in data.splitlines():
        if line.startswith(b"begin"):
            if line.startswith(b"begin-base64"):
                return base64(data.partition(line)[2].partition(b"====")[0])
            inside = True
        elif line.strip() == b"end":
            break
        elif inside and line:
            try:
                out.append(binascii.a2b_uu(line))
            except binascii.Error:
                wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
                try:
                    out.append(binascii.a2b_uu(line[:wanted]) if len(line) > wanted else b"")
                except binascii.Error:
                    continue
    return b"".join(out)


def _ydecode(data: bytes) -> bytes:
    body = b"".join(line for line in data.splitlines() if not line.startswith(b"=ypart"))
    pieces = body.split(b"=")
    table = bytes((byte - 42) % 256 for byte in range(256))
    escaped = bytes((byte - 64 - 42) % 256 for byte in range(256))
    rest = (piece[:1].translate(escaped) + piece[1:].translate(table) for piece in pieces[1:])
    return pieces[0].translate(table) + b"".join(rest)


def without_armour(text: str) -> str:
    """The words inside an OpenPGP signed text, without its marks and its signature."""
    if not 0 < text.count("-----BEGIN PGP SIGNED MESSAGE-----") <= MAX_ARMOURS:
        return text
    return _ARMOUR.sub(lambda found: re.sub(r"(?m)^- ", "", found.group(1)) + "\n", text)


def is_encrypted(text: str) -> bool:
    """Whether a text is an OpenPGP message that only its recipient can read."""
    return text.lstrip()[:27] == "-----BEGIN PGP MESSAGE-----"
