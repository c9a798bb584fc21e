"""Clients that ask for pages as fast as they are answered: a process of its own, one thread, plain sockets, keep-alive.

`python -m bench.load` reads a plan as JSON on standard input and prints what happened as JSON.
"""

import json
import random
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.results import percentile

AT_LEAST = 40  # answers, or their costs say little
LONGEST = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Ask:
    """A GET: path, cookie and further headers."""

    path: str
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self, port: int) -> bytes:
        """The request's bytes, as a browser would ask for a page."""
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        cookie += "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\n"
            f"Accept-Language: fr\r\nSec-Fetch-Dest: document\r\n{cookie}\r\n"
        ).encode()


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a load: answers by status, and latencies in milliseconds."""

    answers: int
    seconds: float
    statuses: dict[str, int]
    p50: float
    p95: float
    kilobytes: float

    @property
    def good(self) -> bool:
        """Whether every answer was 200."""
        return set(self.statuses) == {"200"}


@dataclass(slots=True)
class Client:
    """One connection."""

    connection: socket.socket
    sent: float = 0.0
    wanted: int = -1
    got: bytearray = field(default_factory=bytearray)


def load(
    port: int, asks: Sequence[Ask], *, seconds: float, clients: int = 8, seed: int = 1, at_least: int = AT_LEAST
) -> Heard:
    """Load a server from a process of its own."""
    with start(port, asks, seconds=seconds, clients=clients, seed=seed, at_least=at_least) as process:
        return finish(process)


def start(
    port: int, asks: Sequence[Ask], *, seconds: float, clients: int = 8, seed: int = 1, at_least: int = AT_LEAST
) -> "subprocess.Popen[str]":
    """Begin a load; `finish` waits for it."""
    plan = {
        "port": port,
        "asks": [asdict(ask) for ask in asks],
        "seconds": seconds,
        "clients": clients,
        "seed": seed,
        "at_least": at_least,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan))
    process.stdin.close()
    return process


def finish(process: "subprocess.Popen[str]") -> Heard:
    """The result of a load."""
    assert process.stdout is not None
    text = process.stdout.read()
    if process.wait():
        raise RuntimeError("the load generator failed")
    return Heard(**json.loads(text))


def run(plan: dict[str, Any]) -> Heard:
    """Ask until the time is over."""
    rng = random.Random(plan["seed"])
    requests = [Ask(**ask).encoded(plan["port"]) for ask in plan["asks"]]
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    size = 0

    def ask(client: Client) -> None:
        client.got.clear()
        client.wanted = -1
        client.sent = time.perf_counter()
        client.connection.sendall(rng.choice(requests))

    for _ in range(plan["clients"]):
        connection = socket.create_connection(("127.0.0.1", plan["port"]), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Client(connection)
        selector.register(connection, selectors.EVENT_READ, client)
        ask(client)
    began = time.perf_counter()
    while (now := time.perf_counter()) - began < plan["seconds"] or len(latencies) < plan["at_least"]:
        if now - began > LONGEST:
            raise TimeoutError("too few answers")
        for key, _ in selector.select(timeout=1):
            client = key.data
            piece = client.connection.recv(262_144)
            if not piece:
                raise ConnectionError("the server closed a connection")
            client.got += piece
            if client.wanted < 0:
                client.wanted = whole_length(client.got)
            if 0 <= client.wanted <= len(client.got):
                latencies.append((time.perf_counter() - client.sent) * 1000)
                statuses[bytes(client.got[9:12]).decode()] += 1
                size += len(client.got)
                ask(client)
    return Heard(
        len(latencies),
        now - began,
        dict(statuses),
        percentile(latencies, 0.5),
        percentile(latencies, 0.95),
        size / len(latencies) / 1024,
    )


def whole_length(got: bytearray) -> int:
    """The bytes of the whole answer, -1 while its head is not complete; an answer must say its length."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return -1
    for line in bytes(got[:end]).lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return end + 4 + int(line[15:])
    raise ValueError("an answer without Content-Length")


if __name__ == "__main__":
    print(json.dumps(asdict(run(json.load(sys.stdin)))))
