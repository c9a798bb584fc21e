"""Connections to shop platforms and carriers: accounts, what they told, how far they were read."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Shop


class Connection(models.Model):
    """An account with a shop platform or a carrier. `port` and `vendor` name the adapter; `settings` holds its open
    fields and `secrets` the encrypted ones, a JSON object."""

    class Port(models.TextChoices):
        """What it is for."""

        SHOP = "shop", _("Boutique")
        CARRIER = "carrier", _("Transporteur")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="connections")
    port = models.CharField(max_length=8, choices=Port)
    vendor = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True)
    active = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="why it does not work, in words")
    missing = ArrayField(models.CharField(max_length=120), default=list, blank=True, help_text="rights that it lacks")
    told_at = models.DateTimeField(null=True, help_text="the last webhook that was proved")
    topics = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text="of what the platform agreed to tell"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["shop", "port", "name"]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """One read through a platform: the first import, or a sweep that compares. It resumes at its cursor."""

    class Kind(models.TextChoices):
        """Why it is read."""

        IMPORT = "import", _("Premier import")
        SWEEP = "sweep", _("Vérification")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="readings")
    kind = models.CharField(max_length=8, choices=Kind)
    what = models.CharField(max_length=12, help_text="orders, products, customers, threads")
    since = models.DateTimeField(null=True)
    cursor = models.TextField(blank=True)
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list, blank=True, help_text="the first of them: key and why, no personal value")
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="tries in a row that failed")
    paused = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True, help_text="when it goes on after a problem")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "what"], name="reading_once", condition=models.Q(finished_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], name="reading_due", condition=models.Q(finished_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"


class RawNotice(models.Model):
    """A webhook's very bytes, kept before it is acknowledged. `key` names the delivery for ever."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("En attente")
        DONE = "done", _("Traité")
        IGNORED = "ignored", _("Sans effet")
        FAILED = "failed", _("Échec")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200)
    topic = models.CharField(max_length=120, blank=True)
    body = models.BinaryField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)
    customer_key = models.BigIntegerField(null=True, help_text="whose it is, so that erasing a person reaches it")

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="raw_notice_once")]
        indexes = [
            models.Index(fields=["next_at"], name="raw_notice_due", condition=models.Q(state="waiting")),
            models.Index(
                fields=["customer_key"], name="raw_notice_customer", condition=models.Q(customer_key__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
