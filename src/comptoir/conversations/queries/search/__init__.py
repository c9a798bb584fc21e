"""Search: what was typed (asking), as a query (lexemes, narrowing), answered exactly and fast (walking, finding)."""

from comptoir.conversations.queries.search.asking import Asked, Problem, Term
from comptoir.conversations.queries.search.custom import read
from comptoir.conversations.queries.search.excerpts import emphasised, excerpt
from comptoir.conversations.queries.search.finding import Match, Results, TooSlow, find, matching, overview, quick

__all__ = [
    "Asked",
    "Match",
    "Problem",
    "Results",
    "Term",
    "TooSlow",
    "emphasised",
    "excerpt",
    "find",
    "matching",
    "overview",
    "quick",
    "read",
]
