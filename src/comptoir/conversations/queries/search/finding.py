"""Conversations that match, the newest message first or the best first, within what the agent may see."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from psycopg.errors import QueryCanceled

from comptoir.conversations.models import Conversation, Message
from comptoir.conversations.queries.search import lexemes, narrowing, typos, walking
from comptoir.conversations.queries.search.asking import Asked, Problem
from comptoir.conversations.queries.search.custom import read
from comptoir.conversations.queries.search.excerpts import excerpt
from comptoir.conversations.queries.search.narrowing import Scope
from comptoir.conversations.queries.search.walking import Hit, Place, Walk
from comptoir.core.models import Agent

PAGE = 50
COUNTED_UP_TO = 1000
FEW = 2_000  # conversations that are looked into directly
SECONDS = 3
NEWEST, BEST = "newest", "best"
SHOWN = ("channel", "subject", "customer_name", "preview", "state", "last_message_at", "assignee__name")
# how much a find in the subject, a name and the text weighs (D, C, B, A)
_RANKED = """
SELECT message_id, ts_rank('{0.2, 0.2, 0.6, 1}', search, %s::tsquery, 1) FROM conversations_searchentry
WHERE message_id = ANY(%s)
"""


class TooSlow(Exception):
    """The search took longer than it may; nothing is known."""


@dataclass(frozen=True, slots=True)
class Match:
    """A conversation, and the part of its newest matching message that holds the words ("" without words)."""

    conversation: Conversation
    excerpt: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Results:
    """What a page shows. `instead` are the words that were looked for instead of those that nobody wrote, `whole` the
    whole text with them."""

    matches: list[Match] = field(default_factory=list)
    following: str = ""
    problems: list[Problem] = field(default_factory=list)
    stems: list[str] = field(default_factory=list)
    instead: str = ""
    whole: str = ""


@dataclass(slots=True)
class Overview:
    """How many conversations match (COUNTED_UP_TO + 1 means more), and how many in each state, inbox and tag."""

    total: int = 0
    states: Counter[str] = field(default_factory=Counter)
    inboxes: Counter[int] = field(default_factory=Counter)
    tags: Counter[int] = field(default_factory=Counter)


def find(
    agent: Agent, asked: Asked, *, sort: str = NEWEST, after: str = "", limit: int = PAGE, correct: bool = True
) -> Results:
    """A page of conversations. Raises TooSlow. With `correct`, words that nobody wrote are taken for what they resemble."""
    results = Results()
    with _limited():
        within = narrowing.scope(agent, asked)
        if asked.terms or asked.excluded or asked.narrows:
            _fill(results, asked, within, sort=sort, after=after, limit=limit)
        if correct and asked.terms and not results.matches and not after:
            better = typos.corrected(asked)
            if better is not None:
                again = Results()
                _fill(again, better, within, sort=sort, after="", limit=limit)
                if again.matches:  # only words that lead the agent somewhere are named
                    results, again.instead, again.whole = again, better.words, better.said
    results.problems = asked.problems
    return results


def quick(agent: Agent, asked: Asked, limit: int) -> list[Match]:
    """The newest few, for a box that is being typed in: no correction, no page."""
    results = Results()
    with _limited():
        _fill(results, asked, narrowing.scope(agent, asked), sort=NEWEST, after="", limit=limit)
    return results.matches


def overview(agent: Agent, asked: Asked) -> Overview:
    """The count and the facets, over the newest COUNTED_UP_TO conversations. Raises TooSlow."""
    with _limited():
        within = narrowing.scope(agent, asked)
        if asked.terms:
            query = lexemes.query(asked.terms)
            keys = [hit.conversation for hit in _newest(within, asked, query, None, COUNTED_UP_TO + 1)] if query else []
        else:
            keys = [row.pk for row in _listed(within, asked, None, COUNTED_UP_TO + 1)]
        found = Overview(total=len(keys))
        rows = Conversation.objects.filter(pk__in=keys[:COUNTED_UP_TO]).values_list("pk", "state", "inbox")
        for _, state, inbox in rows:
            found.states[state] += 1
            found.inboxes[inbox] += 1
        tagged = Conversation.tags.through.objects.filter(conversation__in=keys[:COUNTED_UP_TO])
        found.tags.update(tagged.values_list("tag", flat=True))
    return found


@contextmanager
def _limited() -> Iterator[None]:
    """A transaction whose statements may take SECONDS each, and that uses the index whatever it thinks of its size."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', 'off', true)",
                    [str(SECONDS * 1000)],
                )
            yield
            with connection.cursor() as cursor:  # a caller's transaction goes on as it was
                cursor.execute(
                    "SELECT set_config('statement_timeout', '0', true), set_config('enable_seqscan', 'on', true)"
                )
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _fill(results: Results, asked: Asked, within: Scope, *, sort: str, after: str, limit: int) -> None:
    results.stems = lexemes.spellings(asked.terms)
    if not asked.terms:
        rows = _listed(within, asked, _place(after), limit + 1)
        results.matches = [Match(row) for row in rows[:limit]]
        if len(rows) > limit:
            results.following = _written(rows[limit - 1].last_message_at, rows[limit - 1].pk)
        return
    query = lexemes.query(asked.terms)
    if not query:
        asked.problems.append(Problem("too_common", asked.words))
        return
    if sort == BEST:
        start = int(after) if after.isdigit() and len(after) < 6 else 0
        hits = _best(within, asked, query)[start:]
        results.following = str(start + limit) if len(hits) > limit else ""
    else:
        hits = _newest(within, asked, query, _place(after), limit + 1)
        results.following = (
            _written(hits[limit - 1].place.at, hits[limit - 1].place.message) if len(hits) > limit else ""
        )
    results.matches = _drawn(hits[:limit], results.stems)


def _newest(within: Scope, asked: Asked, query: str, below: Place | None, limit: int) -> list[Hit]:
    """The newest hit of each conversation that may be shown; none that has a newer one above `below`."""
    walk = Walk(query, within.shops, _earlier(below, within.until), within.since)
    found: dict[int, Hit] = {}
    seen: set[int] = set()
    few = list(within.conversations.order_by().values_list("pk", flat=True)[: FEW + 1]) if within.few else None
    lists = iter([walking.of_conversations(walk, few)]) if few is not None and len(few) <= FEW else walking.hits(walk)
    for hits in lists:
        fresh: dict[int, Hit] = {}
        for hit in hits:
            if hit.conversation not in seen:
                seen.add(hit.conversation)
                fresh[hit.conversation] = hit
        waiting, size = list(fresh), limit * 2
        while waiting and len(found) < limit:  # as many as are likely to do, then more and more
            part, waiting = waiting[:size], waiting[size:]
            size *= 4
            kept = _allowed(within, asked, part, below, walk)
            found |= {key: fresh[key] for key in part if key in kept}
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _allowed(within: Scope, asked: Asked, keys: list[int], below: Place | None, walk: Walk) -> set[int]:
    """Those of the conversations that may be seen, pass the filters, hold no excluded word, and were not shown before."""
    rows = within.conversations.filter(pk__in=keys, state__in=within.states)
    kept = set(rows.order_by().values_list("pk", flat=True))
    if asked.excluded and kept and (without := lexemes.any_of(asked.excluded)):
        kept -= {hit.conversation for hit in walking.of_conversations(Walk(without), list(kept))}
    if below is not None and kept:
        newer = Walk(walk.query, below=_earlier(None, within.until), since=below.at)
        hits = walking.of_conversations(newer, list(kept))
        kept -= {hit.conversation for hit in hits if hit.place >= below}
    return kept


def _best(within: Scope, asked: Asked, query: str) -> list[Hit]:
    """The newest COUNTED_UP_TO conversations, best first."""
    hits = _newest(within, asked, query, None, COUNTED_UP_TO)
    with connection.cursor() as cursor:
        cursor.execute(_RANKED, [query, [hit.place.message for hit in hits]])
        ranks = dict(cursor.fetchall())
    return sorted(hits, key=lambda hit: (-ranks.get(hit.place.message, 0), -hit.place.at.timestamp()))


def _listed(within: Scope, asked: Asked, below: Place | None, limit: int) -> list[Conversation]:
    """Without words: the conversations that the filters leave, newest first, state by state (so the index sorts)."""
    if not asked.narrows:
        if asked.excluded:
            asked.problems.append(Problem("only_excluded", ""))
        return []
    without = lexemes.any_of(asked.excluded)
    rows: list[Conversation] = []
    for state in within.states:
        part = within.by_state(state).select_related("assignee").order_by("-last_message_at", "-pk")
        if within.since:
            part = part.filter(last_message_at__gte=within.since)
        if within.until:
            part = part.filter(last_message_at__lt=within.until)
        if below:
            part = part.filter(last_message_at__lte=below.at).exclude(last_message_at=below.at, pk__gte=below.message)
        rows += part[: limit if not without else limit * 4]
    rows.sort(key=lambda row: (row.last_message_at, row.pk), reverse=True)
    if without and rows:
        found = {hit.conversation for hit in walking.of_conversations(Walk(without), [row.pk for row in rows])}
        rows = [row for row in rows if row.pk not in found]
    return rows[:limit]


def _drawn(hits: list[Hit], stems: list[str]) -> list[Match]:
    shown = Conversation.objects.select_related("assignee").only(*SHOWN)
    rows = shown.in_bulk([hit.conversation for hit in hits])
    texts = dict(Message.objects.filter(pk__in=[hit.place.message for hit in hits]).values_list("pk", "text"))
    return [
        Match(rows[hit.conversation], excerpt(texts.get(hit.place.message, ""), stems), hit.place.at)
        for hit in hits
        if hit.conversation in rows
    ]


def _earlier(place: Place | None, until: datetime | None) -> Place | None:
    bound = Place(until, 0) if until else None
    return min(place, bound) if place and bound else place or bound


def _place(text: str) -> Place | None:
    """From "1732…-42" (microseconds and a key); None for what is none."""
    at, _, key = text.partition("-")
    if not (at.isdigit() and key.isdigit() and len(at) < 18 and len(key) < 19):
        return None
    return Place(datetime.fromtimestamp(int(at) / 1_000_000, UTC), int(key))


def _written(at: datetime, key: int) -> str:
    return f"{round(at.timestamp() * 1_000_000)}-{key}"


def matching(conversations: QuerySet[Conversation], text: str, *, limit: int = 10) -> list[Match]:
    """The newest few of given conversations that hold what is being typed; filters are words there."""
    asked = read(text, typing=True)
    results = Results()
    with _limited():
        _fill(results, replace(asked, narrows=[]), Scope(conversations, None), sort=NEWEST, after="", limit=limit)
    return results.matches
