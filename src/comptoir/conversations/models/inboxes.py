"""Inboxes: where messages arrive and from where answers leave."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Schedule, Shop, Team
from comptoir.orders.models import Connection


class InboxKind(models.TextChoices):
    """By what road an inbox talks."""

    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Chat")
    FORM = "form", _("Formulaire")
    PHONE = "phone", _("Téléphone")
    SHOP = "shop", _("Messagerie de la boutique")


class Inbox(models.Model):
    """One address, chat window, form or telephone of a shop.

    `adapter` names the channel that carries it (empty: nothing leaves by itself, as with phone notes); `settings`
    holds the adapter's open fields and `secrets` the encrypted ones, a JSON object. A form or chat inbox answers by
    mail through `mail_inbox`. One of kind shop holds the threads that a platform keeps itself: `connection` carries it,
    and a copy of its answers leaves by `mail_inbox`, if it names one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="inboxes")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=InboxKind)
    address = models.EmailField(blank=True)
    aliases = ArrayField(models.EmailField(), default=list, blank=True, help_text="our other addresses")
    sender_name = models.CharField(max_length=120, blank=True)
    adapter = models.CharField(max_length=40, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True)
    mail_inbox = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    connection = models.OneToOneField(
        Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="messenger"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    schedule = models.ForeignKey(Schedule, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    signature = models.TextField(blank=True)
    topics = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="choices of the form",
    )
    read_from = models.DateField(null=True, blank=True, help_text="older mail arrives closed and silent")
    trail = models.BooleanField(default=False, help_text="chat: pages viewed, with the visitor's consent")
    acknowledges = models.BooleanField(default=False, help_text="a new matter is acknowledged, once")
    acknowledgement = models.JSONField(default=dict, blank=True, help_text="the shop's own text by language")
    active = models.BooleanField(default=True)
    webhook_secret = models.TextField(blank=True, help_text="encrypted; signs raw mail posted over HTTP")
    checked_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="why the account is not read, in words")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["shop", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def own_addresses(self) -> set[str]:
        """The addresses that are ours: a copy to them is a copy to ourselves."""
        return {address.lower() for address in (self.address, *self.aliases) if address}


class MailCursor(models.Model):
    """How far a mailbox folder was read."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="cursors")
    folder = models.CharField(max_length=200, default="INBOX")
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "folder"], name="mail_cursor_once")]

    def __str__(self) -> str:
        return f"{self.folder} {self.last_uid}"
