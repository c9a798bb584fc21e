"""Messages that are due, those that wait, and when an inbox last sent, each found without reading the others."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # indexes that are made while messages arrive

    dependencies = [("conversations", "0003_mailboxes_and_sending")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["due_at"], name="message_due_at", condition=models.Q(("due_at__isnull", False))),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["inbox", "claimed_at"],
                name="message_claimed",
                condition=models.Q(("claimed_at__isnull", False)),
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["inbox", "created_at", "id"],
                name="message_waiting",
                condition=models.Q(("delivery__in", ["queued", "later"])),
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_due"),
    ]
