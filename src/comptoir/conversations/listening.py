"""The `comptoir mail` process: every mail account that polls is read by exactly one process, whatever their number.

One thread an account. A PostgreSQL advisory lock on a connection of its own says whose account it is; when that
connection dies all accounts are let go and taken again. A mail and the place up to which the mailbox was read commit
together, so that a crash loses nothing, and what is read twice is recognised by its source key.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import close_old_connections, connection, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import Inbox, InboxKind, MailCursor
from comptoir.core.models import Heartbeat
from comptoir.ports import registry
from comptoir.ports.channel import Cursor, Fetched
from comptoir.ports.errors import PortError

LOCKS = 0x636F6D70  # "comp": the first half of our advisory locks; the second is the inbox's key
LOOK_SECONDS = 10.0
BEAT_SECONDS = 5.0
TICK_SECONDS = 0.25
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
CHECKED_SECONDS = 30.0
GRACE_SECONDS = 2.5
log = logging.getLogger("comptoir.mail")


def run(stop: Callable[[], bool]) -> None:
    """Read the accounts until `stop()`; returns within three seconds of it. Survives a database that goes away."""
    house = House()
    try:
        while not stop():
            try:
                house.look()
            except Exception as error:
                log.warning("mail: %s", error)
                house.let_go()
                close_old_connections()
            _wait(LOOK_SECONDS if house.held else 1.0, stop, house.beat)
    finally:
        house.let_go()
        house.forget()


def _wait(seconds: float, stop: Callable[[], bool], beat: Callable[[], bool]) -> None:
    """Pass the time between two looks; ends early when the accounts' connection is gone."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not stop():
        if not beat():
            return
        time.sleep(TICK_SECONDS)


@dataclass(frozen=True, slots=True)
class Account:
    """What a reader was started with: when one of it changes, it is started anew."""

    key: int
    adapter: str
    settings: str
    secrets: str
    read_from: str

    @classmethod
    def of(cls, inbox: Inbox) -> "Account":
        """The account of an inbox."""
        opened = repr(sorted((name, str(value)) for name, value in inbox.settings.items()))
        return cls(inbox.pk, inbox.adapter, opened, inbox.secrets, str(inbox.read_from))


class House:
    """The accounts that this process reads."""

    def __init__(self) -> None:
        self.held: dict[int, Reader] = {}
        self._locks: psycopg.Connection[Any] | None = None
        self._beaten = 0.0

    def look(self) -> None:
        """Take the accounts that nobody reads, let go those that are paused, start anew those that changed."""
        wanted = {inbox.pk: inbox for inbox in accounts()}
        for key, reader in list(self.held.items()):
            if key not in wanted or reader.account != Account.of(wanted[key]) or not reader.is_alive():
                self._drop(key)
        for key, inbox in wanted.items():
            if key not in self.held and self._take(key):
                self.held[key] = Reader(inbox)
                self.held[key].start()

    def beat(self) -> bool:
        """Say each few seconds that this process lives; False when the locks' connection is gone."""
        if time.monotonic() - self._beaten < BEAT_SECONDS:
            return True
        self._beaten = time.monotonic()
        try:
            if self._locks is not None:
                self._locks.execute("SELECT 1")
            Heartbeat.objects.update_or_create(
                process=process_name(),
                defaults={"kind": "mail", "beat_at": timezone.now(), "facts": {"accounts": sorted(self.held)}},
            )
        except Exception as error:
            log.warning("mail: %s", error)
            self.let_go()
            close_old_connections()
            return False
        return True

    def let_go(self) -> None:
        """Stop all readers and give their accounts back."""
        for reader in self.held.values():
            reader.stop()
        ends = time.monotonic() + GRACE_SECONDS
        for reader in self.held.values():
            reader.join(max(0.0, ends - time.monotonic()))
        self.held.clear()
        if self._locks is not None:
            with suppress(psycopg.Error):
                self._locks.close()
            self._locks = None

    def forget(self) -> None:
        """A process that stops in order leaves no heartbeat."""
        with suppress(Exception):
            Heartbeat.objects.filter(process=process_name()).delete()
        connection.close()

    def _take(self, key: int) -> bool:
        if self._locks is None:
            self._locks = psycopg.connect(**_parameters(), autocommit=True)
        row = self._locks.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, key]).fetchone()
        return bool(row and row[0])

    def _drop(self, key: int) -> None:
        """An account whose reader does not end at once stays ours until it has: two readers would only be slower."""
        reader = self.held[key]
        reader.stop()
        reader.join(GRACE_SECONDS)
        if reader.is_alive():
            return
        del self.held[key]
        if self._locks is not None:
            self._locks.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, key])


class Reader(threading.Thread):
    """Reads one account until it is stopped, coming back after each failure."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(name=f"mail-{inbox.pk}", daemon=True)
        self.inbox = inbox
        self.account = Account.of(inbox)
        self.folder = str(inbox.settings.get("folder") or "INBOX")
        self._stopped = threading.Event()
        self._told = 0.0
        self._well = False

    def stop(self) -> None:
        """Ask it to end soon."""
        self._stopped.set()

    def run(self) -> None:
        """Listen, and listen again after a pause that grows with each failure."""
        pause = FIRST_PAUSE
        try:
            while not self._stopped.is_set():
                self._well = False
                problem = self._listen()
                if self._well:
                    pause = FIRST_PAUSE
                if problem:
                    self._say(problem)
                if not self._stopped.wait(pause):
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            connection.close()

    def _listen(self) -> str:
        """One connection's life; why it ended, in words, or "" when it simply ended."""
        try:
            channel = channel_for(self.inbox)
            cursor = self._cursor()
            channel.listen(cursor, since=self.inbox.read_from, handle=self.handle, stop=self._asked)
        except PortError as error:
            return error.message
        except LookupError:
            return _("Cette installation ne connaît pas ce genre de compte.")
        except Exception as error:
            log.exception("mail: inbox %s", self.inbox.pk)
            close_old_connections()
            return _("Le courrier n’a pas pu être lu (%(what)s). Rien n’est perdu : un nouvel essai suit.") % {
                "what": type(error).__name__
            }
        return ""

    def handle(self, fetched: Fetched) -> None:
        """Commit a mail together with the place up to which the mailbox was read."""
        with transaction.atomic():
            arrive(self.inbox, fetched.raw, source_key=fetched.source_key, received_at=fetched.received_at)
            MailCursor.objects.update_or_create(
                inbox=self.inbox,
                folder=self.folder,
                defaults={"uid_validity": fetched.cursor.uid_validity, "last_uid": fetched.cursor.last_uid},
            )

    def _cursor(self) -> Cursor:
        row = MailCursor.objects.filter(inbox=self.inbox, folder=self.folder).first()
        return Cursor(row.uid_validity, row.last_uid) if row else Cursor()

    def _asked(self) -> bool:
        """Asked by the channel while it is connected: says that all is well, and whether to end."""
        now = time.monotonic()
        if not self._well or now - self._told > CHECKED_SECONDS:
            self._well, self._told = True, now
            self._say("")
        return self._stopped.is_set()

    def _say(self, problem: str) -> None:
        try:
            Inbox.objects.filter(pk=self.inbox.pk).update(checked_at=timezone.now(), problem=problem[:300])
        except Exception as error:
            log.warning("mail: %s", error)
            close_old_connections()


def accounts() -> list[Inbox]:
    """The active inboxes whose channel has to be asked for mail."""
    rows = Inbox.objects.select_related("shop").filter(active=True, kind=InboxKind.EMAIL).exclude(adapter="")
    return [inbox for inbox in rows if _polls(inbox.adapter)]


def process_name() -> str:
    """What names this process among all machines."""
    return f"mail:{socket.gethostname()}:{os.getpid()}"[:120]


def _polls(adapter: str) -> bool:
    try:
        return bool(registry.get("channel", adapter).capabilities.polls)
    except LookupError:
        return False


def _parameters() -> dict[str, Any]:
    """Where the database is, without the pool: the locks live as long as this one connection."""
    settings = connections["default"].settings_dict
    ours = ("pool", "options", "server_side_binding", "isolation_level", "assume_role")
    options = {name: value for name, value in settings["OPTIONS"].items() if name not in ours}
    named = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    given = {name: str(value) for name, value in named.items() if value}
    return options | given | {"connect_timeout": 10, "application_name": "comptoir-mail"}
