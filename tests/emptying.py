"""After a test that really commits: its rows go, in a few milliseconds.

Django's flush truncates every table with all its indexes (0.4 s) and then makes the same content types and permissions
again. Here what holds rows is found by one statement and deleted by another; those two tables are nobody's to change.
"""

from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

STAYS = {"django_migrations", "django_content_type", "auth_permission"}


def install() -> None:
    """Let tests that really commit end so."""
    TransactionTestCase._fixture_teardown = _emptied  # type: ignore[method-assign]


def _emptied(case: TransactionTestCase) -> None:
    if case.reset_sequences or case.serialized_rollback:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=case.reset_sequences)
        return
    names = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in STAYS]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names))
        held = [name for (name,) in cursor.fetchall()]
        if held:
            # as a replica: without triggers, so that the order of the tables does not matter
            deleted = "; ".join(f'DELETE FROM "{name}"' for name in held)
            cursor.execute(f"SET session_replication_role = replica; {deleted}; SET session_replication_role = DEFAULT")
