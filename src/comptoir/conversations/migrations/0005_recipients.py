"""Reply-To and forwards of messages, sent mail, matters without an answer, what agents teach, acknowledgements."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATES = [
    ("open", "Ouverte"),
    ("pending", "En attente du client"),
    ("snoozed", "En pause"),
    ("closed", "Close"),
    ("quiet", "Sans réponse attendue"),
    ("spam", "Indésirable"),
    ("trash", "Corbeille"),
]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("conversations", "0004_sending_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="rawmessage",
            name="outgoing",
            field=models.BooleanField(default=False, help_text="out of the folder of sent mail: we wrote it"),
        ),
        migrations.AddField(
            model_name="message",
            name="routes",
            field=models.JSONField(default=dict, help_text="reply_to [{email, name}], ours [addresses], list address"),
        ),
        migrations.AddField(
            model_name="message",
            name="forwarded",
            field=models.JSONField(
                default=dict, help_text="who wrote what this mail forwards; conversations.originals"
            ),
        ),
        migrations.AlterField(
            model_name="conversation",
            name="state",
            field=models.CharField(choices=STATES, default="open", max_length=8),
        ),
        migrations.AddField(
            model_name="conversation",
            name="quiet_reason",
            field=models.CharField(
                blank=True, default="", help_text="why no answer is expected: lib.mail.purpose", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="inbox",
            name="acknowledges",
            field=models.BooleanField(default=False, help_text="a new matter is acknowledged, once"),
        ),
        migrations.AddField(
            model_name="inbox",
            name="acknowledgement",
            field=models.JSONField(blank=True, default=dict, help_text="the shop's own text by language"),
        ),
        migrations.CreateModel(
            name="SenderLesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender", models.CharField(max_length=320)),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("expects", models.BooleanField()),
                ("taught_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lessons", to="conversations.inbox"
                    ),
                ),
            ],
            options={
                "ordering": ["sender", "kind"],
                "constraints": [models.UniqueConstraint(fields=("inbox", "sender", "kind"), name="sender_lesson_once")],
            },
        ),
    ]
