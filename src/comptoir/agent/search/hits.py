"""What the command bar shows: lines in groups, each with what Enter will do, in words."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from comptoir.customers.queries import spellings


@dataclass(frozen=True, slots=True)
class Peek:
    """The right side of a line: a title, pairs of words, a sentence."""

    title: Any = ""
    rows: list[tuple[Any, Any]] = field(default_factory=list)
    text: Any = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line. It leads to `url`, or does something: `values` are posted to `post`."""

    icon: str
    title: Any
    small: Any = ""
    url: str = ""
    post: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    keys: str = ""
    peek: Peek | None = None
    picture: str = ""

    @property
    def payload(self) -> str:
        """The values for hx-vals."""
        return json.dumps(self.values)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a title."""

    title: Any
    hits: list[Hit]


def emphasised(text: Any, words: list[str]) -> SafeString:
    """The text, escaped, with what was typed in `em`, accents aside."""
    plain = str(text)
    parts = [spellings(word) for word in sorted(words, key=len, reverse=True) if len(word) > 1]
    if not parts:
        return escape(plain)
    out, last = [], 0
    for found in re.finditer("|".join(parts), plain, re.IGNORECASE):
        out += [escape(plain[last : found.start()]), f"<em>{escape(found.group())}</em>"]
        last = found.end()
    return mark_safe("".join([*out, escape(plain[last:])]))  # noqa: S308  # every part is escaped
