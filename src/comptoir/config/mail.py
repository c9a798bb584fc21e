"""`comptoir mail`: read every mail account, each by one process; `comptoir mail deliver` takes one on standard input."""

import argparse
import hashlib
import logging
import os
import signal
import socket
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from comptoir.config import listening, parenthood
from comptoir.conversations.actions import reading
from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import Inbox, InboxKind
from comptoir.core.models import Heartbeat
from comptoir.ports.channel import KeepsSent
from comptoir.ports.errors import PortError
from comptoir.ports.registry import UnknownAdapter

LOOK_SECONDS = 3
GRACE_SECONDS = 2.5
LONGEST_PAUSE = 300.0
SENT_AGAIN_DAYS = 7  # how far back sent mail is read again when its folder was renumbered
LOCKS = 7_201_534  # first half of the advisory locks; the second is the inbox
LARGEST = 60 * 2**20
EX_NOUSER, EX_TEMPFAIL, EX_DATAERR = 67, 75, 65  # sysexits.h: mail servers keep a mail on 75 and bounce on 67
logger = logging.getLogger("comptoir.mail")


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    deliver_parser = actions.add_parser("deliver", help="take one raw mail on standard input")
    deliver_parser.add_argument("--inbox", required=True, help="name, address or public id of the inbox")


def run(arguments: argparse.Namespace) -> int:
    """Read until SIGTERM, or take one mail."""
    if arguments.action == "deliver":
        return deliver(arguments.inbox)
    parenthood.end_with_parent()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    Readers(stopping).run()
    os._exit(0)  # a server that does not answer must not hold the process


def deliver(name: str) -> int:
    """Commit one mail for an inbox; the return code tells a mail server whether to keep it."""
    try:
        inbox = find_inbox(name)
        if inbox is None:
            print(f"There is no mail inbox {name!r}, or more than one.", file=sys.stderr)
            return EX_NOUSER
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if not raw.strip() or len(raw) > LARGEST:
            print("A mail has at least one byte and at most 60 MB.", file=sys.stderr)
            return EX_DATAERR
        # The same bytes again are the same delivery: mail servers repeat one whose end they did not see.
        arrive(inbox, raw, source_key=f"pipe:{hashlib.sha256(raw).hexdigest()}", received_at=timezone.now())
    except (DatabaseError, OSError) as error:
        print(f"Not taken, try again: {error}", file=sys.stderr)
        return EX_TEMPFAIL
    return 0


def find_inbox(name: str) -> Inbox | None:
    """The active mail inbox of that name, address or public id, if it is one alone."""
    inboxes = Inbox.objects.filter(kind=InboxKind.EMAIL, active=True)
    try:
        found = list(inboxes.filter(public_id=uuid.UUID(name)))
    except ValueError:
        found = list(inboxes.filter(address__iexact=name)[:2]) or list(inboxes.filter(name__iexact=name)[:2])
    return found[0] if len(found) == 1 else None


@dataclass(slots=True)
class Reader:
    """One account that this process reads."""

    inbox: Inbox
    stopping: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    sent: threading.Thread | None = None
    noted_at: float = 0.0

    @property
    def account(self) -> tuple[object, ...]:
        """What makes it another account when it changes."""
        inbox = self.inbox
        given = inbox.grant.granted_at if hasattr(inbox, "grant") else None  # read again at once when it is given anew
        return (given, inbox.adapter, inbox.settings, inbox.secrets, inbox.address, inbox.read_from)

    def start(self) -> None:
        """Read in a thread of its own, and what was sent from the mailbox in another."""
        self.thread = threading.Thread(target=self._run, name=f"mail-{self.inbox.pk}", daemon=True)
        self.thread.start()
        self.sent = threading.Thread(target=self._run_sent, name=f"sent-{self.inbox.pk}", daemon=True)
        self.sent.start()

    def join(self, seconds: float) -> None:
        """Wait until both have ended, for so long at most."""
        deadline = time.monotonic() + seconds
        for thread in (self.thread, self.sent):
            if thread is not None:
                thread.join(max(0.0, deadline - time.monotonic()))

    def alive(self) -> bool:
        """Whether the thread still works."""
        return self.thread is not None and self.thread.is_alive()

    def _run(self) -> None:
        pause = 1.0
        while not self.stopping.is_set():
            began = time.monotonic()
            try:
                self._listen()
            except PortError as error:
                self._note(error.message)
                pause = LONGEST_PAUSE if error.permanent else pause
            except Exception as error:  # one account's trouble is not the others'
                logger.warning("inbox %s: %s", self.inbox.pk, type(error).__name__, exc_info=True)
            finally:
                close_old_connections()
            if time.monotonic() - began > 60:
                pause = 1.0
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _run_sent(self) -> None:
        """Its troubles are the log's: the account itself is well when its mail is read."""
        pause = 5.0
        while not self.stopping.is_set():
            try:
                if not self._listen_sent():
                    return
                pause = 5.0
            except PortError as error:
                logger.warning("inbox %s, sent mail: %s", self.inbox.pk, error.message)
                pause = LONGEST_PAUSE if error.permanent else pause
            except Exception as error:
                logger.warning("inbox %s, sent mail: %s", self.inbox.pk, type(error).__name__, exc_info=True)
            finally:
                close_old_connections()
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _listen_sent(self) -> bool:
        channel = channel_for(self.inbox)
        if not (isinstance(channel, KeepsSent) and channel.reads_sent):
            return False
        channel.listen_sent(
            reading.sent_cursor_of(self.inbox),
            since=timezone.localdate() - timedelta(days=SENT_AGAIN_DAYS),
            begun=lambda cursor: reading.begin_sent(self.inbox, cursor),
            handle=lambda fetched: reading.take_sent(self.inbox, fetched),
            stop=self.stopping.is_set,
        )
        return True

    def _listen(self) -> None:
        channel = channel_for(self.inbox)
        channel.listen(
            reading.cursor_of(self.inbox),
            since=self.inbox.read_from,
            handle=lambda fetched: reading.take(self.inbox, fetched),
            stop=self._stop,
        )

    def _stop(self) -> bool:
        """Asked each second while the account is being read, which is also how we know that it is."""
        if time.monotonic() - self.noted_at > 60:
            self.noted_at = time.monotonic()
            self._note("")
        return self.stopping.is_set()

    def _note(self, problem: str) -> None:
        try:
            reading.note_account(self.inbox, problem)
        except (DatabaseError, Inbox.DoesNotExist):
            logger.warning("inbox %s: its state could not be written", self.inbox.pk)
        finally:
            close_old_connections()
        if problem:
            self.noted_at = 0.0


class Readers:
    """The accounts that this process reads: those whose lock it could take; other processes have the others."""

    def __init__(self, stopping: threading.Event) -> None:
        self.stopping = stopping
        self.readers: dict[int, Reader] = {}

    def run(self) -> None:
        """Look every few seconds for accounts that came, went or changed; when the database is away, read nothing."""
        while not self.stopping.is_set():
            try:
                with psycopg.connect(
                    **listening.parameters(), autocommit=True, connect_timeout=10, application_name="comptoir-mail"
                ) as locks:
                    while not self.stopping.is_set():
                        self.look(locks)
                        self.beat()
                        self.stopping.wait(LOOK_SECONDS)
            except (psycopg.Error, DatabaseError) as error:
                logger.warning("the database is away (%s); mail waits on its server", type(error).__name__)
                self.end_all()
                self.stopping.wait(1)
            finally:
                close_old_connections()
        self.end_all()

    def look(self, locks: "psycopg.Connection[tuple[object, ...]]") -> None:
        """Start what is new, stop what is gone, start again what changed or ended."""
        wanted = {inbox.pk: inbox for inbox in polled_inboxes()}
        for key, reader in list(self.readers.items()):
            if key not in wanted or not reader.alive() or Reader(wanted[key]).account != reader.account:
                self.end(reader)
                del self.readers[key]
                locks.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, key])
        for key, inbox in wanted.items():
            if key not in self.readers:
                row = locks.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, key]).fetchone()
                if row and row[0]:
                    self.readers[key] = Reader(inbox)
                    self.readers[key].start()

    def beat(self) -> None:
        """Say that this process is alive, and how many accounts it reads."""
        Heartbeat.objects.update_or_create(
            process=f"mail:{socket.gethostname()}:{os.getpid()}",
            defaults={"kind": "mail", "beat_at": timezone.now(), "facts": {"accounts": len(self.readers)}},
        )
        close_old_connections()

    def end(self, reader: Reader) -> None:
        """Stop one and wait for it, so that nobody else reads the account meanwhile."""
        reader.stopping.set()
        reader.join(GRACE_SECONDS)

    def end_all(self) -> None:
        """Stop all, together."""
        for reader in self.readers.values():
            reader.stopping.set()
        deadline = time.monotonic() + GRACE_SECONDS
        for reader in self.readers.values():
            reader.join(max(0.0, deadline - time.monotonic()))
        self.readers.clear()


def polled_inboxes() -> list[Inbox]:
    """The inboxes whose channel reads by itself."""
    found = []
    for inbox in (
        Inbox.objects.filter(kind=InboxKind.EMAIL, active=True).exclude(adapter="").select_related("shop", "grant")
    ):
        try:
            if inbox.settings and channel_for(inbox).capabilities.polls:
                found.append(inbox)
        except (UnknownAdapter, ValueError) as error:
            logger.warning("inbox %s: %s", inbox.pk, type(error).__name__)
    return found
