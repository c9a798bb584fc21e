"""Real web processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Served:
    """A web process and its port."""

    process: "subprocess.Popen[str]"
    port: int

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="session")
def hub_dsn(worker_id: str) -> Iterator[str]:
    """A database of this worker's own, so that tests that run beside are not heard."""
    base = os.environ["DATABASE_URL"]
    name = f"hub_{worker_id}_{os.getpid()}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield psycopg.conninfo.make_conninfo(base, dbname=name)
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def serve(hub_dsn: str) -> Iterator[Callable[..., Served]]:
    """Start the echo server with some variables; killed at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def start(**variables: str) -> Served:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.config.echo_server"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "ECHO_DSN": hub_dsn} | variables,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        return Served(process, int(process.stdout.readline()))

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
