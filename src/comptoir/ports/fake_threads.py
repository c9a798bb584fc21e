"""Messages of customers on the fake platform: a test writes as the customer or as the back office, and looks at answers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from comptoir.ports.errors import PortError
from comptoir.ports.shop import ThreadMessage, ThreadPage

LONGEST = 50_000


@dataclass
class FakeThreads:
    """What stands in the threads of one platform. `loses_answers` of the next answers are written and then time out."""

    messages: list[ThreadMessage] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    page_size: int = 25
    loses_answers: int = 0

    def write(self, thread: str, text: str, **more: Any) -> str:
        """A message of the customer, or what `more` says; its key."""
        name = str(len(self.messages) + 1)
        values = {"email": "camille@example.org", "written_at": datetime.now(UTC), **more}
        cut = (
            {"problem": "Ce message est très long\u202f: la suite est dans la boutique."} if len(text) > LONGEST else {}
        )
        self.messages.append(ThreadMessage(name, thread, text=text[:LONGEST], **{**values, **cut}))
        return name

    def answers(self, thread: str) -> list[ThreadMessage]:
        """What the team wrote in a thread."""
        return [each for each in self.messages if each.thread_id == thread and not each.by_customer]


class ThreadsOfFake:
    """The part of the adapter about messages; `threads` is what stands there, `ask` lets go wrong what is set to."""

    threads: FakeThreads
    ask: Callable[[], None]

    def messages(self, after: str = "") -> ThreadPage:
        """A page, in the order in which they were written."""
        self.ask()
        start = int(after or 0)
        taken = self.threads.messages[start : start + self.threads.page_size]
        told = tuple(replace(each, closed=each.thread_id in self.threads.closed) for each in taken)
        end = start + len(told)
        return ThreadPage(told, str(end), end < len(self.threads.messages))

    def answer(self, thread_id: str, text: str, key: str) -> str:
        """Write it, or write it and lose the line, as set."""
        self.ask()
        if not any(each.thread_id == thread_id for each in self.threads.messages):
            raise PortError("La discussion n’existe pas dans la boutique.", permanent=True, code="not_found")
        name = self.threads.write(thread_id, text, by_customer=False, author="Comptoir", key=key)
        if self.threads.loses_answers:
            self.threads.loses_answers -= 1
            raise PortError("La boutique n’a pas répondu à temps.", unknown=True, code="timeout")
        return name

    def answered(self, thread_id: str, text: str, key: str, since: datetime) -> str:
        """By our key."""
        self.ask()
        return next((each.external_id for each in self.threads.answers(thread_id) if each.key == key), "")

    def settle(self, thread_id: str, closed: bool) -> None:
        """Remember how it stands."""
        self.ask()
        (self.threads.closed.add if closed else self.threads.closed.discard)(thread_id)
