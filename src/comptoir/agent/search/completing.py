"""What the last word of the box may become: a filter's name, then its values."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from comptoir.conversations.queries.search import custom
from comptoir.conversations.queries.search.asking import KNOWN, NAMES
from comptoir.conversations.queries.search.narrowing import offered
from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers.queries import matching
from comptoir.lib.text import unaccent

SHOWN = 6
_LAST = re.compile(r'(?s)(?P<head>.*(?:^|(?<=\s)))(?P<minus>-?)(?:(?P<name>[^\W\d_]+):)?(?P<begun>"[^"]*|[^\s"]*)$')


@dataclass(frozen=True, slots=True)
class Completion:
    """The whole text with its last word completed, and what it adds."""

    text: str
    added: str


def completions(agent: Agent, text: str) -> list[Completion]:
    """At most SHOWN, none when the last word is no filter and no beginning of one."""
    found = _LAST.match(text)
    if found is None:
        return []
    begun = found["begun"].strip('"')
    head = f"{found['head']}{found['minus']}"
    if found["name"]:
        key = KNOWN.get(unaccent(found["name"]))
        known = _values(agent, key, begun) if key else _of_field(found["name"], begun)
        added = [f"{found['name']}:{_written(value)}" for value in known]
    else:
        added = _names(begun)
    return [Completion(f"{head}{one}", one) for one in added if one != f"{found['name']}:{begun}"][:SHOWN]


def _of_field(name: str, begun: str) -> list[str]:
    return [value for value in custom.offered(name) if unaccent(value).startswith(unaccent(begun))]


def own_name(key: str) -> str:
    """A filter's name in the reader's language."""
    return NAMES[key][0 if (translation.get_language() or "fr").startswith("fr") else 1]


def narrowed(text: str, key: str, value: str) -> str:
    """The text with one more filter."""
    return f"{text} {own_name(key)}:{_written(value)}".strip()


def _names(begun: str) -> list[str]:
    plain = unaccent(begun)
    if len(plain) < 2:
        return []
    mine = [own_name(key) for key in NAMES]
    others = [name for names in NAMES.values() for name in names if name not in mine]
    by_plain = {unaccent(name): name for name in (*sorted(custom.keys()), *reversed(others), *reversed(mine))}
    return [f"{by_plain[one]}:" for one in reversed(by_plain) if one.startswith(plain)]


def _values(agent: Agent, key: str, begun: str) -> list[str]:
    if key != "from":
        return list(offered(agent, key, begun))
    if len(begun) < 2:
        return []
    people: Any = matching(access.customers(agent).filter(erased_at=None), begun)
    return [person.name for person in people.order_by("-pk")[:SHOWN] if person.name]


def _written(value: str) -> str:
    return f'"{value}"' if " " in value else value
