"""Processes for tests, as `python -m MODULE WORDS`: real ones, which can be killed, without each paying for its libraries.

They are forked by multiprocessing's fork server, which has loaded third-party modules (preloaded) and nothing of ours.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.preloaded"])


class Process:
    """What tests use of subprocess.Popen. `stdout` is its text when it was asked for."""

    def __init__(
        self,
        module: str,
        *words: str,
        environment: dict[str, str],
        read: bool = False,
        errors: IO[str] | None = None,
        session: bool = False,
    ) -> None:
        self.stdout: IO[str] | None = None
        output = None
        if read:
            readable, writable = os.pipe()
            self.stdout = os.fdopen(readable)
            output = Connection(writable, readable=False)
        wrong = Connection(os.dup(errors.fileno()), readable=False) if errors else None
        self._session = session
        self._held = _context.Process(
            target=_become, args=(module, words, environment, output, wrong, session), daemon=True
        )
        try:
            _start_server()
            self._held.start()
        finally:
            for end in (output, wrong):
                if end:
                    end.close()
        assert self._held.pid is not None
        self.pid: int = self._held.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code once it ended, negative for a signal."""
        return self._held.exitcode

    def poll(self) -> int | None:
        """The exit code, if it ended."""
        return self._held.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Until it ends; raises subprocess.TimeoutExpired."""
        self._held.join(timeout)
        code = self._held.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._held.name, timeout or 0)
        return code

    def communicate(self, timeout: float) -> str:
        """All that it prints until it ends."""
        assert self.stdout is not None
        said = self.stdout.read()
        self.wait(timeout)
        return said

    def send_signal(self, number: int) -> None:
        """A signal, to it alone."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL for it and, when it has a session of its own, for its children: no handler runs."""
        if self._session:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Killed if it still runs, and nothing of it left open."""
        self.kill()
        self.wait()
        if self.stdout:
            self.stdout.close()

    def end(self) -> None:
        """Asked to stop; killed when it takes longer than ten seconds."""
        self.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.wait(10)
        self.close()


def _start_server() -> None:
    """Start the fork server where it finds what it loads."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _become(
    module: str,
    words: tuple[str, ...],
    environment: dict[str, str],
    output: Connection | None,
    errors: Connection | None,
    session: bool,
) -> None:
    """In the new process: run the module as its main one."""
    if session:
        os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for number, target in ((1, output), (2, errors)):
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 (as short as it gets)
            os.dup2(target.fileno() if target else nothing.fileno(), number)
        if target:
            target.close()
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", buffering=1, closefd=False)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
