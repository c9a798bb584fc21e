"""Cases, incidents and wishes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("conversations", "0019_sides"),
        ("core", "0009_keys"),
        ("orders", "0011_tracking_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("change", models.CharField(max_length=12)),
                (
                    "before",
                    models.JSONField(default=dict, help_text="case: its owner, its end, the message that was written"),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("carrier", models.CharField(blank=True, max_length=60)),
                ("began_at", models.DateTimeField()),
                ("resumes_on", models.DateField(blank=True, null=True)),
                ("texts", models.JSONField(blank=True, default=dict)),
                (
                    "telling_at",
                    models.DateTimeField(
                        help_text="when its letters were ordered; null: not yet, or all are out", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.shop"),
                ),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lost", "Perdu"),
                            ("contested", "Livré, pas reçu"),
                            ("returning", "Retour à l’expéditeur"),
                            ("exception", "Incident"),
                            ("attempt", "Passage manqué"),
                            ("pickup", "Relais, délai bientôt fini"),
                            ("customs", "Douane"),
                            ("silent", "Sans scan"),
                            ("late", "Prend du retard"),
                        ],
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="by when somebody has looked")),
                (
                    "letter",
                    models.CharField(
                        choices=[
                            ("none", "Rien à écrire"),
                            ("proposed", "À confirmer"),
                            ("sent", "Prévenu"),
                            ("call", "À appeler"),
                        ],
                        default="none",
                        max_length=8,
                    ),
                ),
                ("told", models.JSONField(blank=True, default=list)),
                ("told_at", models.DateTimeField(null=True)),
                ("claim_before", models.DateField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="conversations.message",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="orders.order"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="orders.shipment"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.shop"),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="care.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lost", "Perdu"),
                            ("contested", "Livré, pas reçu"),
                            ("returning", "Retour à l’expéditeur"),
                            ("exception", "Incident"),
                            ("attempt", "Passage manqué"),
                            ("pickup", "Relais, délai bientôt fini"),
                            ("customs", "Douane"),
                            ("silent", "Sans scan"),
                            ("late", "Prend du retard"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("off", "Ne rien ouvrir"),
                            ("propose", "Proposer, un conseiller confirme"),
                            ("send", "Écrire au client sans attendre"),
                        ],
                        default="propose",
                        max_length=8,
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(default=0, help_text="silence or time left after which it opens"),
                ),
                (
                    "texts",
                    models.JSONField(blank=True, default=dict, help_text="language: subject and body, instead of ours"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.shop"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(condition=models.Q(("closed_at__isnull", True)), fields=["shop"], name="incident_open"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["shop", "due_at"], name="case_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["conversation"], name="case_conversation"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("shipment",), name="case_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(fields=("shop", "kind"), name="wish_once"),
        ),
    ]
