"""What custom fields say of orders."""

from django.db import models

from comptoir.core.models import CustomValue
from comptoir.orders.models.orders import Order


class OrderValue(CustomValue):
    """What a custom field says of an order."""

    owner = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="custom_values", db_index=False)

    class Meta(CustomValue.Meta):
        pass
