"""Facts about what agents are told, and where."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models import Conversation
from comptoir.core.models import Agent, AgentSession


class Kind(models.TextChoices):
    """Why an agent is told; the first that holds is the one that is said."""

    MENTIONED = "mentioned", _("une note me nomme")
    ASSIGNED = "assigned", _("on me confie une conversation")
    MINE = "mine", _("un client écrit dans mes conversations")
    TEAM = "team", _("un client écrit dans la file de mon équipe")
    EVERYTHING = "everything", _("tout nouveau message")
    APPROVAL = "approval", _("un geste attend mon accord")
    TRIAL = "trial", _("essai")
    ENDING = "ending", _("session qui se termine")


class Preferences(models.Model):
    """What an agent wants to hear of. Without a row: the defaults.

    No notification comes on a day of `quiet_days` (Monday is 0), nor from `quiet_from` to `quiet_until` in the
    agent's own zone; both times or neither.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="notification_preferences")
    assigned = models.BooleanField(default=True)
    mentioned = models.BooleanField(default=True)
    mine = models.BooleanField(default=True)
    team = models.BooleanField(default=False)
    everything = models.BooleanField(default=False)
    excerpt = models.BooleanField(default=False, help_text="the message's words, not only who wrote")
    sound = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.agent_id)


class SenderKey(models.Model):
    """Our key pair for web push (RFC 8292), one row; the private part is encrypted."""

    private = models.TextField()
    public = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.public


class Device(models.Model):
    """A browser that an agent lets ring. It goes with the session in which it was named: signed out, it is silent."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="devices")
    session = models.ForeignKey(AgentSession, on_delete=models.CASCADE, related_name="devices")
    endpoint = models.CharField(max_length=1_000, unique=True)
    p256dh = models.CharField(max_length=130)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, help_text="the push service took a message")
    refused = models.PositiveSmallIntegerField(default=0, help_text="the status of the newest refusal; 0: none")
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    warned_at = models.DateTimeField(null=True, help_text="it was told that its session ends soon")
    rests_until = models.DateTimeField(null=True, help_text="the push service asked us to wait")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class Notice(models.Model):
    """Something to tell one device; a newer one about the same conversation takes its place."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="notices")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    event_id = models.BigIntegerField(default=0)
    message_id = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "conversation"], name="notice_once")]
        indexes = [models.Index(fields=["due_at"], name="notice_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.conversation_id}"
