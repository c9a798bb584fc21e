"""What processes cost, from /proc: CPU of whole trees, memory in fair shares; and processes of ours, started and ended."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def tree(roots: Iterable[int]) -> set[int]:
    """These processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        process = waiting.pop()
        if process not in found:
            found.add(process)
            waiting += children.get(process, [])
    return found


def cpu_ms(roots: Iterable[int]) -> float:
    """CPU so far, in milliseconds, of the trees under these processes, children that ended included."""
    ticks = 0
    for process in tree(roots):
        fields = _stat(process)
        if fields:
            ticks += sum(int(fields[position]) for position in (11, 12, 13, 14))
    return ticks * TICK_MS


def memory_mb(processes: Iterable[int]) -> float:
    """Proportional set size (shared pages divided among those who share them), in MB."""
    kilobytes = 0
    for process in processes:
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1024


def command_line(process: int) -> str:
    """How it was started, empty when it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""


def _stat(process: int) -> list[str]:
    """The fields of /proc/N/stat after the name (state is 0, parent 1), empty when it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@contextmanager
def running(
    words: list[str], environment: dict[str, str], log: Path, files: tuple[int, ...] = ()
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of ours with its output in a file; ended with its group."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            words,
            env=environment,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=files,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[bytes]", seconds: float = 6) -> None:
    """SIGTERM, then SIGKILL, to its group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with _gone_already():
                os.killpg(process.pid, number)
            deadline = time.monotonic() + seconds
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)


@contextmanager
def _gone_already() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return
