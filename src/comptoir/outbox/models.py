"""Mail in our own name, as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Agent, Shop
from comptoir.customers.models import Identity


class Mail(models.Model):
    """A mail to a member of the team or a customer; the row is written before anything is sent."""

    class State(models.TextChoices):
        """How far the mail came."""

        QUEUED = "queued", _("à envoyer")
        SENDING = "sending", _("envoi en cours")
        SENT = "sent", _("envoyé")
        FAILED = "failed", _("non envoyé")
        UNKNOWN = "unknown", _("envoi incertain")
        DROPPED = "dropped", _("abandonné")

    class Road(models.TextChoices):
        """By which transport it leaves."""

        OWN = "own", _("sans attendre")
        APART = "apart", _("à part, selon le débit permis")

    kind = models.CharField(max_length=40, help_text="invitation, password_reset, export_ready...")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, null=True, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, null=True, on_delete=models.SET_NULL, related_name="+")
    to = models.EmailField()
    reply_to = models.CharField(max_length=320, blank=True, help_text="where an answer to it goes")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    automatic = models.BooleanField(default=False, help_text="no person asked for it: waits while sending is paused")
    road = models.CharField(max_length=8, choices=Road, default=Road.OWN)
    headers = models.JSONField(default=dict, blank=True, help_text="further ones: List-Unsubscribe")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, unique=True)
    error = models.CharField(max_length=300, blank=True)
    bounced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=models.Q(state="queued")),
            models.Index(fields=["claimed_at"], name="outbox_apart", condition=models.Q(road="apart")),
        ]

    def __str__(self) -> str:
        return self.kind


class Suppression(models.Model):
    """An address to which nothing leaves by the road apart any more. Only its digest is kept, so that it outlives an
    erasure without saying whose it was."""

    class Reason(models.TextChoices):
        """Why."""

        BOUNCE = "bounce", _("l’adresse n’existe plus ou refuse nos messages")
        COMPLAINT = "complaint", _("signalé comme indésirable")

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=10, choices=Reason)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.reason
