"""The suite's PostgreSQL: one embedded server in var/test, shared by all runs that are under way, stopped by the last."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from comptoir.config.postgres import server
from comptoir.config.postgres.cluster import Cluster

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "test"


class SharedServer:
    """A server that is started by whoever comes first; `url` reaches its database `comptoir`."""

    def __init__(self) -> None:
        HOME.mkdir(parents=True, exist_ok=True)
        sockets = HOME / "run"
        if len(os.fsencode(str(sockets))) > 80:
            key = hashlib.sha256(str(HOME).encode()).hexdigest()[:8]
            sockets = Path(tempfile.gettempdir()) / f"comptoir-test-{os.geteuid()}-{key}"
        self.cluster = Cluster(HOME / "postgres", sockets, durable=False, connections=200)
        self._user: IO[str] | None = None

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return f"postgresql://comptoir@/comptoir?host={self.cluster.sockets}"

    def start(self) -> None:
        """Start the server, or join those who use it."""
        with _exclusive(HOME / "start.lock"):
            self._user = (HOME / "users.lock").open("w")
            fcntl.flock(self._user, fcntl.LOCK_SH)
            self.cluster.start()
            server.ensure_database(self.cluster, "comptoir")

    def stop(self) -> None:
        """Stop the server when nobody else uses it."""
        if self._user is None:
            return
        with _exclusive(HOME / "start.lock"):
            self._user.close()
            self._user = None
            with (HOME / "users.lock").open("w") as alone:
                try:
                    fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                self.cluster.stop()


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
