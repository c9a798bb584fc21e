"""Plain text: one line of preview, a form for searching, numbers of orders and parcels found in running text."""

import re
import unicodedata
from collections.abc import Iterable

_SPACE = re.compile(r"\s+")
# Controls, and the marks that turn the direction of text or hide it: they have no place in a name or a subject.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "ʼ": "'"}
)


def one_line(text: str, limit: int = 0) -> str:
    """The text on one line, white space folded, controls gone; cut at a word with an ellipsis when `limit` is given."""
    line = _SPACE.sub(" ", _CONTROLS.sub(" ", text)).strip()
    if not limit or len(line) <= limit:
        return line
    cut = line[: limit - 1]
    at_word = len(cut) if line[limit - 1] == " " else cut.rfind(" ")
    return f"{cut[:at_word] if at_word > limit // 2 else cut.rstrip()}…"


def preview(text: str, limit: int = 140) -> str:
    """What a list shows of a message: its first words, without quote marks and rules."""
    kept: list[str] = []
    length = 0
    for line in text.splitlines():
        bare = line.strip().lstrip(">|").strip()
        if not bare.strip("-_=*~#"):
            continue
        kept.append(bare[: limit * 2])
        length += len(bare) + 1
        if length > limit:
            break
    return one_line(" ".join(kept), limit)


def clean_name(name: str, limit: int = 200) -> str:
    """A person's or file's name from outside: one line, no controls, no invisible marks, at most `limit`."""
    return one_line(name)[:limit].strip()


def unaccent(text: str) -> str:
    """Lower case without accents, œ as oe, white space folded: « Noël à Besançon » gives "noel a besancon"."""
    lowered = text.casefold().translate(_LETTERS)
    bare = "".join(char for char in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(char))
    return _SPACE.sub(" ", bare).strip()


def find_numbers(text: str, patterns: Iterable[re.Pattern[str]], *, limit: int = 20) -> list[str]:
    """What the patterns find in a text, upper-cased, each once, in the order of the text.

    A pattern's first group is the number when it has one. A find must stand alone: no letter or digit touches it.
    """
    found: list[tuple[int, str]] = []
    for pattern in patterns:
        for match in pattern.finditer(text[:100_000]):
            start, end = match.span(1 if pattern.groups else 0)
            if start < 0 or (start and text[start - 1].isalnum()) or text[end : end + 1].isalnum():
                continue
            found.append((start, text[start:end].upper()))
    return list(dict.fromkeys(number for _, number in sorted(found)))[:limit]


def order_pattern(prefix: str = "", digits: tuple[int, int] = (4, 10)) -> re.Pattern[str]:
    """A pattern for a shop's order numbers, such as `MA-10482` (prefix "MA-") or `10482` after # or a word for order."""
    low, high = digits
    if prefix:
        letters = re.escape(prefix.rstrip("-# "))
        return re.compile(rf"(?i)\b{letters}[-# ]?\d{{{low},{high}}}\b")
    words = "commande|order|bestellung|pedido|ordine|bestelling|encomenda|zamówieni[ea]|zamowieni[ea]|beställning"
    return re.compile(
        rf"(?i)(?:#|(?:{words})\s*(?:n[°ºo.]*|no\.?|nr\.?|number|numéro)?\s*[:#]?\s*)(\d{{{low},{high}}})\b"
    )


# Shapes of parcel numbers that are certain enough to look up; each carrier's adapter knows better.
PARCEL_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?i)\b[a-z]{2}\d{9}[a-z]{2}\b"),  # UPU S10: Colissimo, Chronopost, every post
    re.compile(r"(?i)\b1Z[0-9A-Z]{16}\b"),  # UPS
    re.compile(r"(?i)\b[68][A-Z]\d{11}\b"),  # Colissimo
    re.compile(r"\b\d{14}\b|\b\d{12}\b"),  # DPD, FedEx, GLS
)
# A number that is too short to be looked for among everybody's parcels: Mondial Relay, and any date.
SHORT_PARCEL = re.compile(r"\b\d{8}\b")


def storable(text: str) -> str:
    """PostgreSQL's text knows no zero byte and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
