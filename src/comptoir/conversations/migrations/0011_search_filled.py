"""Entries of the messages that are there already, in small transactions while others work; then the index, then the
old column goes (its removal is a word in the catalogue, no rewrite).
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

BATCH = 2_000


def fill(apps: Any, editor: Any) -> None:
    """Walk the keys; new messages are entered by the trigger."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM conversations_message")
        newest = cursor.fetchone()[0]
        for first in range(0, newest + 1, BATCH):
            cursor.execute(
                "SELECT search_fill(ARRAY(SELECT id FROM conversations_message WHERE id > %s AND id <= %s))",
                [first, first + BATCH],
            )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("conversations", "0010_search_entries")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="searchentry",
            index=GinIndex(fields=["search"], gin_pending_list_limit=512, name="entry_search"),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_search"),
        migrations.RemoveField(model_name="message", name="search"),
    ]
