"""Facts about webhooks that leave."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Agent


class Endpoint(models.Model):
    """An address of another program. It hears of what its agent may see, and of nothing else.

    `verbs` are the events that it wants; empty means all of them. `secret` is encrypted; while a former one still
    counts (`former_until`), deliveries carry both signatures.
    """

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="webhook_endpoints")
    verbs = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    content = models.BooleanField(default=True, help_text="send the rows themselves, not their keys alone")
    secret = models.TextField()
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=200, blank=True, help_text="a code: gone, failing")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """How far a delivery came."""

    WAITING = "waiting", _("en attente")
    SENDING = "sending", _("envoi en cours")
    DELIVERED = "delivered", _("reçu")
    FAILED = "failed", _("abandonné")


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. `attempts` are {at, status, error, ms, answer}, oldest first."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField()
    verb = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    attempts = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], name="webhook_due", condition=models.Q(state__in=["waiting", "sending"])),
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.state}"
