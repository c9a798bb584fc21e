"""An export taken into an empty installation, against PostgreSQL's COPY of the same rows into the same tables."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from bench.ground import HOME, Ground
from bench.results import Ratio, Row

ROUNDS = 2


def measure(ground: Ground) -> list[Row]:
    """Rows a second as a ratio; how fast everything goes out, for the record."""
    folder = HOME / "bulk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ground.database() as database:
        made = ground.inside("bulk", database, "out", folder)
    rates: dict[str, list[float]] = {"ours": [], "raw": []}
    for _ in range(ROUNDS):
        for mode, found in rates.items():
            with _empty(ground) as database:
                found.append(made["rows"] / ground.inside("bulk", database, mode, folder)["seconds"])
    shutil.rmtree(folder, ignore_errors=True)
    ratio = Ratio(rates["ours"], rates["raw"])
    note = f"{ratio.note('rows/s', 0)}; {made['rows']:,} rows, {made['messages']:,} of them messages"
    return [
        Row("bulk_import", ratio.value, "of raw COPY", 0.7, at_least=True, note=note),
        Row("bulk_export", made["rows"] / made["seconds"], "rows/s"),
    ]


@contextmanager
def _empty(ground: Ground) -> Iterator[str]:
    """A fresh installation's database."""
    name = f"bench_empty_{os.getpid()}"
    with ground.connect("postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    ground.inside("prepare", name)
    try:
        yield name
    finally:
        with ground.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
