"""Lists of several states at once are read in their order too."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is made while messages arrive

    dependencies = [("conversations", "0014_list_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("state__in", ["spam", "trash", "merged"]), _negated=True),
                fields=["rank", "id"],
                name="conv_rank",
            ),
        ),
    ]
