"""Doing in a test what a worker does."""

import json

from django.db import connection
from procrastinate.contrib.django import app


def waiting_jobs() -> list[str]:
    """The names of the jobs that wait, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def run_jobs(limit: int = 200) -> int:
    """Run all waiting jobs, and those which they queue, in this process; how many ran."""
    app.perform_import_paths()
    for done in range(limit):
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = "
                "(SELECT id FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1) RETURNING task_name, args"
            )
            row = cursor.fetchone()
        if row is None:
            return done
        app.tasks[row[0]].func(**json.loads(row[1]))
    raise AssertionError(f"more than {limit} jobs")


def forget_jobs() -> None:
    """Delete what waits: tests that really commit leave no job to the next one."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
