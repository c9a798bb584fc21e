"""A vendor's server on loopback for tests: it speaks HTTP, keeps what it was asked, and can go wrong in every way."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body or b"null")

    def form(self) -> dict[str, str]:
        """Its form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Reply:
    """An answer. `lost` closes the connection instead of giving it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


def told(value: Any, status: int = 200, **headers: str) -> Reply:
    """JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"content-type": "application/json", **named})


class VendorServer:
    """Answers on `base` while it is open. `faults` are used up one a request: each gets the request and the honest
    answer's maker, and gives what goes back instead."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.faults: deque[Callable[[Asked, Callable[[], Reply]], Reply]] = deque()
        self._lock = threading.Lock()
        self.base = ""

    def answer(self, asked: Asked) -> Reply:
        """The honest answer."""
        raise NotImplementedError

    def lose(self) -> None:
        """Do what the next request asks, and cut the line before the answer."""
        self.faults.append(lambda asked, honest: Reply(lost=True) if honest() else Reply())

    def fail(self, status: int = 500, body: bytes = b"oops", **headers: str) -> None:
        """Answer the next request with that, doing nothing."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.faults.append(lambda asked, honest: Reply(status, body, named))

    def reply(self, asked: Asked) -> Reply:
        """What goes back, faults first."""
        with self._lock:
            self.asked.append(asked)
            fault = self.faults.popleft() if self.faults else None
            return fault(asked, lambda: self.answer(asked)) if fault else self.answer(asked)

    @contextmanager
    def running(self) -> Iterator["VendorServer"]:
        """Listen on a free port of loopback."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = outer.reply(Asked(self.command, parts.path, query, headers, self.rfile.read(length)))
                self.close_connection = True
                if reply.lost:
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.send_header("connection", "close")
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        self.base = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)
