"""Views of a team, in parts, with columns of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0012_view_sort"), ("core", "0007_original_months")]

    operations = [
        migrations.AddField(model_name="view", name="columns", field=models.JSONField(db_default=[], default=list)),
        migrations.AddField(
            model_name="view",
            name="split",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Une seule liste"),
                    ("team", "Par équipe"),
                    ("assignee", "Par responsable"),
                    ("shop", "Par boutique"),
                    ("channel", "Par canal"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="view",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="views",
                to="core.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="view",
            constraint=models.CheckConstraint(
                condition=models.Q(("agent__isnull", True), ("team__isnull", True), _connector="OR"),
                name="view_of_one",
            ),
        ),
    ]
