"""Carts, as far as a message about them needs: of known customers only, and emptied after some days."""

from django.db import models

from comptoir.core.models import Shop
from comptoir.customers.models import Identity
from comptoir.orders.models.connections import Connection


class Cart(models.Model):
    """What a customer chose and did not order. `lines` hold title, variant, quantity, total and image of each article;
    the row outlives them, so that the same cart is not spoken of twice."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="carts")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="carts")
    external_id = models.CharField(max_length=120)
    platform_customer = models.CharField(max_length=120, blank=True, help_text="the platform's key of its customer")
    total = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR")
    lines = models.JSONField(default=list, blank=True)
    url = models.URLField(blank=True, max_length=1000, help_text="leads the customer back to it")
    admin_url = models.URLField(blank=True, max_length=500)
    changed_at = models.DateTimeField(help_text="by the platform's clock")
    looked_at = models.DateTimeField(help_text="when we last read it, or were told of it")
    closed_at = models.DateTimeField(null=True, help_text="ordered, emptied or gone")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "external_id"], name="cart_once")]
        indexes = [
            models.Index(fields=["connection", "changed_at"], name="cart_open", condition=models.Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return self.external_id
