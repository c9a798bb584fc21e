"""The list of erased people, in the file storage that all machines share, outside database and backups.

A restore reads it and erases again. One small file a person, named by the customer's key; it holds a
time and nothing else. It is written by the reaction to `customer.erased`.
"""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from comptoir.core.models import Event

FOLDER = "erasures"


def write_down(event: Event) -> None:
    """Add the person of a `customer.erased` event to the list, before the reaction counts as done."""
    name = f"{FOLDER}/{event.subject_id}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(timezone.now().isoformat().encode()))


def read(path: Path | None = None) -> set[int]:
    """The keys of the list, or of a copy of it: a folder as in the storage, or a file with a key a line."""
    if path is None:
        try:
            names = default_storage.listdir(FOLDER)[1]
        except FileNotFoundError:
            return set()
    elif path.is_dir():
        names = [entry.name for entry in path.iterdir()]
    else:
        names = [line.split()[0] for line in path.read_text().splitlines() if line.split()]
    return {int(name) for name in names if name.isdecimal()}
