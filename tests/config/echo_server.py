"""A real web process for the tests: our server, bridge and hub around a WSGI application that echoes.

`python -m tests.config.echo_server` prints its port. It needs no Django and no database unless ECHO_DSN names one.
"""

import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comptoir.config.asgi import Application
from comptoir.config.body import Limits
from comptoir.config.bridge import Bridge
from comptoir.config.hub import Hooks, Hub
from comptoir.config.serving import Server, configuration
from comptoir.config.sockets import bind, raise_file_limit

LIMITS = Limits(size=3 * 2**20, memory=64 * 2**10, idle=float(os.environ.get("ECHO_IDLE", "30")), total=60)
revoked = threading.Event()
missed: list[dict[str, Any]] = []


@dataclass(frozen=True)
class Visitor:
    key: str
    audiences: frozenset[str]


def authenticate(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Visitor | None:
    token = headers.get("authorization", "").removeprefix("Bearer ") or cookies.get("who", "")
    if not token or revoked.is_set():
        return None
    return Visitor(token, frozenset({f"room:{token}", "all"}))


def since(event: int) -> list[dict[str, Any]]:
    return [signal for signal in missed if signal["event"] > event]


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/revoke":
        revoked.set()
    if path == "/slow":
        time.sleep(float(environ["QUERY_STRING"] or 1))
    if path == "/large":
        start("200 OK", [("Content-Type", "application/octet-stream")])
        return (b"x" * 65_536 for _ in range(800))
    if path == "/missed":
        missed.extend(json.loads(environ["wsgi.input"].read()))
        body = b""
    else:
        body = environ["wsgi.input"].read()
    facts = {
        "length": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "declared": environ["CONTENT_LENGTH"],
        "threads": sum(thread.name.startswith("page") for thread in threading.enumerate()),
        "headers": {name: value for name, value in environ.items() if name.startswith("HTTP_")},
    }
    text = json.dumps(facts).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]


def main() -> None:
    raise_file_limit()
    listener = bind("127.0.0.1", 0)
    hub = Hub(Hooks(authenticate, since, lambda: 0), lambda: {"conninfo": os.environ["ECHO_DSN"]})
    application = Application(Bridge(echo, threads=4, limits=LIMITS), hub)
    server = Server(configuration(application), application)
    print(listener.getsockname()[1], flush=True)
    server.run(sockets=[listener])
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
