"""A shop's own words: what it does not say, what it does not promise."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from comptoir.lib.text import unaccent


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to avoid (`*` at the end of one stands for any ending), and what to write instead."""

    words: str
    instead: str = ""

    @property
    def told(self) -> str:
        """« sans faute » → « dès que possible »"""
        return f"{self.words} → {self.instead}" if self.instead else self.words


def found(text: str, known: Sequence[Phrase]) -> list[Phrase]:
    """Those that stand in the text as whole words, accents and capitals aside."""
    folded = unaccent(text[:20_000]).replace("'", " ")
    return [phrase for phrase in known if phrase.words.strip("* ") and _pattern(phrase.words).search(folded)]


def _pattern(words: str) -> re.Pattern[str]:
    parts = [
        re.escape(part.rstrip("*")) + (r"\w*" if part.endswith("*") else "")
        for part in unaccent(words).replace("'", " ").split()
    ]
    return re.compile(r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)")
