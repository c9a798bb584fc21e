"""Facts about cases, incidents, and what the house wishes for each kind."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models import Conversation, Message
from comptoir.core.models import Agent, Shop
from comptoir.orders.models import Order, Shipment


class CaseKind(models.TextChoices):
    """What goes wrong with a parcel, the gravest first."""

    LOST = "lost", _("Perdu")
    CONTESTED = "contested", _("Livré, pas reçu")
    RETURNING = "returning", _("Retour à l’expéditeur")
    EXCEPTION = "exception", _("Incident")
    ATTEMPT = "attempt", _("Passage manqué")
    PICKUP = "pickup", _("Relais, délai bientôt fini")
    CUSTOMS = "customs", _("Douane")
    SILENT = "silent", _("Sans scan")
    LATE = "late", _("Prend du retard")


class Incident(models.Model):
    """Something that holds up many orders: a strike, a stopped sorting centre. `texts` maps a language to what the
    customers read: {"subject", "body"}."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    carrier = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    resumes_on = models.DateField(null=True, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    telling_at = models.DateTimeField(
        null=True, help_text="when its letters were ordered; null: not yet, or all are out"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["shop"], name="incident_open", condition=models.Q(closed_at__isnull=True))]

    def __str__(self) -> str:
        return self.name

    def live_topics(self) -> Iterable[str]:
        """What streams are told when it changes."""
        return ["parcels"]

    def live_audiences(self) -> Iterable[str]:
        """Who is told."""
        return [f"shop:{self.shop_id}"]


class Case(models.Model):
    """What goes wrong with one parcel. A parcel has one open case at most; it changes its kind as the parcel moves.

    `conversation` is where its customer is written to and answers; `told` are the kinds of which they were told, so
    that nothing is said twice. `claim_before` is the last day on which the carrier takes a claim.
    """

    class Letter(models.TextChoices):
        """How far its letter to the customer is."""

        NONE = "none", _("Rien à écrire")
        PROPOSED = "proposed", _("À confirmer")
        SENT = "sent", _("Prévenu")
        CALL = "call", _("À appeler")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="cases")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=10, choices=CaseKind)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.SET_NULL, related_name="cases")
    owner = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(help_text="by when somebody has looked")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="cases")
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    letter = models.CharField(max_length=8, choices=Letter, default=Letter.NONE)
    told = models.JSONField(default=list, blank=True)
    told_at = models.DateTimeField(null=True)
    claim_before = models.DateField(null=True)
    claimed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shipment"], name="case_open_once", condition=models.Q(closed_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["shop", "due_at"], name="case_queue", condition=models.Q(closed_at__isnull=True)),
            models.Index(fields=["conversation"], name="case_conversation", condition=models.Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.order.number}"

    def live_topics(self) -> Iterable[str]:
        """What streams are told when it changes."""
        return ["parcels", f"order:{self.order_id}"]

    def live_audiences(self) -> Iterable[str]:
        """Who is told."""
        return [f"shop:{self.shop_id}"]


class Wish(models.Model):
    """What a shop wishes for a kind of case; without a row the defaults of `care.wishes` hold."""

    class Mode(models.TextChoices):
        """Who writes to the customer first."""

        OFF = "off", _("Ne rien ouvrir")
        PROPOSE = "propose", _("Proposer, un conseiller confirme")
        SEND = "send", _("Écrire au client sans attendre")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=CaseKind)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.PROPOSE)
    days = models.PositiveSmallIntegerField(default=0, help_text="silence or time left after which it opens")
    owner = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    texts = models.JSONField(default=dict, blank=True, help_text="language: subject and body, instead of ours")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "kind"], name="wish_once")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.kind}"

    def live_topics(self) -> Iterable[str]:
        """Nobody shows it live."""
        return []

    def live_audiences(self) -> Iterable[str]:
        """Nobody."""
        return []


class CaseChange(models.Model):
    """One change to many cases, with what each had before, so that it can be taken back."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    change = models.CharField(max_length=12)
    before = models.JSONField(default=dict, help_text="case: its owner, its end, the message that was written")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.change} {len(self.before)}"
