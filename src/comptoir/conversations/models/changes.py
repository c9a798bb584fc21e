"""One change to many conversations: which, how far it came, and what each one had before."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Agent

WORDS = {
    "assign": _("attribution"),
    "team": _("équipe"),
    "priority": _("priorité"),
    "topic": _("thème"),
    "close": _("clôture"),
    "pending": _("attente du client"),
    "spam": _("indésirables"),
    "trash": _("corbeille"),
    "reopen": _("réouverture"),
    "snooze": _("pause"),
    "tag": _("étiquette ajoutée"),
    "untag": _("étiquette retirée"),
    "read": _("marquées lues"),
}


class BulkChange(models.Model):
    """A change to the conversations that a list held at the moment of the click.

    `change` is a word of `actions.alterations.CHANGES`, `value` its detail (a key, a tag's name, a moment). `done` counts
    the rows that were looked at, `changed` those that the change altered, `restored` those that an undo put back.
    """

    class State(models.TextChoices):
        """How far it came."""

        RUNNING = "running", _("en cours")
        DONE = "done", _("terminée")
        CANCELLED = "stopped", _("arrêtée")
        UNDOING = "undoing", _("en cours d’annulation")
        UNDONE = "undone", _("annulée")

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    change = models.CharField(max_length=12)
    value = models.CharField(max_length=80, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    restored = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.change} {self.value}".strip()

    @property
    def name(self) -> str:
        """What it did, in words."""
        return str(WORDS.get(self.change, self.change))

    def live_topics(self) -> Iterable[str]:
        """Who shows the progress of this change."""
        return [f"bulk:{self.pk}"]

    def live_audiences(self) -> Iterable[str]:
        """Its agent alone."""
        return [f"agent:{self.agent_id}"]


class BulkRow(models.Model):
    """One conversation of a change, by key: a conversation may be gone when its turn comes."""

    bulk = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows", db_index=False)
    key = models.BigIntegerField()
    done = models.BooleanField(default=False)
    before = models.JSONField(null=True, help_text="what the change altered; null when it altered nothing")
    after = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "key"], name="bulk_row_once")]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.key}"
