"""`comptoir import export DIRECTORY`: an export into an empty installation of the same release, nothing lost."""

import hashlib
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.base import File as Stored
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from comptoir.config.backups.backup import Meter
from comptoir.config.exporting.tables import Table, encrypted, encrypted_rows, tables
from comptoir.config.exporting.writing import FORMAT, ExportProblem
from comptoir.core import keys
from comptoir.core.events import ensure_partitions_for

LINES = 5_000  # a batch that is turned into rows at once


def run(arguments: Namespace) -> int:
    """Import; 1 with a sentence when it cannot be done, and then nothing was changed."""
    meter = Meter("Import")
    try:
        told = read(arguments.directory, meter.count)
    except ExportProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    meter.end(f"{told['rows']} rows and {told['files']} files are here.")
    for line in told["notes"]:
        print(f"  {line}")
    return 0


def read(directory: Path, progress: Callable[[int], None] = lambda size: None) -> dict[str, Any]:
    """Bring an export in. Raises ExportProblem, after which the database is as it was."""
    manifest = _manifest(directory)
    _check(manifest)
    described = {table["name"]: table for table in manifest["tables"]}
    with transaction.atomic():
        _be_empty()
        _partitions(directory)
        rows = sum(_read_table(directory, table, described[table.name], progress) for table in tables())
        _number_on()
        with connection.cursor() as cursor:
            try:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            except IntegrityError as error:
                raise ExportProblem(f"The export does not hold together: {str(error).splitlines()[0]}.") from error
        closed = _lock_out_foreign_secrets()
    files = _read_files(directory, progress)
    notes = [
        f"{where}: {count} secret(s) of another keyring were left out; type them again." for where, count in closed
    ]
    notes += [f"File {key} was missing in the export." for key in manifest.get("missing_files", [])[:20]]
    return {"rows": rows, "files": files, "notes": notes}


def _manifest(directory: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except OSError:
        raise ExportProblem(f"{directory} holds no manifest.json: this is no export, or it was cut short.") from None
    except ValueError:
        raise ExportProblem(f"{directory}/manifest.json cannot be read.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ExportProblem("This export has a format that this release does not know.")
    return manifest


def _check(manifest: dict[str, Any]) -> None:
    here = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    if manifest["migrations"] != here:
        raise ExportProblem(
            f"The export was made by Comptoir {manifest['comptoir']} with another structure of the database: "
            "bring both to the same release first."
        )
    there = {table["name"]: table["columns"] for table in manifest["tables"]}
    if there != {table.name: list(table.columns) for table in tables()}:
        raise ExportProblem("The export names other tables or columns than this release has.")


def _be_empty() -> None:
    """Refuse over someone's data; what a fresh installation made by itself gives way."""
    with connection.cursor() as cursor:
        for name in ("conversations_conversation", "customers_customer", "orders_order", "core_shop", "core_agent"):
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{name}")')
            if cursor.fetchone()[0]:
                raise ExportProblem(
                    "This installation holds data already. An export goes into an empty one: `bin/run --no-demo`."
                )
        cursor.execute(f"TRUNCATE {', '.join(f'{chr(34)}{table.name}{chr(34)}' for table in tables())} CASCADE")


def _partitions(directory: Path) -> None:
    """A home for each month of the event log."""
    months = set()
    with (directory / "data" / "core_event.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            months.add(json.loads(line)["recorded_at"][:7])
    ensure_partitions_for(sorted(months))


def _read_table(directory: Path, table: Table, described: dict[str, Any], progress: Callable[[int], None]) -> int:
    digest, rows = hashlib.sha256(), 0
    columns = ", ".join(f'made."{column}"' for column in table.columns)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS export_lines (line text) ON COMMIT DROP")
        try:
            for batch in _batches(directory / "data" / f"{table.name}.jsonl"):
                with cursor.copy("COPY export_lines FROM STDIN") as copy:
                    for line in batch:
                        digest.update(line)
                        copy.write_row([line.decode().rstrip("\n")])
                cursor.execute(
                    f'INSERT INTO "{table.name}" ({table.listed}) SELECT {columns} '
                    f'FROM export_lines, json_populate_record(NULL::"{table.name}", export_lines.line::json) made'
                )
                cursor.execute("TRUNCATE export_lines")
                rows += len(batch)
                progress(sum(map(len, batch)))
        except (DataError, IntegrityError, UnicodeDecodeError) as error:
            raise ExportProblem(f"{table.name}.jsonl cannot be taken: {str(error).splitlines()[0]}") from error
        except OSError as error:
            raise ExportProblem(f"{table.name}.jsonl cannot be read: {error.strerror}.") from error
    if (rows, digest.hexdigest()) != (described["rows"], described["sha256"]):
        raise ExportProblem(f"{table.name}.jsonl is not what was exported: {rows} rows instead of {described['rows']}.")
    return rows


def _batches(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as lines:
        while batch := list(islice(lines, LINES)):
            yield batch


def _number_on() -> None:
    """New rows are numbered after those that came."""
    with connection.cursor() as cursor:
        for table in tables():
            if table.identity:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence(%s, %s), greatest(1, (SELECT coalesce(max("
                    f'"{table.identity}"), 0) + 1 FROM "{table.name}")), false)',
                    [table.name, table.identity],
                )


def _lock_out_foreign_secrets() -> list[tuple[str, int]]:
    """What this keyring cannot decrypt is emptied, so that nothing fails later for a reason that nobody sees."""
    closed = []
    for table, key, column in encrypted():
        foreign = [row for row, value in encrypted_rows(table, key, column) if not _opens(value)]
        if foreign:
            with connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = ANY(%s)', ["", foreign])
            closed.append((f"{table}.{column}", len(foreign)))
    return closed


def _opens(value: str) -> bool:
    try:
        keys.decrypt(value)
    except keys.CannotDecrypt:
        return False
    return True


def _read_files(directory: Path, progress: Callable[[int], None]) -> int:
    root, count = directory / "files", 0
    for path in sorted(root.rglob("*")) if root.exists() else []:
        if path.is_file():
            key = path.relative_to(root).as_posix()
            if default_storage.exists(key):
                default_storage.delete(key)
            with path.open("rb") as source:
                default_storage.save(key, Stored(source))
            count += 1
            progress(path.stat().st_size)
    return count


__all__ = ["read", "run"]
