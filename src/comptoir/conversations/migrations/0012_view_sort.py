"""Saved views keep their order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0011_search_filled")]

    operations = [
        migrations.AddField(
            model_name="view",
            name="sort",
            field=models.CharField(db_default="waiting", default="waiting", max_length=10),
        ),
    ]
