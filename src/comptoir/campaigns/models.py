"""Facts about proactive messages: what a shop wishes for each kind, its texts, each message, and totals."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Agent, Shop
from comptoir.customers.models import Identity
from comptoir.orders.models import Cart, Connection, Order, Product, Shipment
from comptoir.outbox.models import Mail


class Kind(models.TextChoices):
    """What a message says, in the order of an order's life."""

    CONFIRMED = "confirmed", _("Commande confirmée")
    PREPARING = "preparing", _("En préparation")
    PARTLY_SHIPPED = "partly_shipped", _("Expédiée en partie")
    SHIPPED = "shipped", _("Colis expédié")
    CUSTOMS = "customs", _("En douane")
    TRENDING_LATE = "trending_late", _("Semble prendre du retard")
    DELAYED = "delayed", _("En retard")
    OUT_FOR_DELIVERY = "out_for_delivery", _("En cours de livraison")
    ATTEMPT_FAILED = "attempt_failed", _("Présenté sans succès")
    AT_RELAY = "at_relay", _("Arrivé au point relais")
    RELAY_REMINDER = "relay_reminder", _("Rappel du point relais")
    READY_IN_STORE = "ready_in_store", _("Prête en magasin")
    DELIVERED = "delivered", _("Livré")
    WELL_RECEIVED = "well_received", _("Bien reçu\u202f?")
    EXCEPTION = "exception", _("Incident de livraison")
    RETURNED = "returned", _("Retour à l’expéditeur")
    CANCELLED = "cancelled", _("Commande annulée")
    REFUNDED = "refunded", _("Remboursement fait")
    REVIEW = "review", _("Demande d’avis")
    ABANDONED_CART = "abandoned_cart", _("Panier abandonné")
    BACK_IN_STOCK = "back_in_stock", _("De retour en stock")


class Model(models.TextChoices):
    """How an order is confirmed."""

    PLAIN = "plain", _("Simple")
    WELCOME = "welcome", _("Bienvenue à la première commande")
    REASSURANCE = "reassurance", _("Rassurant, avec le suivi")
    COUPON = "coupon", _("Code de réduction et parrainage")
    SIMILAR = "similar", _("Produits proches")


class Setting(models.Model):
    """What a shop wishes for a kind; without a row it is off. `said_by` names who says it already."""

    class Mode(models.TextChoices):
        """Who sends."""

        OFF = "off", _("Éteint")
        PROPOSE = "propose", _("Proposer, quelqu’un confirme")
        SEND = "send", _("Envoyer sans attendre")

    class Speaker(models.TextChoices):
        """Who says it already."""

        PLATFORM = "platform", _("la plateforme de la boutique")
        CARRIER = "carrier", _("le transporteur")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.OFF)
    said_by = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    model = models.CharField(max_length=12, choices=Model, default=Model.PLAIN, help_text="of a confirmation")
    days = models.PositiveSmallIntegerField(null=True, help_text="after which it leaves, of kinds that wait")
    hours = models.PositiveSmallIntegerField(null=True, help_text="that a cart lies untouched before it is spoken of")
    offer = models.JSONField(default=dict, blank=True, help_text="code, words, referral_url")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "kind"], name="proactive_setting_once")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.kind}"


class Manner(models.Model):
    """How a shop's messages leave and are measured."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="+")
    quiet_from = models.PositiveSmallIntegerField(default=21, help_text="hour of the customer's evening")
    quiet_until = models.PositiveSmallIntegerField(default=8, help_text="hour of the customer's morning")
    measures = models.BooleanField(default=False, help_text="opens and clicks are counted")

    def __str__(self) -> str:
        return f"{self.shop_id}"


class Text(models.Model):
    """One version of a shop's own text of a kind in a language. The newest that is not withdrawn holds; without one,
    ours does."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    model = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=300)
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "kind", "model", "language", "version"], name="proactive_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.version}"


class StockWish(models.Model):
    """Somebody wants to be told when an article is back: their address was proved by the link that we mailed. Told
    once, or ended, or over by itself."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="stock_wishes")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stock_wishes")
    language = models.CharField(max_length=10)
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(help_text="the last moment at which it is still wanted")
    ended_at = models.DateTimeField(null=True, help_text="by the customer, or because they were told")
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "product"], name="stock_wish_once", condition=models.Q(ended_at=None)
            )
        ]
        indexes = [models.Index(fields=["shop", "product"], name="stock_wish_open", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return str(self.product)


class Watch(models.Model):
    """How far a platform was asked for carts or for stock, and when it may be asked again."""

    class What(models.TextChoices):
        """What it is asked for."""

        CARTS = "carts", _("paniers")
        STOCK = "stock", _("stock")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=5, choices=What)
    seen_to = models.DateTimeField(null=True)
    next_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "what"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.what}"


class Announcement(models.Model):
    """One message to one customer about one order (or one parcel of it), a cart or a wish: once for each kind and
    step, for ever."""

    class State(models.TextChoices):
        """How far it came; once it left, its mail says more."""

        WAITING = "waiting", _("attend son heure")
        PROPOSED = "proposed", _("à confirmer")
        LEFT = "left", _("parti")
        DROPPED = "dropped", _("abandonné")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="announcements")
    cart = models.ForeignKey(Cart, null=True, on_delete=models.CASCADE, related_name="announcements")
    wish = models.ForeignKey(StockWish, null=True, on_delete=models.CASCADE, related_name="announcements")
    shipment = models.ForeignKey(Shipment, null=True, on_delete=models.CASCADE, related_name="announcements")
    step = models.CharField(max_length=20, blank=True, help_text="which of several: J-2, J-1, a refund's key")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, blank=True, help_text="why it was dropped or waits, as a code")
    due_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    mail = models.OneToOneField(Mail, null=True, on_delete=models.SET_NULL, related_name="announcement")
    model = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="of the shop's text; 0: ours")
    opened_at = models.DateTimeField(null=True, help_text="with the customer's consent only")
    clicked_at = models.DateTimeField(null=True, help_text="with the customer's consent only")
    created_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "order", "cart", "wish", "shipment", "step"],
                nulls_distinct=False,
                name="announcement_once",
            ),
            models.CheckConstraint(
                condition=models.Q(order__isnull=False, cart=None, wish=None)
                | models.Q(order=None, cart__isnull=False, wish=None)
                | models.Q(order=None, cart=None, wish__isnull=False),
                name="announcement_about_one",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="announcement_due", condition=models.Q(state="waiting")),
            models.Index(fields=["shop", "due_at"], name="announcement_queue", condition=models.Q(state="proposed")),
            models.Index(fields=["shop", "kind", "left_at"], name="announcement_left"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.about}"

    @property
    def about(self) -> str:
        """Of what it speaks, as a colleague reads it: the order's number, the article; nothing of a cart."""
        return self.order.number if self.order else self.wish.product.title if self.wish else ""

    @property
    def person(self) -> Identity:
        """Whom it is for."""
        source = self.order or self.cart or self.wish
        assert source is not None
        return source.identity

    def live_topics(self) -> Iterable[str]:
        """What streams are told when it changes."""
        return ["announcements"]

    def live_audiences(self) -> Iterable[str]:
        """Who is told."""
        return [f"shop:{self.shop_id}"]


class Tally(models.Model):
    """Opens and clicks of a day, of nobody in particular."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)
    clicked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "kind", "day"], name="proactive_tally_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class Confirmation(models.Model):
    """One decision about many proposed messages, so that it can be taken back before they leave."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    announcements = ArrayField(models.BigIntegerField())
    dropped = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{len(self.announcements)}"
