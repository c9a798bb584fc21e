"""Request bodies: taken whole before any thread is given, so that slow senders hold no page back.

A body is spooled to memory, then to a temporary file; it has a size, an idle and a total limit, and one that is cut
short never reaches the application.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds."""

    size: int = 60 * 2**20
    memory: int = 256 * 2**10
    idle: float = 30
    total: float = 900
    at_once: int = 200


class Refused(Exception):
    """The body is not taken: `status` and a sentence for the sender."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Gone(Exception):
    """The client went away before its body was whole."""


@dataclass(slots=True)
class Body:
    """A whole body, at its beginning."""

    file: BinaryIO
    length: int


class BodyReader:
    """Takes bodies; `close` refuses all that are still under way, so that a stop does not wait for them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._reading: set[asyncio.Task[Any]] = set()
        self._closed = False

    def close(self) -> None:
        """Give up the bodies under way (the process is stopping)."""
        self._closed = True
        for task in self._reading:
            task.cancel()

    def closing(self) -> bool:
        """Whether the process is stopping."""
        return self._closed

    async def read(self, scope: Scope, receive: Receive) -> Body | None:
        """The whole body, None when the request has none; raises Refused or Gone."""
        declared = declared_length(scope)
        if declared == 0:
            return None
        if declared is not None and declared > self.limits.size:
            raise Refused(413, f"The body is larger than {self.limits.size} bytes.")
        if self.closing() or len(self._reading) >= self.limits.at_once:
            raise Refused(503, "Too many uploads are under way; try again in a moment.")
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._reading.add(task)
        try:
            return await self._spool(declared, receive)
        except asyncio.CancelledError:
            if not self.closing():
                raise
            task.uncancel()
            raise Refused(503, "The server is stopping; send it again in a moment.") from None
        finally:
            self._reading.discard(task)

    async def _spool(self, declared: int | None, receive: Receive) -> Body:
        limits = self.limits
        spool = tempfile.SpooledTemporaryFile(limits.memory)  # noqa: SIM115 (handed on to the thread that reads it)
        length = 0
        deadline = asyncio.get_running_loop().time() + limits.total
        try:
            while True:
                wait = min(limits.idle, deadline - asyncio.get_running_loop().time())
                try:
                    async with asyncio.timeout(wait):
                        message = await receive()
                except TimeoutError:
                    raise Refused(408, "The body came too slowly; nothing was kept.") from None
                if message["type"] == "http.disconnect":
                    raise Gone
                chunk = message.get("body", b"")
                length += len(chunk)
                if length > limits.size:
                    raise Refused(413, f"The body is larger than {limits.size} bytes.")
                spool.write(chunk)
                if not message.get("more_body", False):
                    break
            if declared is not None and length != declared:
                raise Refused(400, "The body was cut short; nothing was kept.")
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return Body(cast(BinaryIO, spool), length)


def declared_length(scope: Scope) -> int | None:
    """Content-Length; 0 when the request has no body, None when it is chunked. Raises Refused when it is no number."""
    length: bytes | None = None
    chunked = False
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = value
        elif name == b"transfer-encoding":
            chunked = True
    if chunked:
        return None
    if length is None:
        return 0
    if not length.isdigit():
        raise Refused(400, "Content-Length is not a number.")
    return int(length)
