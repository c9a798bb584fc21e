"""Saving, reading and forgetting files. Bytes are written before the row commits; a deleted row queues its bytes."""

import hashlib
import uuid
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.base import File as DjangoFile
from django.core.files.storage import default_storage
from django.db import transaction

from comptoir.core.jobs import job
from comptoir.core.models import Event, File, FileToDelete


def save(content: bytes | IO[bytes], *, name: str, content_type: str) -> File:
    """Store bytes under a key of our own; the name is kept for people only (255 characters at most)."""
    stream = ContentFile(content) if isinstance(content, bytes) else DjangoFile(content)
    digest, size = hashlib.sha256(), 0
    for chunk in stream.chunks():
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    key = uuid.uuid4().hex
    stored = default_storage.save(f"{key[:2]}/{key}", stream)
    return File.objects.create(
        key=stored,
        name=name.replace("\0", "")[:255] or "sans-nom",
        content_type=content_type[:120] or "application/octet-stream",
        size=size,
        sha256=digest.hexdigest(),
    )


def read(file: File) -> bytes:
    """All bytes of a file."""
    with default_storage.open(file.key) as stream:
        return bytes(stream.read())


def open_file(file: File, *, preview: bool = False) -> IO[bytes]:
    """The bytes as a stream (the preview's, when asked and there is one)."""
    return default_storage.open(file.preview_key if preview else file.key)


def forget(files: "list[File]") -> None:
    """Delete rows now and bytes soon after the transaction commits."""
    stored = [key for file in files for key in (file.key, file.preview_key) if key]
    FileToDelete.objects.bulk_create([FileToDelete(key=key) for key in stored], ignore_conflicts=True)
    File.objects.filter(pk__in=[file.pk for file in files]).delete()
    if stored:
        delete_bytes.defer()


@job("soon")
def delete_bytes() -> None:
    """Delete the bytes of forgotten files; each key is struck off once its bytes are gone."""
    for row in FileToDelete.objects.order_by("pk")[:1000]:
        default_storage.delete(row.key)
        row.delete()


def sweep_after_erasure(event: Event) -> None:
    """After a person was erased: their files' bytes go at once."""
    transaction.on_commit(delete_bytes.defer)
