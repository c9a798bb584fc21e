"""Threads that a shop platform keeps itself: which conversation each is, and how far they were read."""

from django.db import models

from comptoir.conversations.models.conversations import Conversation
from comptoir.conversations.models.inboxes import Inbox


class ShopThread(models.Model):
    """A thread of the platform. `closed` is how it stands there, as far as we were told or have said.

    `conversation` stays the one that was begun for it: where that was merged, its messages stand in the other (came_from).
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="threads")
    external_id = models.CharField(max_length=120)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="shop_threads")
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "external_id"], name="shop_thread_once")]

    def __str__(self) -> str:
        return self.external_id


class ThreadReading(models.Model):
    """How far a platform's messages were read: everything up to `mark`, which is the platform's own word.

    Until `caught_up_at` what is read is history. `next_at` is when the next look is due.
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="reading")
    mark = models.TextField(blank=True)
    caught_up_at = models.DateTimeField(null=True)
    read = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list, blank=True, help_text="the last of them: key and why, no personal value")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="looks in a row that failed")
    next_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="when it last brought something new")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="thread_reading_due")]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.mark}"
