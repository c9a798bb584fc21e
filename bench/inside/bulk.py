"""Everything out, and in again: `bulk out|ours|raw FOLDER`. Raw is PostgreSQL's COPY into the same tables, indexes and triggers."""

import json
import sys
import time
from pathlib import Path

from bench import inside

inside.start()

from django.db import connection, transaction  # noqa: E402

from comptoir.config.exporting import reading  # noqa: E402
from comptoir.config.exporting.tables import tables  # noqa: E402
from comptoir.config.exporting.writing import write  # noqa: E402

CHUNK = 2**20


def out(folder: Path) -> dict[str, object]:
    """The export, and the same rows as COPY writes them."""
    began = time.perf_counter()
    manifest = write(folder / "export", files=False)
    seconds = time.perf_counter() - began
    (folder / "raw").mkdir()
    with connection.cursor() as cursor:
        for table in tables():
            query = f'COPY (SELECT {table.listed} FROM "{table.name}" ORDER BY "{table.key[0]}") TO STDOUT'
            with (folder / "raw" / table.name).open("wb") as target, cursor.copy(query) as copy:
                for data in copy:
                    target.write(data)
    rows = {table["name"]: table["rows"] for table in manifest["tables"]}
    return {"rows": sum(rows.values()), "messages": rows["conversations_message"], "seconds": seconds}


def ours(folder: Path) -> None:
    """Through the importer, checks and digests included."""
    reading.read(folder / "export")


def raw(folder: Path) -> None:
    """One COPY a table, one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(chr(34) + table.name + chr(34) for table in tables())} CASCADE")
        reading._partitions(folder / "export")
        for table in tables():
            with (
                (folder / "raw" / table.name).open("rb") as source,
                cursor.copy(f'COPY "{table.name}" ({table.listed}) FROM STDIN') as copy,
            ):
                while chunk := source.read(CHUNK):
                    copy.write(chunk)


if __name__ == "__main__":
    mode, place = sys.argv[1], Path(sys.argv[2])
    if mode == "out":
        print(json.dumps(out(place)))
    else:
        started = time.perf_counter()
        {"ours": ours, "raw": raw}[mode](place)
        print(json.dumps({"seconds": time.perf_counter() - started}))
