"""Inbound mail through the product's real road, against parsing and three statements."""

import sys
import time
from typing import Any

from bench import processes
from bench.ground import Failed, Ground
from bench.results import Ratio, Row

ROUNDS = 3


def measure(ground: Ground) -> list[Row]:
    """Rates, and whether a second pass adds anything."""
    count = 200 if ground.quick else 500
    ours, raw, cpu, raw_cpu = [], [], [], []
    words = [sys.executable, "-m", "comptoir.config.cli", "worker"]
    with ground.database() as database, processes.running(words, ground.environment(database), ground.log) as worker:
        time.sleep(2)  # the worker loads the product once
        ground.inside("receive", database, 99, 20, "warm")
        for seed in range(ROUNDS):
            before = processes.cpu_ms([worker.pid])
            took = ground.inside("receive", database, seed, count, f"seed{seed}")
            cpu.append((processes.cpu_ms([worker.pid]) - before) / count)
            ceiling = ground.inside("raw_mail", database, seed, count)
            ours.append(count / took["seconds"])
            raw.append(count / ceiling["seconds"])
            raw_cpu.append(ceiling["cpu"] * 1000 / count)
            _whole(took, count)
        again = ground.inside("receive", database, 0, count, "seed0")
        copies = ground.inside("receive", database, 0, count, "another-road")
    twice = again["taken"] + again["messages"] + copies["messages"]
    ratio, work = Ratio(ours, raw), Ratio(cpu, raw_cpu)
    return [
        Row("inbound_mail", ratio.value, "of raw", 0.35, at_least=True, note=ratio.note("mails/s", 0)),
        Row("inbound_mail_cpu", work.value, "x raw", note=f"{work.note('ms CPU')} (worker only, reactions included)"),
        Row("inbound_mail_twice", twice, "rows", 0, note="delivered again; the same mails under other keys"),
    ]


def _whole(took: dict[str, Any], count: int) -> None:
    if took["taken"] != count or took["messages"] != count or took["failed"]:
        raise Failed(f"mails were lost or doubled: {took}")
