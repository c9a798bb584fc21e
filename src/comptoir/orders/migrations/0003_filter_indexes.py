"""What views ask of orders, their articles and parcels is found without reading all of them."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # indexes that are made while orders come

    dependencies = [("orders", "0002_address_search")]

    operations = [
        AddIndexConcurrently(model_name="order", index=models.Index(fields=["-placed_at"], name="order_placed")),
        AddIndexConcurrently(
            model_name="order", index=models.Index(fields=["state", "-placed_at"], name="order_state_placed")
        ),
        AddIndexConcurrently(
            model_name="orderline",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper(
                        django.db.models.functions.text.Concat(
                            "title", models.Value(" "), "variant", models.Value(" "), "sku",
                            output_field=models.TextField(),
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="order_line_words",
            ),
        ),
        AddIndexConcurrently(model_name="shipment", index=models.Index(fields=["state"], name="shipment_state")),
        AddIndexConcurrently(
            model_name="shipment", index=models.Index(fields=["carrier", "state"], name="shipment_carrier")
        ),
        AddIndexConcurrently(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(("state__in", ["delivered", "returned", "returning", "lost"]), _negated=True),
                fields=["promised_on"],
                name="shipment_promised",
            ),
        ),
    ]  # fmt: skip
