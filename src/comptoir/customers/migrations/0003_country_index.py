"""Customers of a country are found without reading the others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is made while customers come

    dependencies = [("customers", "0002_address_search")]

    operations = [
        AddIndexConcurrently(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("country", ""), _negated=True), fields=["country"], name="customer_country"
            ),
        ),
    ]
