"""What programs hold: tokens, and the memory of requests that must not happen twice."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from comptoir.core.models.agents import Agent


class ApiToken(models.Model):
    """A program's key to the API. It acts as its agent, within its scopes: never more than that agent may.

    Only a digest is kept; `hint` is the token's end, so that people tell two of them apart.
    """

    name = models.CharField(max_length=80)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    scopes = ArrayField(models.CharField(max_length=30))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def works(self) -> bool:
        """Whether it opens anything still."""
        expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not expired and self.agent.is_active


class IdempotencyKey(models.Model):
    """A request that was carried out: the same key again gives what it made, and makes nothing.

    It holds keys of rows, nothing of the request but a digest.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    result_type = models.CharField(max_length=30, blank=True)
    result_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"
