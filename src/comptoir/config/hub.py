"""The live hub: one LISTEN connection, any number of streams, each signal encoded once and written to those it is for.

It also looks for new events each second, so that a lost signal costs a second, and asks again each minute whether
every stream may still listen.
"""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from comptoir.config import listening, metrics
from comptoir.config.streams import Stream

logger = logging.getLogger("comptoir.live")
Signal = Mapping[str, Any]
HEARTBEAT = b": .\n\n"
EVERYTHING = b'event: changed\ndata: {"topic":"*","data":{}}\n\n'
HEARTBEAT_SECONDS = 15
LOOK_SECONDS = 1
PROOF_SECONDS = 60
REMEMBERED = 5_000  # events whose signals are not written twice
RESUME_LIMIT = 500  # topics; whoever missed more fetches everything again


class Subscriber(Protocol):
    """Whom a stream belongs to."""

    @property
    def key(self) -> str: ...

    @property
    def audiences(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the hub asks of the rooms, in a thread: see settings.LIVE_HOOKS."""

    authenticate: Callable[[Mapping[str, str], Mapping[str, str]], Subscriber | None]
    since: Callable[[int], list[dict[str, Any]]]
    newest: Callable[[], int]
    release: Callable[[], None] = lambda: None


class Hub:
    """All streams of this process. Everything but the hooks runs on the loop."""

    def __init__(self, hooks: Hooks, connect: Callable[[], dict[str, Any]]) -> None:
        self.hooks = hooks
        self.listening = False
        self.closed = False
        self.delivered = 0
        self._connect = connect
        self._streams: set[Stream] = set()
        self._by_audience: dict[str, set[Stream]] = {}
        self._seen: OrderedDict[tuple[int, str], None] = OrderedDict()
        self._newest = 0
        self._waiting: dict[tuple[str, ...], list[bytes]] = {}  # audiences -> frames of this turn of the loop
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="hub")
        self._tasks: list[asyncio.Task[None]] = []

    def open_streams(self) -> int:
        """How many browsers listen."""
        return len(self._streams)

    async def start(self) -> None:
        """Listen and look, from now on."""
        with suppress(Exception):  # the database may come later; looking starts at the first event then
            self._newest = await self.ask(self.hooks.newest)
        for work in (self._listen, self._look, self._beat, self._prove):
            self._tasks.append(asyncio.create_task(_for_ever(work), name=f"hub-{work.__name__}"))

    def close(self) -> None:
        """End every stream at once: browsers come back, to this process's successor."""
        self.closed = True
        for task in self._tasks:
            task.cancel()
        for stream in list(self._streams):
            stream.end()
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def ask(self, hook: Callable[..., Any], *arguments: Any) -> Any:
        """Run a hook in a thread and give its database connection back."""

        def work() -> Any:
            try:
                return hook(*arguments)
            finally:
                self.hooks.release()

        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def add(self, stream: Stream) -> None:
        """Start writing to a stream."""
        stream.checked_at = asyncio.get_running_loop().time()
        self._streams.add(stream)
        for audience in stream.audiences:
            self._by_audience.setdefault(audience, set()).add(stream)

    def remove(self, stream: Stream) -> None:
        """Stop writing to a stream."""
        self._streams.discard(stream)
        for audience in stream.audiences:
            among = self._by_audience.get(audience)
            if among is not None:
                among.discard(stream)
                if not among:
                    del self._by_audience[audience]

    async def catch_up(self, stream: Stream, last_id: int) -> None:
        """Write what a stream missed since it saw that event; too much is said as "everything"."""
        missed = [signal for signal in await self.ask(self.hooks.since, last_id) if _concerns(signal, stream)]
        newest = {
            signal["topic"]: signal for signal in missed
        }  # a topic is fetched again once, however often it changed
        if len(newest) > RESUME_LIMIT:
            stream.write(EVERYTHING)
        elif newest:
            stream.write(b"".join(map(frame, sorted(newest.values(), key=_event))))

    def publish(self, signal: Signal) -> None:
        """Write a signal to the streams it is for, at the end of this turn; one that was written already is left out."""
        event = signal.get("event")
        if event is not None:
            mark = (event, signal["topic"])
            if mark in self._seen:
                return
            self._seen[mark] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
            self._newest = max(self._newest, event)
        # What comes in one piece leaves in one: the topics of an event cost each stream one write, not one each.
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.setdefault(tuple(signal["to"]), []).append(frame(signal))

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for names, frames in waiting.items():
            self._write(names, b"".join(frames), len(frames))

    def _write(self, names: tuple[str, ...], written: bytes, signals: int) -> None:
        audiences = [self._by_audience[name] for name in names if name in self._by_audience]
        if not audiences:
            return
        # A copy: writing may find that a connection is gone, which takes its stream out of the set.
        targets = list(audiences[0]) if len(audiences) == 1 else set().union(*audiences)
        slow = [stream for stream in targets if not stream.write(written)]
        metrics.delivered(len(targets) * signals)
        for stream in slow:
            metrics.dropped()
            stream.end()

    async def _listen(self) -> None:
        try:
            async for payload in listening.signals(self._connect(), self._heard):
                try:
                    signal = json.loads(payload)
                    self.publish(signal)
                except (ValueError, KeyError, TypeError):
                    logger.warning("a live signal could not be read")
        finally:
            self.listening = False

    def _heard(self) -> None:
        self.listening = True

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._streams:
                for signal in await self.ask(self.hooks.since, self._newest):
                    self.publish(signal)
            else:
                # Nobody listens: only keep up, so that the first to come is not told of an hour ago.
                self._newest = max(self._newest, await self.ask(self.hooks.newest))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            for stream in list(self._streams):
                if not stream.write(HEARTBEAT):
                    stream.end()

    async def _prove(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            due = loop.time() - PROOF_SECONDS
            for stream in [stream for stream in self._streams if stream.checked_at < due]:
                await self._prove_one(stream)

    async def _prove_one(self, stream: Stream) -> None:
        subscriber = await self.ask(self.hooks.authenticate, *stream.proof)
        if stream.ended:
            return
        if subscriber is None or subscriber.key != stream.key:
            stream.end()
            return
        if subscriber.audiences != stream.audiences:
            self.remove(stream)
            stream.audiences = subscriber.audiences
            self.add(stream)
        stream.checked_at = asyncio.get_running_loop().time()


def frame(signal: Signal) -> bytes:
    """A signal as server-sent events say it."""
    data = json.dumps(
        {"topic": signal["topic"], "data": signal.get("data") or {}}, separators=(",", ":"), ensure_ascii=False
    )
    event = signal.get("event")
    head = f"id: {event}\n" if event is not None else ""
    return f"{head}event: changed\ndata: {data}\n\n".encode()


def _event(signal: Signal) -> int:
    return signal.get("event") or 0


def _concerns(signal: Signal, stream: Stream) -> bool:
    return not stream.audiences.isdisjoint(signal["to"])


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """Run the work again after whatever went wrong, with a pause that grows to two seconds."""
    pause = 0.1
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await work()
        except Exception as error:
            logger.warning("live: %s (%s); trying again", type(error).__name__, error)
        if asyncio.get_running_loop().time() - started > 10:
            pause = 0.1
        await asyncio.sleep(pause)
        pause = min(pause * 2, 2)
