"""Which conversation a mail belongs to, as far as its own headers tell: the rule without the database.

A Message-ID of ours reads `uuid.conversation.signature@domain`: whoever quotes it proves that they hold a mail of that
thread. It chooses a thread, never a person. Without such a token the mails that are named in References and In-Reply-To
decide, the one that came last first.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from comptoir.ports.channel import IncomingMessage

MAX_LOOKED_UP = 100  # identifiers of one mail that are looked up
MAX_REMEMBERED = 100_000  # Message-IDs that a Links holds; the oldest are forgotten first

OURS = re.compile(r"<?([0-9a-f]{32})\.([0-9]{1,18})\.([0-9]{1,6}[a-z2-7]{16})@[^<>\s]{1,253}>?")

Proof = Callable[[str, str], bool]  # (signature, conversation) -> whether we signed it


def references(incoming: IncomingMessage) -> list[str]:
    """The Message-IDs by which a mail names earlier ones, the nearest last."""
    return [*incoming.references, *incoming.in_reply_to]


class Token(NamedTuple):
    """What a Message-ID of ours says: the message it was made for, its conversation, and our signature, unproved."""

    name: str
    message: str
    conversation: str
    signature: str


def tokens(names: Iterable[str]) -> list[Token]:
    """The Message-IDs of ours among these, the nearest first."""
    found = (OURS.fullmatch(name.strip()) for name in reversed(list(names)))
    return [Token(match[0].strip("<>"), *match.groups()) for match in found if match]


def looked_up(names: Iterable[str]) -> list[str]:
    """The identifiers that are looked up, each without white space."""
    return [name.strip() for name in names if name.strip()][:MAX_LOOKED_UP]


@dataclass(frozen=True, slots=True)
class Link:
    """The thread of a mail, and by what: "token", "reference" (`name` says which), or "new"."""

    thread: str
    by: str
    name: str = ""


@dataclass(slots=True)
class Links:
    """The threads of the mails that were given so far, in bounded memory.

    `proves` says whether a signature of ours is genuine; without it no token is believed.
    """

    proves: Proof | None = None
    _thread: OrderedDict[str, tuple[int, str]] = field(default_factory=OrderedDict)
    _count: int = 0

    def place(self, incoming: IncomingMessage, fallback: str) -> Link:
        """The thread of the next mail; `fallback` names a new one if the mail has no Message-ID."""
        self._count += 1
        names = references(incoming)
        link = self._by_token(names) or self._by_reference(names)
        if link is None:
            link = Link(incoming.external_id or fallback, "new")
        if incoming.external_id:
            self._remember(incoming.external_id, link.thread)
        return link

    def _by_token(self, names: list[str]) -> Link | None:
        for token in tokens(names):
            if self.proves is not None and self.proves(token.signature, token.conversation):
                return Link(f"conversation:{token.conversation}", "token", token.conversation)
        return None

    def _by_reference(self, names: list[str]) -> Link | None:
        known = [(*self._thread[name], name) for name in looked_up(names) if name in self._thread]
        if not known:
            return None
        _, thread, name = max(known)
        return Link(thread, "reference", name)

    def _remember(self, name: str, thread: str) -> None:
        self._thread.setdefault(name, (self._count, thread))
        if len(self._thread) > MAX_REMEMBERED:
            self._thread.popitem(last=False)
