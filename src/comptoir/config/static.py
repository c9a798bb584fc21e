"""Static files under COMPTOIR_HOME/static with their hash in the name, compressed; made again only when they changed."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

from comptoir import __version__

MANIFEST = "staticfiles.json"


def collect() -> bool:
    """Bring HOME/static to this release; False when it was there already."""
    sources = {path: (storage, path) for finder in get_finders() for path, storage in finder.list([])}
    print_ = fingerprint(sources)
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".fingerprint"
    if (root / MANIFEST).exists() and stamp.exists() and stamp.read_text() == print_:
        return False
    # Made beside and exchanged when whole: a server that runs keeps its files until it is restarted.
    fresh = root.with_name("static.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    storage_class: Any = CompressedManifestStaticFilesStorage
    target: Any = storage_class(location=str(fresh), base_url=settings.STATIC_URL)
    for path, (storage, name) in sources.items():
        with storage.open(name) as source:
            target.save(path, source)
    for name, _, outcome in target.post_process({path: (target, path) for path in sources}):
        if isinstance(outcome, Exception):
            raise RuntimeError(f"static file {name}: {outcome}") from outcome
    (fresh / ".fingerprint").write_text(print_)
    old = root.with_name("static.old")
    shutil.rmtree(old, ignore_errors=True)
    if root.exists():
        root.rename(old)
    fresh.rename(root)
    shutil.rmtree(old, ignore_errors=True)
    return True


def fingerprint(sources: dict[str, tuple[object, str]]) -> str:
    """A hash of the release and of every file's path, size and time."""
    facts: list[tuple[str, int, int]] = []
    for path, (storage, name) in sorted(sources.items()):
        stat = Path(storage.path(name)).stat()  # type: ignore[attr-defined]  # finders give file system storages
        facts.append((path, stat.st_size, stat.st_mtime_ns))
    return hashlib.sha256(json.dumps([__version__, facts]).encode()).hexdigest()
