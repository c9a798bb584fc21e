"""How a mail ends: a shop's own words, an agent's own words, each in the reader's language."""

from django.db import models

from comptoir.core.models import Agent, Shop


class Signature(models.Model):
    """The closing of a shop's mails (no agent), or of an agent's, everywhere or for one shop.

    `language` empty serves every language that has none of its own. `html` may hold `{names}` (`signing.NAMES`).
    """

    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE, related_name="signatures")
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="signatures")
    language = models.CharField(max_length=10, blank=True)
    html = models.TextField()

    class Meta:
        ordering = ["agent", "shop", "language"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "agent", "language"], name="signature_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(shop__isnull=False) | models.Q(agent__isnull=False), name="signature_of_someone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id or ''} {self.agent_id or ''} {self.language}"
