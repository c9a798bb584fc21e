"""The live hub behind a real server: who may listen, what is written, what is caught up."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.config.conftest import Served
from tests.config.test_body import ask

Serve = Callable[..., Served]
Notify = Callable[..., None]


class Listener:
    """A browser's side of a stream."""

    def __init__(self, served: Served, headers: str = "Cookie: who=a\r\n") -> None:
        self.socket = socket.create_connection(("127.0.0.1", served.port), timeout=5)
        self.socket.sendall(f"GET /live/ HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
        self.text = ""

    def until(self, words: str, seconds: float = 5) -> str:
        """Read until these words came; what was read."""
        deadline = time.monotonic() + seconds
        while words not in self.text:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            piece = self.socket.recv(65_536)
            if not piece:
                raise EOFError(self.text)
            self.text += piece.decode()
        return self.text

    def silent(self, seconds: float = 0.5) -> bool:
        self.socket.settimeout(seconds)
        try:
            piece = self.socket.recv(65_536)
        except TimeoutError:
            return True
        self.text += piece.decode()
        return False

    def closed(self, seconds: float = 5) -> bool:
        """Whether the server ended the stream."""
        self.socket.settimeout(seconds)
        try:
            while piece := self.socket.recv(65_536):
                self.text += piece.decode()
                if piece.endswith(b"0\r\n\r\n"):
                    return True
        except TimeoutError:
            return False
        return True

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *failure: object) -> None:
        self.socket.close()


@contextmanager
def opened(dsn: str) -> Iterator[Callable[..., None]]:
    with psycopg.connect(dsn, autocommit=True) as connection:

        def notify(topic: str, *to: str, event: int | None = None, data: dict[str, Any] | None = None) -> None:
            payload = json.dumps({"topic": topic, "to": to, "event": event, "data": data or {}})
            connection.execute("SELECT pg_notify('comptoir_live', %s)", [payload])

        yield notify


@pytest.fixture
def notify(hub_dsn: str) -> Iterator[Callable[..., None]]:
    """Send a signal as core.live does."""
    with opened(hub_dsn) as send:
        yield send


@pytest.fixture
def served(serve: Serve, notify: Callable[..., None]) -> Served:
    """A server whose hub listens."""
    served = serve()
    with Listener(served, "Cookie: who=probe\r\n") as probe:
        probe.until(": open")
        for _ in range(50):
            notify("probe", "room:probe")
            try:
                probe.until("probe", 0.2)
                break
            except TimeoutError:
                continue
    return served


def test_a_signal_reaches_its_audience_and_nobody_else(served: Served, notify: Notify) -> None:
    with Listener(served) as mine, Listener(served, "Cookie: who=b\r\n") as other:
        mine.until(": open")
        other.until(": open")
        notify("conversation:42", "room:a", event=7, data={"n": 1})
        text = mine.until("conversation:42")
        assert 'id: 7\nevent: changed\ndata: {"topic":"conversation:42","data":{"n":1}}\n\n' in text
        assert other.silent()


def test_an_event_is_written_once_though_it_is_heard_and_looked_up(served: Served, notify: Notify) -> None:
    with Listener(served) as mine:
        mine.until(": open")
        for _ in range(2):
            notify("inbox", "room:a", "all", event=9)
        notify("end", "room:a")
        assert mine.until("end").count("inbox") == 1


def test_a_lost_signal_costs_a_second(served: Served) -> None:
    with Listener(served) as mine:
        mine.until(": open")
        lost = [{"topic": "conversation:1", "to": ["room:a"], "event": 3, "data": {}}]
        ask(served, "POST", "/missed", body=json.dumps(lost))
        mine.until("conversation:1", 2.5)


def test_a_browser_that_comes_back_gets_what_it_missed(served: Served) -> None:
    missed = [{"topic": f"conversation:{n}", "to": ["room:a"], "event": n, "data": {}} for n in (20, 21, 22)]
    missed.append({"topic": "secret", "to": ["room:b"], "event": 23, "data": {}})
    ask(served, "POST", "/missed", body=json.dumps(missed))
    with Listener(served, "Cookie: who=a\r\nLast-Event-ID: 20\r\n") as mine:
        text = mine.until("conversation:22")
        assert "conversation:21" in text
        assert "secret" not in text


def test_a_stranger_does_not_listen(served: Served) -> None:
    assert ask(served, "GET", "/live/")[0] == 401
    assert ask(served, "POST", "/live/", body=b"")[0] == 405


def test_a_cookie_counts_on_our_own_pages_only(served: Served) -> None:
    cookie = {"Cookie": "who=a"}
    assert ask(served, "GET", "/live/", headers=cookie | {"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert ask(served, "GET", "/live/", headers=cookie | {"Origin": "https://elsewhere.example"})[0] == 403
    with Listener(served, "Cookie: who=a\r\nSec-Fetch-Site: same-origin\r\nOrigin: http://x\r\n") as mine:
        assert "access-control" not in mine.until(": open")


def test_a_bearer_listens_from_any_site_and_its_cookies_are_ignored(served: Served, notify: Notify) -> None:
    headers = (
        "Authorization: Bearer b\r\nCookie: who=a\r\nOrigin: https://shop.example\r\nSec-Fetch-Site: cross-site\r\n"
    )
    with Listener(served, headers) as visitor:
        assert "access-control-allow-origin: *" in visitor.until(": open")
        notify("for a", "room:a")
        notify("for b", "room:b")
        assert "for a" not in visitor.until("for b")
    assert ask(served, "OPTIONS", "/live/")[0] == 204


def test_a_slow_reader_is_closed_and_the_others_are_not_held_up(served: Served, notify: Notify) -> None:
    with Listener(served) as slow, Listener(served, "Cookie: who=b\r\n") as quick:
        slow.until(": open")
        quick.until(": open")
        for number in range(3_000):
            notify("conversation:1", "all", data={"filling": "x" * 6_000, "n": number})
            if number % 50 == 0:
                quick.until(f'"n":{number}' + "}", 10)
                quick.text = ""
        assert slow.closed()


def test_the_databases_death_is_survived(served: Served, notify: Notify, hub_dsn: str) -> None:
    with Listener(served) as mine:
        mine.until(": open")
        with psycopg.connect(hub_dsn, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'comptoir-hub' AND datname = current_database()"
            )
        for _ in range(50):
            notify("again", "room:a")
            if not mine.silent(0.2):
                break
        mine.until("again")
