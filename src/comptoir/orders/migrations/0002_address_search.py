"""Orders are found by a part of the address they go to."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.fields.json import KT

ADDRESS = django.db.models.functions.text.Upper(
    django.db.models.functions.text.Concat(
        KT("address__name"),
        models.Value(" "),
        KT("address__street"),
        models.Value(" "),
        KT("address__postcode"),
        models.Value(" "),
        KT("address__city"),
        output_field=models.TextField(),
    )
)


class Migration(migrations.Migration):
    atomic = False  # an index that is made while others work

    dependencies = [("orders", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="order",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(ADDRESS, name="gin_trgm_ops"), name="order_address_trgm"
            ),
        ),
    ]
