from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("automation", "0004_arrival_rules")]

    operations = [
        migrations.AddField(
            model_name="wording",
            name="spelled",
            field=models.JSONField(db_default=[], default=list, help_text="words that are spelled right"),
        ),
        migrations.AddField(
            model_name="wording",
            name="cultures",
            field=models.JSONField(
                db_default={}, default=dict, help_text="{country: {address, greeting, closing, note}}"
            ),
        ),
    ]
