"""`comptoir migrate`: bring the database to this release, one process at a time, with a lock timeout on every step."""

import argparse
import sys

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 7_201_533  # any number that nobody else takes an advisory lock on


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--check", action="store_true", help="only say whether something is to be done")


def run(arguments: argparse.Namespace) -> int:
    """Migrate."""
    waiting = pending()
    if arguments.check:
        print("Nothing to do." if not waiting else "To be applied: " + ", ".join(waiting))
        return 1 if waiting else 0
    if not waiting:
        print("The database is at this release already.")
        return 0
    migrate(verbosity=1)
    return 0


def pending() -> list[str]:
    """The migrations that are not applied yet, as room.name; quick, since it only compares names."""
    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def has_data() -> bool:
    """Whether an earlier release has worked in this database."""
    return "core_shop" in connection.introspection.table_names()


def known() -> set[tuple[str, str]]:
    """The migrations of this release, as (room, name)."""
    return set(MigrationExecutor(connection).loader.disk_migrations)


def migrate(verbosity: int = 0) -> None:
    """Apply what is pending. Two machines that start together wait for one another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        call_command("migrate", interactive=False, verbosity=verbosity, stdout=sys.stdout)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
