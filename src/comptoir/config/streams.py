"""One open live stream: frames go straight to its transport, without waking a task, as long as its reader keeps up."""

import asyncio
from collections import deque
from typing import Any

from comptoir.config.body import Receive, Send

BACKLOG = 256  # frames that a slow reader may lag behind before it is closed (it comes back and catches up)


class Stream:
    """A browser that listens. `key` names the subscriber; `audiences` says whose signals it gets."""

    __slots__ = ("_backlog", "_drain", "_receive", "_send", "_task", "audiences", "checked_at", "ended", "key", "proof")

    def __init__(self, key: str, audiences: frozenset[str], proof: Any, receive: Receive, send: Send) -> None:
        self.key = key
        self.audiences = audiences
        self.proof = proof
        self.checked_at = 0.0
        self.ended = False
        self._receive = receive
        self._send = send
        self._backlog: deque[bytes] = deque()
        self._drain: asyncio.Task[None] | None = None
        self._task = asyncio.current_task()

    def write(self, frame: bytes) -> bool:
        """Hand a frame over; False when the reader lags too far behind and the stream must be dropped.

        `send` of an ASGI server suspends only while the transport is full, so it is run by hand: no task is woken.
        """
        if self.ended:
            return True
        if self._drain is not None:
            self._backlog.append(frame)
            return len(self._backlog) <= BACKLOG
        sending = self._send({"type": "http.response.body", "body": frame, "more_body": True}).__await__()
        try:
            next(sending)
        except StopIteration:
            return True
        sending.close()  # suspended before it wrote anything
        self._backlog.append(frame)
        self._drain = asyncio.get_running_loop().create_task(self._drain_backlog())
        return True

    async def _drain_backlog(self) -> None:
        while self._backlog and not self.ended:
            frame = self._backlog.popleft()
            await self._send({"type": "http.response.body", "body": frame, "more_body": True})
        self._drain = None

    async def stay(self) -> None:
        """Return when the browser went away or the stream was ended."""
        try:
            while True:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    return
        except asyncio.CancelledError:
            if not self.ended:
                raise
        finally:
            self.ended = True
            if self._drain is not None:
                self._drain.cancel()

    def end(self) -> None:
        """Close the stream: the last byte is written at once, or the connection is cut when its reader is slow."""
        if self.ended:
            return
        self.ended = True
        if self._drain is None:
            sending = self._send({"type": "http.response.body", "body": b"", "more_body": False}).__await__()
            try:
                next(sending)
            except StopIteration:
                return
            sending.close()
        if self._task is not None:
            self._task.cancel()
