"""What was typed in the box: words, phrases in quotes, words to leave out, filters. Pure; it never raises."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from comptoir.lib.text import unaccent

LONGEST = 200
MOST_TERMS, MOST_FILTERS = 8, 10
# each filter's names, the first French one and the first English one are those that are offered
NAMES: dict[str, tuple[str, ...]] = {
    "from": ("de", "from", "par", "expediteur", "client", "customer", "sender"),
    "to": ("a", "to", "pour", "vers", "destinataire"),
    "tag": ("étiquette", "tag", "etiquette", "label"),
    "before": ("avant", "before", "jusque"),
    "after": ("après", "after", "apres", "depuis", "since"),
    "assignee": ("assigné", "assignee", "assigne", "responsable", "attribue"),
    "state": ("état", "is", "etat", "state", "statut", "status"),
    "inbox": ("boîte", "in", "boite", "inbox", "dans"),
    "channel": ("canal", "channel"),
    "language": ("langue", "language", "lang"),
    "topic": ("thème", "topic", "theme"),
    "subject": ("sujet", "subject", "objet"),
    "file": ("fichier", "has", "file", "filename", "pj", "attachment"),
    "order": ("commande", "order"),
    "shop": ("boutique", "shop"),
}
KNOWN = {unaccent(name): key for key, names in NAMES.items() for name in names}
_PIECE = re.compile(
    r'(?P<minus>(?<!\S)-)?(?:(?P<name>[^\W\d_]\w{0,29})\u202f?:(?!//))?(?P<value>"[^"]*"?|«[^»]*»?|“[^”]*”?|[^\s"«“]+)?'
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Term:
    """Something to find: a word, or words in that order. `begins`: the last word may be the beginning of one."""

    text: str
    phrase: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Narrow:
    """A filter as it was typed: its key in NAMES, the value, and whether it leaves out."""

    key: str
    value: str
    leaves_out: bool = False
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used: `code` says why, `typed` what it was, `nearest` what may have been meant."""

    code: str
    typed: str
    nearest: str = ""


@dataclass(slots=True)
class Asked:
    """The text, taken apart."""

    text: str
    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    narrows: list[Narrow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing at all."""
        return not (self.terms or self.excluded or self.narrows)

    @property
    def words(self) -> str:
        """What is looked for, without filters and exclusions."""
        return " ".join(term.text for term in self.terms)

    @property
    def said(self) -> str:
        """A text that asks for the same."""
        parts = [_quoted(term.text) if term.phrase else term.text for term in self.terms]
        parts += [f"-{_quoted(term.text) if term.phrase else term.text}" for term in self.excluded]
        names = [(f"{'-' if one.leaves_out else ''}{one.typed.partition(':')[0]}", one.value) for one in self.narrows]
        return " ".join([*parts, *(f"{name}:{_quoted(value) if ' ' in value else value}" for name, value in names)])


def read(text: str, *, typing: bool = False, fields: Collection[str] = ()) -> Asked:
    """Take a text apart; while it is being typed its last word may be a beginning. `fields` are names of further filters."""
    clean = text.replace("\0", " ")[:LONGEST]
    asked = Asked(clean.strip())
    waiting: Narrow | None = None  # « de: claire »: the value comes with the next piece
    for piece in _PIECE.finditer(clean):
        name, value = piece["name"] or "", _bare(piece["value"] or "")
        if not (name or value):
            continue
        quoted = (piece["value"] or "")[:1] in ('"', "«", "“")
        if waiting is not None and not name:
            _narrow(asked, replace(waiting, value=value, typed=f"{waiting.typed}{value}"))
            waiting = None
            continue
        _settle(asked, waiting)
        waiting = None
        if name and (key := KNOWN.get(unaccent(name)) or ("field" if unaccent(name) in fields else "")):
            found = Narrow(key, value, bool(piece["minus"]), f"{name}:{value}")
            if value:
                _narrow(asked, found)
            else:
                waiting = found
        elif name and value and (near := nearest_name(name)):
            asked.problems.append(Problem("unknown_filter", f"{name}:", f"{near}:"))
        else:
            plain = f"{name}: {value}" if name else value
            _term(asked, plain, quoted=quoted, out=bool(piece["minus"]))
    _settle(asked, waiting)
    if typing and asked.terms and clean[-1:].strip() and asked.terms[-1].text.endswith(clean.split()[-1].strip('"»*')):
        asked.terms[-1] = replace(asked.terms[-1], begins=not asked.terms[-1].phrase)
    return asked


def nearest_name(name: str) -> str:
    """The filter's name that looks most like this one; "" when none does."""
    near = get_close_matches(unaccent(name), KNOWN, n=1, cutoff=0.7) if len(name) > 1 else []
    if not near:
        return ""
    return next(known for known in NAMES[KNOWN[near[0]]] if unaccent(known) == near[0])


def _quoted(text: str) -> str:
    return f'"{text}"'


def _settle(asked: Asked, waiting: Narrow | None) -> None:
    if waiting is not None:
        asked.problems.append(Problem("no_value", waiting.typed))


def _narrow(asked: Asked, found: Narrow) -> None:
    if len(asked.narrows) < MOST_FILTERS:
        asked.narrows.append(found)
    elif asked.problems[-1:] != [Problem("too_many", "")]:
        asked.problems.append(Problem("too_many", ""))


def _term(asked: Asked, text: str, *, quoted: bool, out: bool) -> None:
    begins = text.endswith("*") and not quoted and len(text) > 3
    text = text.rstrip("*") if not quoted else text
    if not _WORD.search(text):
        return
    if len(asked.terms) + len(asked.excluded) >= MOST_TERMS:
        if asked.problems[-1:] != [Problem("too_many", "")]:
            asked.problems.append(Problem("too_many", ""))
        return
    (asked.excluded if out else asked.terms).append(Term(text, phrase=quoted and " " in text, begins=begins))


def _bare(value: str) -> str:
    return value.strip('"«»“”\u202f\u00a0 \t\n') if value[:1] in ('"', "«", "“") else value
