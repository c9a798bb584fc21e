"""Facts about parcels and what happened to them."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from comptoir.orders.models.orders import Order, OrderLine


class ParcelState(models.TextChoices):
    """A parcel's normalised state (ports.parcels), in the order in which they usually come."""

    ANNOUNCED = "announced", _("Annoncé au transporteur")
    ACCEPTED = "accepted", _("Remis au transporteur")
    IN_TRANSIT = "in_transit", _("En route")
    CUSTOMS = "customs", _("En douane")
    DELAYED = "delayed", _("En retard")
    OUT_FOR_DELIVERY = "out_for_delivery", _("En cours de livraison")
    ATTEMPT_FAILED = "attempt_failed", _("Présenté sans succès")
    AVAILABLE_FOR_PICKUP = "available_for_pickup", _("Disponible au relais")
    DELIVERED = "delivered", _("Livré")
    EXCEPTION = "exception", _("Incident")
    RETURNING = "returning", _("Retour à l’expéditeur")
    RETURNED = "returned", _("Retourné")
    LOST = "lost", _("Perdu")
    CANCELLED = "cancelled", _("Envoi annulé")
    UNKNOWN = "unknown", _("Inconnu")


class Shipment(models.Model):
    """A parcel."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    external_id = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=60)
    number = models.CharField(max_length=60, blank=True)
    url = models.URLField(blank=True, max_length=500)
    state = models.CharField(max_length=24, choices=ParcelState, default=ParcelState.ANNOUNCED)
    shipped_at = models.DateTimeField(null=True)
    promised_on = models.DateField(null=True)
    estimated_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    relay = models.JSONField(default=dict, help_text="name, street, postcode, city, hours, until, latitude, longitude")
    service = models.CharField(max_length=80, blank=True, help_text="the carrier's product: Colissimo Signature")
    destination = models.CharField(max_length=12, blank=True, help_text="country and region: FR-44")
    counts = models.JSONField(default=dict, blank=True, help_text="how many of each line, by its position")
    lines = models.ManyToManyField(OrderLine, blank=True, related_name="shipments")
    position = models.PositiveSmallIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="the carrier's newest step")
    state_since = models.DateTimeField(null=True, blank=True, help_text="when the step happened that gave its state")
    expected_on = models.DateField(null=True, blank=True, help_text="our own reckoning, from parcels of its road")
    runs_late = models.BooleanField(default=False, help_text="by our own reckoning, whatever the carrier says")

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            models.Index(Upper("number"), name="shipment_number"),
            models.Index(fields=["state"], name="shipment_state"),
            models.Index(fields=["carrier", "state"], name="shipment_carrier"),
            models.Index(
                fields=["promised_on"],
                name="shipment_promised",
                condition=~models.Q(state__in=["delivered", "returned", "returning", "lost"]),
            ),
            models.Index(
                fields=["scanned_at"],
                name="shipment_scanned",
                condition=~models.Q(state__in=["delivered", "returned", "lost", "cancelled"]),
            ),
            models.Index(fields=["id"], name="shipment_late", condition=models.Q(runs_late=True)),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"


class TrackingEvent(models.Model):
    """One thing that happened to a parcel, in the carrier's words."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=24, choices=ParcelState, default=ParcelState.UNKNOWN)
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    place = models.CharField(max_length=160, blank=True)
    source = models.CharField(max_length=40, blank=True, help_text="the carrier's adapter; empty for the shop's own")

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "source", "code", "occurred_at"],
                name="tracking_event_code_once",
                condition=~models.Q(source=""),
            ),
            models.UniqueConstraint(
                fields=["shipment", "occurred_at", "code", "text"],
                name="tracking_event_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text
