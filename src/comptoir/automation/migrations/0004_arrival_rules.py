"""Shared views that act when a message arrives, and what they did."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("automation", "0003_run_acts"), ("conversations", "0013_view_shape")]

    operations = [
        migrations.CreateModel(
            name="ArrivalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("acts", models.JSONField(default=list)),
                ("active", models.BooleanField(default=False)),
                ("stops", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "view",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="arrival", to="conversations.view"
                    ),
                ),
            ],
            options={"ordering": ["position", "pk"]},
        ),
        migrations.CreateModel(
            name="ArrivalRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done", models.JSONField(default=list)),
                ("ran_at", models.DateTimeField(auto_now_add=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.conversation"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.message"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="automation.arrivalrule"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["rule", "-id"], name="arrival_run_newest")],
                "constraints": [models.UniqueConstraint(fields=("rule", "message"), name="arrival_run_once")],
            },
        ),
    ]
