"""Messages: what was said, by whom, and whether it arrived."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models.conversations import Conversation
from comptoir.conversations.models.inboxes import Inbox
from comptoir.core.models import Agent, File
from comptoir.customers.models import Identity

QUOTES = "quotes:"  # the flag of a message that is followed by the number of messages that it quotes
REMOVED = "original_removed"  # the flag of a message whose mail was kept for a time only
UNREAD = "unread:"  # the flag of a message that is followed by a sentence: what of its mail could not be read


class RawMessage(models.Model):
    """The bytes of a mail as they arrived: committed before the source is acknowledged, kept, replayable."""

    class State(models.TextChoices):
        """What became of it."""

        ARRIVED = "arrived", _("arrivé")
        RECEIVED = "received", _("reçu")
        IGNORED = "ignored", _("ignoré")
        FAILED = "failed", _("illisible")

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="raw_messages")
    source_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    size = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.ARRIVED)
    error = models.CharField(max_length=500, blank=True)
    silent = models.BooleanField(default=False, help_text="older than the inbox's start")
    outgoing = models.BooleanField(default=False, help_text="out of the folder of sent mail: we wrote it")
    arrived_at = models.DateTimeField(auto_now_add=True)
    customer_key = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "source_key"], name="raw_message_once")]
        indexes = [
            models.Index(
                fields=["state", "id"],
                name="raw_unread",
                condition=models.Q(state__in=["arrived", "failed"]),
            ),
            models.Index(fields=["inbox", "sha256"], name="raw_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.source_key}"


class MessageKind(models.TextChoices):
    """Who speaks to whom."""

    CUSTOMER = "customer", _("client")
    REPLY = "reply", _("réponse")
    NOTE = "note", _("note interne")
    CALL = "call", _("note d’appel ou de visite")
    SYSTEM = "system", _("système")


class Delivery(models.TextChoices):
    """How far an outgoing message came."""

    NONE = "", _("sans envoi")
    HELD = "held", _("annulable")
    LATER = "later", _("programmé")
    QUEUED = "queued", _("à envoyer")
    SENDING = "sending", _("envoi en cours")
    SENT = "sent", _("envoyé")
    SEEN = "seen", _("lu")
    FAILED = "failed", _("non envoyé")
    BOUNCED = "bounced", _("non remis")
    UNKNOWN = "unknown", _("envoi incertain")


class Waits(models.TextChoices):
    """Why a message that is to leave has not left."""

    NOTHING = "", _("rien")
    RETRY = "retry", _("nouvel essai")
    RATE = "rate", _("rythme d’envoi")
    SIGN_IN = "sign_in", _("boîte à reconnecter")
    ANSWER = "answer", _("le client a écrit")


class Message(models.Model):
    """One message or note of a conversation.

    `text` is what the page shows as text (the visible reply); `html` is the sender's own as it came, cleaned at
    display; `full_text` is kept when quotes were cut. `message_id` is our or the sender's Message-ID.
    `client_key` is the sender's own key, so that a repeated attempt adds nothing. `outcomes` says what became of a
    recipient for whom it is known apart: {email: {state: refused|deferred|bounced|delivered|seen, reason}}.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=MessageKind)
    identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="messages")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    subject = models.CharField(max_length=300, blank=True)
    language = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="of a customer's words, as far as they tell"
    )
    sender = models.JSONField(default=dict, help_text="email, name")
    to = models.JSONField(default=list, help_text="[{email, name}]")
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    routes = models.JSONField(default=dict, help_text="reply_to [{email, name}], ours [addresses], list address")
    forwarded = models.JSONField(default=dict, help_text="who wrote what this mail forwards; conversations.originals")
    message_id = models.CharField(max_length=500, null=True)
    in_reply_to = ArrayField(models.CharField(max_length=500), default=list)
    client_key = models.CharField(max_length=80, null=True)
    raw = models.ForeignKey(RawMessage, null=True, on_delete=models.SET_NULL, related_name="+")
    automatic = models.BooleanField(default=False, help_text="a machine wrote it: nothing automatic answers")
    flags = models.JSONField(default=list, help_text="unproved_sender, duplicate_id, warnings in codes")
    delivery = models.CharField(max_length=8, choices=Delivery, default=Delivery.NONE, blank=True)
    waits = models.CharField(max_length=8, choices=Waits, default=Waits.NOTHING, db_default="", blank=True)
    outcomes = models.JSONField(default=dict, db_default={})
    due_at = models.DateTimeField(null=True, help_text="when a held message leaves")
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True, help_text="a chat answer that also left by mail")
    page_url = models.CharField(max_length=500, blank=True)
    came_from = models.BigIntegerField(null=True, help_text="key of the merged conversation whose thread it belongs to")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inbox", "message_id"], name="message_once"),
            models.UniqueConstraint(fields=["conversation", "client_key"], name="message_client_once"),
        ]
        indexes = [
            models.Index(fields=["conversation", "created_at", "id"], name="message_thread"),
            models.Index(
                fields=["due_at"],
                name="message_due_at",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(fields=["came_from"], name="message_came_from", condition=models.Q(came_from__isnull=False)),
            models.Index(
                fields=["inbox", "claimed_at"],
                name="message_claimed",
                condition=models.Q(claimed_at__isnull=False),
            ),
            models.Index(
                fields=["inbox", "created_at", "id"],
                name="message_waiting",
                condition=models.Q(delivery__in=["queued", "later"]),
            ),
            models.Index(
                fields=["conversation"],
                name="message_undelivered",
                condition=models.Q(delivery__in=["failed", "bounced"]),
            ),
            models.Index(
                fields=["claimed_at"],
                name="message_sending",
                condition=models.Q(delivery="sending"),
            ),
            models.Index(
                "created_at",
                name="message_unseen",
                condition=models.Q(delivery="sent", seen_at=None, mailed_at=None, kind="reply"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MessageAlias(models.Model):
    """Another name by which answers may refer to a message: the provider's id, the copy sent by mail."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="aliases")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "external_id"], name="message_alias_once")]

    def __str__(self) -> str:
        return self.external_id


class Attachment(models.Model):
    """A file of a message. `content_id` is set for a picture inside the text."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    content_id = models.CharField(max_length=255, blank=True)
    inline = models.BooleanField(default=False)
    problem = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.file_id}"


class Mention(models.Model):
    """A note names an agent."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "agent"], name="mention_once")]
        indexes = [
            models.Index(
                fields=["agent"],
                name="mention_unread",
                condition=models.Q(read_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.message_id}"
