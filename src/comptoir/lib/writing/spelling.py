"""Spelling with the machine's own Hunspell, where it has one: its program, and its dictionary of the language.

Nothing is shipped and nothing is loaded: the dictionaries have licences of their own (docs/dependencies.md). Without the
program or the dictionary there is nothing to say, and the browser's own checker does the work.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from comptoir.lib.text import unaccent

FOLDERS = ("/usr/share/hunspell", "/usr/share/myspell/dicts", "/usr/local/share/hunspell", "/Library/Spelling")
NAMES = {
    "fr": "fr_FR fr fr-classique fr-toutesvariantes", "en": "en_GB en_US en_IE", "de": "de_DE de_DE_frami de",
    "es": "es_ES es", "it": "it_IT it", "nl": "nl_NL nl", "pt": "pt_PT pt", "pl": "pl_PL pl", "sv": "sv_SE sv",
}  # fmt: skip
MOST_WORDS, SHOWN, OFFERED = 1_500, 8, 4
SECONDS = 3.0
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_PLACE = re.compile(r"\{\{[^{}]{0,200}\}\}")
_NO_WORD = re.compile(r"[\d@]|://|www\.").search
LONGEST = 60  # letters of a word


@dataclass(frozen=True, slots=True)
class Misspelled:
    """A word that the dictionary does not know, and what it may have been."""

    word: str
    instead: tuple[str, ...] = ()


def can_check(language: str, country: str = "") -> bool:
    """Whether this machine has the program and a dictionary of the language."""
    return bool(_program() and _dictionary(language, country, os.environ.get("DICPATH", "")))


def misspelled(text: str, language: str, *, country: str = "", known: Iterable[str] = ()) -> list[Misspelled]:
    """The words of a text that are not in the dictionary, in their order, the first eight with offers. Numbers,
    addresses, places of macros and `known` words (case and accents aside) pass. Empty without a dictionary."""
    program, dictionary = _program(), _dictionary(language, country, os.environ.get("DICPATH", ""))
    if not program or not dictionary:
        return []
    passes = {part for name in known for part in re.findall(r"\w+", unaccent(name))}
    parts = [part for part in _PLACE.sub(" ", text[:50_000]).split() if len(part) < LONGEST and not _NO_WORD(part)]
    written = dict.fromkeys(_WORD.findall(" ".join(parts)))
    words = [word.replace("’", "'") for word in written if len(word) > 1 and not _passes(word, passes)][:MOST_WORDS]
    unknown = _ask([program, "-d", dictionary, "-i", "utf-8", "-l"], words)
    first = [word for word in dict.fromkeys(unknown) if word and unaccent(word) not in passes]
    offers = _offers(_ask([program, "-d", dictionary, "-i", "utf-8", "-a"], [f"^{word}" for word in first[:SHOWN]]))
    return [Misspelled(word, offers.get(word, ())) for word in first]


def _passes(word: str, known: set[str]) -> bool:
    """What is known, and what is no word: initials and abbreviations in capitals."""
    return (word.isupper() and len(word) < 6) or set(re.findall(r"\w+", unaccent(word))) <= known


def _offers(lines: list[str]) -> dict[str, tuple[str, ...]]:
    """Ispell's answers: "& word 3 1: one, two, three"."""
    found = {}
    for line in lines:
        if line.startswith("& ") and ": " in line:
            head, _, rest = line.partition(": ")
            found[head.split(" ")[1]] = tuple(part.strip() for part in rest.split(",")[:OFFERED])
    return found


def _ask(command: list[str], words: list[str]) -> list[str]:
    """The program's lines; none when it fails or takes too long."""
    if not words:
        return []
    try:
        done = subprocess.run(command, input="\n".join(words) + "\n", capture_output=True, timeout=SECONDS, text=True, encoding="utf-8", errors="replace", check=True)  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.splitlines()


@lru_cache(maxsize=1)
def _program() -> str:
    return shutil.which("hunspell") or ""


@lru_cache(maxsize=64)
def _dictionary(language: str, country: str, more: str) -> str:
    """The path of the language's dictionary without its ending, the country's own first; "" when there is none."""
    names = [f"{language}_{country}"] if country else []
    names += NAMES.get(language, "").split()
    for folder in (*filter(None, more.split(os.pathsep)), *FOLDERS):
        for name in names:
            if (Path(folder) / f"{name}.dic").is_file() and (Path(folder) / f"{name}.aff").is_file():
                return str(Path(folder) / name)
    return ""
