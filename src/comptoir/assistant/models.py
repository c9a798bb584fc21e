"""Facts about the connected model, what it was asked, and what is kept of its answers."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models import Conversation, Message
from comptoir.core.models import Agent


class Use(models.TextChoices):
    """What a model may be asked for; each has a switch."""

    REWRITE = "rewrite", _("Reformuler une réponse")
    SHORTEN = "shorten", _("Raccourcir une réponse")
    TRANSLATE_REPLY = "translate", _("Traduire une réponse dans la langue du client")
    TRANSLATE_MESSAGE = "read", _("Traduire le message d’un client")
    SUMMARISE = "summary", _("Résumer une conversation")


class Engine(models.Model):
    """The one model of the house. `secret` is its key, encrypted. `uses` are those that are switched on; none: nothing is shown."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    adapter = models.CharField(max_length=40, default="openai")
    base_url = models.CharField(max_length=300, blank=True)
    model = models.CharField(max_length=120, blank=True)
    secret = models.TextField(blank=True, help_text="the key, encrypted")
    uses = models.JSONField(default=list)
    daily_requests = models.PositiveIntegerField(default=500)
    daily_tokens = models.PositiveIntegerField(default=1_000_000)
    active = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="assistant_is_one_row")]

    def __str__(self) -> str:
        return self.model


class AskState(models.TextChoices):
    """How far a request came."""

    WAITING = "waiting", _("en attente")
    ASKING = "asking", _("en cours")
    DONE = "done", _("proposé")
    FAILED = "failed", _("échoué")
    CANCELLED = "cancelled", _("annulé")


class Ask(models.Model):
    """One request and its proposal. The texts are deleted an hour later; the rest is the log of uses."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    use = models.CharField(max_length=10, choices=Use)
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=AskState, default=AskState.WAITING)
    given = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    error = models.CharField(max_length=20, blank=True, help_text="a code of ports.llm, or limit, off, lost")
    wait = models.PositiveIntegerField(default=0, help_text="seconds that the service asked us to wait")
    cut = models.BooleanField(default=False)
    model = models.CharField(max_length=120, blank=True)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="assistant_ask_day")]

    def __str__(self) -> str:
        return f"{self.use} {self.state}"


class Kept(models.Model):
    """A summary of a conversation up to a message, or a message in another language: asked once, read by all."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="+")
    use = models.CharField(max_length=10, choices=Use)
    language = models.CharField(max_length=10)
    upto = models.BigIntegerField(default=0, help_text="key of the newest message that a summary knows")
    text = models.TextField()
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "message", "use", "language"], name="assistant_kept_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.language}"
