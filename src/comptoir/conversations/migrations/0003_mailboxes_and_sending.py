"""Sign-in by OAuth, a domain's records, signatures by shop, agent and language; why a message waits, what became of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0002_subject_search"),
        ("core", "0003_jobs_wake_after_commit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DomainCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253, unique=True)),
                ("findings", models.JSONField(default=list)),
                ("checked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MailboxGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=20)),
                ("account", models.CharField(blank=True, max_length=254)),
                ("refresh_token", models.TextField(help_text="encrypted")),
                ("access_token", models.TextField(blank=True, help_text="encrypted")),
                ("expires_at", models.DateTimeField(help_text="of the access token", null=True)),
                ("granted_at", models.DateTimeField()),
                ("refreshed_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=20)),
                ("broken_at", models.DateTimeField(null=True)),
                (
                    "inbox",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grant", to="conversations.inbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(blank=True, max_length=10)),
                ("html", models.TextField()),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="core.shop",
                    ),
                ),
            ],
            options={
                "ordering": ["agent", "shop", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shop", "agent", "language"), name="signature_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shop__isnull", False), ("agent__isnull", False), _connector="OR"),
                        name="signature_of_someone",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="outcomes",
            field=models.JSONField(default=dict, db_default={}),
        ),
        migrations.AddField(
            model_name="message",
            name="waits",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "rien"),
                    ("retry", "nouvel essai"),
                    ("rate", "rythme d’envoi"),
                    ("sign_in", "boîte à reconnecter"),
                    ("answer", "le client a écrit"),
                ],
                default="",
                db_default="",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="delivery",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "sans envoi"),
                    ("held", "annulable"),
                    ("later", "programmé"),
                    ("queued", "à envoyer"),
                    ("sending", "envoi en cours"),
                    ("sent", "envoyé"),
                    ("seen", "lu"),
                    ("failed", "non envoyé"),
                    ("bounced", "non remis"),
                    ("unknown", "envoi incertain"),
                ],
                default="",
                max_length=8,
            ),
        ),
    ]
