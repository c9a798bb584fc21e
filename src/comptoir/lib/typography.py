"""French typography for plain text: the narrow spaces that keep « » ; : ! ? % € on the line of their word."""

import re

NARROW = "\u202f"
NBSP = "\xa0"

# What must stay as it is: addresses, e-mail, times, code between backquotes.
_LEFT_ALONE = re.compile(
    r"""(?ix)(?:https?|ftp|mailto|tel):[^\s<>"]+ | \bwww\.[^\s<>"]+ | [\w.+-]+@[\w.-]+\.\w+ | `[^`\n]*` | \b\d{1,2}:\d{2}(?::\d{2})?\b
    | [a-z0-9_-]+\?[\w=&%-]+=[\w=&%-]* | \{[^}\n]*\} | &\#?\w+; | (?<!\w)[:;=]-?[)(DPp/|] | ::+"""
)
_HIGH = re.compile(r"(?<=[\w»\)\]’'\".…!?%€\u202f\xa0])[ \xa0\u202f]*([;!?]+)(?=[\s»)\]\"'’]|$)")
_COLON = re.compile(r"(?<=[\w»)\]’'\"%€])[ \xa0\u202f]*:(?=\s|$)")
_OPEN = re.compile(r"«[ \xa0\u202f]*(?=\S)")
_CLOSE = re.compile(r"(?<=\S)[ \xa0\u202f]*»")
_UNIT = re.compile(r"(?<=\d)[ \u202f]?([€%])|(?<=\d) (h|min|km|kg|cm|mm|ml|g|L|Mo|Ko|Go)\b")
_APOSTROPHE = re.compile(r"(?<=[A-Za-zÀ-ÿ])'(?=[A-Za-zÀ-ÿ«])")
_DOTS = re.compile(r"\.{3}")


def french(text: str) -> str:
    """The text with French spaces, apostrophes and dots; addresses, times, code and what is right already stay.

    U+202F before ; : ! ? and inside « », U+00A0 before € % and between a number and its unit. Applying it twice
    changes nothing more.
    """
    out, last = [], 0
    for found in _LEFT_ALONE.finditer(text):
        out += [_spaces(text[last : found.start()]), found.group()]
        last = found.end()
    out.append(_spaces(text[last:]))
    return "".join(out)


def french_html(html: str) -> str:
    """The same for the text of some HTML; tags and their addresses stay."""
    return "".join(part if part.startswith("<") else french(part) for part in re.split(r"(<[^<>]*>)", html))


def _spaces(text: str) -> str:
    if not text:
        return text
    text = _APOSTROPHE.sub("’", _DOTS.sub("…", text))
    text = _HIGH.sub(rf"{NARROW}\1", text)
    text = _COLON.sub(f"{NARROW}:", text)
    text = _CLOSE.sub(f"{NARROW}»", _OPEN.sub(f"«{NARROW}", text))
    return _UNIT.sub(lambda found: f"{NBSP}{found.group(1) or found.group(2)}", text)
