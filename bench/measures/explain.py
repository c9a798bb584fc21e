"""`comptoir mail explain` over many mails, against the standard library's parser in the same rounds."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.ground import HOME, ROOT, Failed, Ground
from bench.results import Ratio, Row

ROUNDS = 3
OURS = ("-m", "comptoir.config.cli", "mail", "explain", "--paths-from", "-")
PEER = ("-m", "bench.bare.read_mail")


def measure(ground: Ground) -> list[Row]:
    """Mails a second of CPU (one core), the ratio to the peer, and the highest memory."""
    folder = HOME / "mail_explain"
    shutil.rmtree(folder, ignore_errors=True)
    with ground.database() as database:
        made = ground.inside("mail_files", database, folder, 300 if ground.quick else 2_000)
    ours, peer, peak = [], [], 0.0
    for _ in range(ROUNDS):
        for words, rates in ((OURS, ours), (PEER, peer)):
            seconds, memory = _run(words, Path(made["list"]), made["count"])
            rates.append(made["count"] / seconds)
            peak = max(peak, memory) if words is OURS else peak
    shutil.rmtree(folder, ignore_errors=True)
    ratio = Ratio(ours, peer)
    return [
        Row("mail_explain", sorted(ours)[ROUNDS // 2], "mails/s/core", 300, at_least=True, note="start included"),
        Row("mail_explain_ratio", ratio.value, "of the standard library", note=ratio.note("mails/s", 0)),
        Row("mail_explain_memory", peak, "MB", 200, note="highest; it does not grow with the number of mails"),
    ]


def _run(words: Sequence[str], listed: Path, count: int) -> tuple[float, float]:
    """CPU seconds and highest memory in MB of one pass."""
    with listed.open() as paths:
        process = subprocess.Popen(
            [sys.executable, *words],
            stdin=paths,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"LANG": "C.UTF-8"},
        )
        assert process.stdout is not None
        lines = sum(1 for _ in process.stdout)
        began = time.monotonic()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or lines != count or time.monotonic() - began > 30:
        raise Failed(f"{lines} lines for {count} mails, code {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
