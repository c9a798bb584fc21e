"""Following parcels: numbers that are asked for, codes that nobody knows, how long roads take."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0009_customer_totals"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarrierCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vendor", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=60)),
                ("seen", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField(auto_now_add=True)),
                ("last_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["-seen", "vendor", "code"],
            },
        ),
        migrations.CreateModel(
            name="Following",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60)),
                (
                    "registered_at",
                    models.DateTimeField(help_text="when the carrier was asked to tell by itself", null=True),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(help_text="null: nothing more to ask", null=True)),
                (
                    "missed",
                    models.PositiveSmallIntegerField(default=0, help_text="questions in a row without an answer"),
                ),
                ("problem", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="TransitTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("carrier", models.CharField(max_length=60)),
                ("service", models.CharField(blank=True, max_length=80)),
                ("region", models.CharField(blank=True, max_length=12)),
                ("count", models.PositiveIntegerField()),
                ("p10", models.FloatField()),
                ("p50", models.FloatField()),
                ("p80", models.FloatField()),
                ("p90", models.FloatField()),
                (
                    "error",
                    models.FloatField(help_text="days between expected and real, of the newest fifth", null=True),
                ),
                ("tested", models.PositiveIntegerField(default=0, help_text="parcels of that fifth")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["carrier", "service", "region"],
            },
        ),
        migrations.AddField(
            model_name="shipment",
            name="expected_on",
            field=models.DateField(blank=True, help_text="our own reckoning, from parcels of its road", null=True),
        ),
        migrations.AddField(
            model_name="shipment",
            name="runs_late",
            field=models.BooleanField(default=False, help_text="by our own reckoning, whatever the carrier says"),
        ),
        migrations.AddField(
            model_name="shipment",
            name="scanned_at",
            field=models.DateTimeField(blank=True, help_text="the carrier's newest step", null=True),
        ),
        migrations.AddField(
            model_name="shipment",
            name="state_since",
            field=models.DateTimeField(blank=True, help_text="when the step happened that gave its state", null=True),
        ),
        migrations.AddField(
            model_name="trackingevent",
            name="source",
            field=models.CharField(
                blank=True, help_text="the carrier's adapter; empty for the shop's own", max_length=40
            ),
        ),
        migrations.AddConstraint(
            model_name="trackingevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("shipment", "source", "code", "occurred_at"),
                name="tracking_event_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="carriercode",
            constraint=models.UniqueConstraint(fields=("vendor", "code"), name="carrier_code_once"),
        ),
        migrations.AddField(
            model_name="following",
            name="connection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="followings", to="orders.connection"
            ),
        ),
        migrations.AddConstraint(
            model_name="transittime",
            constraint=models.UniqueConstraint(fields=("carrier", "service", "region"), name="transit_time_once"),
        ),
        migrations.AddIndex(
            model_name="following",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="following_due"),
        ),
        migrations.AddIndex(
            model_name="following",
            index=models.Index(fields=["connection", "asked_at"], name="following_asked"),
        ),
        migrations.AddConstraint(
            model_name="following",
            constraint=models.UniqueConstraint(fields=("connection", "number"), name="following_once"),
        ),
    ]
