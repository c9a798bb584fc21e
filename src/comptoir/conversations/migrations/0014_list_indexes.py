"""Each order of a list has its index; topics and what could not be delivered are found without reading the rest."""

import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

ACCENTED, PLAIN = "àâäáãåçéèêëíìîïñóòôöõøúùûüýÿšžłńśż", "aaaaaaceeeeiiiinoooooouuuuyyszlnsz"


class Migration(migrations.Migration):
    atomic = False  # indexes that are made while messages arrive

    dependencies = [("conversations", "0013_view_shape")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(fields=["state", "created_at", "id"], name="conv_created"),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                models.F("state"),
                models.OrderBy(models.F("priority"), descending=True),
                models.F("rank"),
                models.F("id"),
                name="conv_priority",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                models.F("state"),
                models.Func(
                    django.db.models.functions.text.Lower("customer_name"),
                    models.Value(ACCENTED),
                    models.Value(PLAIN),
                    function="translate",
                    output_field=models.CharField(),
                ),
                models.F("id"),
                name="conv_name",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(condition=models.Q(("topic", ""), _negated=True), fields=["topic"], name="conv_topic"),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("delivery__in", ["failed", "bounced"])),
                fields=["conversation"],
                name="message_undelivered",
            ),
        ),
    ]
