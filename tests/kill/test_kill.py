"""Really killed: worker, database and web with SIGKILL in the middle of receiving and of sending.

Afterwards no message is lost, none is received twice, and none is sent twice without a person being asked.
"""

import email
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email.message import Message as Mail

import pytest
from aiosmtpd.controller import Controller

from tests.kill.conftest import House

MAILS = 60
ANSWERS = 30


class Post:
    """An SMTP server that takes its time, so that a kill finds mails in every stage."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self._lock = threading.Lock()

    async def handle_DATA(self, server: object, session: object, envelope) -> str:  # type: ignore[no-untyped-def] # noqa: N802
        parsed: Mail = email.message_from_bytes(envelope.content)
        time.sleep(0.02)
        with self._lock:
            self.kept.append(parsed["Message-ID"])
        time.sleep(0.02)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


def count(house: House, condition: str = "true") -> int:
    return int(house.query(f"SELECT count(*) FROM conversations_message WHERE {condition}"))


def seed(house: House, *words: str) -> int:
    return int(seed_text(house, *words))


def seed_text(house: House, *words: str) -> str:
    process = house.start("tests.kill.seed", *words)
    printed = process.communicate(timeout=60)
    assert process.returncode == 0, (house.home / "errors.log").read_text()
    return printed.strip()


def check_received(house: House, mails: int) -> None:
    """Each mail is one message, none is left over, none failed."""
    house.until(lambda: house.query("SELECT count(*) FROM conversations_rawmessage WHERE state = 'received'") == mails)
    assert count(house) == mails
    assert house.query("SELECT count(DISTINCT message_id) FROM conversations_message") == mails
    assert house.query("SELECT count(*) FROM conversations_conversation") == mails
    assert house.query("SELECT count(*) FROM conversations_rawmessage WHERE state <> 'received'") == 0


def test_workers_killed_while_receiving(house: House) -> None:
    inbox = seed(house, "receive")
    house.start("tests.kill.arrivals", str(inbox), "1", str(MAILS))
    for reached in (10, 30):
        worker = house.comptoir("worker")
        house.until(lambda reached=reached: count(house) >= reached)  # type: ignore[misc]
        house.kill(worker)
        house.a_minute_passes()
    house.comptoir("worker")
    check_received(house, MAILS)


def test_the_database_killed_while_mail_arrives(own_house: House) -> None:
    house = own_house
    inbox = seed(house, "receive")
    house.comptoir("worker")
    source = house.start("tests.kill.arrivals", str(inbox), "1", str(MAILS))
    assert source.stdout is not None
    for _ in range(MAILS // 2):
        source.stdout.readline()
    house.kill_database()
    time.sleep(0.3)
    house.cluster.start()
    acknowledged = source.communicate(timeout=60).split()
    assert acknowledged[-1] == str(MAILS)
    check_received(house, MAILS)


def test_workers_killed_while_sending(house: House, post: tuple[Post, int]) -> None:
    handler, port = post
    assert seed(house, "send", str(ANSWERS), str(port)) == ANSWERS
    for reached in (6, 16):
        worker = house.comptoir("worker")
        house.until(lambda reached=reached: len(handler.kept) >= reached)  # type: ignore[misc]
        house.kill(worker)
        house.a_minute_passes()
    cut = count(house, "delivery = 'sending'")
    house.comptoir("worker")
    house.until(lambda: count(house, "delivery = 'queued'") == 0)
    house.until(lambda: count(house, "delivery = 'sent'") == ANSWERS - count(house, "delivery = 'sending'"))
    house.query("UPDATE conversations_message SET claimed_at = now() - interval '1 hour' WHERE delivery = 'sending'")
    house.until(lambda: count(house, "delivery = 'sending'") == 0)
    sent, asked = count(house, "delivery = 'sent'"), count(house, "delivery = 'unknown'")
    copies = Counter(handler.kept)
    assert cut > 0, "the kill met no message on its way: the test proves nothing"
    assert (sent + asked, asked) == (ANSWERS, cut)
    assert max(copies.values()) == 1
    assert len(copies) >= sent


def test_the_web_process_killed_while_mail_is_posted(house: House) -> None:
    secret, port = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWRvb3I=", free_port()
    door = seed_text(house, "door", secret)
    variables = {"COMPTOIR_PORT": str(port), "COMPTOIR_URL": f"http://127.0.0.1:{port}"}
    house.comptoir("worker")
    web = house.comptoir("web", **variables)
    source = house.start("tests.kill.posting", f"http://127.0.0.1:{port}/api/inboxes/{door}/mail", secret, str(MAILS))
    assert source.stdout is not None
    for _ in range(2):
        for _ in range(MAILS // 3):
            source.stdout.readline()
        house.kill(web)
        web = house.comptoir("web", **variables)
    acknowledged = source.communicate(timeout=60).split()
    assert acknowledged[-1] == str(MAILS)
    check_received(house, MAILS)
