"""What a word that nobody wrote may have meant: words of the lexicon that look like it, the usual ones first."""

from dataclasses import replace
from math import log

from django.db import connection

from comptoir.conversations.queries.search import lexemes
from comptoir.conversations.queries.search.asking import Asked, Term

SHORTEST, LIKE, LOOKED_AT = 4, 0.35, 40
_LIKE = """
SELECT text, count, similarity(text, %s) FROM conversations_lexiconword
WHERE text %% %s AND length(text) BETWEEN %s AND %s ORDER BY 3 DESC, 2 DESC LIMIT %s
"""


def corrected(asked: Asked) -> Asked | None:
    """The same with the words that were not understood replaced; None when none resembles one that was written."""
    terms, changed = [], False
    for term in asked.terms:
        near = None if term.phrase else _nearest(term)
        changed = changed or near is not None
        terms.append(near or term)
    return replace(asked, terms=terms, problems=[]) if changed else None


def _nearest(term: Term) -> Term | None:
    stems = dict(lexemes.stems(term.text)).get("", ())
    if len(stems) != 1 or len(stems[0][0]) < SHORTEST or not stems[0][0].isalpha():
        return None
    word = stems[0][0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count FROM conversations_lexiconword WHERE text = %s", [word])
        if cursor.fetchone():
            return None
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(LIKE)])
        cursor.execute(_LIKE, [word, word, len(word) - 2, len(word) + 2, LOOKED_AT])
        rows = cursor.fetchall()
    allowed = 1 if len(word) < 6 else 2
    near = [(found, count, like) for found, count, like in rows if distance(word, found) <= allowed]
    if not near:
        return None
    best = max(near, key=lambda row: (-distance(word, row[0]), row[2] + log(row[1] + 1) / 20))
    return Term(best[0])


def distance(one: str, other: str) -> int:
    """How many letters were added, lost, changed or swapped (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, opposite in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != opposite))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == opposite:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
