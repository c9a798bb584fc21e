from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0016_topics")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="language",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="of a customer's words, as far as they tell",
                max_length=10,
            ),
        ),
    ]
