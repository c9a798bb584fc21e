"""What the command bar shows: lines in groups, each with what Enter will do, in words."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Peek:
    """The right side of a line: a title, pairs of words, a sentence."""

    title: Any = ""
    rows: list[tuple[Any, Any]] = field(default_factory=list)
    text: Any = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line. It leads to `url`, or does something: `values` are posted to `post`, or `fill` goes into the box."""

    icon: str
    title: Any
    small: Any = ""
    url: str = ""
    post: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    keys: str = ""
    peek: Peek | None = None
    picture: str = ""
    fill: str = ""

    @property
    def payload(self) -> str:
        """The values for hx-vals."""
        return json.dumps(self.values)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a title."""

    title: Any
    hits: list[Hit]
