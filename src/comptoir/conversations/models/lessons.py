"""What agents have taught about mail that needs no answer."""

from django.db import models

from comptoir.conversations.models.inboxes import Inbox
from comptoir.core.models import Agent


class SenderLesson(models.Model):
    """Whether mail of a sender to an inbox expects an answer, as an agent has decided.

    `sender` is an address; or a domain, and then `kind` (newsletter, carrier...) says which of its mails are meant:
    a person's mail from the same domain never is.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="lessons")
    sender = models.CharField(max_length=320)
    kind = models.CharField(max_length=20, blank=True)
    expects = models.BooleanField()
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    taught_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "sender", "kind"], name="sender_lesson_once")]
        ordering = ["sender", "kind"]

    def __str__(self) -> str:
        return self.sender
