"""What the customer is told of an act."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_connecting")]
    operations = [
        migrations.AddField(
            model_name="gesture",
            name="letter",
            field=models.TextField(
                blank=True, default="", help_text="what the customer is told once it is done, in the conversation"
            ),
            preserve_default=False,
        ),
    ]
