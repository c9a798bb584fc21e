"""Which macros to offer first: by what was typed, else by the conversation's topic, its words and what was used before.

No model: a score of four parts (see `_score`), measured in tests/automation/test_ranking.py.
"""

import math
import re
from collections import Counter
from datetime import timedelta

from django.utils import timezone

from comptoir.automation.models import Application, Macro
from comptoir.automation.queries.choosing import language_of, usable
from comptoir.conversations.models import Conversation, MessageKind
from comptoir.conversations.queries.topics import tree
from comptoir.core.models import Agent
from comptoir.lib.html import to_text
from comptoir.lib.text import unaccent

OFFERED = 12
READ = 400  # macros that are looked at
LEARNED_FROM = 200  # newest answers about the same topic
_WORD = re.compile(r"[^\W\d_]{3,}")
STEM = 5
_COMMON = frozenset(
    """avec bonjour cette dans des les leur mais merci nous pour que qui sont sur une votre vous vos mon mes est pas plus
    the and for you your our with have has that this from are not hello thanks und der die das ist ich sie mit von eine
    los las por para que con una del""".split()
)


def offered(conversation: Conversation, agent: Agent, typed: str = "", *, limit: int = OFFERED) -> list[Macro]:
    """The macros to show, best first; with a text, those that it finds."""
    rows = list(usable(agent, conversation).order_by("-used", "pk")[:READ])
    if typed.strip():
        found = [(place, row) for row in rows if (place := _found(row, unaccent(typed))) is not None]
        return [row for _, row in sorted(found, key=lambda pair: (pair[0], -pair[1].used))][:limit]
    words = _words(_asked(conversation))
    texts = {row.pk: Counter(_words(f"{row.name} {row.name} {row.folder} {to_text(row.html)}")) for row in rows}
    spread = Counter(word for text in texts.values() for word in text)
    learned = _learned(conversation)
    language = language_of(conversation)
    scores = {row.pk: _score(row, texts[row.pk], words, spread, len(rows)) for row in rows}
    node = tree().get(conversation.topic)
    about = set(node.branch) if node else {conversation.topic} - {""}
    for row in rows:
        spoken = {row.language, *(text.language for text in row.translations.all())}
        topical = not about.isdisjoint(row.topics)  # a macro for a topic serves those below it
        scores[row.pk] += (
            4 * topical
            + 1 * (conversation.topic in row.topics)
            + 2 * math.log1p(learned[row.pk])
            - 2 * (language not in spoken)
        )
    return sorted(rows, key=lambda row: (-scores[row.pk], row.name))[:limit]


def _found(row: Macro, typed: str) -> int | None:
    """How well a macro fits what was typed, 0 is best; None when it does not."""
    name = unaccent(row.name)
    if row.shortcut and unaccent(row.shortcut).startswith(typed):
        return 0
    if name.startswith(typed):
        return 1
    wanted = typed.split()
    parts = re.split(r"[\W_]+", f"{name} {unaccent(row.shortcut)} {unaccent(row.folder)}")
    if all(any(part.startswith(word) for part in parts) for word in wanted):
        return 2
    text = unaccent(to_text(row.html)) if len(typed) > 2 else ""
    return 3 if text and all(word in text for word in wanted) else None


def _asked(conversation: Conversation) -> str:
    last = (
        conversation.messages.filter(kind=MessageKind.CUSTOMER).order_by("-pk").values_list("text", flat=True).first()
    )
    return f"{conversation.subject} {(last or '')[:3000]}"


def _words(text: str) -> list[str]:
    """The words of a text that say something, shortened so that « livraison » and « livrée » meet."""
    return [word[:STEM] for word in _WORD.findall(unaccent(text)) if word not in _COMMON]


def _score(row: Macro, text: Counter[str], words: list[str], spread: Counter[str], count: int) -> float:
    """Shared words by how rare they are among macros, for the length of the text; and how often the macro is used."""
    shared = sum(math.log(1 + count / spread[word]) * min(text[word], 2) for word in set(words) if text[word])
    return shared / math.sqrt(4 + len(text)) * 3 + 0.15 * math.log1p(row.used)


def _learned(conversation: Conversation) -> Counter[int]:
    """How often each macro answered the same topic lately."""
    if not conversation.topic:
        return Counter()
    since = timezone.now() - timedelta(days=180)
    rows = Application.objects.filter(
        message__conversation__topic=conversation.topic,
        message__conversation__shop=conversation.shop_id,
        applied_at__gte=since,
    )
    return Counter(key for keys in rows.order_by("-pk").values_list("macros", flat=True)[:LEARNED_FROM] for key in keys)
