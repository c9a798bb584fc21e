"""Where a merged conversation leads is found quickly; what stands in spam and trash today begins its time today."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is made while messages arrive

    dependencies = [("conversations", "0006_working")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                fields=["merged_into"], name="conv_merged", condition=models.Q(merged_into__isnull=False)
            ),
        ),
        migrations.RunSQL(
            "UPDATE conversations_conversation SET put_away_at = now() WHERE state IN ('spam', 'trash')",
            migrations.RunSQL.noop,
        ),
    ]
