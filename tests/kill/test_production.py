"""The shape of production: two web, two worker and two mail processes that know each other by the database alone."""

import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.kill.conftest import House
from tests.kill.test_kill import free_port, seed_text

CHAT = "/s/maison-alba/chat/"


@contextmanager
def listening(address: str, **headers: str) -> Iterator[list[str]]:
    """The lines that a live stream brings while it is open."""
    heard: list[str] = []
    with httpx.stream("GET", f"{address}/live/", headers=headers, timeout=httpx.Timeout(5, read=30)) as stream:
        assert stream.status_code == 200
        lines = stream.iter_lines()
        assert next(lines) == ": open"
        # Its reader ends with the process that is killed at the end, or when the stream is closed under it.
        threading.Thread(target=_read, args=(lines, heard), daemon=True).start()
        yield heard


def _read(lines: Iterator[str], heard: list[str]) -> None:
    try:
        heard.extend(lines)
    except (httpx.HTTPError, httpx.StreamError, RuntimeError, ValueError):
        return


def healthy(address: str) -> bool:
    try:
        return bool(httpx.get(f"{address}/health").json()["status"] == "ok")
    except (httpx.HTTPError, ValueError):
        return False


def test_what_one_web_process_takes_the_other_shows_and_answers(house: House) -> None:
    session = seed_text(house, "chat")
    ports = [free_port(), free_port()]
    visitors, agents = (f"http://127.0.0.1:{port}" for port in ports)
    variables = {"COMPTOIR_URL": agents, "COMPTOIR_THREADS": "2"}
    for port in ports:
        house.comptoir("web", COMPTOIR_PORT=str(port), **variables)
    for _ in range(2):
        house.comptoir("worker", **variables)
        house.comptoir("mail", **variables)
    beats = "SELECT count(*) FROM core_heartbeat WHERE kind = %s"
    house.until(lambda: all(house.query(beats, kind) == 2 for kind in ("worker", "mail")))
    house.until(lambda: healthy(visitors) and healthy(agents))

    cookie = f"comptoir_session={session}; comptoir_csrf={'x' * 32}"
    with listening(agents, cookie=cookie) as at_the_desk:
        said = {"text": "Bonjour, où est ma nappe ?", "client_key": str(uuid.uuid4())}
        begun = httpx.post(f"{visitors}{CHAT}start", json=said)
        assert begun.status_code == 200, begun.text
        house.until(lambda: any("conversation:" in line for line in at_the_desk), 5)

    bearer = {"authorization": f"Bearer {begun.json()['token']}"}
    with listening(visitors, **bearer) as at_home:
        conversation = house.query("SELECT max(id) FROM conversations_conversation")
        answer = httpx.post(
            f"{agents}/conversations/{conversation}/replies/",
            data={"body": "<p>Elle arrive demain.</p>", "client_key": "a", "csrfmiddlewaretoken": "x" * 32},
            headers={"cookie": cookie, "origin": agents},
        )
        assert answer.status_code in {200, 302}, answer.text
        house.until(lambda: any("chat:" in line for line in at_home), 5)
    told = httpx.get(f"{visitors}{CHAT}messages", headers=bearer).json()["messages"]
    assert [message["text"].strip() for message in told] == [said["text"], "Elle arrive demain."]

    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE status::text = ANY(%s) AND coalesce(scheduled_at, now()) <= now()"
    house.until(lambda: house.query(jobs, ["todo", "doing"]) == 0)
    assert house.query(jobs, ["failed"]) == 0
    assert [process.poll() for process in house.processes[1:]] == [None] * 6


@pytest.mark.parametrize("command", ["web", "worker", "mail", "prepare"])
def test_another_database_without_keys_is_refused_in_words(house: House, command: str) -> None:
    variables = {name: value for name, value in house.environment.items() if name != "COMPTOIR_KEYS"}
    done = subprocess.run(
        [sys.executable, "-m", "comptoir", command], env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("DATABASE_URL is set and no keys are: give COMPTOIR_KEYS")
    assert "Traceback" not in done.stderr
