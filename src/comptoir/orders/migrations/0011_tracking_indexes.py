"""Silent and late parcels are found without reading all."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # indexes that are made while parcels move

    dependencies = [("orders", "0010_tracking")]

    operations = [
        AddIndexConcurrently(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(("state__in", ["delivered", "returned", "lost", "cancelled"]), _negated=True),
                fields=["scanned_at"],
                name="shipment_scanned",
            ),
        ),
        AddIndexConcurrently(
            model_name="shipment",
            index=models.Index(condition=models.Q(("runs_late", True)), fields=["id"], name="shipment_late"),
        ),
    ]
