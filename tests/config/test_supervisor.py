"""`comptoir run` as people run it, from the wheel: started, found by a second start, wounded, stopped."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.config.packaged import build_wheel, unpack


class House:
    """A supervisor in a home of its own."""

    def __init__(self, home: Path, installed: Path) -> None:
        self.home = home
        self.installed = installed
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = kept | {"COMPTOIR_HOME": str(home), "COMPTOIR_PORT": "0", "PYTHONPATH": str(installed)}
        self.log = home.parent / f"{home.name}.log"

    def start(self, **variables: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "comptoir.config.cli", "run", "--no-demo"],
                env=self.environment | variables,
                cwd="/",
                stdout=log,
                stderr=log,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def port(self) -> int:
        return int(json.loads((self.home / "run.lock").read_text())["url"].rpartition(":")[2])

    def page(self, path: str, **headers: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            assert answer.status == 200, path
            return answer.read().decode()
        finally:
            connection.close()

    def health(self) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            report: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {"status": "no answer"}
        finally:
            connection.close()
        return report

    def pids(self, name: str) -> list[int]:
        """The processes of one kind that have this home in their environment."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                variables = (folder / "environ").read_bytes()
            except OSError:
                continue
            if name.encode() in words and f"COMPTOIR_HOME={self.home}\0".encode() in variables:
                found.append(int(folder.name))
        return found


@pytest.fixture
def house() -> Iterator[House]:
    base = "/tmp" if os.access("/tmp", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="house-", dir=base))
    folder.chmod(0o755)
    made = House(folder / "home", unpack(build_wheel(folder / "dist"), folder / "site-packages"))
    yield made
    for name in ("run", "web", "worker", "mail"):
        for process in made.pids(name):
            os.kill(process, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def until(true: Callable[[], Any], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_the_whole_house_starts_survives_and_stops(house: House) -> None:
    first = house.start()
    until(lambda: "Comptoir is ready" in house.said())
    until(lambda: house.health()["status"] == "ok")

    signing_in = house.page("/signin/", **{"Accept-Language": "en"})
    assert "Password" in signing_in
    assert "body" in house.page(re.findall(r'href="(/static/[^"]+\.css)"', signing_in)[0])

    second = house.start()
    assert second.wait(timeout=60) == 1
    assert f"Comptoir runs already: http://127.0.0.1:{house.port}" in house.said()

    taken = House(house.home.with_name("other"), house.installed)
    busy = taken.start(COMPTOIR_PORT=str(house.port))
    assert busy.wait(timeout=60) == 1
    assert f"Port {house.port} of 127.0.0.1 is taken" in taken.said()

    database = int((house.home / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])
    for process in [database, *house.pids("web"), *house.pids("worker")]:
        os.kill(process, signal.SIGKILL)
    until(lambda: house.said().count("ended unexpectedly") >= 3)
    until(lambda: house.health()["status"] == "ok")

    # Killed itself, it takes its children along; what it leaves (lock, socket, a running database) stops no new start.
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    until(lambda: not house.pids("web") and not house.pids("worker"), 10)
    again = house.start()
    until(lambda: house.said().count("Comptoir is ready") == 2)

    with (
        socket.create_connection(("127.0.0.1", house.port)) as upload,
        socket.create_connection(("127.0.0.1", house.port)) as other,
    ):
        for stalled in (upload, other):
            stalled.sendall(b"POST /signin/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        began = time.monotonic()
        again.send_signal(signal.SIGINT)
        assert again.wait(timeout=60) == 0
        assert time.monotonic() - began < 5
    assert not house.pids("web")
    assert not (house.home / "postgres" / "data" / "postmaster.pid").exists()
