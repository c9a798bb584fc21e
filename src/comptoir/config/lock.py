"""One supervisor a home: a lock that the kernel drops when its holder dies, so it is never stale."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another supervisor holds the lock; the text says where."""


class HomeLock:
    """Held as long as this process lives; the file says who holds it and where people reach it."""

    def __init__(self, home: Path) -> None:
        self.path = home / "run.lock"
        self._file: IO[str] | None = None

    def take(self, url: str) -> None:
        """Take the lock, or raise AlreadyRunning."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        file = os.fdopen(descriptor, "r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with file:
                raise AlreadyRunning(_told(file.read(), self.path)) from None
        self._file = file
        self.tell(url)

    def tell(self, url: str) -> None:
        """Write where people reach the holder."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps({"process": os.getpid(), "url": url}))
            self._file.flush()

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _told(text: str, path: Path) -> str:
    try:
        holder = json.loads(text)
        return (
            f"Comptoir runs already: {holder['url']} (process {holder['process']}). "
            f"To stop it: Ctrl-C where it was started, or kill {holder['process']}."
        )
    except (ValueError, KeyError, TypeError):
        return f"Comptoir is being started by another process, which holds {path}."
