"""The suite's PostgreSQL: one embedded server in var/test, shared by all runs that are under way, stopped by the last."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

import psycopg

from comptoir.config.postgres import server
from comptoir.config.postgres.cluster import Cluster

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "test"
KEPT_TEMPLATES = 4


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


def template(server: SharedServer) -> str:
    """A database with all migrations applied, kept for the next runs: tests' databases are copies of it.

    Its name holds a hash of every migration, so that a new one makes a new template.
    """
    name = f"template_{migrations_hash()}"
    with _exclusive(HOME / "template.lock"), psycopg.connect(server.url, autocommit=True) as connection:
        known = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_'")]
        if name in known:
            return name
        for old in known[KEPT_TEMPLATES:]:
            connection.execute(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)")
        partial = f"making_{name}"
        connection.execute(f"DROP DATABASE IF EXISTS {partial} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {partial}")
        subprocess.run(
            [sys.executable, "-m", "comptoir", "manage", "migrate", "--verbosity", "0"],
            env=os.environ
            | {"DATABASE_URL": server.url.replace("/comptoir?", f"/{partial}?"), "PYTHONPATH": str(ROOT / "src")},
            check=True,
        )
        connection.execute(f"ALTER DATABASE {partial} RENAME TO {name}")
    return name


def migrated_cluster(cluster: Cluster, migrate: Callable[[], None]) -> None:
    """Start a new cluster whose database `comptoir` has all migrations: a copy of one that is kept for the next runs.

    `migrate` brings the running cluster's database to this release, the first time.
    """
    HOME.mkdir(parents=True, exist_ok=True)
    kept = HOME / f"cluster_{migrations_hash()}"
    with _exclusive(HOME / "cluster.lock"):
        if not kept.exists():
            for old in HOME.glob("cluster_*"):
                shutil.rmtree(old)
            cluster.start()
            server.ensure_database(cluster, "comptoir")
            migrate()
            cluster.stop()
            partial = HOME / "cluster.partial"
            shutil.rmtree(partial, ignore_errors=True)
            _copied(cluster.data, partial)
            partial.rename(kept)
        else:
            cluster.root.mkdir(parents=True)
            _copied(kept, cluster.data)
    cluster.start()


def _copied(source: Path, target: Path) -> None:
    """A copy with the same owner, who need not be us."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def migrations_hash() -> str:
    """A hash of our migrations and of the releases that bring others."""
    found = hashlib.sha256(f"{version('django')} {version('procrastinate')}".encode())
    for path in sorted((ROOT / "src").rglob("migrations/*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
