"""What is kept away: domains whose mail goes to spam, and how long spam and trash are kept."""

from django.db import models

from comptoir.core.models import Agent


class BlockedDomain(models.Model):
    """Nobody of this domain reaches the team: their mail goes to spam, silently."""

    domain = models.CharField(max_length=253, unique=True)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


class Retention(models.Model):
    """After how many days spam and trash are deleted for good; one row, made when first changed."""

    spam_days = models.PositiveSmallIntegerField(default=30)
    trash_days = models.PositiveSmallIntegerField(default=30)

    def __str__(self) -> str:
        return f"{self.spam_days} {self.trash_days}"

    @classmethod
    def current(cls) -> "Retention":
        """The house's row, or the usual values."""
        return cls.objects.order_by("pk").first() or cls()
