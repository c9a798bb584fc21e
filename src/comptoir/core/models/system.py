"""Rows that processes keep about themselves."""

from django.db import models


class Heartbeat(models.Model):
    """A process that is alive says so every few seconds."""

    process = models.CharField(max_length=120, primary_key=True)
    kind = models.CharField(max_length=12)
    started_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.process


class ThrottleWindow(models.Model):
    """How often something was tried in the current window; the key is a digest, never an address."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
