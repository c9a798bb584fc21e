"""Acts that wait for an accord ring too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_session_ends")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mentioned", "une note me nomme"),
                    ("assigned", "on me confie une conversation"),
                    ("mine", "un client écrit dans mes conversations"),
                    ("team", "un client écrit dans la file de mon équipe"),
                    ("everything", "tout nouveau message"),
                    ("approval", "un geste attend mon accord"),
                    ("trial", "essai"),
                    ("ending", "session qui se termine"),
                ],
                max_length=10,
            ),
        ),
    ]
