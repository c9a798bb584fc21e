"""Real web processes."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.processes import Process


@dataclass
class Served:
    """A web process and its port."""

    process: Process
    port: int

    def terminate(self) -> None:
        self.process.terminate()


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
    started: list[Process] = []

    def start(**variables: str) -> Served:
        environment = os.environ | {"ECHO_DSN": hub_dsn} | variables
        process = Process("tests.config.echo_server", environment=environment, read=True)
        started.append(process)
        assert process.stdout is not None
        return Served(process, int(process.stdout.readline()))

    yield start
    for process in started:
        process.close()
