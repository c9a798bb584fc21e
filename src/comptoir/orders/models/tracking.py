"""Facts about following parcels: which numbers are asked for, which codes nobody knows, how long a road takes."""

from django.db import models

from comptoir.orders.models.connections import Connection


class Following(models.Model):
    """A parcel's number that a connection follows: asked for again at `due_at`, until it is over or too old."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="followings")
    number = models.CharField(max_length=60)
    registered_at = models.DateTimeField(null=True, help_text="when the carrier was asked to tell by itself")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="null: nothing more to ask")
    missed = models.PositiveSmallIntegerField(default=0, help_text="questions in a row without an answer")
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "number"], name="following_once")]
        indexes = [
            models.Index(fields=["due_at"], name="following_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["connection", "asked_at"], name="following_asked"),
        ]

    def __str__(self) -> str:
        return self.number


class CarrierCode(models.Model):
    """A carrier's code that no table names: kept with the parcel as unknown, counted here so that somebody names it."""

    vendor = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    seen = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-seen", "vendor", "code"]
        constraints = [models.UniqueConstraint(fields=["vendor", "code"], name="carrier_code_once")]

    def __str__(self) -> str:
        return f"{self.vendor} {self.code}"


class TransitTime(models.Model):
    """How long parcels of a carrier took lately, from the first scan to delivery: quantiles in hours. An empty service
    or region means any. Made anew each night."""

    carrier = models.CharField(max_length=60)
    service = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=12, blank=True)
    count = models.PositiveIntegerField()
    p10 = models.FloatField()
    p50 = models.FloatField()
    p80 = models.FloatField()
    p90 = models.FloatField()
    error = models.FloatField(null=True, help_text="days between expected and real, of the newest fifth")
    tested = models.PositiveIntegerField(default=0, help_text="parcels of that fifth")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["carrier", "service", "region"]
        constraints = [models.UniqueConstraint(fields=["carrier", "service", "region"], name="transit_time_once")]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.carrier, self.service, self.region)))
