"""The line of a command that says how far it is: rewritten on a terminal, one every few seconds elsewhere."""

import sys
import time
from collections.abc import Callable

OFTEN, SELDOM = 0.2, 5.0  # seconds between two lines: on a terminal, elsewhere


class Line:
    """`show` is called at every step; what it would say is asked for only when it is time to say it."""

    def __init__(self) -> None:
        self.live = sys.stdout.isatty()
        self.started = self._shown_at = time.monotonic()
        self._open = False

    @property
    def seconds(self) -> float:
        """Since the beginning, never nothing, so that a rate can be made of it."""
        return max(0.1, time.monotonic() - self.started)

    def show(self, text: Callable[[], str]) -> None:
        """Show a step, if the last one was shown long enough ago."""
        now = time.monotonic()
        if now - self._shown_at < (OFTEN if self.live else SELDOM):
            return
        self._shown_at = now
        sys.stdout.write(f"\r{text()}\033[K" if self.live else f"{text()}\n")
        sys.stdout.flush()
        self._open = self.live

    def close(self) -> None:
        """Leave the line."""
        if self._open:
            sys.stdout.write("\n")
            self._open = False
