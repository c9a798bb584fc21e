"""A service that speaks the chat completions, on this machine, and does what a test tells it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Service:
    """What it answers, and what it was asked."""

    address: str = ""
    text: str = "Bonjour Claire, votre vase part demain."
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    hold: threading.Event | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def body(self) -> bytes:
        """The answer."""
        if self.raw is not None:
            return self.raw
        choice = {"message": {"role": "assistant", "content": self.text}, "finish_reason": "stop"}
        return json.dumps({"choices": [choice], "usage": {"prompt_tokens": 40, "completion_tokens": 9}}).encode()

    @property
    def sent(self) -> str:
        """All that the newest request told the service."""
        return "\n".join(message["content"] for message in self.asked[-1]["messages"])


@contextmanager
def serving() -> Iterator[Service]:
    """Such a service for a while."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            service.asked.append(json.loads(self.rfile.read(length)))
            service.keys.append(self.headers.get("authorization", ""))
            if service.hold is not None:
                service.hold.wait(5)
            body = service.body()
            self.send_response(service.status)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
