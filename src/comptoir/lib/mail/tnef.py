"""Outlook's `winmail.dat` (TNEF, MS-OXTNEF): the files and the text inside. Bounded; broken data ends the reading early."""

import struct
from dataclasses import dataclass, field

from comptoir.lib.mail.charset import decode

MAX_FILES = 200
MAX_PROPERTIES = 5_000  # of one object
_SIGNATURE = 0x223E9F78
_BODY, _ATTACH_DATA, _TITLE, _MESSAGE_PROPERTIES, _RENDERING, _ATTACH_PROPERTIES, _CODE_PAGE = (
    0x800C, 0x800F, 0x8010, 0x9003, 0x9002, 0x9005, 0x9007,
)  # fmt: skip
_PR_BODY, _PR_HTML, _PR_DATA, _PR_SHORT_NAME, _PR_LONG_NAME, _PR_MIME, _PR_CONTENT_ID, _PR_DISPLAY = (
    0x1000, 0x1013, 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001,
)  # fmt: skip
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8, 0x0048: 16}  # fmt: skip
_VARIABLE = frozenset({0x000D, 0x001E, 0x001F, 0x0102})


@dataclass(slots=True)
class Enclosed:
    """A file inside."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Unpacked:
    """What was inside; `whole` is false where the data broke off."""

    text: str = ""
    html: str = ""
    files: list[Enclosed] = field(default_factory=list)
    whole: bool = True


def unpack(data: bytes) -> Unpacked | None:
    """The content of a winmail.dat; None when it is none."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Unpacked()
    view = memoryview(data)
    at, charset = 6, "cp1252"
    try:
        while at + 9 <= len(data):
            _, name, _, length = struct.unpack_from("<BHHI", data, at)
            at += 9
            if length > len(data) - at:
                found.whole = False
                break
            value = view[at : at + length]
            at += length + 2  # and a checksum
            if name == _CODE_PAGE and length >= 4:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            else:
                _attribute(found, name, value, charset)
        found.whole = found.whole and at >= len(data)
    except (struct.error, IndexError):
        found.whole = False
    found.files = [one for one in found.files if one.content][:MAX_FILES]
    return found


def _attribute(found: Unpacked, name: int, value: memoryview, charset: str) -> None:
    if name == _BODY:
        found.text = found.text or decode(bytes(value).rstrip(b"\0"), charset)
    elif name == _MESSAGE_PROPERTIES:
        for key, kind, piece in _properties(value):
            if key == _PR_BODY:
                found.text = _string(kind, piece, charset) or found.text
            elif key == _PR_HTML:
                found.html = _string(kind, piece, charset) if kind != 0x0102 else decode(piece, charset)
    elif name == _RENDERING:
        if len(found.files) <= MAX_FILES:
            found.files.append(Enclosed())
    elif found.files and name == _TITLE:
        found.files[-1].name = found.files[-1].name or decode(bytes(value).rstrip(b"\0"), charset)
    elif found.files and name == _ATTACH_DATA:
        found.files[-1].content = bytes(value)
    elif found.files and name == _ATTACH_PROPERTIES:
        _describe(found.files[-1], value, charset)


def _describe(file: Enclosed, value: memoryview, charset: str) -> None:
    names: dict[int, str] = {}
    for key, kind, piece in _properties(value):
        if key in (_PR_LONG_NAME, _PR_SHORT_NAME, _PR_DISPLAY):
            names[key] = _string(kind, piece, charset)
        elif key == _PR_MIME:
            file.content_type = _string(kind, piece, charset).lower()[:100]
        elif key == _PR_CONTENT_ID:
            file.content_id = _string(kind, piece, charset).strip("<> ")[:300]
        elif key == _PR_DATA and not file.content:
            file.content = piece[16:] if kind == 0x000D else piece  # an object begins with the identifier of its kind
    file.name = names.get(_PR_LONG_NAME) or file.name or names.get(_PR_SHORT_NAME) or names.get(_PR_DISPLAY, "")


def _string(kind: int, piece: bytes, charset: str) -> str:
    text = piece.decode("utf-16-le", "replace") if kind == 0x001F else decode(piece, charset)
    return text.rstrip("\0")


def _properties(data: memoryview) -> list[tuple[int, int, bytes]]:
    """MAPI properties as (identifier, type, first value)."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    found: list[tuple[int, int, bytes]] = []
    for _ in range(min(count, MAX_PROPERTIES)):
        kind, key = struct.unpack_from("<HH", data, at)
        at += 4
        if key >= 0x8000:
            at = _named(data, at)
        plain = kind & ~0x1000
        several = kind & 0x1000 or plain in _VARIABLE
        values = struct.unpack_from("<I", data, at)[0] if several else 1
        at += 4 if several else 0
        for number in range(min(values, MAX_PROPERTIES)):
            size = _FIXED.get(plain, 0)
            if plain in _VARIABLE:
                (size,) = struct.unpack_from("<I", data, at)
                at += 4
            elif not size:
                return found
            if size > len(data) - at:
                return found
            if number == 0:
                found.append((key, plain, bytes(data[at : at + size])))
            at += size + (-size % 4)
    return found


def _named(data: memoryview, at: int) -> int:
    """The place after a property's name."""
    (by_text,) = struct.unpack_from("<I", data, at + 16)
    (size,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + ((size + (-size % 4)) if by_text else 0)
