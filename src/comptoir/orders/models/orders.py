"""Facts about products and orders. Money is integer minor units with a currency beside it."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import File, Shop
from comptoir.customers.models import Identity
from comptoir.orders.models.connections import Connection


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
    image_url = models.URLField(blank=True, max_length=500, help_text="the platform's own picture")
    told_at = models.DateTimeField(null=True, blank=True, help_text="the platform's clock when it last told of it")

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
    connection = models.ForeignKey(Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders")
    status = models.CharField(max_length=60, blank=True, help_text="the platform's own word for its state")
    platform_customer = models.CharField(max_length=120, blank=True, help_text="the platform's key of its customer")
    tax = models.BigIntegerField(default=0)
    tags = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    discount_codes = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    billing_address = models.JSONField(default=dict, blank=True)
    documents = models.JSONField(default=list, blank=True, help_text="name, kind, url")
    admin_url = models.URLField(blank=True, max_length=500)
    told_at = models.DateTimeField(null=True, blank=True, help_text="the platform's clock when it last told of it")
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
    external_id = models.CharField(max_length=120, blank=True)
    tax = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    image_url = models.URLField(blank=True, max_length=500)
    refunded = models.PositiveIntegerField(default=0, help_text="how many of it were refunded")
    serials = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    specification = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [GinIndex(OpClass(LINE_WORDS, name="gin_trgm_ops"), name="order_line_words")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.title}"
