"""The visible reply: what a person has written now, without the old messages below it and without the signature."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from comptoir.lib.html import to_text
from comptoir.lib.html.text import CUT, SIGNED
from comptoir.lib.mail import signature, words
from comptoir.lib.mail.reasons import Reason

MAX_TEXT = 500_000  # characters that are looked at; the rest is old messages or an attack
MAX_LINES = 8_000
MAX_SEPARATOR = 200  # characters; also keeps the patterns from running away on endless lines
WRAPPED_AT = 60  # characters of a quoted line after which a lower-case line is the rest of it
MAX_TAIL = 100  # characters at the end in which "wrote" may stand, with a date behind it
MAX_TRIED = 2_000  # lines that may begin an attribution; the rest is an attack
MAX_ATTRIBUTION = 400  # characters, over at most six lines

_QUOTED = re.compile(r"^\s{0,4}(?:>|[A-Z]{1,2}>(?=\s|$))")
_LEVELS = re.compile(r"^(?:\s{0,4}(?:>|[A-Z]{1,2}>(?=\s|$)))+\s?")
_FLAGS = re.IGNORECASE | re.DOTALL
_TIME = r"\d{1,2}\s?[:h.]\s?\d{2}"
_MARK_OF_TIME = re.compile(rf"\b{_TIME}|\b(?:19|20)\d\d\b|@", re.IGNORECASE)
_NAMED = re.compile(rf"(?<!['’\w])(?:{words.WROTE})(?:\s*\([^)]*\))?\s*:?\s*$", re.IGNORECASE)
_WROTE = re.compile(rf"(?<!['’\w])(?:{words.WROTE})(?!\w)", re.IGNORECASE)
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*$")
_LAST_WORDS = frozenset(
    word.split("\\s+")[-1].strip("\\:").lower() for word in words.WROTE.split("|")
)  # a quick first look
_CJK_WROTE = re.compile(r"(?:写道|寫道|写到|のメール|書きました|작성|쓴\s글)\s*[:：]?\s*$")
_STARTS_WITH_DATE = re.compile(
    r"^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:\s.*<\s*[^<>@\s]+@[^<>\s]+>\s*:?$|[T ]\d\d:\d\d\s+(?:GMT|UTC)[+-]\d\d:\d\d\s.+$)",
    re.DOTALL,
)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_CLOCK = re.compile(r"\b\d{1,2}\s?[:h.]\s?\d{2}\b|\d{1,2}時\d{0,2}")
_IN_BRACKETS = re.compile(r"[<(\[]\s*(?:mailto:)?[^<>\s@]+@[^<>\s@]+\s*[>)\]]")
_QUOTING = re.compile(rf"^\W{{0,3}}(?:{words.QUOTING})\b", re.IGNORECASE)
_WROTE_THEN_DATE = re.compile(rf"(?<!['’\w])(?:{words.WROTE})\W+\(?[^()]{{4,60}}\)?\W*$", re.IGNORECASE)
_TO_US = re.compile(r"(?i)\b(?:you\s+wrote\s+(?:to\s+)?me|vous\s+m['’]|sie\s+(?:haben\s+)?mir|me\s+(?:ha\s+)?escribi)")
_ENDS_WITH_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\s*[>)\]]{0,3}\s*[:：]\s*$")
_AFTER_TEXT = re.compile(r"(?<=\w)(-{2,3} On .{10,160} wrote:)$", re.MULTILINE)
_HEADER = re.compile(
    rf"^[\s>|]*[*_]*(?:(?P<sender>{words.FROM})|(?P<recipient>{words.TO})|(?P<sent>{words.SENT})"
    rf"|(?P<subject>{words.SUBJECT})|(?P<other>{words.OTHER}))[*_]*\s?\s?[:：][*_]*(?P<value>.*)$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s>]*(?:[-_=*]{5,}|(?:[-_=*] ){5,}[-_=*]?)\s*$")
_THIN_RULE = re.compile(r"^\s*[-_=*]{3,}\s*$")
_SEPARATOR = re.compile(
    rf"(?:[\w'’.-]+\s+){{0,3}}[\u3040-\u9fff]{{0,6}}(?:{words.MESSAGE})(?:(?!\w).{{0,25}})?", re.IGNORECASE
)
_FORWARD = re.compile(rf"^[\s>*_-]*(?:{words.FORWARDED})\b", re.IGNORECASE)
_COLON = re.compile(r"[:：]\s*$")
_BIDI = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` is what is new; `has_quote` says that something was left out of it; `forward` that an old message was
    kept; `why` tells by which rules."""

    text: str
    has_quote: bool = False
    forward: bool = False
    why: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Mark:
    """Where an old message begins: `end` is the first line after the mark itself."""

    start: int
    end: int
    kind: str  # "attribution", "headers", "separator", "forward"


def visible(text: str, *, forward: bool = False, markup: bool = False) -> Reply:
    """The new part of a plain text body.

    Cut: old messages behind an attribution, a block of headers or a separator, trailing quotes, a signature behind
    "-- ", what a phone adds. Kept: answers between quoted lines (with these lines), and forwarded messages whole;
    `forward` says that the subject announces one; `markup` that the text was made from HTML, where a quote is a block.
    """
    normal = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u202f", " ")
    if not normal.isascii():
        normal = normal.translate(_BIDI)
    if "--- On " in normal:
        normal = _AFTER_TEXT.sub(r"\n\1", normal)
    lines = normal.split("\n")[:MAX_LINES]
    marks = _marks(lines)
    if forward and not any(mark.kind == "attribution" for mark in marks[:1]):
        marks = [_Mark(mark.start, mark.end, "forward") for mark in marks]
    if marks and marks[0].kind != "attribution" and not _written(lines[: marks[0].start]):
        return Reply(_tidy(lines), forward=True, why=(Reason("kept_forward"),))
    return _assemble(lines, marks, markup)


def visible_html(html: str, *, forward: bool = False) -> Reply:
    """The new part of an HTML body, as text; see `visible`."""
    return visible(to_text(html, marks=True), forward=forward, markup=True)


def is_forward(subject: str) -> bool:
    """Whether a subject begins as a forward does (Fwd:, TR:, WG:, RV:, I:, PD:, VB: ...)."""
    return words.FORWARD_SUBJECT.match(subject) is not None


def quoted_messages(text: str) -> int:
    """How many older messages stand below or inside a text, as their introductions tell; 0 when none is introduced."""
    count, lines = 0, [_LEVELS.sub("", line) for line in text[:MAX_TEXT].splitlines()[:MAX_LINES]]
    index = 0
    while index < len(lines):
        mark = _mark_at(lines, index) if lines[index].strip() else None
        told = mark is not None and (mark.kind in ("attribution", "headers") or _introduces(lines, mark.end))
        count += told
        index = mark.end if mark else index + 1
    return count


def _introduces(lines: list[str], index: int) -> bool:
    """Whether the message behind a separator is not introduced by headers as well, which would be counted twice."""
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index < len(lines) and not _headers(lines, index)


def _written(lines: list[str]) -> bool:
    return any(line.strip(" \t>*_-=") for line in lines)


def _marks(lines: list[str]) -> list[_Mark]:
    """The marks in the lines, in order; the search ends at the first one behind which nothing new can follow."""
    marks: list[_Mark] = []
    index, count, tried = 0, len(lines), 0
    while index < count:
        line = lines[index]
        if not line or line.isspace() or _QUOTED.match(line):
            index += 1
            continue
        if tried > MAX_TRIED:
            break
        tried += _may_open(line)
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
        and (_is_separator(line) or words.ABOVE_THIS_LINE.match(line) or _is_earlier(lines, index))
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


def _is_earlier(lines: list[str], index: int) -> bool:
    """Whether a rule stands here, and under it what another helpdesk calls the messages before."""
    if not _THIN_RULE.match(lines[index]):
        return False
    following = next((line for line in lines[index + 1 : index + 3] if line.strip()), "")
    return len(following) < 60 and words.EARLIER.match(following) is not None


def _is_separator(line: str) -> bool:
    """Whether the line is like "-----Message d'origine-----"."""
    bare = line.strip(" \t>*_")
    core = bare.strip("-=_ *")
    framed = bare[:2] in ("--", "==", "__") and bare[-2:] in ("--", "==", "__")
    return framed and 1 < len(core) < 60 and _SEPARATOR.fullmatch(core) is not None


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
        ends = last or _ends(joined)
        if ends and _complete(lines, position, joined):
            return position + 1
        if last or (position == index and not _may_open(joined)):
            return 0 if last or not _STARTS_WITH_DATE.match(joined) else position + 1
        if _STARTS_WITH_DATE.match(joined):
            return position + 1
    return 0


_STARTS = re.compile(rf"^\W{{0,4}}(?:{words.OPENING})\b.*?\d", re.IGNORECASE)
_OPENS = re.compile(rf"^\W{{0,4}}(?:{words.OPENING}|\d{{1,4}})\b|@|\d{{4}}|\d:\d\d", re.IGNORECASE)


def _ends(joined: str) -> bool:
    """Whether the words for "wrote" stand at the end, alone or with a date behind them."""
    tail = joined[-MAX_TAIL:].rstrip()
    if tail[-1:].isdigit() or tail[-1:] in (")", "]", "."):
        return (_NAMED.search(tail) or _WROTE_THEN_DATE.search(tail)) is not None
    last = _LAST_WORD.search(tail)
    if last and last.group(1).lower() in _LAST_WORDS:
        return _NAMED.search(tail) is not None
    return _CJK_WROTE.search(tail) is not None


def _may_open(line: str) -> bool:
    return _OPENS.search(line) is not None


def _complete(lines: list[str], position: int, joined: str) -> bool:
    if _TO_US.search(joined):
        return False
    opened = _STARTS.match(joined)
    if opened and _WROTE.search(joined, opened.end()) and _MARK_OF_TIME.search(joined):
        return True
    if _ENDS_WITH_ADDRESS.search(joined) and _DATE.search(joined):
        return True
    dated = _DATE.search(joined) is not None
    if "@" in joined and dated and (_WROTE.search(joined) or _CJK_WROTE.search(joined)):
        return True
    colon = _COLON.search(joined) is not None
    if colon and dated and _CLOCK.search(joined) and (_WROTE.search(joined) or _IN_BRACKETS.search(joined)):
        return True
    named = _NAMED.search(joined[-MAX_TAIL:])
    if colon and named and _IN_BRACKETS.search(joined):
        return True
    following = next((line for line in lines[position + 1 : position + 4] if line.strip()), "")
    if len(joined) >= 160 or not _QUOTED.match(following):
        return False
    named_so = named or _CJK_WROTE.search(joined) or (colon and (_QUOTING.match(joined) or _IN_BRACKETS.search(joined)))
    return bool(named_so or (colon and dated and (_WROTE.search(joined) or _CLOCK.search(joined))))


def _assemble(lines: list[str], marks: list[_Mark], markup: bool) -> Reply:
    end = len(lines)
    why: list[Reason] = []
    forward = bool(marks) and marks[-1].kind == "forward"
    last = marks[-1] if marks and not forward else None
    if last:
        following = next((line for line in lines[last.end :] if line.strip()), "")
        quoted = bool(following) and _QUOTED.match(following) is not None
        if last.kind != "attribution" or (not quoted and _written(lines[: last.start])):
            end = last.start
            why.append(_told(lines, last))
    inside = [mark for mark in marks if mark.kind == "attribution"]
    skip = {position for mark in inside for position in range(mark.start, mark.end)}
    why += [_told(lines, mark) for mark in inside if mark.start < end]
    stop = marks[-1].start if forward else end
    kept = [(_QUOTED.match(lines[at]) is not None, lines[at]) for at in range(stop) if at not in skip]
    _mend_wrapped(kept)
    kept, quotes = _without_quotes(kept, attributed=bool(skip), markup=markup)
    if quotes:
        why.append(quotes)
    new, signed = signature.without([line for _, line in kept], cut=bool(why))
    why += signed
    while signed and new and (not new[-1].strip() or _QUOTED.match(new[-1])):
        new = new[:-1]
    body = _tidy(new)
    if forward:
        why.append(Reason("kept_forward"))
        return Reply(_tidy([body, "", *lines[stop:]]), has_quote=False, forward=True, why=tuple(why))
    if any(quoted for quoted, _ in kept):
        why.append(Reason("kept_inline"))
    cut = any(reason.code.startswith("cut_") for reason in why)
    return Reply(body, has_quote=cut, why=tuple(why) or (Reason("kept_all"),))


def _told(lines: list[str], mark: _Mark) -> Reason:
    shown = next((line.strip() for line in lines[mark.start : mark.end] if line.strip(" \t>-_=*") and line != CUT), "")
    kind = "separator" if mark.kind == "forward" else mark.kind
    return Reason(f"cut_{kind}", str(mark.start + 1), shown[:80])


def _mend_wrapped(kept: list[tuple[bool, str]]) -> None:
    """The rest of a long line that the mail program wrapped inside a quote belongs to the quote."""
    for at in range(1, len(kept) - 1):
        quoted, line = kept[at]
        bare = line.strip()
        if quoted or not bare or not kept[at - 1][0] or not kept[at + 1][0]:
            continue
        wrapped = len(kept[at - 1][1]) >= WRAPPED_AT and bare[:1].islower() and len(bare) < WRAPPED_AT
        if " " not in bare or wrapped:
            kept[at] = (True, f"> {line}")


def _without_quotes(
    kept: list[tuple[bool, str]], *, attributed: bool, markup: bool
) -> tuple[list[tuple[bool, str]], Reason | None]:
    """Without trailing quotes; a single attributed quote goes too, several are what the answers stand between.

    In HTML a single block between what was written above and below it goes as well: answers stand under their quotes.
    """
    had = sum(quoted for quoted, _ in kept)
    if not had:
        return kept, None
    blocks, inside = 0, False
    for quoted, line in kept:
        if quoted and not inside:
            blocks += 1
        if line.strip():
            inside = quoted
    first = next(at for at, (quoted, _) in enumerate(kept) if quoted)
    while kept and (kept[-1][0] or not kept[-1][1].strip()):
        kept = kept[:-1]
    above = markup and any(line.strip() for _, line in kept[:first])
    if blocks == 1 and (attributed or above):
        kept = [pair for pair in kept if not pair[0]]
    removed = had - sum(quoted for quoted, _ in kept)
    return kept, Reason("cut_quotes", str(removed)) if removed else None


def _tidy(lines: Iterable[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines if line not in (CUT, SIGNED))
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")
