"""Canned texts are macros now: automation's migration has moved the rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0007_working_index"), ("automation", "0002_canned_texts")]

    operations = [migrations.DeleteModel(name="CannedText")]
