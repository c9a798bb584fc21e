"""The list of erased people beside the keys, outside database and backups: a restore replays it.

A line holds a customer's key and a time, nothing else. It is written by the reaction to `customer.erased`.
"""

import os
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from comptoir.core.models import Event


def place() -> Path:
    """Where the list stands."""
    return Path(settings.ENVIRONMENT.home) / "keys" / "erasures.list"


def write_down(event: Event) -> None:
    """Add the person of a `customer.erased` event to the list; on disk before the reaction counts as done."""
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as file:
        file.write(f"{event.subject_id} {timezone.now().isoformat()}\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path | None = None) -> set[int]:
    """The keys of a list; without a path, of this machine's own (empty when there is none)."""
    path = path or place()
    if not path.exists():
        return set()
    words = [line.split() for line in path.read_text().splitlines()]
    return {int(parts[0]) for parts in words if parts and parts[0].isdecimal()}
