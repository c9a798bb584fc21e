"""Many open streams in one process: `python -m bench.listen KIND PORT STREAMS`, a JSON list of cookies on standard input.

KIND is `sse` (our /live/) or `websocket`. It prints `ready` when all are open, then notes when each `id: N` arrives, and
at the line `report` prints what came since the last report; at `reconnect` every stream is cut and opened again, with
the last id it saw, a few at a time. Both kinds are read in the same way, so that the client costs both the same.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

MARK = re.compile(rb"id: (\d+)\n")
WEBSOCKET = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
AT_ONCE = 5  # streams that reconnect in one step


@dataclass(slots=True)
class Stream:
    """One connection and what it has seen."""

    cookie: str
    connection: socket.socket
    rest: bytes = b""
    open: bool = False
    last: int = 0
    seen: set[int] = field(default_factory=set)
    covered: tuple[int, int] = (0, 0)  # what the first id after a reconnect says about those missed: after, up to


class Streams:
    """All of them."""

    def __init__(self, kind: str, port: int, count: int, cookies: list[str]) -> None:
        self.kind, self.port = kind, port
        self.selector = selectors.DefaultSelector()
        self.arrivals: list[tuple[int, int]] = []
        self.streams = [self.connect(cookies[number % len(cookies)] if cookies else "") for number in range(count)]

    def connect(self, cookie: str, last: int = 0) -> Stream:
        """Open a stream."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        more = WEBSOCKET if self.kind == "websocket" else f"Cookie: {cookie}\r\nAccept: text/event-stream\r\n"
        if last:
            more += f"Last-Event-ID: {last}\r\n"
        connection.sendall(f"GET /live/ HTTP/1.1\r\nHost: localhost:{self.port}\r\n{more}\r\n".encode())
        stream = Stream(cookie, connection)
        self.selector.register(connection, selectors.EVENT_READ, stream)
        return stream

    def read(self, timeout: float) -> bool:
        """Take what came; True when a line waits on standard input."""
        asked = False
        for key, _ in self.selector.select(timeout):
            if key.data is None:
                asked = True
                continue
            now = time.monotonic_ns()
            stream = key.data
            piece = stream.connection.recv(65_536)
            if not piece:
                raise ConnectionError("the server ended a stream")
            stream.rest += piece
            if not stream.open and b"\r\n\r\n" in stream.rest:
                if not stream.rest.startswith((b"HTTP/1.1 200", b"HTTP/1.1 101")):
                    raise ConnectionError(stream.rest[:80].decode())
                stream.open = True
            end = 0
            for found in MARK.finditer(stream.rest):
                event = int(found[1])
                self.arrivals.append((event, now))
                stream.seen.add(event)
                stream.last = max(stream.last, event)
                end = found.end()
                if stream.covered[1] < 0:
                    stream.covered = (stream.covered[0], event)
            stream.rest = stream.rest[end:][-40:] if stream.open else stream.rest
        return asked

    def until_open(self) -> None:
        """Wait for every answer."""
        while not all(stream.open for stream in self.streams):
            self.read(1)

    def reconnect(self) -> Iterator[None]:
        """Cut and open again, some in each step."""
        for place, stream in enumerate(self.streams):
            self.selector.unregister(stream.connection)
            stream.connection.close()
            fresh = self.connect(stream.cookie, stream.last)
            fresh.seen, fresh.last, fresh.covered = stream.seen, stream.last, (stream.last, -1)
            self.streams[place] = fresh
            if place % AT_ONCE == AT_ONCE - 1:
                yield


def main(kind: str, port: int, count: int) -> None:
    """Obey the lines of standard input."""
    streams = Streams(kind, port, count, json.loads(sys.stdin.readline()))
    streams.until_open()
    print("ready", flush=True)
    streams.selector.register(sys.stdin, selectors.EVENT_READ, None)
    steps: Iterator[None] = iter(())
    while True:
        if streams.read(0.02):
            line = sys.stdin.readline().strip()
            if not line:
                return
            if line == "reconnect":
                steps = streams.reconnect()
            if line == "report":
                while streams.read(0):
                    pass
                seen = [[list(stream.seen), stream.covered] for stream in streams.streams]
                print(json.dumps({"arrivals": streams.arrivals, "seen": seen}), flush=True)
                streams.arrivals = []
                for stream in streams.streams:
                    stream.seen, stream.covered = set(), (0, 0)
        next(steps, None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
