"""The part of a message that holds what was looked for, with it marked. Everything else is escaped text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from comptoir.lib.text import unaccent

LENGTH = 160
READ = 20_000
_WORD = re.compile(r"[^\W_]+")


def excerpt(text: str, stems: Sequence[str], length: int = LENGTH) -> str:
    """The part of the text around the first word found, on one line; its beginning when none stands there."""
    line = " ".join(text[:READ].split())
    at = next((start for start, _ in _marks(line, stems)), 0)
    start = max(0, at - length // 3)
    start = line.rfind(" ", 0, start) + 1 if start else 0
    end = start + length
    if end < len(line):
        end = line.rfind(" ", start + length // 2, end) if " " in line[start + length // 2 : end] else end
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def emphasised(text: object, stems: Sequence[str]) -> SafeString:
    """The text, escaped, with what was found in `em`."""
    plain, out, last = str(text), [], 0
    for start, end in _marks(plain, stems):
        out += [escape(plain[last:start]), "<em>", escape(plain[start:end]), "</em>"]
        last = end
    return mark_safe("".join([*out, escape(plain[last:])]))  # noqa: S308  # every part is escaped


def _marks(text: str, stems: Sequence[str]) -> Iterator[tuple[int, int]]:
    wanted = tuple(stems)
    for word in _WORD.finditer(text):
        if _found(word.group(), wanted):
            yield word.span()


@lru_cache(maxsize=20_000)
def _found(word: str, stems: tuple[str, ...]) -> bool:
    """Kept, since the same few words make most texts."""
    plain = unaccent(word)
    return any(_is(plain, stem) for stem in stems)


def _is(word: str, stem: str) -> bool:
    if len(stem) < 3 or stem.isdigit():
        return word == stem
    ending = (
        7 if len(stem) > 6 else 3 if len(stem) > 3 else 2
    )  # « remboursements » is rembours-, « colissimo » not colis-
    return word.startswith(stem) and len(word) - len(stem) <= ending
