"""Facts about what is done to orders from here: who may do how much, why it is done, and the ledger of all of it."""

import uuid
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Agent, Role, Shop
from comptoir.customers.models import Identity
from comptoir.orders.models.orders import Order


class GestureVerb(models.TextChoices):
    """What may be done (ports.shop.Verb), as people call it."""

    REFUND = "refund", _("Remboursement")
    CANCEL = "cancel", _("Annulation")
    EDIT_ADDRESS = "edit_address", _("Changement d’adresse")
    RESHIP = "reship", _("Renvoi")
    REPLACE = "replace", _("Remplacement")
    DUPLICATE = "duplicate", _("Copie de commande")
    DISCOUNT_CODE = "discount_code", _("Code de remise")
    GIFT_CARD = "gift_card", _("Carte cadeau")
    STORE_CREDIT = "store_credit", _("Avoir")
    FREE_SHIPPING = "free_shipping", _("Livraison offerte")
    NOTE = "note", _("Note sur la commande")
    TAG = "tag", _("Étiquette de commande")


class Authority(models.Model):
    """One row of the authority matrix: what a role, or one agent, may do. Amounts are minor units of `currency`;
    null is no limit. Every row that fits an act must hold; an agent with rows of their own leaves their role's aside.
    A row without a currency speaks of rights and numbers, not of amounts.
    """

    role = models.CharField(max_length=10, choices=Role, blank=True)
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="authorities")
    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=16, choices=GestureVerb, blank=True, help_text="empty: every verb")
    reason = models.CharField(max_length=80, blank=True, help_text="empty: every reason")
    currency = models.CharField(max_length=3, blank=True, help_text="empty: every currency, without amounts")
    allowed = models.BooleanField(default=True)
    per_act = models.BigIntegerField(null=True, blank=True)
    per_day = models.BigIntegerField(null=True, blank=True)
    per_customer = models.BigIntegerField(null=True, blank=True, help_text="of all agents together, in period_days")
    period_days = models.PositiveSmallIntegerField(default=365)
    approves = models.BooleanField(default=False, help_text="may approve what others ask, within this row's amounts")
    watched = models.BooleanField(default=False, help_text="each act is shown to those who approve")

    class Meta:
        ordering = ["role", "agent__name", "verb", "reason", "currency", "pk"]
        verbose_name_plural = "authorities"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="", agent__isnull=False) | (~models.Q(role="") & models.Q(agent=None)),
                name="authority_of_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(currency="") | models.Q(per_act=None, per_day=None, per_customer=None),
                name="authority_amount_has_currency",
            ),
            models.CheckConstraint(
                condition=(models.Q(per_act=None) | models.Q(per_act__gte=0))
                & (models.Q(per_day=None) | models.Q(per_day__gte=0))
                & (models.Q(per_customer=None) | models.Q(per_customer__gte=0)),
                name="authority_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role or self.agent_id} {self.verb} {self.currency}"


class ReasonList(models.Model):
    """Why things are done, as a shop lists it; without a row, the list that Comptoir brings."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="reason_list")
    words = ArrayField(models.CharField(max_length=80), default=list)

    def __str__(self) -> str:
        return f"{self.shop_id}"


class Gesture(models.Model):
    """One line of the ledger: an act on an order, from its quote to its outcome. Lines are never taken away.

    `request` and `quote` are values of ports.shop as orders.gestures.kept writes them. `charged_to` is the agent whose
    limits the amount uses: the one who acts, or the one who approved. `words`, `letter`, `answer` and parts of `request` and
    `result` are personal: erasure empties them.
    """

    class State(models.TextChoices):
        """How far it came."""

        PROPOSED = "proposed", _("Proposé")
        WAITING = "waiting", _("Attend un accord")
        RESERVED = "reserved", _("Va être exécuté")
        EXECUTING = "executing", _("En cours")
        BY_HAND = "by_hand", _("À faire à la main")
        DONE = "done", _("Fait")
        FAILED = "failed", _("Non fait")
        UNCERTAIN = "uncertain", _("Incertain")
        UNDOING = "undoing", _("Retour en cours")
        UNDONE = "undone", _("Annulé")
        REFUSED = "refused", _("Refusé")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True, help_text="names this very act, here and on the platform")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="gestures")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="gestures")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="gestures")
    conversation_key = models.BigIntegerField(null=True, help_text="where it was done; that room stands above")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="gestures")
    role = models.CharField(max_length=10, choices=Role, help_text="the agent's at that time")
    token_key = models.BigIntegerField(null=True, help_text="the program that acted in the agent's name")
    verb = models.CharField(max_length=16, choices=GestureVerb)
    request = models.JSONField(default=dict)
    quote = models.JSONField(default=dict)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=500, blank=True, help_text="what the agent adds, for the one who approves")
    letter = models.TextField(blank=True, help_text="what the customer is told once it is done, in the conversation")
    doubts = models.JSONField(default=list, help_text="codes of what was said of the sender before; all were confirmed")
    over = models.JSONField(default=list, help_text="codes of the limits that it went beyond")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    charged_to = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    charged_at = models.DateTimeField(null=True)
    approver = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, help_text="what the one who decided says")
    watched = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True, help_text="someone who approves looked at a watched act")
    problem = models.CharField(max_length=500, blank=True)
    result = models.JSONField(default=dict, help_text="external_id, code, url")
    undo_with = models.CharField(max_length=500, blank=True, help_text="what the platform needs to take it back")
    by_hand = models.BooleanField(default=False, help_text="no platform acts: a person does it and says so")
    attempts = models.PositiveSmallIntegerField(default=0)
    looks = models.PositiveSmallIntegerField(default=0, help_text="how often the outcome was looked for")
    next_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="gesture_not_negative"),
            models.CheckConstraint(
                condition=models.Q(approver=None) | models.Q(agent=None) | ~models.Q(approver=models.F("agent")),
                name="gesture_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-created_at"], name="gesture_order"),
            models.Index(fields=["charged_to", "charged_at"], name="gesture_charged"),
            models.Index(fields=["identity", "charged_at"], name="gesture_identity"),
            models.Index(fields=["shop", "-created_at", "-id"], name="gesture_newest"),
            models.Index(
                fields=["next_at"],
                name="gesture_due",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(
                fields=["state", "created_at"],
                name="gesture_open",
                condition=models.Q(state__in=["proposed", "waiting", "reserved", "executing", "uncertain", "undoing", "by_hand"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.pk}"

    def live_topics(self) -> Iterable[str]:
        """What streams are told when this changes."""
        told = ["gestures", f"order:{self.order_id}", f"customer:{self.identity.customer_id}"]
        return [*told, f"conversation:{self.conversation_key}"] if self.conversation_key else told

    def live_audiences(self) -> Iterable[str]:
        """Who is told: the shop's agents, and the agent whose act it is."""
        own = [f"agent:{self.agent_id}"] if self.agent_id else []
        return [f"shop:{self.shop_id}", *own]


# the states in which an amount is held against its agent's limits
CHARGED = (
    Gesture.State.RESERVED, Gesture.State.EXECUTING, Gesture.State.BY_HAND, Gesture.State.DONE, Gesture.State.UNCERTAIN,
    Gesture.State.UNDOING,
)  # fmt: skip
