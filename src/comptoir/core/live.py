"""Live signals: "this changed, fetch it again". They carry no content that needs an access check.

A signal is handed to one notifier thread a process, which sends all that is pending in a transaction of its own:
NOTIFY inside the writer's transaction would serialise every commit (measured: 431/s against 9,083/s).
A lost signal costs a second: hubs also read the event log each second.
"""

import json
import threading
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, transaction

CHANNEL = "comptoir_live"
JOB_INSERTED = '{"type":"job_inserted","job_id":0}'
LIMIT = 7_900  # bytes of one NOTIFY


def changed(
    topics: Iterable[str],
    audiences: Iterable[str],
    *,
    event: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """After this transaction commits, tell the streams of these audiences that these topics changed."""
    to = set(audiences)
    frames = [
        json.dumps(
            {"topic": topic, "to": addressed(topic, to), "event": event, "data": data or {}}, separators=(",", ":")
        )
        for topic in dict.fromkeys(topics)
    ]
    transaction.on_commit(lambda: _notifier.put([(CHANNEL, frame) for frame in frames if len(frame) < LIMIT]))


def addressed(topic: str, audiences: Iterable[str]) -> list[str]:
    """Who of the audiences hears of a topic: a visitor of the chat hears of their own chat and of nothing else."""
    return sorted(to for to in audiences if to == topic or to.startswith("chat:") == topic.startswith("chat:"))


def wake_workers(queue: str) -> None:
    """After this transaction commits, tell idle workers of a queue that a job waits (procrastinate's own message)."""
    transaction.on_commit(lambda: _notifier.put([(f"procrastinate_queue_v1#{queue}", JOB_INSERTED)]))


class Notifier:
    """Sends signals from a thread with a connection of its own; what cannot be sent is dropped (hubs also look)."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, str], None] = {}
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, signals: list[tuple[str, str]]) -> None:
        """Queue signals; equal ones that are still pending are sent once."""
        if settings.LIVE_SYNCHRONOUS:
            self._send(signals)
            return
        with self._wake:
            self._pending.update(dict.fromkeys(signals))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live-notifier", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._pending:
                    if not self._wake.wait(timeout=30):
                        self._thread = None
                        connection.close()
                        return
                signals, self._pending = list(self._pending), {}
            try:
                self._send(signals)
            except Exception:  # a signal is never worth more than the work that caused it
                connection.close()

    @staticmethod
    def _send(signals: list[tuple[str, str]]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                # NOTIFY writes a commit record; nobody needs a signal to survive a crash, so it does not wait for disk.
                "SELECT pg_notify(channel, payload) FROM (SELECT set_config('synchronous_commit', 'off', true)) quick, "
                "unnest(%s::text[], %s::text[]) AS signal(channel, payload)",
                [
                    [channel for channel, _ in signals],
                    [payload for _, payload in signals],
                ],
            )


_notifier = Notifier()
