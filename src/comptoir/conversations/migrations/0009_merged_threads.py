"""The messages of a merged conversation are found by where they came from."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is made while messages arrive

    dependencies = [("conversations", "0008_macros_replace_canned_texts")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["came_from"], name="message_came_from", condition=models.Q(came_from__isnull=False)
            ),
        ),
    ]
