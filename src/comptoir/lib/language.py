"""In which language a text is written: py3langid's byte statistics, weighed with what is known of the writer.

The model (80 MB, a second) is loaded at the first text, once a process.
"""

import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SPOKEN = ("fr", "en", "de", "es", "it", "nl", "pt", "pl", "sv")
# Neighbours, so that a Danish mail is not called Swedish. They must be plainer than one of ours (RARE).
NEIGHBOURS = (
    "da", "no", "nn", "fi", "is", "cs", "sk", "sl", "hr", "sr", "hu", "ro", "bg", "el", "ru", "uk", "tr", "et", "lv",
    "lt", "ca", "gl", "eu", "ar", "he", "zh", "ja", "ko", "vi",
)  # fmt: skip
RARE = 0.02
# What a language is worth that is known, beside 1 for any other: of the conversation, the customer, the mail, the shop.
WEIGHTS = (4.0, 3.0, 1.5, 1.5)
LOOKED_AT = 400  # characters
FEW = 3  # words: fewer tell nothing
SURE, PLAIN = 0.8, 0.97

_NOISE = re.compile(r"[\d@]|://|www\.").search  # in a word: a number, an address
_TAG = re.compile(r"<[^<>]{1,400}>|&#?\w{2,8};")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # each letter is a syllable or more
_loading = threading.Lock()
_loaded: Any = None


@dataclass(frozen=True, slots=True)
class Told:
    """The language of a text ("" when nothing tells), and whether the text itself says so clearly."""

    language: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text tells by itself: how likely each language is, how many words it has."""

    text: str
    words: int
    chances: dict[str, float]

    def told(self, known: Sequence[str] = ()) -> Told:
        """The language, with those known of the conversation, the customer, the mail and the shop ("" when not known).

        Too few words keep what is known (the shop's apart: it says nothing of a stranger). Of a text in two
        languages, the one that is known counts.
        """
        known = [short(code) for code in known]
        kept = next((code for code in known[:3] if code), "")
        best, chance = self._best(known)
        if self.words < FEW:
            return Told(best, sure=False) if chance > PLAIN and not kept else Told(kept)
        if kept and best != kept and self._also(kept):
            return Told(kept)
        return Told(best, sure=chance >= SURE and self.words > FEW)

    def _best(self, known: Sequence[str]) -> tuple[str, float]:
        """The likeliest language and its share, the known ones weighed in."""
        if not self.chances:
            return "", 0.0
        worth = {code: chance * (1 if code in SPOKEN else RARE) for code, chance in self.chances.items()}
        extra = dict.fromkeys(known, 0.0)
        for code, weight in zip(known, WEIGHTS, strict=False):
            extra[code] += weight
        for code in extra.keys() & worth.keys():
            worth[code] *= 1 + extra[code]
        best = max(worth, key=worth.__getitem__)
        return ("no" if best == "nn" else best), worth[best] / sum(worth.values())

    def _also(self, code: str) -> bool:
        """Whether a paragraph of its own is in that language."""
        parts = [part for part in self.text.split("\n\n") if part.strip()][:4]
        readings = [_read(part) for part in parts] if len(parts) > 1 else []
        return any(part.words > FEW and part.chances.get(code, 0) >= SURE for part in readings)


def read(text: str, subject: str = "") -> Reading:
    """Read a message's own words (quotes are cut by the caller); its subject counts where the words are few."""
    plain = _plain(text)
    if len(plain.split(None, 2 * FEW)) < 2 * FEW and subject and not _answer(subject):
        plain = f"{_plain(subject)}\n{plain}"
    return _read(plain)


def short(code: str) -> str:
    """ "pt" for "pt-BR" and "PT_br"; "no" for Norwegian's two ways of writing."""
    bare = code.replace("_", "-").partition("-")[0].lower()
    return "no" if bare in ("nb", "nn") else bare


def _answer(subject: str) -> bool:
    """Whether the subject is the thread's and not the writer's."""
    return bool(re.match(r"\s*\w{1,4}\s*:", subject))


def _plain(text: str) -> str:
    """The words alone: no addresses, numbers, marks or quoted lines; capitals made small where a text shouts."""
    start = text[: 3 * LOOKED_AT]
    if "<" in start or "&" in start:
        start = _TAG.sub(" ", start)
    lines = (line for line in start.split("\n") if not line.lstrip().startswith((">", "|")))
    words = "\n".join(" ".join(word for word in line.split() if not _NOISE(word)) for line in lines)[:LOOKED_AT].strip()
    shouts = 2 * sum(map(str.isupper, words)) > sum(map(str.isalpha, words))
    return words.lower() if shouts else words


def _read(plain: str) -> Reading:
    words = len(_WORD.findall(plain)) + len(_UNSPACED.findall(plain)) // 2
    return Reading(plain, words, dict(_model().rank(plain)) if words else {})


def _model() -> Any:
    """py3langid's classifier cut to our languages: the table of the 130 others would take 25 MB."""
    global _loaded
    if _loaded is None:
        with _loading:
            if _loaded is None:
                _loaded = _load()
    return _loaded


def _load() -> Any:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded: one row a word needs no threads
    import numpy
    from py3langid import langid, modelio

    load: Any = modelio.load_model  # neither is typed
    classifier: Any = langid.LanguageIdentifier
    table, base, classes, moves, rows, output = load(langid.MODEL_DIR / langid.MODEL_FILE)
    wanted = [place for place, code in enumerate(classes) if code in {*SPOKEN, *NEIGHBOURS}]
    kept = numpy.ascontiguousarray(numpy.asarray(table)[:, wanted])
    names = [classes[place] for place in wanted]
    return classifier(kept, numpy.asarray(base)[wanted], names, moves, output, norm_probs=True, tk_row=rows)
