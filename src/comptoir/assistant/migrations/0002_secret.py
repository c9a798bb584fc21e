from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistant", "0001_initial")]

    operations = [
        migrations.RenameField(model_name="engine", old_name="key", new_name="secret"),
        migrations.AlterField(
            model_name="engine",
            name="secret",
            field=models.TextField(blank=True, help_text="the key, encrypted"),
        ),
    ]
