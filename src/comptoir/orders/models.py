"""Facts about products, orders and parcels. Money is integer minor units with a currency beside it."""

from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import File, Shop
from comptoir.customers.models import Identity


class Product(models.Model):
    """Something that a shop sells, as far as its orders and answers need it."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="products")
    external_id = models.CharField(max_length=120)
    sku = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    category = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="EUR")
    stock = models.IntegerField(null=True)
    url = models.URLField(blank=True, max_length=500)
    image = models.ForeignKey(File, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    drawing = models.CharField(max_length=80, blank=True, help_text="a drawing that ships with Comptoir")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "external_id"], name="product_once")]

    def __str__(self) -> str:
        return self.title


# what a part of a delivery address is looked for in
ADDRESS = Upper(
    Concat(
        KT("address__name"), Value(" "), KT("address__street"), Value(" "), KT("address__postcode"), Value(" "),
        KT("address__city"), output_field=models.TextField(),
    )
)  # fmt: skip


class Order(models.Model):
    """An order as the shop's platform tells it. Reads point to the immutable identity that ordered."""

    class State(models.TextChoices):
        """Where the order stands as a whole."""

        PENDING = "pending", _("En attente de paiement")
        PAID = "paid", _("Payée")
        PREPARING = "preparing", _("En préparation")
        PARTLY_SHIPPED = "partly_shipped", _("Expédiée en partie")
        SHIPPED = "shipped", _("Expédiée")
        DELIVERED = "delivered", _("Livrée")
        CANCELLED = "cancelled", _("Annulée")
        REFUNDED = "refunded", _("Remboursée")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="orders")
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=60)
    state = models.CharField(max_length=16, choices=State, default=State.PAID)
    placed_at = models.DateTimeField()
    currency = models.CharField(max_length=3, default="EUR")
    total = models.BigIntegerField()
    shipping = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    shipping_method = models.CharField(max_length=120, blank=True)
    payment = models.CharField(max_length=120, blank=True, help_text="as the shop names it: Visa 4271")
    address = models.JSONField(default=dict, help_text="name, street, postcode, city, country, phone")
    note = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "external_id"], name="order_once")]
        indexes = [
            models.Index(fields=["identity", "-placed_at"], name="order_identity_placed"),
            models.Index(Upper("number"), name="order_number"),
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="order_number_trgm"),
            GinIndex(OpClass(ADDRESS, name="gin_trgm_ops"), name="order_address_trgm"),
            models.Index(fields=["-placed_at"], name="order_placed"),
            models.Index(fields=["state", "-placed_at"], name="order_state_placed"),
        ]

    def __str__(self) -> str:
        return self.number

    def live_topics(self) -> Iterable[str]:
        """What streams are told when this order changes."""
        return [f"order:{self.pk}", f"customer:{self.identity.customer_id}"]

    def live_audiences(self) -> Iterable[str]:
        """Who is told."""
        return [f"shop:{self.shop_id}"]


# what a part of an article's name or reference is looked for in
LINE_WORDS = Upper(Concat("title", Value(" "), "variant", Value(" "), "sku", output_field=models.TextField()))


class OrderLine(models.Model):
    """One position of an order, as it was sold."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, null=True, on_delete=models.SET_NULL, related_name="+")
    sku = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    variant = models.CharField(max_length=120, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.BigIntegerField()
    total = models.BigIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [GinIndex(OpClass(LINE_WORDS, name="gin_trgm_ops"), name="order_line_words")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.title}"


class ParcelState(models.TextChoices):
    """A parcel's normalised state, in the order in which they usually come."""

    ANNOUNCED = "announced", _("Annoncé au transporteur")
    HANDED_OVER = "handed_over", _("Remis au transporteur")
    IN_TRANSIT = "in_transit", _("En route")
    CUSTOMS = "customs", _("En douane")
    LATE = "late", _("En retard")
    OUT_FOR_DELIVERY = "out_for_delivery", _("En cours de livraison")
    FAILED_ATTEMPT = "failed_attempt", _("Présenté sans succès")
    AT_RELAY = "at_relay", _("Disponible au relais")
    DELIVERED = "delivered", _("Livré")
    RETURNING = "returning", _("Retour à l’expéditeur")
    RETURNED = "returned", _("Retourné")
    LOST = "lost", _("Perdu")
    UNKNOWN = "unknown", _("Inconnu")


class Shipment(models.Model):
    """A parcel."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    external_id = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=60)
    number = models.CharField(max_length=60, blank=True)
    url = models.URLField(blank=True, max_length=500)
    state = models.CharField(max_length=16, choices=ParcelState, default=ParcelState.ANNOUNCED)
    shipped_at = models.DateTimeField(null=True)
    promised_on = models.DateField(null=True)
    estimated_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    relay = models.JSONField(default=dict, help_text="name, street, postcode, city, until")
    lines = models.ManyToManyField(OrderLine, blank=True, related_name="shipments")
    position = models.PositiveSmallIntegerField(default=0)

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
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"


class TrackingEvent(models.Model):
    """One thing that happened to a parcel, in the carrier's words."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=ParcelState, default=ParcelState.UNKNOWN)
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    place = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "occurred_at", "code", "text"],
                name="tracking_event_once",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Refund(models.Model):
    """Money that went back."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    external_id = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    reason = models.CharField(max_length=300, blank=True)
    refunded_at = models.DateTimeField()

    class Meta:
        ordering = ["-refunded_at"]
        constraints = [models.UniqueConstraint(fields=["order", "external_id"], name="refund_once")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class ImportRun(models.Model):
    """An import of a file: how far it came, so that it resumes; what it refused and why."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    done = models.PositiveBigIntegerField(default=0, help_text="records read so far")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "sha256"], name="import_run_once")]

    def __str__(self) -> str:
        return self.name


class RefusedRow(models.Model):
    """A record that an import could not take, and why, in words. It holds no personal value."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    line = models.PositiveBigIntegerField()
    number = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["line"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
