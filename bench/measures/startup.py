"""`bin/run` on this machine: the first start, the second, its memory, its stop. The environment is there already."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from bench import processes
from bench.ground import HOME, ROOT, Failed, Ground
from bench.results import Row

READY = re.compile(r"is ready")
TIMEOUT = 240


def measure(ground: Ground) -> list[Row]:
    """Seconds and megabytes. The demo shop's loading is in the first start."""
    home = HOME / "startup"
    shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    first, _, _, _ = one(home)
    second, stop, memory, count = one(home)
    return [
        Row("startup_first", first, "s", note="database, tables, translations, demo shop"),
        Row("startup_second", second, "s", 5),
        Row("startup_stop", stop, "s", 5),
        Row("startup_memory", memory, "MB PSS", note=f"{count} processes, PostgreSQL included"),
    ]


def one(home: Path) -> tuple[float, float, float, int]:
    """Start until ready, look, stop: seconds to start, seconds to stop, PSS in MB, processes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMPTOIR_", "DATABASE_URL"))}
    began = time.monotonic()
    process = subprocess.Popen(
        [ROOT / "bin" / "run", "--port", "0"],
        env=kept | {"COMPTOIR_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        ready = _wait(process, began)
        time.sleep(2)
        server = int((home / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])
        alive = processes.tree([process.pid, server])
        memory = processes.memory_mb(alive)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        return ready, time.monotonic() - began, memory, len(alive)
    finally:
        processes.end(process)


def _wait(process: "subprocess.Popen[bytes]", began: float) -> float:
    """Read what it says until it is ready."""
    assert process.stdout is not None
    said = []
    while time.monotonic() - began < TIMEOUT and (line := process.stdout.readline().decode(errors="replace")):
        said.append(line)
        if READY.search(line):
            return time.monotonic() - began
    raise Failed("bin/run did not start: " + "".join(said)[-800:])
