"""Bytes to text when the label may be wrong, missing or invented."""

import codecs
import re

_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "windows-1252": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "cp-850": "cp850",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
}
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_WESTERN = frozenset({"cp1252", "iso8859-15", "utf-8", ""})
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_known: dict[str, str] = {"": "", "utf-8": "utf-8", "utf8": "utf-8"}


def codec(label: str) -> str:
    """The name of a text codec for a label out of a mail, or "" if there is none."""
    label = label.strip(" \"'\t\r\n;,").lower()[:60]
    name = _known.get(label)
    if name is None:
        wanted = _ALIASES.get(label, label)
        try:
            found = codecs.lookup(wanted)
            name = "" if found.name.replace("-", "_") in _REFUSED or not found._is_text_encoding else found.name
        except (LookupError, ValueError):
            name = ""
        if len(_known) < 500:
            _known[label] = name
    return name


def decode(data: bytes, label: str = "") -> str:
    """Text out of bytes: the label's charset if it fits, else UTF-8, else Windows-1252. Never raises."""
    if data.isascii() and b"\x1b" not in data and b"+" not in data:
        name = codec(label)
        if name in _WESTERN:
            return data.decode("ascii")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    name = codec(label)
    if name in _WESTERN:
        if b"\x1b$" in data or b"\x1b(" in data:
            return data.decode("iso2022_jp_ext", "replace")
        return _first(data, ("utf-8", name or "cp1252"), "cp1252")
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return _first(data, ("utf-8",), name)


def _first(data: bytes, names: tuple[str, ...], last: str) -> str:
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeError, ValueError):
            continue
    try:
        return data.decode(last, "replace")
    except (UnicodeError, ValueError):
        return data.decode("latin-1")


def of_html(data: bytes) -> str:
    """The charset label that an HTML page gives itself in its head, or ""."""
    found = _META.search(data[:3000])
    return found.group(1).decode("ascii", "replace") if found else ""
