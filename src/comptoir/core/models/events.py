"""The event log: audit, timeline, webhooks and figures are read from the same rows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Where an event comes from; only live ones make anything react."""

    LIVE = "live", _("en direct")
    IMPORT = "import", _("import")
    RECONCILIATION = "reconciliation", _("rapprochement")
    REPLAY = "replay", _("rejeu")
    DEMO = "demo", _("démonstration")


class Event(models.Model):
    """Something that happened: identifiers and codes only, nothing personal (that stands in EventDetail).

    The table is partitioned by month of `recorded_at` and nothing has a foreign key to it.
    """

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    occurred_at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    customer_key = models.BigIntegerField(null=True)
    shop_key = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.LIVE)
    cause = models.BigIntegerField(null=True)
    depth = models.PositiveSmallIntegerField(default=0)
    codes = models.JSONField(default=dict)
    topics = ArrayField(models.CharField(max_length=80), default=list)
    audiences = ArrayField(models.CharField(max_length=80), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["customer_key", "id"], name="event_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"


class EventDetail(models.Model):
    """What an event changed, in people's own values: before and after. Erasing the person deletes it."""

    event_id = models.BigIntegerField(primary_key=True)
    customer_key = models.BigIntegerField(null=True, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"detail of {self.event_id}"


class Receipt(models.Model):
    """An event was handled by a subscriber; written in the transaction of the effect."""

    event_id = models.BigIntegerField()
    subscriber = models.CharField(max_length=120)
    handled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "subscriber"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.subscriber}"


class Erasure(models.Model):
    """A person was erased: the key only. A restore replays this list."""

    customer_key = models.BigIntegerField(unique=True)
    erased_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.customer_key)
