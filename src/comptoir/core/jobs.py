"""Jobs: work that commits or vanishes with the row that asked for it, and runs in a worker soon after.

Four queues have slots of their own, so that a reply never waits behind a campaign: `now` (chat, replies), `soon`
(mail in, reactions), `bulk`, and `asked` (a person waits for a slow service elsewhere). Arguments are identifiers,
never personal values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db import IntegrityError, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from comptoir.core import live

Queue = Literal["now", "soon", "bulk", "asked"]
QUEUES: tuple[Queue, ...] = ("now", "soon", "bulk", "asked")
SLOTS: dict[Queue, int] = {"now": 4, "soon": 4, "bulk": 2, "asked": 2}
HEARTBEAT_SECONDS = 3
STALLED_AFTER = 12  # seconds without a worker's heartbeat; a job that ran twice after all does no harm
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


@dataclass(frozen=True, slots=True)
class Job:
    """A function that workers run; call it directly to run it here and now."""

    function: Callable[..., Any]
    task: Task[Any, Any, Any]
    queue: Queue

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        return self.function(*args, **arguments)

    def defer(self, *, once: str = "", in_turn: str = "", **arguments: int | str | None) -> None:
        """Queue one run in the current transaction.

        With `once`, a run already waiting under that name is enough; runs of one `in_turn` name never overlap.
        """
        while not (once and _waits(once)):
            try:
                if once or in_turn:
                    with transaction.atomic():
                        self.task.configure(queueing_lock=once or None, lock=in_turn or None).defer(**arguments)
                else:
                    self.task.defer(**arguments)
                break
            except AlreadyEnqueued:  # another process was quicker: keep its run waiting for us
                continue
        live.wake_workers(self.queue)


def _waits(once: str) -> bool:
    """Whether a run waits under that name; it goes on waiting until the current transaction ends, so it sees our rows.

    A worker passes over a row that is locked. (A refused insert would say the same, but cost a savepoint, and the run
    might begin and end before we commit.)
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo' FOR SHARE", [once])
        return bool(cursor.rowcount > 0)


def job(queue: Queue = "soon", *, retry: RetryStrategy | bool = RETRY) -> Callable[[Callable[..., Any]], Job]:
    """Make a function a job of a queue; its name is its dotted path."""

    def decorate(function: Callable[..., Any]) -> Job:
        name = f"{function.__module__.removeprefix('comptoir.')}.{function.__qualname__}"
        task = app.task(name=name, queue=queue, retry=retry)(function)
        return Job(function, task, queue)

    return decorate


def put_back_stalled() -> int:
    """Give jobs of dead workers back to the queue (a killed worker leaves its job in `doing` for ever); how many.

    A job that was to wait once has a twin in the queue by now, or another stalled one: one of them is enough.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT job.id, job.queueing_lock FROM procrastinate_jobs job
            LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
            WHERE job.status = 'doing'
                AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
            ORDER BY job.id FOR UPDATE OF job SKIP LOCKED
            """,
            [STALLED_AFTER],
        )
        stalled = cursor.fetchall()
    queues = [queue for key, once in stalled for queue in _put_back(key, once)]
    for queue in set(queues):
        live.wake_workers(queue)
    return len(queues)


def _put_back(key: int, once: str | None) -> list[str]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, worker_id = NULL "
                "WHERE id = %s AND status = 'doing' RETURNING queue_name",
                [key],
            )
            return [queue for (queue,) in cursor.fetchall()]
    except IntegrityError:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = %s AND queueing_lock = %s AND status = 'doing'", [key, once]
            )
        return []


def forget_finished() -> int:
    """Delete the rows of jobs that ended well; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status IN ('succeeded', 'cancelled')")
        return int(cursor.rowcount)
