"""How long the original of a mail is kept; null, as until now: for ever."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0006_masking")]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="original_months",
            field=models.PositiveSmallIntegerField(help_text="mail's bytes are kept so long; null: always", null=True),
        ),
    ]
