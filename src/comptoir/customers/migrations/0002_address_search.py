"""Customers are found by a part of their postal address."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

ADDRESS = django.db.models.functions.text.Upper(
    django.db.models.functions.text.Concat(
        "company",
        models.Value(" "),
        "street",
        models.Value(" "),
        "postcode",
        models.Value(" "),
        "city",
        output_field=models.TextField(),
    )
)


class Migration(migrations.Migration):
    atomic = False  # an index that is made while others work

    dependencies = [("customers", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(ADDRESS, name="gin_trgm_ops"), name="customer_address_trgm"
            ),
        ),
    ]
