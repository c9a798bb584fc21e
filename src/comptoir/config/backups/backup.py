"""`comptoir backup FILE`: database and files into one file, while everything goes on running. Keys are kept apart."""

import argparse
import hashlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from comptoir import __version__
from comptoir.config.backups import BackupProblem, archive, database
from comptoir.config.postgres import DatabaseProblem
from comptoir.core.models import File

FORMAT = 1


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", type=Path, help="where to write, for example /mnt/backup/comptoir.tar")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Back up; 1 with a sentence when it cannot be done."""
    meter = Meter("Backup", quiet=arguments.quiet)
    try:
        manifest = back_up(arguments.file, meter.count)
    except (BackupProblem, DatabaseProblem) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{arguments.file} cannot be written: {error.strerror}. No backup was made.", file=sys.stderr)
        return 1
    meter.end(
        f"{arguments.file}: {manifest['files']} files, verified. The keys are not inside: keep {key_place()} apart."
    )
    return 0


def back_up(path: Path, progress: Callable[[int], None] = lambda size: None) -> dict[str, Any]:
    """Write and verify a backup; its manifest. What stood under that name stays until the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = archive.Writer(path, progress)
    try:
        manifest = _manifest()
        writer.add_bytes("manifest.json", json.dumps(manifest, indent=2).encode())
        _add_database(writer)
        missing = _add_files(writer)
        writer.add_bytes("missing.json", json.dumps(missing).encode())
        writer.finish()
    except BaseException:
        writer.abandon()
        raise
    return manifest


def _manifest() -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": FORMAT,
        "comptoir": __version__,
        "made_at": timezone.now().isoformat(),
        "postgresql": database.server_major(),
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "files": File.objects.count(),
        "keys": key_prints(),
    }


def key_prints() -> dict[str, dict[str, str]]:
    """A print of each key, by which a restore knows whether it has the right keyring (never the key itself)."""
    ring = json.loads(settings.KEYRING)
    return {
        use: {
            version: hashlib.sha256(f"comptoir print {key}".encode()).hexdigest()[:16] for version, key in keys.items()
        }
        for use, keys in ring.items()
    }


def key_place() -> str:
    """Where the keyring stands."""
    return "COMPTOIR_KEYS" if settings.ENVIRONMENT.keys else str(settings.ENVIRONMENT.home / "keys" / "keyring.json")


def _add_database(writer: archive.Writer) -> None:
    with database.dumping() as stream:
        number = 0
        while piece := _piece(stream):
            writer.add(f"database/{number:06}", io.BytesIO(piece), len(piece))
            number += 1


def _piece(stream: Any) -> bytes:
    """The next 8 MiB of a pipe, or what is left."""
    parts, size = [], 0
    while size < archive.PIECE and (chunk := stream.read(archive.PIECE - size)):
        parts.append(chunk)
        size += len(chunk)
    return b"".join(parts)


def _add_files(writer: archive.Writer) -> list[str]:
    """Add every file's bytes and preview; the keys whose bytes are gone (deleted while we wrote, or lost)."""
    missing = []
    rows = File.objects.order_by("pk").values_list("key", "preview_key")
    for keys in rows.iterator(chunk_size=2_000):
        for key in filter(None, keys):
            try:
                with default_storage.open(key) as stream:
                    writer.add(f"files/{key}", stream, default_storage.size(key))
            except FileNotFoundError:
                missing.append(key)
    return missing


class Meter:
    """Progress on one line: megabytes and their pace."""

    def __init__(self, title: str, *, quiet: bool = False) -> None:
        self._title = title
        self._quiet = quiet or not sys.stdout.isatty()
        self._silent = quiet
        self._size = 0
        self._started = self._said = time.monotonic()

    def count(self, size: int) -> None:
        """So many bytes more."""
        self._size += size
        now = time.monotonic()
        if not self._quiet and now - self._said > 0.2:
            self._said = now
            pace = self._size / 1e6 / max(0.1, now - self._started)
            print(f"\r{self._title}: {self._size / 1e6:,.1f} MB ({pace:,.0f} MB/s)", end="", flush=True)

    def end(self, text: str) -> None:
        """The last line."""
        if not self._silent:
            seconds = time.monotonic() - self._started
            print(f"\r{self._title}: {self._size / 1e6:,.1f} MB in {seconds:.1f} s. {text}", flush=True)
