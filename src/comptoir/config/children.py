"""The supervisor's children: started in sessions of their own, started again when they die, ended with their groups."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comptoir.config.parenthood import VARIABLE

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # seconds of life after which a crash counts as the first again


@dataclass(slots=True)
class Child:
    """One process that should always run."""

    name: str
    arguments: Sequence[str]
    files: tuple[int, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    crashes: int = 0
    due: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start it; Ctrl-C does not reach it, since it has a session of its own."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comptoir.config.cli", *self.arguments],
            pass_fds=self.files,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            env=os.environ | self.environment | {VARIABLE: str(os.getpid())},
        )

    def watch(self, say: Callable[[str], None]) -> None:
        """Start it again when it died, after a pause that doubles with each crash."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        if now - self.started > STEADY_AFTER:
            self.crashes = 0
        pause = min(LONGEST_PAUSE, 0.25 * 2**self.crashes)
        self.crashes += 1
        self.process, self.due = None, now + pause
        say(f"{self.name} ended unexpectedly ({_ending(code)}); starting it again in {pause:.1f} s.")

    def signal(self, number: int) -> None:
        """Send a signal to the whole group, if it lives."""
        if self.process is not None and self.process.poll() is None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


def end(children: Sequence[Child], seconds: float) -> None:
    """SIGTERM to all, and after `seconds` SIGKILL to those that are left."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    alive = [child.process for child in children if child.process is not None]
    while any(process.poll() is None for process in alive) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.signal(signal.SIGKILL)
    for process in alive:
        process.wait()


def _ending(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
