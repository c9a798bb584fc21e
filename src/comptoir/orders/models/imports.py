"""Imports of files: how far they came, what they refused."""

from django.db import models

from comptoir.core.models import Shop


class ImportRun(models.Model):
    """An import of a file: how far it came, so that it resumes; what it refused and why."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    done = models.PositiveBigIntegerField(default=0, help_text="records read so far")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "sha256"], name="import_run_once")]

    def __str__(self) -> str:
        return self.name


class RefusedRow(models.Model):
    """A record that an import could not take, and why, in words. It holds no personal value."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    line = models.PositiveBigIntegerField()
    number = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["line"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
