"""A statement that may take so long and no longer: what a page waits for at most."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TooSlow(Exception):
    """The question took longer than it may; nothing is known."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow when a statement inside takes longer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            yield
            if connection.savepoint_ids:
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")  # a caller's transaction goes on
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise
