"""Conversations aside: what the team and a third party write to each other about a customer's matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models.conversations import Conversation
from comptoir.core.models import Agent
from comptoir.customers.models import Identity


class SideConversation(models.Model):
    """`thread` is a conversation of its own with the third party, hidden from every list (State.SIDE); `conversation` is
    the matter it belongs to, and `about` its customer when it began: erasing them erases what was said of them."""

    class State(models.TextChoices):
        """Who has to do something."""

        WAITING = "waiting", _("attend la réponse")
        ANSWERED = "answered", _("a répondu")
        FAILED = "failed", _("non remis")
        CLOSED = "closed", _("close")

    thread = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="side")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sides")
    about = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.thread_id} beside {self.conversation_id}"
