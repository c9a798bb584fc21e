"""A language model that writes proposals: a text goes in, a text comes out. It has no tools and starts nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked: `task` in our words, `text` as data. `longest` caps the answer, in tokens."""

    task: str
    text: str = field(repr=False)
    longest: int = 1_000


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote, and what it counted. `cut` says that it stopped at `longest` and not at its end."""

    text: str = field(repr=False)
    tokens_in: int = 0
    tokens_out: int = 0
    cut: bool = False


class LanguageModel(Protocol):
    """What an adapter for a language model provides. `settings` holds base_url, model and key, already decrypted;
    `allow` names the private hosts that may be called all the same."""

    def __init__(self, settings: Mapping[str, str], *, allow: Collection[str] = ()) -> None: ...

    def complete(self, prompt: Prompt) -> Completion:
        """Ask once and wait; raise PortError, whose `code` is one of: address, forbidden, refused, busy, slow, network,
        unreadable, empty, too_large, server."""


class FakeModel:
    """A model in memory for tests: it gives `answer`, or raises `error`; `asked` holds what it was asked."""

    answer = "D’accord."
    error: Exception | None = None
    asked: list[Prompt] = []

    def __init__(self, settings: Mapping[str, str], *, allow: Collection[str] = ()) -> None:
        self.settings = settings

    def complete(self, prompt: Prompt) -> Completion:
        """Remember the prompt, and answer."""
        type(self).asked.append(prompt)
        if self.error is not None:
            raise self.error
        return Completion(self.answer, tokens_in=len(prompt.text) // 4, tokens_out=len(self.answer) // 4)
