"""Small pictures of files, made once, when they are first looked at."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from comptoir.core import files
from comptoir.core.models import File
from comptoir.lib.files import MAX_PREVIEW_SOURCE, preview


def preview_of(file: File) -> str:
    """The storage key of the file's small picture; "" when it can have none. Safe when two ask at once."""
    if file.previewed or file.size > MAX_PREVIEW_SOURCE:
        return file.preview_key
    picture = preview(files.read(file), file.content_type)
    if picture is None:
        File.objects.filter(pk=file.pk).update(previewed=True)
        return ""
    name = uuid.uuid4().hex
    stored = default_storage.save(f"{name[:2]}/{name}.webp", ContentFile(picture))
    won = File.objects.filter(pk=file.pk, preview_key="").update(preview_key=stored, previewed=True)
    if not won:
        default_storage.delete(stored)
        file.refresh_from_db(fields=["preview_key"])
        return file.preview_key
    file.preview_key = stored
    return stored
