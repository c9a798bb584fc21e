"""Files: a row here, the bytes in the storage that settings name."""

import uuid

from django.db import models


class File(models.Model):
    """Bytes under an unguessable key. The name is what a person called it; it is never used as a path."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    preview_key = models.CharField(max_length=200, blank=True)
    previewed = models.BooleanField(default=False, help_text="a preview was tried")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class FileToDelete(models.Model):
    """A key whose bytes must go: written in the transaction that forgets the file, swept afterwards."""

    key = models.CharField(max_length=200, unique=True)
    due_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
