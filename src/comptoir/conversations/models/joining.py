"""Conversations that became one, and conversations that belong together."""

from django.db import models
from django.db.models import F, Q

from comptoir.conversations.models.conversations import Conversation
from comptoir.core.models import Agent


class Joining(models.Model):
    """`source` was merged into `target`. `held` says what moved and what the target had before, so that it can go back:
    keys of rows, and fields as {name: [before, after]}; erasing a person empties it."""

    source = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="joinings_away")
    target = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="joinings_here")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    held = models.JSONField(default=dict)
    joined_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"


class ConversationLink(models.Model):
    """Two matters that are to be seen together; `split`: the second was taken out of the first one."""

    one = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_away")
    other = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_here")
    split = models.BooleanField(default=False)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="conversation_link_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="conversation_link_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"
