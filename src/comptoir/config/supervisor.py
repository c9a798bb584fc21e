"""`comptoir run`: the whole of Comptoir on one machine: database, web, worker and mail, started, watched and stopped."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from types import FrameType

from comptoir.config.children import Child, end
from comptoir.config.environment import Environment
from comptoir.config.lock import AlreadyRunning, HomeLock
from comptoir.config.postgres import DatabaseProblem
from comptoir.config.postgres.cluster import Cluster
from comptoir.config.sockets import bind, refusal

CHILDREN_SECONDS = 2.7  # of the five that a stop may take; the database has the rest
DATABASE_SECONDS = 1
READY_SECONDS = 60
CRASHES = 3  # of one process before the start is given up


class Problem(Exception):
    """A plain sentence."""


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--no-demo", action="store_true", help="start empty, with a set-up page")
    parser.add_argument("--host", help="address to listen on (COMPTOIR_HOST)")
    parser.add_argument("--port", help="port to listen on (COMPTOIR_PORT)")


def run(arguments: argparse.Namespace) -> int:
    """Run until Ctrl-C or SIGTERM."""
    for name in ("host", "port"):
        if getattr(arguments, name):
            os.environ[f"COMPTOIR_{name.upper()}"] = getattr(arguments, name)
    supervisor = Supervisor(Environment.read(), demo=not arguments.no_demo)
    try:
        return supervisor.run()
    except (Problem, DatabaseProblem, AlreadyRunning) as problem:
        supervisor.say(f"\n{problem}")
        return 1
    except Stopped:
        return 0
    finally:
        supervisor.stop()


class Stopped(BaseException):
    """SIGTERM or Ctrl-C came."""


class Supervisor:
    """Starts, watches and stops."""

    def __init__(self, environment: Environment, *, demo: bool) -> None:
        self.environment = environment
        self.demo = demo and environment.embedded
        self.started = time.monotonic()
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self.listener: socket.socket | None = None
        self._stopping = False
        self._preparing: subprocess.Popen[bytes] | None = None

    def say(self, text: str, *, more: bool = False) -> None:
        """Tell the person at the keyboard."""
        print(text, end=" " if more else "\n", flush=True)

    def run(self) -> int:
        """All steps, then watching."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._open_home()
        self._open_port()
        self._start_database()
        report = self._prepare()
        self._start_children()
        self._wait_until_ready()
        self._greet(report)
        while True:
            time.sleep(0.25)
            self._watch()

    def stop(self) -> None:
        """End children, then the database; within five seconds."""
        if self._stopping:
            return
        self._stopping = True
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        began = time.monotonic()
        if self.children or self.cluster:
            self.say("\nStopping ...", more=True)
        if self._preparing is not None and self._preparing.poll() is None:
            self._preparing.kill()
            self._preparing.wait()
        if self.listener is not None:
            self.listener.close()
        end(self.children, CHILDREN_SECONDS)
        if self.cluster is not None:
            self.cluster.stop(DATABASE_SECONDS)
        if self.children or self.cluster:
            self.say(f"{time.monotonic() - began:.1f} s")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        raise Stopped

    def _open_home(self) -> None:
        home = self.environment.home
        try:
            home.mkdir(parents=True, exist_ok=True)
            self.lock = HomeLock(home)
            self.lock.take(self.environment.public_url)
        except AlreadyRunning:
            raise
        except OSError as error:
            raise Problem(
                f"The data folder {home} cannot be written ({error.strerror}). Give another one with COMPTOIR_HOME."
            ) from error

    def _open_port(self) -> None:
        environment = self.environment
        try:
            self.listener = bind(environment.host, environment.port)
        except OSError as error:
            raise Problem(refusal(environment.host, environment.port, error)) from error
        self.port = self.listener.getsockname()[1]
        os.environ["COMPTOIR_PORT"] = str(self.port)
        self.environment = Environment.read()
        self.lock.tell(self.environment.public_url)

    def _start_database(self) -> None:
        if not self.environment.embedded:
            return
        from comptoir.config.postgres import server  # psycopg's import is slow: not before the port is ours

        began = time.monotonic()
        first = not (self.environment.home / "postgres" / "data").exists()
        self.say("Database, made for the first time ..." if first else "Database ...", more=True)
        self.cluster = server.cluster_for(self.environment, self.say)
        self.cluster.start()
        server.ensure_database(self.cluster, "comptoir")
        self.say(f"{time.monotonic() - began:.1f} s")

    def _prepare(self) -> dict[str, object]:
        """Migrations and the like, in a process that gives its memory back."""
        path = self.environment.home / "prepared.json"
        path.unlink(missing_ok=True)
        words = [sys.executable, "-m", "comptoir.config.cli", "prepare", "--report", str(path)]
        self._preparing = subprocess.Popen(
            [*words, "--demo"] if self.demo else words, start_new_session=True, stdin=subprocess.DEVNULL
        )
        if self._preparing.wait():
            raise Problem("Comptoir was not started; the data are as they were before the step that failed.")
        report: dict[str, object] = json.loads(path.read_text())
        path.unlink()
        return report

    def _start_children(self) -> None:
        assert self.listener is not None
        file = self.listener.fileno()
        os.set_inheritable(file, True)
        wanted = [
            ("web", Child("web", ["web", "--fd", str(file)], files=(file,))),
            ("worker", Child("worker", ["worker"])),
            ("mail", Child("mail", ["mail"])),
        ]
        from comptoir.config.cli import COMMANDS

        self.children = [child for name, child in wanted if _exists(COMMANDS[name][0])]
        for child in self.children:
            child.start()

    def _wait_until_ready(self) -> None:
        host = self.environment.host
        reach = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._watch()
            if any(child.crashes >= CRASHES for child in self.children):
                raise Problem("Comptoir was not started: a process ends as soon as it starts; its messages are above.")
            try:
                with urllib.request.urlopen(f"http://{reach}:{self.port}/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise Problem(f"The web process did not answer within {READY_SECONDS} s; its messages are above.")

    def _greet(self, report: dict[str, object]) -> None:
        environment = self.environment
        self.say(f"\nComptoir is ready ({time.monotonic() - self.started:.1f} s):  {environment.public_url}/")
        lines = report.get("lines")
        for line in lines if isinstance(lines, list) else []:
            self.say(f"  {line}")
        self.say("Ctrl-C stops it.")

    def _watch(self) -> None:
        for child in self.children:
            child.watch(self.say)
        self._watch_database()

    def _watch_database(self) -> None:
        """A database that was killed is started again; its own recovery loses nothing that was committed."""
        if self.cluster is None or self.cluster.alive():
            return
        self.say("The database ended unexpectedly; starting it again.")
        try:
            self.cluster.start()
        except DatabaseProblem as problem:
            self.say(str(problem))
            time.sleep(2)


def _exists(dotted: str) -> bool:
    try:
        return find_spec(dotted) is not None
    except ModuleNotFoundError:
        return False
