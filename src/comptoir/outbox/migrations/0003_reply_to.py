"""Where an answer to a mail of ours goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_automatic_mail")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="reply_to",
            field=models.CharField(blank=True, default="", help_text="where an answer to it goes", max_length=320),
            preserve_default=False,
        ),
    ]
