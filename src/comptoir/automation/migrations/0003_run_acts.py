from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("automation", "0002_canned_texts")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="acts",
            field=models.JSONField(default=list, help_text="codes of the acts that are done with each answer"),
        ),
    ]
