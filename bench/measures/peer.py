"""Lists, tickets and searches of django-helpdesk with the same text, on the same server program and the same PostgreSQL.

What an agent waits for on either side: the list is the page and, there, the rows that it then asks for; a ticket is what a
click on it brings; a search is the rows found. The peer is installed by pip into var/bench/peer, outside our locks.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.ground import HOME, Failed, Ground, Web
from bench.load import Ask, Heard, load
from bench.results import Ratio, Row

ROUNDS = 3
CLIENTS = 8
PEER = "django-helpdesk==2.6.1"
SHARED = ("django", "psycopg", "psycopg-binary", "uvicorn", "uvloop", "httptools")
# words that both find: ours in messages' text (in any form), the peer in a ticket's own columns (as they are written)
WORDS = ["remboursement", "entrepôt", "vaisselle", "point relais", "étiquette", "MA-12345"]
TARGETS = {"list": 50, "detail": 10, "search": 50}


def measure(ground: Ground) -> list[Row]:
    """How many times the peer's rate is ours, for a list, a ticket and a search."""
    python = _environment()
    seconds = 1.5 if ground.quick else 4
    with ground.database() as database, _filled(ground, database, python) as (there, known):
        asks = _ours(ground, database)
        with ground.web(database) as ours, ground.web(there, "bench.peer.serve", python=python) as peer:
            theirs = _theirs(known, asks)
            return [_row(name, ours, asks[name], peer, theirs[name], seconds) for name in TARGETS]


def _row(name: str, ours: Web, asks: Sequence[Ask], peer: Web, theirs: Sequence[Sequence[Ask]], seconds: float) -> Row:
    """The rates in alternating rounds. The peer's rate of a page made of several requests is that of all of them in a row."""
    _load(ours, asks, 1)
    for part in theirs:
        _load(peer, part, 1)
    mine: list[float] = []
    other: list[float] = []
    for number in range(ROUNDS):
        mine.append(_rate(_load(ours, asks, seconds, number)))
        other.append(1 / sum(1 / _rate(_load(peer, part, seconds, number)) for part in theirs))
    ratio = Ratio(mine, other)
    return Row(
        f"peer_{name}", ratio.value, "x django-helpdesk", TARGETS[name], at_least=True, note=f"{ratio.note('/s')}"
    )


def _load(web: Web, asks: Sequence[Ask], seconds: float, seed: int = 1) -> Heard:
    heard = load(web.port, asks, seconds=seconds, clients=CLIENTS, seed=seed, at_least=CLIENTS)
    if not heard.good:
        raise Failed(f"answers other than 200: {heard.statuses}")
    return heard


def _rate(heard: Heard) -> float:
    return heard.answers / heard.seconds


def _ours(ground: Ground, database: str) -> dict[str, list[Ask]]:
    known = ground.inside("sessions", database)
    owner = known["cookies"][0]
    return {
        "list": [Ask("/inbox/team/", owner)],
        "detail": [Ask(f"/conversations/{key}/", owner, {"HX-Request": "true", "HX-Target": "main"}) for key in known["short"]],
        "search": [Ask(f"/search/results/rows/?q={quote(text)}&literally=1", owner) for text in WORDS],
    }  # fmt: skip


def _theirs(known: dict[str, Any], ours: dict[str, list[Ask]]) -> dict[str, list[list[Ask]]]:
    """Requests in a row for each kind; the same tickets."""
    cookie = known["cookie"]
    keys = [ask.path.split("/")[2] for ask in ours["detail"]]
    return {
        "list": [[Ask("/tickets/", cookie)], [Ask(known["list"], cookie)]],
        "detail": [[Ask(f"/tickets/{key}/", cookie) for key in keys]],
        "search": [[Ask(path, cookie) for path in known["search"]]],
    }


@contextmanager
def _filled(ground: Ground, ours: str, python: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The peer's database with our data set, and what there is to ask for."""
    name = f"bench_peer_{os.getpid()}"
    with ground.connect("postgres") as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        words = [str(python), "-m", "bench.peer.fill", ground.url(ours), json.dumps(WORDS)]
        yield name, ground.answer(words, name)
    finally:
        with ground.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _environment() -> Path:
    """Python with the peer and our own versions of what both use; Failed when it cannot be had."""
    home = HOME / "peer"
    python, stamp = home / "bin" / "python", home / "bench-stamp"
    wanted = [PEER, *(f"{name}=={version(name)}" for name in SHARED)]
    if stamp.exists() and stamp.read_text() == "\n".join(wanted):
        return python
    for words in (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
    ):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise Failed(f"{PEER} could not be installed: {said[-1] if said else 'pip says nothing'}")
    stamp.write_text("\n".join(wanted))
    return python
