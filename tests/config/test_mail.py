"""The mail process: one mail on standard input, and accounts read by one process each."""

import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings

from comptoir.config import listening, mail
from comptoir.conversations.models import Inbox, InboxKind, MailCursor, RawMessage
from comptoir.core.models import Shop
from comptoir.ports import registry
from comptoir.ports.channel import Capabilities, Cursor, FakeChannel, Fetched
from comptoir.ports.errors import PortError

RAW = b"From: claire@orange.example\r\nTo: bonjour@maison-alba.example\r\nSubject: Colis\r\n\r\nBonjour\r\n"
MAILBOX: list[bytes] = []
REFUSAL: list[PortError] = []


class PolledChannel(FakeChannel):
    """A mailbox in memory."""

    capabilities = Capabilities(polls=True)

    def listen(
        self, cursor: Cursor, *, since: date | None, handle: Callable[[Fetched], None], stop: Callable[[], bool]
    ) -> None:
        if REFUSAL:
            raise REFUSAL[0]
        while not stop():
            for number, raw in enumerate(MAILBOX[cursor.last_uid :], cursor.last_uid + 1):
                cursor = Cursor(1, number)
                handle(Fetched(raw, f"1:{number}", cursor))
            time.sleep(0.02)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    MAILBOX.clear()
    REFUSAL.clear()
    registry.configure({"channel": {"polled": f"{__name__}.PolledChannel", "email": f"{__name__}.PolledChannel"}})
    shop = Shop.objects.create(name="Maison Alba", slug="maison-alba")
    yield Inbox.objects.create(
        shop=shop,
        name="Bonjour",
        kind=InboxKind.EMAIL,
        address="bonjour@maison-alba.example",
        adapter="polled",
        settings={"imap_host": "imap.example"},
    )
    registry.configure(settings.ADAPTERS)


def give(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


@pytest.mark.django_db
def test_a_mail_on_standard_input_is_taken_once(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Bonjour", "bonjour@maison-alba.example", str(inbox.public_id)):
        give(monkeypatch, RAW)
        assert mail.deliver(name) == 0
    assert bytes(RawMessage.objects.get().content) == RAW


@pytest.mark.django_db
def test_an_unknown_inbox_and_an_empty_mail_are_refused(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, RAW)
    assert mail.deliver("nobody") == mail.EX_NOUSER
    give(monkeypatch, b"\n")
    assert mail.deliver("Bonjour") == mail.EX_DATAERR
    assert not RawMessage.objects.exists()


def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def readers() -> Iterator[mail.Readers]:
    made = mail.Readers(threading.Event())
    yield made
    made.end_all()


@pytest.mark.django_db(transaction=True)
def test_an_account_is_read_from_where_it_stopped(inbox: Inbox, readers: mail.Readers) -> None:
    MAILBOX.extend([RAW, RAW + b"2"])
    with psycopg.connect(**listening.parameters(), autocommit=True) as locks:
        readers.look(locks)
        until(lambda: RawMessage.objects.count() == 2)
        until(lambda: Inbox.objects.get(pk=inbox.pk).checked_at)
        readers.end_all()
        assert MailCursor.objects.get().last_uid == 2
        MAILBOX.append(RAW + b"3")
        readers.look(locks)
        until(lambda: RawMessage.objects.count() == 3)
        readers.end_all()


@pytest.mark.django_db(transaction=True)
def test_an_account_is_read_by_one_process(inbox: Inbox, readers: mail.Readers) -> None:
    second = mail.Readers(threading.Event())
    with (
        psycopg.connect(**listening.parameters(), autocommit=True) as locks,
        psycopg.connect(**listening.parameters(), autocommit=True) as others,
    ):
        readers.look(locks)
        second.look(others)
        assert (len(readers.readers), len(second.readers)) == (1, 0)
        Inbox.objects.filter(pk=inbox.pk).update(active=False)
        readers.look(locks)
        assert len(readers.readers) == 0


@pytest.mark.django_db(transaction=True)
def test_why_an_account_is_not_read_is_written_down(inbox: Inbox, readers: mail.Readers) -> None:
    REFUSAL.append(PortError("Le mot de passe est refusé.", permanent=True))
    with psycopg.connect(**listening.parameters(), autocommit=True) as locks:
        readers.look(locks)
        until(lambda: Inbox.objects.get(pk=inbox.pk).problem == "Le mot de passe est refusé.")
        readers.end_all()
