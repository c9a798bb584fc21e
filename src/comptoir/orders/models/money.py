"""Facts about money: what came in, what went back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.orders.models.orders import Order


class Payment(models.Model):
    """Money that came in, or shall, as the platform tells it."""

    class State(models.TextChoices):
        """How far it came."""

        PENDING = "pending", _("En attente")
        AUTHORIZED = "authorized", _("Autorisé")
        PAID = "paid", _("Encaissé")
        FAILED = "failed", _("Refusé")
        VOIDED = "voided", _("Annulé")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    external_id = models.CharField(max_length=120)
    method = models.CharField(max_length=120, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    state = models.CharField(max_length=12, choices=State, default=State.PAID)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["paid_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["order", "external_id"], name="payment_once")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Refund(models.Model):
    """Money that went back."""

    class State(models.TextChoices):
        """How far it came."""

        PENDING = "pending", _("En cours")
        DONE = "done", _("Fait")
        FAILED = "failed", _("Échoué")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    external_id = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    reason = models.CharField(max_length=300, blank=True)
    refunded_at = models.DateTimeField()
    lines = models.JSONField(default=dict, blank=True, help_text="how many of each line, by its external id")
    shipping = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State, default=State.DONE)
    method = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-refunded_at"]
        constraints = [models.UniqueConstraint(fields=["order", "external_id"], name="refund_once")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
