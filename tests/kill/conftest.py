"""A Comptoir of real processes with a database of its own; or with a server of its own, so that this can be killed too."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from comptoir.config.postgres.cluster import Cluster
from tests.database import migrated_cluster
from tests.processes import Process

ROOT = Path(__file__).resolve().parents[2]


class House:
    """Processes on one database. `query` asks the database; `until` waits for a truth, with a limit."""

    def __init__(self, home: Path, url: str, cluster: Cluster | None = None) -> None:
        self.home = home
        self.url = url
        self._cluster = cluster
        self.processes: list[Process] = []
        self.errors = (home / "errors.log").open("a")

    @property
    def cluster(self) -> Cluster:
        """The server, where it is this house's own."""
        assert self._cluster is not None
        return self._cluster

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.url,
            "COMPTOIR_HOME": str(self.home),
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "comptoir.config.settings",
            "COMPTOIR_URL": "http://127.0.0.1:8000",
        }

    def start(self, *words: str, **variables: str) -> Process:
        """Start `python -m ...` with the house's environment."""
        environment = self.environment | variables
        process = Process(*words, environment=environment, read=True, errors=self.errors, session=True)
        self.processes.append(process)
        return process

    def comptoir(self, *words: str, **variables: str) -> Process:
        """Start a command of the product."""
        return self.start("comptoir.config.cli", *words, **variables)

    def close(self) -> None:
        """Kill what still runs."""
        for process in self.processes:
            process.close()
        self.errors.close()

    def kill(self, process: Process) -> None:
        """SIGKILL: no handler runs."""
        process.kill()
        process.wait()

    def a_minute_passes(self) -> None:
        """For the workers that were killed: nobody has heard of them for long enough."""
        self.query("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")

    def kill_database(self) -> None:
        """SIGKILL the server and all its backends."""
        pid = int((self.cluster.data / "postmaster.pid").read_text().split("\n")[0])
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
        for process in [pid, *map(int, children.stdout.split())]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def query(self, text: str, *values: Any) -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(text, values or None)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def until(self, truth: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until it is true; fails after so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(psycopg.Error):
                if truth():
                    return
            time.sleep(0.05)
        raise AssertionError(f"not true after {seconds} s; {self.state()}; {self.log()[-1500:]}")

    def log(self) -> str:
        """What the processes wrote on their error streams."""
        return (self.home / "errors.log").read_text()

    def state(self) -> str:
        """Jobs, workers and raw mails, for a failed test."""
        return str(
            self.query(
                "SELECT json_build_object('jobs', (SELECT json_agg(j) FROM (SELECT task_name, status, worker_id, attempts"
                " FROM procrastinate_jobs LIMIT 10) j), 'workers', (SELECT json_agg(w) FROM procrastinate_workers w), 'raw',"
                " (SELECT json_agg(r) FROM (SELECT state, count(*) FROM conversations_rawmessage GROUP BY 1) r),"
                " 'alive', (SELECT json_agg(p) FROM (SELECT pid, state, wait_event, left(query, 80) AS query FROM"
                " pg_stat_activity WHERE datname = current_database()) p))"
            )
        ) + str([process.poll() for process in self.processes])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty, migrated house on the suite's server."""
    name, shared, template = f"house_{os.getpid()}_{time.monotonic_ns()}", os.environ["DATABASE_URL"], "template0"
    template = os.environ.get("COMPTOIR_TEST_TEMPLATE") or template
    with psycopg.connect(shared, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    built = House(tmp_path, urlunsplit(urlsplit(shared)._replace(path=f"/{name}")))
    try:
        if template == "template0":
            migrate(built)
        yield built
    finally:
        built.close()
        with psycopg.connect(shared, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """An empty, migrated house with a server of its own, which may be killed."""
    # Not under pytest's own folder: the server's account must reach it, and a socket's path is short.
    root = Path("/tmp") / f"comptoir-kill-{os.getpid()}-{time.monotonic_ns() % 10**6}"
    root.mkdir(mode=0o755)
    cluster = Cluster(root / "pg", root / "s")
    built = House(tmp_path, f"postgresql://comptoir@/comptoir?host={cluster.sockets}", cluster)
    try:
        migrated_cluster(cluster, lambda: migrate(built))
        yield built
    finally:
        built.close()
        cluster.stop()
        subprocess.run(["rm", "-rf", str(root)], check=True)


def migrate(house: House) -> None:
    """Bring an empty database to this release."""
    process = house.comptoir("migrate")
    process.communicate(timeout=120)
    assert process.returncode == 0, house.log()
