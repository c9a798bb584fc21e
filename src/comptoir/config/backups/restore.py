"""`comptoir restore FILE`: bring a backup back, whole or not at all; people erased since then are erased again.

The database is restored beside the live one and takes its name only when it is complete; the old one is kept until
the next restore.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File as DjangoFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from comptoir.config import migrating
from comptoir.config.backups import BackupProblem, archive, database
from comptoir.config.backups.backup import FORMAT, Meter, key_place, key_prints
from comptoir.config.postgres import DatabaseProblem
from comptoir.core import erasure, erasures
from comptoir.core.files import delete_bytes
from comptoir.core.models import Erasure
from comptoir.customers.models import Customer

FRESH, KEPT = "_restored", "_before_restore"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--yes", action="store_true", help="replace what is there without asking")
    parser.add_argument("--verify", action="store_true", help="only read the file and compare its checksums")
    parser.add_argument(
        "--erasures",
        type=Path,
        help="a copy of the list of erased people (the folder `erasures` of the lost file storage)",
    )
    parser.add_argument(
        "--other-keys", action="store_true", help="restore although the keys of that backup are not here"
    )


def run(arguments: argparse.Namespace) -> int:
    """Restore; 1 with a sentence when it cannot be done."""
    meter = Meter("Verified" if arguments.verify else "Restored")
    try:
        manifest = archive.verify(arguments.file, meter.count)
        if arguments.verify:
            meter.end(f"{arguments.file} is whole, made {manifest['made_at']} by Comptoir {manifest['comptoir']}.")
            return 0
        _check(manifest, other_keys=arguments.other_keys)
        if not arguments.yes and not _agreed(manifest):
            print("Nothing was changed.")
            return 1
        again = restore(arguments.file, arguments.erasures, meter.count)
    except (BackupProblem, DatabaseProblem) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    meter.end(f"{manifest['files']} files. Erased again since that day: {again}.")
    return 0


def _check(manifest: dict[str, Any], *, other_keys: bool) -> None:
    if manifest.get("format") != FORMAT:
        raise BackupProblem(
            "This backup was made by a newer Comptoir; restore it with that release. Nothing was changed."
        )
    here = key_prints()
    lacking = [
        f"{use} {version}"
        for use, keys in manifest["keys"].items()
        for version, mark in keys.items()
        if here.get(use, {}).get(version) != mark
    ]
    if lacking and not other_keys:
        raise BackupProblem(
            f"The keys of that backup are not here ({', '.join(lacking)}): mail passwords could not be read and links "
            f"would not work. Put its keyring into {key_place()}, or add --other-keys to do without. Nothing was changed."
        )
    known = {f"{node[0]}.{node[1]}" for node in migrating.known()}
    strange = [name for name in manifest["migrations"] if name not in known and not name.startswith("procrastinate")]
    if strange:
        raise BackupProblem(
            f"This backup was made by Comptoir {manifest['comptoir']}, which is newer than this one. Nothing was changed."
        )


def _agreed(manifest: dict[str, Any]) -> bool:
    print(f"This replaces all that is in the database by the state of {manifest['made_at']}.")
    return input("Type « restore » to go on: ").strip() == "restore"


def restore(path: Path, erasure_list: Path | None = None, progress: Callable[[int], None] = lambda size: None) -> int:
    """Replace database and files by a verified backup; how many people were erased again."""
    erased = erasures.read(erasure_list) | erasures.read() | _erased_here()
    live = str(connection.settings_dict["NAME"])
    fresh, kept = f"{live}{FRESH}", f"{live}{KEPT}"
    database.create(fresh)
    try:
        _refill(path, fresh, progress)
    except BaseException:
        database.drop(fresh)
        raise
    database.drop(kept)
    database.swap(fresh, kept)
    migrating.migrate()
    return _erase_again(erased)


def _refill(path: Path, fresh: str, progress: Callable[[int], None]) -> None:
    """One pass over the file: first the database's pieces, then the files."""
    stream = archive.members(path)
    with database.restoring(fresh) as target:
        following = _pour(stream, target, progress)
    if following is not None:
        _put_file(*following)
    for name, content, size in stream:
        progress(size)
        _put_file(name, content)


def _pour(stream: Any, target: IO[bytes], progress: Callable[[int], None]) -> tuple[str, IO[bytes]] | None:
    """Write the database's pieces; the first member that is none of them, if any."""
    for name, content, size in stream:
        if name.startswith("database/"):
            target.write(content.read())
            progress(size)
        elif name.startswith("files/"):
            return name, content
    return None


def _put_file(name: str, content: IO[bytes]) -> None:
    """Put a file back under its key; bytes under a key never change, so one that is there already stays."""
    if not name.startswith("files/"):
        return
    key = name.removeprefix("files/")
    if not default_storage.exists(key):
        default_storage.save(key, DjangoFile(content))


def _erased_here() -> set[int]:
    """Whom the database that is about to be replaced knows to be erased."""
    try:
        return set(Erasure.objects.values_list("customer_key", flat=True))
    except DatabaseError:
        return set()


def _erase_again(keys: set[int]) -> int:
    done = set(Erasure.objects.values_list("customer_key", flat=True))
    todo = Customer.objects.filter(pk__in=keys - done).values_list("pk", flat=True)
    for key in list(todo):
        with transaction.atomic():
            erasure.erase(key)
    delete_bytes()
    return len(todo)
