"""What has to be done for a customer: tasks and call-backs with a time, and lists of steps to tick off."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models.conversations import Conversation
from comptoir.core.models import Agent, Shop
from comptoir.customers.models import Customer


class Task(models.Model):
    """Something that someone will do, for a customer and maybe in a conversation. `rung_at`: when its time was told."""

    class Kind(models.TextChoices):
        """What it is."""

        TASK = "task", _("tâche")
        CALL = "call", _("rappel")

    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="tasks")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.TASK)
    title = models.CharField(max_length=200)
    assignee = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="tasks")
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="task_to_ring", condition=models.Q(done_at=None, rung_at=None)),
            models.Index(fields=["assignee", "due_at"], name="task_open", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.title


class Checklist(models.Model):
    """Steps that a kind of matter calls for. `topic` is when it is offered first (empty: always)."""

    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    topic = models.CharField(max_length=60, blank=True)
    steps = ArrayField(models.CharField(max_length=200), default=list)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def live_topics(self) -> Iterable[str]:
        """Nobody shows it live."""
        return []


class ChecklistStep(models.Model):
    """One step of a conversation's list, ticked or not."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
