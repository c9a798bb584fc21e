"""A tree of topics: every text that stood on conversations, macros, lists of steps and forms becomes a root of its own."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# jumps from one text to the next in the index conv_topic, so that a million conversations cost nothing
ROOTS = """
WITH RECURSIVE used(v) AS (
    (SELECT topic FROM conversations_conversation WHERE topic <> '' ORDER BY topic LIMIT 1)
    UNION ALL
    SELECT (SELECT topic FROM conversations_conversation WHERE topic <> '' AND topic > used.v ORDER BY topic LIMIT 1)
    FROM used WHERE used.v IS NOT NULL
), named(v) AS (
    SELECT v FROM used WHERE v IS NOT NULL
    UNION SELECT left(unnest(topics), 60) FROM conversations_inbox
    UNION SELECT topic FROM conversations_checklist WHERE topic <> ''
)
INSERT INTO conversations_topic (code, name, names, position, branch)
SELECT v, v, '{}', row_number() OVER (ORDER BY v) - 1, ARRAY[v] FROM named WHERE v <> '' ORDER BY v LIMIT 500
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0007_original_months"), ("conversations", "0015_rank_index")]

    operations = [
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("names", models.JSONField(default=dict)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("branch", ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.deletion.PROTECT,
                        related_name="merged",
                        to="conversations.topic",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.deletion.PROTECT,
                        related_name="children",
                        to="conversations.topic",
                    ),
                ),
                ("shops", models.ManyToManyField(blank=True, related_name="+", to="core.shop")),
            ],
            options={"ordering": ["position", "pk"]},
        ),
        migrations.RunSQL(ROOTS, migrations.RunSQL.noop),
    ]
