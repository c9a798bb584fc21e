"""Bytes to text when the label may be wrong, missing or invented."""

import codecs
import re
from collections.abc import Iterable

_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "us_ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "7bit": "cp1252",
    "8bit": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-ir-100": "cp1252",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "western": "cp1252",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gb2312": "gb18030",
    "cn-gb": "gb18030",
    "euc-cn": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "euc-kr": "cp949",
    "x-euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "cswindows31j": "cp932",
    "cp943": "cp932",
    "x-euc-jp": "euc_jp",
    "x-euc": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "cp65000": "utf-7",
    "cp65001": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "utf-8-mac": "utf-8",
    "utf8-mac": "utf-8",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "unicode": "utf-16",
    "unicodefffe": "utf-16-be",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-ce": "mac_latin2",
    "x-mac-centraleurroman": "mac_latin2",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-greek": "mac_greek",
    "x-mac-turkish": "mac_turkish",
    "koi8r": "koi8-r",
    "koi8": "koi8-r",
    "koi8-ru": "koi8-u",
}
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ibm|dos|ms|microsoft)[-_ ]*(?:cp|codepage)?[-_ ]*(\d{3,5})")
_ISO = re.compile(r"(?:x-)?(?:iso[-_ ]*)?8859[-_ ](\d{1,2})(?:[-_ :].*)?")
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_WESTERN = frozenset({"cp1252", "iso8859-15", "utf-8", ""})
_WIDE = frozenset({"gb18030", "big5hkscs", "cp949", "cp932", "euc_jp", "iso2022_jp_ext", "hz", "iso2022_kr"})
_JAPANESE = frozenset({"iso2022_jp_ext", "cp932", "euc_jp"})
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_known: dict[str, str] = {"": "", "utf-8": "utf-8", "utf8": "utf-8"}


def codec(label: str) -> str:
    """The name of a text codec for a label out of a mail, or "" if there is none."""
    label = label.strip(" \"'\t\r\n;,=").lower()[:60]
    name = _known.get(label)
    if name is None:
        try:
            found = codecs.lookup(_wanted(label))
            name = "" if found.name.replace("-", "_") in _REFUSED or not found._is_text_encoding else found.name
        except (LookupError, ValueError):
            name = ""
        if len(_known) < 500:
            _known[label] = name
    return name


def _wanted(label: str) -> str:
    if label in _ALIASES:
        return _ALIASES[label]
    page, iso = _CODE_PAGE.fullmatch(label), _ISO.fullmatch(label)
    name = f"cp{page.group(1)}" if page else f"iso8859-{int(iso.group(1))}" if iso else label
    return _ALIASES.get(name, name)


def best(labels: Iterable[str]) -> str:
    """Of the labels of a message's parts the one that raw 8-bit headers are most likely written in."""
    found = [label for label in labels if codec(label)]
    wide = [label for label in found if codec(label) in _WIDE]
    return (wide or [label for label in found if codec(label) not in _WESTERN] or found or [""])[0]


def decode(data: bytes, label: str = "") -> str:
    """Text out of bytes: the label's charset if it fits, else UTF-8, else the likeliest. Never raises."""
    return read(data, label)[0]


def read(data: bytes, label: str = "") -> tuple[str, str]:
    """Text out of bytes, and the name of the codec that was used; see `decode`."""
    text, name = _read(data, codec(label))
    if name not in _WESTERN and not text.isascii():  # some codecs let halves of characters through
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text, name


def _read(data: bytes, name: str) -> tuple[str, str]:
    if data.isascii() and b"\x1b" not in data and b"+" not in data and b"~" not in data and name in _WESTERN:
        return data.decode("ascii"), name or "ascii"
    for mark, other in _BOMS:
        if data.startswith(mark):
            return data.decode(other, "replace"), other
    if name in _WESTERN:
        if b"\x1b$" in data or b"\x1b(" in data:
            return data.decode("iso2022_jp_ext", "replace"), "iso2022_jp_ext"
        likely = guess(data) if name != "iso8859-15" else ""
        return _first(data, ("utf-8", likely or name or "cp1252"), "cp1252")
    if name.startswith("utf-16") and data.count(0) * 8 < len(data):  # the label lies: text without zero bytes
        return _first(data, ("utf-8",), "cp1252")
    if name == "utf-16":  # without a mark it is big-endian (RFC 2781), unless the zeroes say otherwise
        name = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    try:
        return data.decode(name), name
    except (UnicodeError, ValueError):
        family = ("cp932", "euc_jp") if name in _JAPANESE else ()
        return _first(data, ("utf-8", *family), name)


def guess(data: bytes) -> str:
    """The codec of unlabelled 8-bit text that is mostly 8-bit (so not a western language), or ""."""
    sample = data[:4000]
    high = sum(byte >= 0x80 for byte in sample)
    letters = sum(byte > 0x40 for byte in sample)
    if high < 3 or high * 2 < letters:
        return ""
    low_c = sum(0xC0 <= byte < 0xE0 for byte in sample)
    top = sum(byte >= 0xE0 for byte in sample)
    controls = sum(0x80 <= byte < 0xA0 for byte in sample)
    if controls * 4 >= high:
        return _fits(sample, "cp932", 0.8)
    if low_c >= high * 0.85:
        return "koi8-r"
    if top >= high * 0.6 and top + low_c >= high * 0.9:
        return "cp1251"
    kana = sum(byte in (0xA4, 0xA5) for byte in sample[::2]) + sum(byte in (0xA4, 0xA5) for byte in sample[1::2])
    if kana * 5 >= high and _fits(sample, "euc_jp", 0.9):
        return "euc_jp"
    return _fits(sample, "gb18030", 0.9)


def _fits(sample: bytes, name: str, share: float) -> str:
    """The codec if the sample, cut a little short, decodes into letters of East Asia for the most part; else ""."""
    for cut in range(4):
        try:
            text = sample[: len(sample) - cut].decode(name)
        except (UnicodeError, ValueError):
            continue
        wide = [char for char in text if char > "\x7f"]
        good = sum("\u3000" <= char <= "\u9fa5" or "\uff00" <= char <= "\uffef" for char in wide)
        return name if wide and good >= share * len(wide) else ""
    return ""


def _first(data: bytes, names: tuple[str, ...], last: str) -> tuple[str, str]:
    for name in names:
        try:
            return data.decode(name), name
        except (UnicodeError, ValueError):
            continue
    try:
        return data.decode(last, "replace"), last
    except (UnicodeError, ValueError):
        return data.decode("latin-1"), "latin-1"


def of_html(data: bytes) -> str:
    """The charset label that an HTML page gives itself in its head, or ""."""
    found = _META.search(data[:3000])
    return found.group(1).decode("ascii", "replace") if found else ""
