"""What a process asks the database again and again and that seldom changes: asked once in a few seconds."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from django.conf import settings
from django.db import transaction

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """A value that is read when asked for and kept for settings.REMEMBER_SECONDS; other processes hear of a change then."""

    def __init__(self, read: Callable[[], Value]) -> None:
        self._read = read
        self._held: tuple[float, Value] | None = None

    def __call__(self) -> Value:
        """The value, at most so many seconds old."""
        if self._held is None or monotonic() >= self._held[0]:
            self._held = (monotonic() + settings.REMEMBER_SECONDS, self._read())
        return self._held[1]

    def forget(self) -> None:
        """Read anew at the next question."""
        self._held = None

    def changed(self) -> None:
        """It changes with this transaction: read anew now and once more after the commit."""
        self.forget()
        transaction.on_commit(self.forget)
