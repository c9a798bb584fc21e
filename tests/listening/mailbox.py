"""A mail server in memory: what it holds by folder, how often it was read, when it breaks."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from comptoir.lib.mail.parse import parse
from comptoir.ports.channel import Capabilities, Cursor, FakeChannel, Fetched, IncomingMessage
from comptoir.ports.errors import PortError


class Server:
    """The state that all connections share."""

    def __init__(self) -> None:
        self.validity = 7
        self.mails: list[tuple[int, bytes, datetime | None]] = []
        self.connections = 0
        self.broken = ""
        self.lock = threading.Lock()

    def put(self, raw: bytes, received: datetime | None = None) -> None:
        """One more mail arrives."""
        self.mails.append((len(self.mails) + 1, raw, received))


SERVER = Server()


class Mailbox(FakeChannel):
    """A channel that polls SERVER."""

    capabilities = Capabilities(polls=True)

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(settings)

    def parse(self, raw: bytes) -> IncomingMessage:
        return parse(raw)

    def listen(
        self, cursor: Cursor, *, since: date | None, handle: Callable[[Fetched], Any], stop: Callable[[], bool]
    ) -> None:
        if SERVER.broken:
            raise PortError(SERVER.broken)
        with SERVER.lock:
            SERVER.connections += 1
        try:
            last = cursor.last_uid if cursor.uid_validity == SERVER.validity else 0
            while not stop():
                for uid, raw, received in [mail for mail in SERVER.mails if mail[0] > last]:
                    handle(Fetched(raw, f"{SERVER.validity}:{uid}", Cursor(SERVER.validity, uid), received))
                    last = uid
                time.sleep(0.02)
        finally:
            with SERVER.lock:
                SERVER.connections -= 1
