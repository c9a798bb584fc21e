"""`comptoir export DIRECTORY`: everything as JSON Lines and files, while everything goes on running."""

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from comptoir import __version__
from comptoir.automation import commands as table_commands
from comptoir.config.backups.backup import Meter, key_prints
from comptoir.config.exporting.tables import Table, tables
from comptoir.core.models import File

FORMAT = 1
CHUNK = 2**20


class ExportProblem(Exception):
    """The export cannot be written or read; the text says why, in plain words."""


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("directory", type=Path, help="a new or empty directory; or macros, tags, agents: one table")
    parser.add_argument("file", type=Path, nargs="?", help="with a table: the CSV to write (else it is printed)")
    parser.add_argument("--without-files", action="store_true", help="only the rows, not the files of messages")


def run(arguments: argparse.Namespace) -> int:
    """Export; 1 with a sentence when it cannot be done."""
    if str(arguments.directory) in table_commands.WRITTEN:
        return table_commands.export(str(arguments.directory), arguments.file)
    meter = Meter("Export")
    try:
        manifest = write(arguments.directory, meter.count, files=not arguments.without_files)
    except ExportProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{arguments.directory} cannot be written: {error.strerror}.", file=sys.stderr)
        return 1
    rows = sum(table["rows"] for table in manifest["tables"])
    meter.end(f"{arguments.directory}: {rows} rows in {len(manifest['tables'])} tables, {manifest['files']} files.")
    return 0


def write(
    directory: Path, progress: Callable[[int], None] = lambda size: None, *, files: bool = True
) -> dict[str, Any]:
    """Write an export of one moment (a single snapshot of the database); its manifest, which is written last."""
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise ExportProblem(f"{directory} is not empty: an export wants a directory of its own.")
    (directory / "data").mkdir()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        described = [_write_table(directory, table, progress) for table in tables()]
        kept = list(File.objects.order_by("pk").values_list("key", "preview_key"))
        migrations = MigrationRecorder(connection).applied_migrations()
    missing, count = _write_files(directory, kept, progress) if files else ([], 0)
    manifest = {
        "format": FORMAT,
        "comptoir": __version__,
        "made_at": timezone.now().isoformat(),
        "migrations": sorted(f"{app}.{name}" for app, name in migrations),
        "keys": key_prints(),
        "tables": described,
        "files": count,
        "missing_files": missing,
    }
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False), encoding="utf-8")
    return manifest


def _write_table(directory: Path, table: Table, progress: Callable[[int], None]) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), 0
    sorted_by = ", ".join(f'"{column}"' for column in table.key)
    query = (
        f'COPY (SELECT row_to_json("~row")::text FROM (SELECT {table.listed} FROM "{table.name}" ORDER BY {sorted_by}) "~row")'
        " TO STDOUT"
    )
    with (directory / "data" / f"{table.name}.jsonl").open("wb") as out, _cursor().copy(query) as copy:
        for (text,) in copy.rows():
            line = text.encode() + b"\n" if isinstance(text, str) else bytes(text) + b"\n"
            out.write(line)
            digest.update(line)
            rows += 1
            progress(len(line))
    return {"name": table.name, "columns": list(table.columns), "rows": rows, "sha256": digest.hexdigest()}


def _write_files(
    directory: Path, kept: list[tuple[str, str]], progress: Callable[[int], None]
) -> tuple[list[str], int]:
    missing, count = [], 0
    for key in dict.fromkeys(key for pair in kept for key in pair if key):
        target = _inside(directory / "files", key)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with default_storage.open(key) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, CHUNK)
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            missing.append(key)
            continue
        count += 1
        progress(target.stat().st_size)
    return missing, count


def _inside(directory: Path, key: str) -> Path:
    target = (directory / key).resolve()
    if directory.resolve() not in target.parents:
        raise ExportProblem(f"The file key {key!r} leads out of the directory.")
    return target


def _cursor() -> "psycopg.Cursor[Any]":
    connection.ensure_connection()
    return connection.connection.cursor()  # type: ignore[no-any-return]


__all__ = ["FORMAT", "ExportProblem", "register", "run", "write"]
