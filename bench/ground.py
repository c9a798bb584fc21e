"""Where measurements stand: an embedded PostgreSQL of their own, durable, and generated data sets kept as templates."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import processes
from comptoir.config.database import EMBEDDED_USER
from comptoir.config.postgres import server
from comptoir.config.postgres.cluster import Cluster
from comptoir.config.sockets import bind

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "bench"
KEYS = json.dumps(
    {use: {"1": f"{use}-key-of-the-bench-which-is-long-enough"} for use in ("signing", "encryption", "digest")}
)
FULL, QUICK, MILLION = 200_000, 20_000, 1_000_000


class Failed(Exception):
    """A measurement cannot be made; the text says why."""


@dataclass(slots=True)
class Web:
    """A web process that answers."""

    port: int
    pid: int


class Ground:
    """The database server, its data sets, and processes that work on them."""

    def __init__(self, *, quick: bool, million: bool = False) -> None:
        self.quick = quick
        self.conversations = MILLION if million else QUICK if quick else FULL
        self.home = HOME / "home"
        self.log = HOME / "bench.log"
        HOME.mkdir(parents=True, exist_ok=True)
        self.cluster = Cluster(HOME / "postgres", HOME / "run", connections=200, buffers="512MB")

    def start(self) -> None:
        """Start the server and make the data set when its generator or the product's tables have changed."""
        self.log.unlink(missing_ok=True)
        self.cluster.start()
        server.ensure_database(self.cluster, "comptoir")
        self.template = f"bench_{self.conversations}_{self._digest()}"
        if not self._exists(self.template):
            self._generate()
        else:
            self.inside("prepare", self.template)

    def stop(self) -> None:
        """Stop the server."""
        self.cluster.stop()

    @property
    def postmaster(self) -> int:
        """PostgreSQL's first process."""
        return int((self.cluster.data / "postmaster.pid").read_text().split("\n")[0])

    def url(self, database: str) -> str:
        """The address for DATABASE_URL."""
        return f"postgresql://{EMBEDDED_USER}@/{database}?host={self.cluster.sockets}"

    def connect(self, database: str) -> "psycopg.Connection[Any]":
        """A plain connection that commits each statement."""
        return psycopg.connect(self.url(database), autocommit=True)

    def environment(self, database: str, **more: str) -> dict[str, str]:
        """The environment of a process of the product on that database."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTOIR_")}
        return kept | {
            "DATABASE_URL": self.url(database),
            "COMPTOIR_HOME": str(self.home),
            "COMPTOIR_KEYS": KEYS,
            "DJANGO_SETTINGS_MODULE": "comptoir.config.settings",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
            **more,
        }

    @contextmanager
    def database(self) -> Iterator[str]:
        """A copy of the data set, dropped afterwards."""
        name = f"bench_copy_{self.conversations}_{os.getpid()}"
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY")
        with self.connect(name) as connection:
            connection.execute("CHECKPOINT")
        try:
            yield name
        finally:
            with self.connect("postgres") as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextmanager
    def web(
        self, database: str, module: str = "comptoir.config.cli", python: Path | str = sys.executable, **more: str
    ) -> Iterator[Web]:
        """`comptoir web` on that database, or another module that is started in the same way."""
        listener = bind("127.0.0.1", 0)
        port = listener.getsockname()[1]
        words = [str(python), "-m", module, "web", "--fd", str(listener.fileno())]
        environment = self.environment(database, COMPTOIR_PORT=str(port), **more)
        with processes.running(words, environment, self.log, (listener.fileno(),)) as process:
            listener.close()
            self._answers(port, process)
            yield Web(port, process.pid)

    def inside(self, module: str, database: str, *arguments: object, **more: str) -> Any:
        """Run a module of bench.inside on that database; its JSON answer."""
        return self.answer([sys.executable, "-m", f"bench.inside.{module}", *map(str, arguments)], database, **more)

    def answer(self, words: list[str], database: str, **more: str) -> Any:
        """Run a program on that database; its last line, read as JSON."""
        done = subprocess.run(
            words, env=self.environment(database, **more), capture_output=True, text=True, check=False, timeout=3_600
        )
        if done.returncode:
            raise Failed(f"{' '.join(words[1:3])}: {done.stderr.strip()[-2_000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def cpu_ms(self, web: Web) -> float:
        """CPU so far of that web process and of PostgreSQL."""
        return processes.cpu_ms([web.pid, self.postmaster])

    def _answers(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=2) as client:
                    client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    if client.recv(12):
                        return
            except OSError:
                time.sleep(0.05)
        raise Failed(f"the web process did not answer; {self.log} says why")

    def _digest(self) -> str:
        """What the data set depends on: its generator and every migration."""
        digest = hashlib.sha256()
        for path in [*sorted((ROOT / "src").glob("**/migrations/*.py")), *sorted(ROOT.glob("bench/inside/data*.py"))]:
            digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    def _exists(self, name: str) -> bool:
        with self.connect("postgres") as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def _generate(self) -> None:
        began = time.monotonic()
        print(f"Data set of {self.conversations:,} conversations (kept for the next runs) ...", end=" ", flush=True)
        name = f"{self.template}_part"
        with self.connect("postgres") as connection:
            old = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"bench_{self.conversations}_%"]
            )
            for (stale,) in old.fetchall():
                connection.execute(f"DROP DATABASE {stale} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        self.inside("prepare", name)
        self.inside("data", name, self.conversations)
        with self.connect(name) as connection:
            connection.execute("VACUUM (ANALYZE)")
        with self.connect("postgres") as connection:
            connection.execute(f"ALTER DATABASE {name} RENAME TO {self.template}")
        with self.connect(self.template) as connection:
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        print(f"{time.monotonic() - began:.0f} s, {(size or (0,))[0] / 2**20:,.0f} MB", flush=True)
