"""Finding conversations by what was written: the newest matches first, within what the caller lets through."""

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.db.models.functions import Upper

from comptoir.conversations.models import Conversation, Message
from comptoir.customers.queries import spellings

CANDIDATES = 50
RECENT = 20_000  # messages that are looked at one by one
SCANNED = 2_000  # older matches of which the newest are taken
EXCERPT = 120
WORDS_LIMIT = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """A conversation, and the part of a message that holds the words ("" when the subject does)."""

    conversation: Conversation
    excerpt: str = ""


def words(text: str) -> list[str]:
    """The words that are looked for."""
    return _WORD.findall(text)[:WORDS_LIMIT]


def raw_query(text: str) -> str:
    """The text for to_tsquery: every word, the last one as the beginning of a word while it is being typed."""
    found = words(text)
    if not found:
        return ""
    last = found[-1] if text[-1:].isspace() else f"{found[-1]}:*"
    return " & ".join([*found[:-1], last])


def matching(conversations: QuerySet[Conversation], text: str, *, limit: int = 10) -> list[Match]:
    """Conversations whose subject or messages hold every word: first by subject, then by the newest message."""
    query = raw_query(text)
    if not query:
        return []
    by_subject = [Match(row) for row in _by_subject(conversations, text, limit)]
    found = {match.conversation.pk: match for match in by_subject}
    if len(found) < limit:
        for match in _by_message(conversations, query, text):
            found.setdefault(match.conversation.pk, match)
    return list(found.values())[:limit]


def _by_subject(conversations: QuerySet[Conversation], text: str, limit: int) -> QuerySet[Conversation]:
    rows = conversations.alias(heading=Upper("subject"))
    for word in words(text):
        rows = rows.filter(heading__regex=spellings(word))
    return rows.select_related("assignee").order_by("-last_message_at", "-pk")[:limit]


def _by_message(conversations: QuerySet[Conversation], query: str, text: str) -> list[Match]:
    """The newest messages that match, one a conversation."""
    rows = Message.objects.filter(pk__in=_newest(conversations, query)).order_by("-pk")
    matches: dict[int, Match] = {}
    for message in rows.select_related("conversation__assignee").defer("html", "full_text"):
        if message.conversation_id not in matches:
            matches[message.conversation_id] = Match(message.conversation, excerpt(message.text, words(text)))
    return list(matches.values())


def _newest(conversations: QuerySet[Conversation], query: str) -> list[int]:
    """Keys of the newest matches. Common words are met among the latest messages, rare ones through the index.

    Asked in one go, the planner reads the whole table backwards for a word that nobody wrote (measured).
    """
    messages = Message.objects.filter(entry__search=SearchQuery(query, config="comptoir", search_type="raw"))
    if conversations.query.where:
        messages = messages.filter(conversation__in=conversations.order_by().values("pk"))
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    latest = messages.filter(pk__gt=newest - RECENT).order_by("-pk").values_list("pk", flat=True)
    found = list(latest[:CANDIDATES])
    if len(found) < CANDIDATES:
        rest = messages.filter(pk__lte=newest - RECENT).order_by().values_list("pk", flat=True)
        found += sorted(rest[:SCANNED], reverse=True)[: CANDIDATES - len(found)]
    return found


def excerpt(text: str, looked_for: list[str]) -> str:
    """The part of the text around the first word that is found, on one line."""
    line = " ".join(text[:100_000].split())
    at = -1
    for word in looked_for:
        found = re.search(spellings(word), line, re.IGNORECASE)
        if found:
            at = found.start()
            break
    if at < 0:
        return line[:EXCERPT]
    start = max(0, at - EXCERPT // 3)
    start = line.rfind(" ", 0, start) + 1 if start else 0
    part = line[start : start + EXCERPT]
    return f"{'…' if start else ''}{part}{'…' if start + EXCERPT < len(line) else ''}"
