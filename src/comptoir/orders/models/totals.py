"""What stands ready so that lists need not sum it."""

from django.db import models

from comptoir.customers.models import Customer


class CustomerTotal(models.Model):
    """How many orders a customer placed and the sum of their totals, whatever their state: what filters ask.

    Triggers keep it (migration 0009), so that imports, merges and their undoing cannot forget it. Who never ordered may
    have none. What a customer is worth (refunds, unpaid orders, currencies) is `queries.value`.
    """

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="+")
    orders = models.IntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["spent"], name="customer_total_spent"),
            models.Index(fields=["orders"], name="customer_total_orders"),
        ]

    def __str__(self) -> str:
        return f"{self.orders}: {self.spent}"
