"""Orders from platforms: by webhook through the door, against parsing and inserting; and the first import of all of them."""

import sys
import time

from bench import processes
from bench.ground import Failed, Ground
from bench.results import Ratio, Row

ROUNDS = 3
FULL, QUICK = 100_000, 10_000


def webhooks(ground: Ground) -> list[Row]:
    """Rates, how long the platform waits for an answer, and whether a second delivery adds anything."""
    count = 200 if ground.quick else 1_000
    ours, raw, answers = [], [], []
    words = [sys.executable, "-m", "comptoir.config.cli", "worker"]
    with ground.database() as database, processes.running(words, ground.environment(database), ground.log):
        time.sleep(2)  # the worker loads the product once
        ground.inside("webhooks_in", database, "ours", 200_000, 20)
        for place in range(ROUNDS):
            took = ground.inside("webhooks_in", database, "ours", place * count, count)
            if took["received"] != count or took["orders"] != count or took["failed"]:
                raise Failed(f"webhooks were lost or doubled: {took}")
            ours.append(count / took["seconds"])
            answers.append(took["answer"] * 1000)
            raw.append(count / ground.inside("webhooks_in", database, "raw", place * count, count)["seconds"])
        again = ground.inside("webhooks_in", database, "again", 0, count)
    ratio = Ratio(ours, raw)
    return [
        Row("webhook_intake", ratio.value, "of raw insert", note=ratio.note("orders/s", 0)),
        Row(
            "webhook_answer",
            sorted(answers)[ROUNDS // 2],
            "ms",
            50,
            note="until the platform is answered, 95th of a hundred",
        ),
        Row("webhook_twice", again["received"] + again["orders"], "rows", 0, note="each delivered again"),
    ]


def first_import(ground: Ground) -> list[Row]:
    """Orders a second, and how much memory grows between a tenth and all of them."""
    count = QUICK if ground.quick else FULL
    with ground.database() as database:
        took = ground.inside("first_import", database, count)
    if took["orders"] != count or took["refused"]:
        raise Failed(f"orders were lost or doubled: {took}")
    return [
        Row(
            "first_import", count / took["seconds"], "orders/s", note=f"{count:,} orders of three articles and a parcel"
        ),
        Row(
            "first_import_memory",
            took["late"] - took["early"],
            "MB",
            50,
            note=f"more at the end than at a tenth; {took['late']:.0f} MB in all",
        ),
    ]
