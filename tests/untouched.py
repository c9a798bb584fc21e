"""Whether anything at all changed in the database: for tests of strangers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from comptoir.core.models import Installation

# what a mere visit may write
VISITS = {"django_session", "core_agentsession", "core_throttlewindow", "procrastinate_workers"}


def fingerprint() -> dict[str, str]:
    """A digest of every table's rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = sorted({name for (name,) in cursor.fetchall()} - VISITS)
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) "
                f"FROM (SELECT to_jsonb(held) - 'last_seen_at' - 'last_used_at' AS row FROM \"{name}\" held) rows"
                for name in tables
            )
        )
        return dict(cursor.fetchall())


@contextmanager
def untouched() -> Iterator[None]:
    """Assert that no row of any table changes inside."""
    Installation.current()  # the row is made by whoever asks first
    before = fingerprint()
    yield
    after = fingerprint()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == set(), f"changed: {changed}"
