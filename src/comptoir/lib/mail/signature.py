"""What stands under a reply and is not part of it: signatures, what a phone adds, a company's fine print."""

import re

from comptoir.lib.html.text import SIGNED
from comptoir.lib.mail import words
from comptoir.lib.mail.reasons import Reason

SHORT = 15  # lines under a "--" that has lost its space
MAX_BLOCK = 6  # lines under "Kind regards," that are still a name, a job, a telephone number
MAX_LINE = 70  # characters of such a line
NEAR_END = 8  # lines from the end in which a rule may begin a footer

_FOOTER = re.compile(r"^\s*(?:_{2,}|[-=]{10,})\s*$")
_DASHES = re.compile(r"^\s{0,3}(?:--|––)[ \t]*$")
_THIN = " \t-_=*"  # what a line between paragraphs may be made of
_SENTENCE = re.compile(
    r"(?i)[.!…]$|^(?!tel|tél|fax|mob|e-?mail|mail|web|www|http|handy)[\w ]{2,30}\s?:\s|^(?:merci|thanks|danke|gracias|grazie|obrigad|bedankt|dzięk|tack)"
)
_RULED = re.compile(r"^\s{0,3}(?:[-_=*~#+—]{2,}|ᐧ)\s*$")
# Such a line says something about the matter: it stays, and so does all above it.
_MATTER = re.compile(
    r"(?i)\bcommand|\border|bestell|pedido|ordine|zam[óo]wieni|encomenda|beställning|\bcolis\b|parcel|paket|tracking|suivi|n°\s*\d|#\s?\d|\bPS\b|\bp\.s\."
    r"|\b[A-Z]{1,5}-?\d{4,}|[?？]"
)


def without(lines: list[str], *, cut: bool) -> tuple[list[str], list[Reason]]:
    """The lines above the signature, and why; `cut` says that old messages stood below."""
    why: list[Reason] = []
    at = _start(lines)
    if at is None:
        at = _closing(lines)
    if at is None:
        at = _ruled(lines)
    if at is not None:
        why.append(_told(lines, at))
        lines = lines[:at]
    if cut or why:
        at = _footer(lines)
        if at is not None:
            why.append(_told(lines, at))
            lines = lines[:at]
    at = _fine_print(lines)
    if at is not None:
        why.append(_told(lines, at))
        lines = lines[:at]
    return lines, why


def _told(lines: list[str], at: int) -> Reason:
    shown = next((line.strip() for line in lines[at:] if line.strip(" \t-_=—" + SIGNED)), "")
    return Reason("cut_signature", str(at + 1), shown[:80])


def _start(lines: list[str]) -> int | None:
    """Where a signature behind "-- " begins, or the line that a phone or a program adds."""
    for index, line in enumerate(lines):
        bare = line.strip()
        if not bare or len(bare) >= 120:
            continue
        if bare == SIGNED and any(text.strip() for text in lines[:index]):
            return index
        if _DASHES.match(line) and any(text.strip() for text in lines[:index]):
            below = [text for text in lines[index + 1 :] if text.strip()]
            if line.startswith("-- ") or len(below) <= SHORT:
                return index
        elif _is_mobile(bare) and (not index or not lines[index - 1].strip() or index > len(lines) - 3):
            return index
    return None


def _closing(lines: list[str]) -> int | None:
    """Where "Kind regards," begins the end, if a name and a job or a telephone number follow, and nothing else.

    A name alone is the writer's own word: it stays.
    """
    below = 0
    for at in range(len(lines) - 1, max(0, len(lines) - 4 * MAX_BLOCK), -1):
        bare = lines[at].strip()
        if not bare:
            continue
        if words.CLOSING.match(bare):
            return at if below > 1 and any(line.strip() for line in lines[:at]) else None
        below += 1
        if below > MAX_BLOCK or len(bare) > MAX_LINE or _MATTER.search(bare):
            return None
    return None


def _ruled(lines: list[str]) -> int | None:
    """Where a rule of any kind stands above a short block at the end that says nothing about the matter."""
    below = 0
    for at in range(len(lines) - 1, max(0, len(lines) - 2 * SHORT), -1):
        bare = lines[at].strip()
        if not bare:
            continue
        if _RULED.match(lines[at]):
            return at if any(line.strip() for line in lines[:at]) else None
        below += 1
        if below > MAX_BLOCK or len(bare) > MAX_LINE or _MATTER.search(bare) or _SENTENCE.search(bare):
            return None
    return None


def _footer(lines: list[str]) -> int | None:
    """Where a rule near the end stands, with the few lines that a mailing list or a program puts under one."""
    for index in range(len(lines) - 1, max(-1, len(lines) - NEAR_END), -1):
        if _FOOTER.match(lines[index]):
            return index
    return None


def _fine_print(lines: list[str]) -> int | None:
    """Where the paragraph begins that a company's server puts under every mail."""
    asked = max((at for at, line in enumerate(lines) if "?" in line), default=0)  # who asks is not a server
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    for index in range(max(first, asked) + 1, len(lines)):
        line = lines[index]
        if len(line) > 15 and not lines[index - 1].strip(_THIN) and words.DISCLAIMER.match(line[:300]):
            while index and not lines[index - 1].strip(_THIN):
                index -= 1
            return index
    return None


def _is_mobile(line: str) -> bool:
    if line[-1:] in (",", ";") or len(line.split()) > 12 or not words.MOBILE.match(line):
        return False
    head = re.split(r"[<\[(]|https?:", line)[0]
    return "," not in head and words.DEVICE.search(head) is not None
