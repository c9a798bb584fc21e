"""One cluster: made whole or not at all, started, found again after a crash, stopped."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comptoir.config.postgres import DatabaseProblem
from comptoir.config.postgres.account import SHARED_FOLDER, Account, choose, reachable
from comptoir.config.postgres.binaries import Binaries, find

PORT = 5432
LONGEST_SOCKET_PATH = 107
NEEDED_BYTES = 200 * 2**20
START_SECONDS = 60
LOG_LIMIT = 20 * 2**20
# Literals in statements are personal data: the server's log shows errors without them.
CONFIGURATION = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = {connections}
shared_buffers = {buffers}
fsync = {fsync}
synchronous_commit = {fsync}
full_page_writes = {fsync}
jit = off
random_page_cost = 1.1
max_wal_size = '1GB'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


@dataclass(slots=True)
class Cluster:
    """A cluster under `root` with its socket in `sockets`. `durable` is false only for tests."""

    root: Path
    sockets: Path
    durable: bool = True
    connections: int = 100
    buffers: str = "128MB"
    say: Callable[[str], None] = lambda text: None
    _account: Account | None = None
    _binaries: Binaries | None = None

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.root / "server.log"

    def start(self) -> bool:
        """Start the server, making the cluster at the first time; False when it was running already.

        Raises DatabaseProblem with a sentence; whatever goes wrong, an existing cluster is left as it is.
        """
        self._check_room()
        self._place()
        self._check_version()
        if not self.data.exists():
            self._make()
        if self._running():
            return False
        self._clear_stale_locks()
        self._configure()
        self._launch()
        return True

    def alive(self) -> bool:
        """Whether the server's process lives (a cheap look at its lock file)."""
        try:
            process = (self.data / "postmaster.pid").read_text().split("\n")[0]
        except OSError:
            return False
        return process.isdecimal() and self._is_ours(int(process))

    def stop(self, seconds: float = 3) -> None:
        """Stop the server: open transactions are rolled back; after `seconds` it is stopped at once (it recovers)."""
        if not (self.data / "postmaster.pid").exists():
            return
        self._tools()
        done = self._pg_ctl("stop", "-m", "fast", "-t", str(max(1, int(seconds))))
        if done and (self.data / "postmaster.pid").exists():
            self._pg_ctl("stop", "-m", "immediate", "-t", "2")

    def _tools(self) -> tuple[Account, Binaries]:
        if self._account is None or self._binaries is None:
            self._account = choose(self.data)
            self._binaries = reachable(find(), self._account)
        return self._account, self._binaries

    def _check_room(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.root).free
        if free < NEEDED_BYTES:
            raise DatabaseProblem(
                f"The disk of {self.root} is full: {free // 2**20} MB are left and PostgreSQL needs at least "
                f"{NEEDED_BYTES // 2**20} MB. Nothing was changed. Make room, then start again."
            )

    def _place(self) -> None:
        """Give the account its folders; when it cannot enter ours, they lie in /var/lib/comptoir and ours are links."""
        account, _ = self._tools()
        if not self.root.is_symlink() and not account.reaches(self.root.parent):
            key = hashlib.sha256(str(self.root.absolute()).encode()).hexdigest()[:12]
            outside = SHARED_FOLDER / f"home-{key}"
            outside.mkdir(parents=True, exist_ok=True, mode=0o755)
            for folder, name in ((self.root, "postgres"), (self.sockets, "run")):
                _link(folder, outside / name)
            self.say(f"{self.root.parent} is private to root: the database lies in {outside}.")
        for folder in (self.root.resolve(), self.sockets.resolve()):
            account.own(folder)
            if not account.reaches(folder):
                raise DatabaseProblem(f"The account {account.name}, which runs PostgreSQL, may not enter {folder}.")
        path = str(self.sockets.absolute() / f".s.PGSQL.{PORT}")
        if max(len(os.fsencode(path)), len(os.fsencode(str(self.sockets.resolve() / ".s.PGSQL.5432.lock")))) > (
            LONGEST_SOCKET_PATH
        ):
            raise DatabaseProblem(
                f"The path of the database's socket is too long for the system ({len(os.fsencode(path))} bytes, at most "
                f"{LONGEST_SOCKET_PATH}): {path}. Set COMPTOIR_PG_SOCKETS to a private folder with a short path."
            )

    def _check_version(self) -> None:
        _, binaries = self._tools()
        if not self.data.exists():
            return
        try:
            recorded = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise DatabaseProblem(
                f"{self.data} is not a PostgreSQL data folder (it has no PG_VERSION). It was left as it is. If it holds "
                "nothing you need, move it away and start again."
            ) from None
        if recorded == str(binaries.major):
            return
        try:
            self._binaries = reachable(find(int(recorded)), self._tools()[0])
        except DatabaseProblem:
            raise DatabaseProblem(
                f"The database was written by PostgreSQL {recorded} and this release brings PostgreSQL "
                f"{binaries.version}. Run `bin/comptoir upgrade-database` once; the old data are kept until you delete "
                "them."
            ) from None
        self.say(
            f"The database is still in the format of PostgreSQL {recorded}; `bin/comptoir upgrade-database` moves it."
        )

    def _make(self) -> None:
        """initdb into a folder beside, renamed when whole: a start cut short leaves nothing that looks like data."""
        partial = self.root / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        self.initialise(partial)
        partial.rename(self.data)

    def initialise(self, folder: Path) -> None:
        """Run initdb on an absent folder."""
        account, binaries = self._tools()
        done = account.run(
            binaries.tool("initdb"),
            *("--pgdata", str(folder.resolve()), "--username=comptoir", "--encoding=UTF8", "--auth=trust"),
            *(() if self.durable else ("--no-sync",)),
            *locale_options(binaries.major),
        )
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            raise DatabaseProblem(self._explain(f"PostgreSQL's initdb failed: {done.stderr.strip()[-600:]}"))
        with (folder / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude_if_exists = 'comptoir.conf'\n")

    def _configure(self) -> None:
        account, _ = self._tools()
        sockets = str(self.sockets.resolve())
        if "," in sockets or '"' in sockets:
            sockets = '"' + sockets.replace('"', '""') + '"'
        path = self.data / "comptoir.conf"
        path.write_text(
            CONFIGURATION.format(
                port=PORT,
                sockets=sockets.replace("'", "''"),
                connections=self.connections,
                buffers=self.buffers,
                fsync="on" if self.durable else "off",
            )
        )
        path.chmod(0o600)
        if account.switch:
            os.chown(path, account.uid, account.gid)

    def _launch(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        before = self.log.stat().st_size if self.log.exists() else 0
        if self._pg_ctl("start", "-w", "-t", str(START_SECONDS), "-l", str(self.log.resolve())):
            with self.log.open("rb") as log:
                log.seek(before)
                said = log.read().decode(errors="replace").strip()
            raise DatabaseProblem(self._explain(f"PostgreSQL did not start. Its log says:\n{said[-1500:]}"))

    def _explain(self, text: str) -> str:
        if "No space left on device" in text:
            return f"The disk of {self.root} is full. The data are whole; make room, then start again."
        if "does not exist" in text and "effective user" in text:
            return f"{text} Add a line for user {os.geteuid()} to /etc/passwd (in a container: run as its own user)."
        return text

    def _pg_ctl(self, *arguments: str) -> int:
        account, binaries = self._tools()
        command = (binaries.tool("pg_ctl"), "--pgdata", str(self.data.resolve()), "--silent", *arguments)
        return account.run(*command, timeout=START_SECONDS + 30).returncode

    def _running(self) -> bool:
        if not (self.data / "postmaster.pid").exists():
            return False
        lines = (self.data / "postmaster.pid").read_text().split("\n")
        if not lines[0].strip().isdecimal() or not self._is_ours(int(lines[0])):
            return False
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._pg_ctl("status"):
                return False
            lines = (self.data / "postmaster.pid").read_text().split("\n")
            if len(lines) > 7 and lines[7].strip() == "ready":
                return True
            time.sleep(0.1)
        raise DatabaseProblem(
            f"PostgreSQL (process {lines[0]}) has been starting for {START_SECONDS} s; see {self.log}."
        )

    def _is_ours(self, process: int) -> bool:
        """Whether that process is a server on our data: its working folder is the data folder."""
        try:
            return Path(f"/proc/{process}/cwd").readlink() == self.data.resolve()
        except PermissionError:
            return False  # another account's process: the server runs under ours
        except OSError:
            return not Path("/proc/self").exists() and _alive(process)

    def _clear_stale_locks(self) -> None:
        """Remove locks left by a dead server whose process number another program has now (after a reboot, say)."""
        for lock in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            try:
                process = lock.read_text().split("\n")[0].strip()
            except (FileNotFoundError, NotADirectoryError):
                continue
            if not process.lstrip("-").isdecimal() or not self._is_ours(abs(int(process))):
                lock.unlink(missing_ok=True)


def locale_options(major: int) -> tuple[str, ...]:
    """initdb's options for right lower case everywhere and an order that does not depend on the machine."""
    if major >= 18:
        return ("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C")
    if major == 17:
        return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    return ("--locale=C.UTF-8",)


def _link(folder: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    if folder.is_symlink():
        return
    if folder.exists():
        if any(folder.iterdir()):
            raise DatabaseProblem(
                f"{folder} holds data that the account which runs PostgreSQL may not reach. Move the checkout (or "
                "COMPTOIR_HOME) out of the private folder, or open its parents for passage (chmod o+x)."
            )
        folder.rmdir()
    folder.symlink_to(target)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
