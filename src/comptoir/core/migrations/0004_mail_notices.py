"""Whether agents get a mail when they are given a matter or named in a note."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_jobs_wake_after_commit")]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="mail_assigned",
            field=models.BooleanField(default=False, help_text="a mail for each matter that others give them"),
        ),
        migrations.AddField(
            model_name="agent",
            name="mail_mentioned",
            field=models.BooleanField(default=False, help_text="a mail for each note that names them"),
        ),
    ]
