"""From terms to a tsquery: in every language that messages may be in, since nobody knows in which one was written."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db import connection

from comptoir.conversations.queries.search.asking import Term

LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt", "sv", "")  # "": whole words
SHORTEST_BEGINNING = 3
COMPLETIONS = 12

_STEMS = """
SELECT language, (SELECT array_agg(lexeme || ' ' || place ORDER BY place, lexeme)
    FROM unnest(search_vector(language, %s)) stem, unnest(stem.positions) place)
FROM unnest(%s::text[]) language
"""


def query(terms: Iterable[Term]) -> str:
    """Every term; "" when none of them can be looked up."""
    return " & ".join(f"({one})" for one in map(alternatives, terms) if one)


def any_of(terms: Iterable[Term]) -> str:
    """One of the terms at least."""
    return " | ".join(f"({one})" for one in map(alternatives, terms) if one)


def alternatives(term: Term) -> str:
    """A term in all languages. Where it is too common to be kept, the language itself will do."""
    found: dict[str, None] = {}
    for language, known in stems(term.text):
        found[_phrase(known) if known else f"'~l{language}'"] = None
    if term.begins and not term.phrase:
        for one in _beginnings(term.text):
            found[one] = None
    return " | ".join(found) if any("~" not in one for one in found) else ""


def too_common(term: Term, language: str) -> bool:
    """Whether messages in that language do not keep the term."""
    return not dict(stems(term.text)).get(language[:2], True)


def spellings(terms: Sequence[Term]) -> list[str]:
    """The stems that the terms have, longest first: what is marked in an excerpt."""
    found = set()
    for term in terms:
        for _, known in stems(term.text):
            found |= {stem for stem, _ in known}
    return sorted(found, key=len, reverse=True)


@lru_cache(maxsize=2048)
def stems(text: str) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """The stems of a text and their places, for each language; none where all its words are too common."""
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, [text, list(LANGUAGES)])
        rows = cursor.fetchall()
    return tuple((language, tuple(_placed(stem) for stem in known or ())) for language, known in rows)


def _placed(stem: str) -> tuple[str, int]:
    lexeme, _, place = stem.rpartition(" ")
    return lexeme, int(place)


def _phrase(placed: Sequence[tuple[str, int]]) -> str:
    said, last = "", 0
    for lexeme, place in placed:
        said += f" <{place - last}> {_quoted(lexeme)}" if said else _quoted(lexeme)
        last = place
    return said


def _beginnings(text: str) -> list[str]:
    """Words that begin so, as they may stand in the index: the beginning itself, and stems of words that were written."""
    plain = [stem for stem, _ in dict(stems(text))[""]]
    if len(plain) != 1 or len(plain[0]) < SHORTEST_BEGINNING:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text FROM conversations_lexiconword WHERE text LIKE %s ORDER BY count DESC LIMIT %s",
            [f"{plain[0].replace('_', '')}%", COMPLETIONS],
        )
        known = [word for (word,) in cursor.fetchall()]
    written = [_phrase(found) for word in known for _, found in stems(word) if found]
    return [f"{_quoted(plain[0])}:*", *dict.fromkeys(written)]


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
