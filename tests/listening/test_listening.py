"""Accounts are read once, by one process, and nothing is lost between the mailbox and the database."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from comptoir.config import mail as process_of_mail
from comptoir.conversations.actions import reading
from comptoir.conversations.actions.arriving import understand
from comptoir.conversations.models import Conversation, Inbox, MailCursor, Message, RawMessage
from comptoir.core.models import Event, Heartbeat
from comptoir.ports import registry
from comptoir.ports.channel import Cursor, Fetched
from tests import world
from tests.listening import mailbox
from tests.work import forget_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[mailbox.Server]:
    made = mailbox.Server()
    monkeypatch.setattr(mailbox, "SERVER", made)
    monkeypatch.setattr(process_of_mail, "LOOK_SECONDS", 0.2)
    registry.configure({"channel": {"memory": "tests.listening.mailbox.Mailbox", **settings.ADAPTERS["channel"]}})
    forget_jobs()
    yield made
    registry.configure(settings.ADAPTERS)
    forget_jobs()


def mail(number: int) -> bytes:
    return (
        f"From: client{number}@orange.example\r\nTo: bonjour@maison-alba.example\r\n"
        f"Message-ID: <{number}@orange.example>\r\nSubject: n {number}\r\n\r\nBonjour {number}\r\n"
    ).encode()


def account(**more: Any) -> Inbox:
    return world.inbox(adapter="memory", settings={"imap_host": "memory"}, **more)


@contextmanager
def process() -> Iterator[None]:
    """One `comptoir mail` in a thread; it must end within three seconds."""
    ended = threading.Event()
    thread = threading.Thread(target=process_of_mail.Readers(ended).run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(3)
        assert not thread.is_alive()


def until(true: Callable[[], bool], seconds: float = 5) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def test_mail_is_committed_with_its_place_and_read_no_more(server: mailbox.Server) -> None:
    box = account()
    for number in (1, 2, 3):
        server.put(mail(number))
    with process():
        until(lambda: RawMessage.objects.count() == 3)
        server.put(mail(4))
        until(lambda: RawMessage.objects.count() == 4)
    cursor = MailCursor.objects.get(inbox=box)
    assert (cursor.uid_validity, cursor.last_uid) == (7, 4)
    with process():
        until(lambda: server.connections == 1)
        time.sleep(0.1)
    assert RawMessage.objects.count() == 4
    assert [raw.source_key for raw in RawMessage.objects.order_by("pk")] == ["7:1", "7:2", "7:3", "7:4"]


def test_a_crash_between_mail_and_place_loses_and_doubles_nothing() -> None:
    box = account()
    broken = Fetched(mail(1), "7:1", Cursor(7, 2**70))  # a place that the database refuses
    with pytest.raises(Exception, match="out of range"):
        reading.take(box, broken)
    assert (RawMessage.objects.count(), MailCursor.objects.count()) == (0, 0)
    reading.take(box, Fetched(mail(1), "7:1", Cursor(7, 1)))
    reading.take(box, Fetched(mail(1), "7:1", Cursor(7, 1)))
    assert (RawMessage.objects.count(), MailCursor.objects.get().last_uid) == (1, 1)


def test_a_new_validity_reads_again_and_shows_nothing_twice(server: mailbox.Server) -> None:
    box = account()
    server.put(mail(1))
    with process():
        until(lambda: RawMessage.objects.count() == 1)
    server.validity = 8
    server.put(mail(2))
    with process():
        until(lambda: RawMessage.objects.count() == 3)
    understand(box.pk)
    assert Message.objects.count() == 2
    assert MailCursor.objects.get().uid_validity == 8


def test_two_processes_share_the_accounts(server: mailbox.Server) -> None:
    account()
    server.put(mail(1))
    with process():
        until(lambda: server.connections == 1)
        with process():
            time.sleep(0.6)
            assert server.connections == 1
        server.put(mail(2))
        until(lambda: RawMessage.objects.count() == 2)
    until(lambda: server.connections == 0)


def test_the_second_takes_over_when_the_first_ends(server: mailbox.Server) -> None:
    account()
    first = process()
    first.__enter__()
    until(lambda: server.connections == 1)
    with process():
        first.__exit__(None, None, None)
        server.put(mail(1))
        until(lambda: RawMessage.objects.count() == 1)


def test_an_account_that_others_hold_by_a_lock_is_left_alone(server: mailbox.Server) -> None:
    box = account()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [process_of_mail.LOCKS, box.pk])
        with process():
            time.sleep(0.5)
            assert server.connections == 0
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [process_of_mail.LOCKS, box.pk])


def test_a_paused_account_is_let_go_and_taken_up_again(server: mailbox.Server) -> None:
    box = account()
    with process():
        until(lambda: server.connections == 1)
        Inbox.objects.filter(pk=box.pk).update(active=False)
        until(lambda: server.connections == 0)
        Inbox.objects.filter(pk=box.pk).update(active=True)
        until(lambda: server.connections == 1)


def test_a_broken_account_says_why_and_comes_back(server: mailbox.Server) -> None:
    box = account()
    server.broken = "Le serveur a refusé le mot de passe."
    with process():
        until(lambda: Inbox.objects.get(pk=box.pk).problem == server.broken)
        assert Inbox.objects.get(pk=box.pk).checked_at
        server.broken = ""
        until(lambda: Inbox.objects.get(pk=box.pk).problem == "")
        assert Heartbeat.objects.filter(kind="mail").count() == 1


def test_older_mail_arrives_closed_and_silent(server: mailbox.Server) -> None:
    box = account(read_from=date(2026, 11, 1))
    server.put(mail(1), datetime(2026, 10, 31, 23, tzinfo=UTC))
    server.put(mail(2), datetime(2026, 11, 2, 9, tzinfo=UTC))
    with process():
        until(lambda: RawMessage.objects.count() == 2)
    understand(box.pk)
    states = dict(Conversation.objects.values_list("subject", "state"))
    assert states == {"n 1": "closed", "n 2": "open"}
    origins = dict(Event.objects.filter(verb="message.received").values_list("subject_id", "origin"))
    older = Conversation.objects.get(subject="n 1")
    assert origins[older.pk] == "import"


def test_outbox_and_paused_inboxes_are_not_asked() -> None:
    world.inbox()  # the outbox adapter does not poll
    assert process_of_mail.polled_inboxes() == []
