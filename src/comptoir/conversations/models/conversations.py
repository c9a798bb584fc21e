"""Conversations: one thread a matter."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models.inboxes import Inbox, InboxKind
from comptoir.core.models import Agent, Shop, Team
from comptoir.customers.models import Identity, Tag
from comptoir.orders.models import Order

ACCENTED, PLAIN = "àâäáãåçéèêëíìîïñóòôöõøúùûüýÿšžłńśż", "aaaaaaceeeeiiiinoooooouuuuyyszlnsz"
# names as a list sorts them, whatever the database's own order
NAME_ORDER = Func(
    Lower("customer_name"), Value(ACCENTED), Value(PLAIN), function="translate", output_field=models.CharField()
)
ANSWERED_FROM = 10**17  # beyond any waiting time in microseconds


class State(models.TextChoices):
    """Whether someone has to do something."""

    OPEN = "open", _("Ouverte")
    PENDING = "pending", _("En attente du client")
    SNOOZED = "snoozed", _("En pause")
    CLOSED = "closed", _("Close")
    QUIET = "quiet", _("Sans réponse attendue")
    SPAM = "spam", _("Indésirable")
    TRASH = "trash", _("Corbeille")
    MERGED = "merged", _("Fusionnée")
    SIDE = "side", _("À part")


class Priority(models.IntegerChoices):
    """How soon it matters."""

    LOW = -1, _("Basse")
    NORMAL = 0, _("Normale")
    HIGH = 1, _("Haute")
    URGENT = 2, _("Urgente")


class Matters(models.Manager["Conversation"]):
    """The matters with customers: what the team writes to third parties aside is in none of their queries."""

    def get_queryset(self) -> models.QuerySet["Conversation"]:
        """All but the threads of conversations aside."""
        return super().get_queryset().exclude(state=State.SIDE)


class Conversation(models.Model):
    """A matter with a customer.

    `waiting_since` is when the oldest customer message that nobody answered arrived, null once answered. Lists sort
    by `rank` (see `rank_of`): who has been waiting longest first, then the answered ones, newest first.
    `channel`, `preview`, `customer_name` and the counters repeat what messages say, so that a list page reads one table.
    One that was merged into another keeps its row, empty of messages, so that its address leads on.
    The thread of a conversation aside is a row too (models.sides): only `with_sides` finds it.
    """

    through: int | None = None  # the merged conversation by whose mail a message found its way here (threading)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="conversations")
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="conversations")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="conversations")
    channel = models.CharField(max_length=8, choices=InboxKind)
    subject = models.CharField(max_length=300, blank=True)
    preview = models.CharField(max_length=160, blank=True)
    customer_name = models.CharField(max_length=200, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="conversations",
    )
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="conversations",
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="conversations")
    orders = models.ManyToManyField(Order, through="ConversationOrder", related_name="conversations")
    waiting_since = models.DateTimeField(null=True)
    rank = models.BigIntegerField()
    last_message_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    message_count = models.PositiveIntegerField(default=0)
    newest_message = models.BigIntegerField(default=0, help_text="key of the newest message from outside")
    attachment_count = models.PositiveIntegerField(default=0)
    page_url = models.CharField(max_length=500, blank=True, help_text="chat: the page that the visitor is on")
    page_title = models.CharField(max_length=200, blank=True)
    visitor_seen_at = models.DateTimeField(null=True, help_text="chat: the widget was last open")
    quiet_reason = models.CharField(max_length=20, blank=True, help_text="why no answer is expected: lib.mail.purpose")
    put_away_at = models.DateTimeField(null=True, help_text="when it went to spam or trash")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged", db_index=False)
    silent = models.BooleanField(
        default=False,
        help_text="imported or older than the inbox's start: triggers nothing",
    )
    created_at = models.DateTimeField()

    objects = Matters()
    with_sides: models.Manager["Conversation"] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "rank", "id"], name="conv_state"),
            models.Index(fields=["state", "assignee", "rank", "id"], name="conv_assignee"),
            models.Index(fields=["state", "team", "rank", "id"], name="conv_team"),
            models.Index(fields=["state", "shop", "rank", "id"], name="conv_shop"),
            models.Index(fields=["state", "-last_message_at", "-id"], name="conv_recent"),
            models.Index(fields=["identity", "-last_message_at"], name="conv_identity"),
            GinIndex(OpClass(Upper("subject"), name="gin_trgm_ops"), name="conv_subject_trgm"),
            models.Index(
                fields=["snoozed_until"],
                name="conv_snoozed",
                condition=models.Q(state="snoozed"),
            ),
            models.Index(fields=["state", "created_at", "id"], name="conv_created"),
            models.Index(F("state"), F("priority").desc(), F("rank"), F("id"), name="conv_priority"),
            models.Index(F("state"), NAME_ORDER, F("id"), name="conv_name"),
            models.Index(
                fields=["rank", "id"],
                name="conv_rank",  # lists of several states at once
                condition=~models.Q(state__in=["spam", "trash", "merged"]),
            ),
            models.Index(fields=["topic"], name="conv_topic", condition=~models.Q(topic="")),
            models.Index(fields=["merged_into"], name="conv_merged", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    @staticmethod
    def rank_of(waiting_since: datetime | None, last_message_at: datetime) -> int:
        """The place in a list, smaller first, in microseconds: waiting ones by age, then answered ones by novelty."""
        if waiting_since is not None:
            return int(waiting_since.timestamp() * 1_000_000)
        return ANSWERED_FROM - int(last_message_at.timestamp() * 1_000_000)

    def live_topics(self) -> Iterable[str]:
        """What streams are told when this conversation changes."""
        if self.state == State.SIDE:
            return [f"conversation:{self.pk}", f"conversation:{self.side.conversation_id}"]
        topics = [f"conversation:{self.pk}", "inbox"]
        return [*topics, f"chat:{self.public_id.hex}"] if self.channel == InboxKind.CHAT else topics

    def live_audiences(self) -> Iterable[str]:
        """Who is told: the shop's agents, the team, the assignee, and the visitor of a chat; aside, the matter's agents."""
        if self.state == State.SIDE:
            return [to for to in self.side.conversation.live_audiences() if not to.startswith("chat:")]
        audiences = [f"shop:{self.shop_id}"]
        if self.team_id:
            audiences.append(f"team:{self.team_id}")
        if self.assignee_id:
            audiences.append(f"agent:{self.assignee_id}")
        if self.channel == InboxKind.CHAT:
            audiences.append(f"chat:{self.public_id.hex}")
        return audiences


class ConversationOrder(models.Model):
    """An order stands beside a conversation, because its number was written or someone put it there."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="order_links")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="conversation_links")
    found_in_text = models.BooleanField(default=False)
    proved = models.BooleanField(default=False, help_text="the sender is the order's own identity's customer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "order"], name="conversation_order_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.order_id}"


class Participant(models.Model):
    """Someone else who takes part by mail. `flagged`: wrote into the thread without being addressed before."""

    class Role(models.TextChoices):
        """How they take part."""

        AUTHOR = "author", _("auteur")
        COPY = "copy", _("en copie")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="participations")
    role = models.CharField(max_length=8, choices=Role, default=Role.COPY)
    flagged = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "identity"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.identity_id}"


PRESENCE_FRESH_FOR = timedelta(seconds=40)


class Presence(models.Model):
    """An agent has a conversation open, and maybe writes in it. Rows older than a minute mean nothing."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="presences")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="presences")
    writing = models.CharField(max_length=5, blank=True, help_text="'', reply or note")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "agent"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.conversation_id}"


class ReadMark(models.Model):
    """How far an agent has read; without one, or with an older one, the conversation is unread."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="read_marks")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    message_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "conversation"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.message_id}"
