"""`comptoir worker`: run jobs, with slots for each queue, and each second what is due. Several may run."""

import argparse
import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp

from comptoir.config import parenthood
from comptoir.core.jobs import HEARTBEAT_SECONDS, SLOTS
from comptoir.core.models import Heartbeat

BEAT_SECONDS = 5
GRACE_SECONDS = 1.5
logger = logging.getLogger("comptoir.worker")


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--queues", default=",".join(SLOTS), help="which queues, with commas between")
    parser.add_argument("--no-sweeps", action="store_true", help="only jobs; another worker does what is due")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; jobs under way get a moment to end, others go back to their queue."""
    parenthood.end_with_parent()
    queues = [name.strip() for name in arguments.queues.split(",") if name.strip()]
    asyncio.run(work(queues, sweeps=not arguments.no_sweeps))
    os._exit(0)  # a job that does not end must not hold the process: its row goes back to the queue


async def work(queues: list[str], *, sweeps: bool) -> None:
    """All loops of one worker process."""
    slots = sum(map(slots_of, queues))
    widen_pool(slots + 4)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(slots + 4, thread_name_prefix="job"))
    workers_app = workers_own_app()
    async with workers_app.open_async():
        tasks = [asyncio.create_task(serve_queue(workers_app, name)) for name in queues]
        tasks.append(asyncio.create_task(beat(queues)))
        if sweeps:
            tasks.append(asyncio.create_task(sweep_each_second()))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _cancel, tasks)
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        _cancel(tasks)
        for task in done:
            if not task.cancelled() and task.exception():
                logger.error("the worker stops: %s", task.exception())
        await asyncio.wait(tasks, timeout=GRACE_SECONDS + 0.5)
    await loop.run_in_executor(None, forget_heartbeat)


async def serve_queue(workers_app: App, name: str) -> None:
    """Run the jobs of one queue; when the database goes away, begin again once it is back."""
    while True:
        try:
            await workers_app.run_worker_async(
                queues=[name],
                name=f"{name}-{os.getpid()}",
                concurrency=slots_of(name),
                fetch_job_polling_interval=1,
                abort_job_polling_interval=30,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
        except Exception as error:
            logger.warning("queue %s: %s; trying again", name, type(error.__cause__ or error).__name__)
        await asyncio.sleep(1)


def slots_of(queue: str) -> int:
    """How many jobs of a queue run at once in this process."""
    return {str(name): count for name, count in SLOTS.items()}.get(queue, 2)


def _cancel(tasks: list["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()


def workers_own_app() -> App:
    """An app that fetches jobs on connections of its own.

    The tasks keep the first app, whose connector is Django's: what a job defers commits with what it writes.
    """
    own = DjangoApp(connector=app.connector.get_worker_connector())  # type: ignore[attr-defined]
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    own.tasks.update(app.tasks)
    return own


def widen_pool(size: int) -> None:
    """As many pooled connections as threads that work."""
    pool: Any = connections["default"].settings_dict["OPTIONS"].get("pool")
    if pool:
        pool["max_size"] = max(pool["max_size"], size)


async def beat(queues: list[str]) -> None:
    """Say every few seconds that this process is alive."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(None, write_heartbeat, queues)
        except Exception as error:
            logger.warning("heartbeat: %s", error)
        await asyncio.sleep(BEAT_SECONDS)


def process_name() -> str:
    """Machine and process: unique among those that are alive."""
    return f"worker:{socket.gethostname()}:{os.getpid()}"


def write_heartbeat(queues: list[str]) -> None:
    """This process's row."""
    try:
        Heartbeat.objects.update_or_create(
            process=process_name(),
            defaults={"kind": "worker", "beat_at": timezone.now(), "facts": {"queues": queues}},
        )
    finally:
        close_old_connections()


def forget_heartbeat() -> None:
    """A process that stops in order leaves no row."""
    try:
        Heartbeat.objects.filter(process=process_name()).delete()
    except Exception as error:
        logger.warning("heartbeat: %s", error)
    finally:
        close_old_connections()


async def sweep_each_second() -> None:
    """Run settings.SWEEPS each second and settings.PERIODIC at their intervals, one after the other in a thread."""
    rounds = Rounds(settings.SWEEPS, settings.PERIODIC)
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        await loop.run_in_executor(None, rounds.run)
        await asyncio.sleep(max(0.05, 1 - (loop.time() - started)))


class Rounds:
    """The functions that are called again and again; one that fails does not stop the others."""

    def __init__(self, each_second: list[str], periodic: dict[str, int]) -> None:
        self._work = [(dotted, 0, self._load(dotted)) for dotted in each_second]
        self._work += [(dotted, seconds, self._load(dotted)) for dotted, seconds in periodic.items()]
        self._due = dict.fromkeys((dotted for dotted, _, _ in self._work), 0.0)
        self._failed_at: dict[str, float] = {}

    @staticmethod
    def _load(dotted: str) -> Callable[[], object] | None:
        try:
            found: Callable[[], object] = import_string(dotted)
        except ImportError as error:
            logger.error("%s cannot be loaded: %s", dotted, error)
            return None
        return found

    def run(self) -> None:
        """One round."""
        for dotted, seconds, function in self._work:
            now = time.monotonic()
            if function is None or now < self._due[dotted]:
                continue
            self._due[dotted] = now + seconds
            try:
                function()
            except OperationalError as error:
                self._failed(dotted, now, f"the database is away ({str(error).strip()[:80]})")
            except Exception:
                self._failed(dotted, now, "failed", exc_info=True)
            finally:
                close_old_connections()

    def _failed(self, dotted: str, now: float, words: str, *, exc_info: bool = False) -> None:
        if now - self._failed_at.get(dotted, -60) >= 60:  # each second would fill the log
            self._failed_at[dotted] = now
            logger.log(logging.ERROR if exc_info else logging.WARNING, "%s: %s", dotted, words, exc_info=exc_info)
