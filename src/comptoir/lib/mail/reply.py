"""The visible reply: what a person has written now, without the old messages below it and without the signature."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from comptoir.lib.html import to_text
from comptoir.lib.html.text import CUT
from comptoir.lib.mail import words

MAX_TEXT = 500_000  # characters that are looked at; the rest is old messages or an attack
MAX_LINES = 8_000
MAX_SEPARATOR = 200  # characters; also keeps the patterns from running away on endless lines
MAX_ATTRIBUTION = 400  # characters, over at most six lines
SHORT_SIGNATURE = 15  # lines under a "--" that has lost its space

_QUOTED = re.compile(r"^\s{0,4}(?:>|[A-Z]{1,2}>(?=\s|$))")
_FLAGS = re.IGNORECASE | re.DOTALL
_TIME = r"\d{1,2}\s?[:h.]\s?\d{2}"
_MARK_OF_TIME = re.compile(rf"\b{_TIME}|\b(?:19|20)\d\d\b|@", re.IGNORECASE)
_OPENED = re.compile(
    rf"^\s*\W{{0,4}}(?:{words.OPENING})\b.*?\d.*?(?<!['’])(?:\b|(?<=\W))(?:{words.WROTE})(?!\w)", _FLAGS
)
_NAMED = re.compile(rf"(?<!['’\w])(?:{words.WROTE})(?:\s*\([^)]*\))?\s*:?\s*$", re.IGNORECASE)
_WROTE = re.compile(rf"(?<!['’\w])(?:{words.WROTE})(?!\w)", re.IGNORECASE)
_STARTS_WITH_DATE = re.compile(
    r"^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:\s.*<\s*[^<>@\s]+@[^<>\s]+>\s*:?$|[T ]\d\d:\d\d\s+(?:GMT|UTC)[+-]\d\d:\d\d\s.+$)",
    re.DOTALL,
)
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_ENDS_WITH_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\s*[>)\]]{0,3}\s*:\s*$")
_AFTER_TEXT = re.compile(r"(?<=\w)(-{2,3} On .{10,160} wrote:)$", re.MULTILINE)
_HEADER = re.compile(
    rf"^[\s>|]*[*_]*(?:(?P<sender>{words.FROM})|(?P<recipient>{words.TO})|(?P<sent>{words.SENT})"
    rf"|(?P<subject>{words.SUBJECT})|(?P<other>{words.OTHER}))[*_]*\s?\s?:[*_]*(?P<value>.*)$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s>]*[-_=]{10,}\s*$")
_FOOTER = re.compile(r"^\s*(?:_{2,}|[-=]{10,})\s*$")
_SEPARATOR = re.compile(rf"(?:[\w'’.-]+\s+){{0,3}}(?:{words.MESSAGE})\b.{{0,25}}", re.IGNORECASE)
_FORWARD = re.compile(rf"^[\s>*_-]*(?:{words.FORWARDED})\b", re.IGNORECASE)
_COLON = re.compile(r":\s*$")


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` is what is new; `has_quote` says that an old message was cut off or out; `forward` that one was kept."""

    text: str
    has_quote: bool = False
    forward: bool = False


@dataclass(slots=True)
class _Mark:
    """Where an old message begins: `end` is the first line after the mark itself."""

    start: int
    end: int
    kind: str  # "attribution", "headers", "separator", "forward"


def visible(text: str, *, forward: bool = False) -> Reply:
    """The new part of a plain text body.

    Cut: old messages behind an attribution, a block of headers or a separator, trailing quotes, a signature behind
    "-- ", what a phone adds. Kept: answers between quoted lines (with these lines), and forwarded messages whole;
    `forward` says that the subject announces one.
    """
    normal = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u202f", " ")
    if "--- On " in normal:
        normal = _AFTER_TEXT.sub(r"\n\1", normal)
    lines = normal.split("\n")[:MAX_LINES]
    marks = _marks(lines)
    if forward and not any(mark.kind == "attribution" for mark in marks[:1]):
        marks = [_Mark(mark.start, mark.end, "forward") for mark in marks]
    if marks and marks[0].kind != "attribution" and not _written(lines[: marks[0].start]):
        return Reply(_tidy(line for line in lines if line != CUT), forward=True)
    return _assemble(lines, marks)


def visible_html(html: str, *, forward: bool = False) -> Reply:
    """The new part of an HTML body, as text; see `visible`."""
    return visible(to_text(html, marks=True), forward=forward)


def is_forward(subject: str) -> bool:
    """Whether a subject begins as a forward does (Fwd:, TR:, WG:, RV:, I:, PD:, VB: ...)."""
    return words.FORWARD_SUBJECT.match(subject) is not None


def _written(lines: list[str]) -> bool:
    return any(line.strip(" \t>*_-=") for line in lines)


def _marks(lines: list[str]) -> list[_Mark]:
    """The marks in the lines, in order; the search ends at the first one behind which nothing new can follow."""
    marks: list[_Mark] = []
    index, count = 0, len(lines)
    while index < count:
        line = lines[index]
        if not line or line.isspace() or _QUOTED.match(line):
            index += 1
            continue
        mark = _mark_at(lines, index)
        if mark is None:
            index += 1
            continue
        marks.append(mark)
        following = next((text for text in lines[mark.end :] if text.strip()), "")
        if mark.kind != "attribution" or (following and not _QUOTED.match(following)):
            break
        index = mark.end
    return marks


def _mark_at(lines: list[str], index: int) -> _Mark | None:
    line = lines[index]
    if line == CUT:
        return _Mark(index, index + 1, "separator")
    short = len(line) <= MAX_SEPARATOR
    if short and _FORWARD.match(line):
        return _Mark(index, index + 1, "forward")
    if (
        short
        and line.lstrip()[:1] in ("-", "_", "=", "*", "#")
        and (_is_separator(line) or words.ABOVE_THIS_LINE.match(line))
    ):
        return _Mark(index, index + 1, "separator")
    if short and words.ABOVE_THIS_LINE.match(line):
        return _Mark(index, index + 1, "separator")
    if short and line.lstrip().startswith("--") and _is_boxed(line):
        return _Mark(index, index + 1, "attribution")
    end = _headers(lines, index)
    if end:
        return _Mark(index, end, "headers")
    end = _attribution(lines, index)
    return _Mark(index, end, "attribution") if end else None


def _is_boxed(line: str) -> bool:
    """Whether the line is like "---- Le mardi ..., X a écrit ----"."""
    bare = line.strip()
    return bare.endswith("--") and _NAMED.search(bare.strip("- ")) is not None


def _is_separator(line: str) -> bool:
    """Whether the line is like "-----Message d'origine-----"."""
    bare = line.strip(" \t>*_")
    core = bare.strip("-=_ *")
    framed = bare[:2] in ("--", "==", "__") and bare[-2:] in ("--", "==", "__")
    return framed and 3 < len(core) < 60 and _SEPARATOR.fullmatch(core) is not None


def _headers(lines: list[str], index: int) -> int:
    """The line after a block of old headers that begins here (a rule above it included), or 0."""
    if ":" not in lines[index] and not _RULE.match(lines[index]):
        return 0
    first = index + 1 if _RULE.match(lines[index]) else index
    while first > index and first < len(lines) and not lines[first].strip():
        first += 1
    if first >= len(lines) or not _HEADER.match(lines[first]):
        return 0
    kinds: set[str] = set()
    values = ""
    end, loose = first, 0
    for position in range(first, min(first + 16, len(lines))):
        line = lines[position]
        found = _HEADER.match(line)
        if found:
            kinds.add(_kind(found))
            values += found.group("value")
            end, loose = position + 1, 0
        else:
            loose += 1
            if loose > (2 if line.strip() else 1):
                break
    certain = "sender" in kinds and (
        len(kinds) >= 3 or (len(kinds) == 2 and "@" in values) or (first > index and "@" in values)
    )
    return end if certain or ({"sent", "recipient"} <= kinds and "@" in values) else 0


def _kind(found: re.Match[str]) -> str:
    return next(name for name in ("sender", "recipient", "sent", "subject", "other") if found.group(name))


def _attribution(lines: list[str], index: int) -> int:
    """The line after "Le ..., X a écrit :" if it begins here (wrapped over up to six lines), or 0."""
    joined, blanks = "", 0
    for position in range(index, min(index + 6, len(lines))):
        line = lines[position].strip()
        if not line:
            blanks += 1
            if blanks > 1 or "@" in joined:
                return 0
            continue
        if position > index and len(line) > 25 and _STARTS.match(line) and not _STARTS.match(joined):
            return 0  # the sentence before it only shares the paragraph
        joined = f"{joined} {line}" if joined else line
        if len(joined) > MAX_ATTRIBUTION:
            return 0
        last = _COLON.search(joined) is not None
        if (last or _NAMED.search(joined)) and _complete(lines, position, joined):
            return position + 1
        if last or (position == index and not _may_open(joined)):
            return 0 if last or not _STARTS_WITH_DATE.match(joined) else position + 1
        if _STARTS_WITH_DATE.match(joined):
            return position + 1
    return 0


_STARTS = re.compile(rf"^\W{{0,4}}(?:{words.OPENING})\b.*\d", re.IGNORECASE)
_OPENS = re.compile(rf"^\W{{0,4}}(?:{words.OPENING}|\d{{1,4}})\b|@|\d{{4}}|\d:\d\d", re.IGNORECASE)


def _may_open(line: str) -> bool:
    return _OPENS.search(line) is not None


def _complete(lines: list[str], position: int, joined: str) -> bool:
    if _OPENED.match(joined) and _MARK_OF_TIME.search(joined):
        return True
    if _ENDS_WITH_ADDRESS.search(joined) and _DATE.search(joined):
        return True
    if "@" in joined and _WROTE.search(joined) and _DATE.search(joined):
        return True
    following = next((line for line in lines[position + 1 : position + 4] if line.strip()), "")
    return len(joined) < 160 and _NAMED.search(joined) is not None and _QUOTED.match(following) is not None


def _assemble(lines: list[str], marks: list[_Mark]) -> Reply:
    kept: list[tuple[bool, str]] = []  # (quoted, line)
    cut = False
    end = len(lines)
    forward = bool(marks) and marks[-1].kind == "forward"
    last = marks[-1] if marks and not forward else None
    if last and last.kind != "attribution":
        end, cut = last.start, True
    elif last:
        following = next((line for line in lines[last.end :] if line.strip()), "")
        if not (following and _QUOTED.match(following)) and _written(lines[: last.start]):
            end, cut = last.start, True
    skip = {position for mark in marks if mark.kind == "attribution" for position in range(mark.start, mark.end)}
    stop = marks[-1].start if forward else end
    for position in range(stop):
        if position not in skip:
            kept.append((_QUOTED.match(lines[position]) is not None, lines[position]))
    _mend_wrapped(kept)
    kept, quotes = _without_quotes(kept, attributed=bool(skip))
    new = _without_signature([line for _, line in kept])
    if cut or quotes or skip:
        new = _without_footer(new)
    body = _tidy(new)
    if forward:
        return Reply(_tidy([body, "", *lines[stop:]]), has_quote=False, forward=True)
    return Reply(body, has_quote=cut or quotes or bool(skip))


def _mend_wrapped(kept: list[tuple[bool, str]]) -> None:
    """A long address that the mail program wrapped inside a quote belongs to the quote."""
    for at in range(1, len(kept) - 1):
        quoted, line = kept[at]
        if not quoted and kept[at - 1][0] and kept[at + 1][0] and line.strip() and " " not in line.strip():
            kept[at] = (True, f"> {line}")


def _without_quotes(kept: list[tuple[bool, str]], *, attributed: bool) -> tuple[list[tuple[bool, str]], bool]:
    """Without trailing quotes; a single attributed quote goes too, several are what the answers stand between."""
    had = any(quoted for quoted, _ in kept)
    if not had:
        return kept, False
    blocks, inside = 0, False
    for quoted, line in kept:
        if quoted and not inside:
            blocks += 1
        if line.strip():
            inside = quoted
    size = len(kept)
    while kept and (kept[-1][0] or not kept[-1][1].strip()):
        kept = kept[:-1]
    removed = any(True for _ in range(size - len(kept)))
    if attributed and blocks == 1:
        return [pair for pair in kept if not pair[0]], True
    return kept, removed


def _without_signature(lines: list[str]) -> list[str]:
    """Cut a signature: behind "-- ", or what a phone or a program adds on a line of its own."""
    for index, line in enumerate(lines):
        bare = line.strip()
        if bare == "--" and any(lines[:index]):
            below = [text for text in lines[index + 1 :] if text.strip()]
            if line.startswith("-- ") or len(below) <= SHORT_SIGNATURE:
                return lines[:index]
        elif (
            bare
            and len(bare) < 120
            and _is_mobile(bare)
            and (not index or not lines[index - 1].strip() or index > len(lines) - 3)
        ):
            return lines[:index]
    return lines


def _without_footer(lines: list[str]) -> list[str]:
    """Without a rule at the end, nor the few lines that a mailing list or a program puts under one."""
    for index in range(len(lines) - 1, max(-1, len(lines) - 8), -1):
        if _FOOTER.match(lines[index]):
            return lines[:index]
    return lines


def _is_mobile(line: str) -> bool:
    if line[-1:] in (",", ";") or len(line.split()) > 12 or not words.MOBILE.match(line):
        return False
    head = re.split(r"[<\[(]|https?:", line)[0]
    return "," not in head and words.DEVICE.search(head) is not None


def _tidy(lines: Iterable[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")
