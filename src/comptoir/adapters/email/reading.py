"""Reading a mailbox: strictly by UID, one message in memory at a time, without marking anything as seen."""

import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from email import policy
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from imaplib import IMAP4, Internaldate2tuple
from typing import Any

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from comptoir.adapters.email.account import Server
from comptoir.ports.channel import Cursor, Fetched
from comptoir.ports.errors import PortError

TIMEOUT = 60.0  # seconds for one answer of the server
IDLE_TIME = 5 * 60.0  # seconds until IDLE is renewed; RFC 2177 asks for less than 29 minutes
SETTLE_TIME = 3.0  # seconds of the first IDLE after mail: what came just before it began is found by looking once more
POLL_TIME = 30.0  # seconds between looks at a server without IDLE
TICK = 1.0  # seconds between looks at stop()
CHUNK = 100  # sizes that are asked for at once
MAX_MESSAGE = 50_000_000  # bytes; of a larger one the headers are taken, with a sentence

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_WHOLE_HEADERS = (
    "from",
    "to",
    "cc",
    "reply-to",
    "sender",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "return-path",
)


class _StartTls(BaseMailBox):
    """As the library's own, which leaves the socket open when the server has no STARTTLS."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        self._server = host, port
        self._context = context
        super().__init__()

    def _get_mailbox_client(self) -> IMAP4:
        client = IMAP4(*self._server, timeout=TIMEOUT)
        try:
            client.starttls(self._context)
        except BaseException:
            client.shutdown()
            raise
        return client


def connect(server: Server) -> BaseMailBox:
    """A mailbox after login, no folder chosen yet. Lets the errors of its library and of sockets through."""
    try:
        return _connect(server)
    except MailboxLoginError:
        token = server.renew(server.token) if server.renew else server.token
        if token == server.token:
            raise
        return _connect(replace(server, token=token))


def _connect(server: Server) -> BaseMailBox:
    if server.security == "none":
        box: BaseMailBox = MailBoxUnencrypted(server.host, server.port, timeout=TIMEOUT)
    else:
        context = ssl.create_default_context(cafile=server.ca_file or None)
        if server.security == "ssl":
            box = MailBox(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
        else:
            box = _StartTls(server.host, server.port, context)
    login = box.login if (server.user + server.password).isascii() else box.login_utf8
    try:
        if server.token:
            _sign_in(box, server)
        else:
            login(server.user, server.password, initial_folder=None)
    except BaseException:
        close(box)
        raise
    return box


def _sign_in(box: BaseMailBox, server: Server) -> None:
    """XOAUTH2. A server that refuses says why in a challenge, to which an empty answer is due before its NO."""
    try:
        box.client.authenticate("XOAUTH2", lambda challenge: b"" if challenge else server.xoauth2.encode())
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        raise MailboxLoginError(("NO", [str(error).encode()]), "OK") from None


@contextmanager
def session(box: BaseMailBox) -> Iterator[None]:
    """Talk with a mailbox, and close it at the end.

    After the server's goodbye the connection is lost, whatever the command that was under way got for an answer.
    """
    try:
        yield
    except (IMAP4.error, ImapToolsError) as error:
        if box.client.untagged_responses.get("BYE"):
            raise IMAP4.abort("BYE") from error
        raise
    finally:
        close(box)


def close(box: BaseMailBox) -> None:
    """Say goodbye if the server still listens."""
    try:
        box.client.sock.settimeout(2)
        box.client.logout()
    except (OSError, IMAP4.error):
        box.client.shutdown()


class Reader:
    """One connection to one folder. `cursor` says how far it has come."""

    def __init__(
        self, box: BaseMailBox, folder: str, cursor: Cursor, since: date | None, stop: Callable[[], bool]
    ) -> None:
        self.box = box
        self.since = since
        self.stop = stop
        box.folder.set(folder)
        # What imaplib knows was said before the login; many servers offer IDLE only afterwards.
        told = box.client.capability()[1][0] or b""
        self.can_idle = b"IDLE" in told.upper().split()
        self.validity = self._number("UIDVALIDITY")
        self.settled = False
        known = cursor.uid_validity == self.validity and cursor.uid_validity > 0
        self.cursor = cursor if known else Cursor(self.validity, 0)
        # Numbers of an older validity mean nothing any more: read from the date on, the keys keep doubles out.
        self.by_date = not known
        self.next_uid = 0 if known else self._number("UIDNEXT")

    def _number(self, name: str) -> int:
        _, data = self.box.client.response(name)
        value = data[0] if data else None
        if not isinstance(value, bytes) or not value.isdigit():
            raise PortError(f"Le serveur IMAP n’a pas dit son {name}.", code="protocol")
        return int(value)

    def run(self, handle: Callable[[Fetched], None]) -> None:
        """Hand over what is new and wait for more, until stop()."""
        while not self.stop():
            self.box.client.untagged_responses.pop("EXISTS", None)
            for fetched in self.new():
                self.settled = False
                handle(fetched)
                if self.stop():
                    return
            if "EXISTS" in self.box.client.untagged_responses:
                continue  # something came while we were reading: IDLE would not tell of it again
            self.wait()

    def new(self) -> Iterator[Fetched]:
        """The messages after the cursor, oldest first; moves the cursor as each has been handled."""
        for chunk in _chunks(self._uids()):
            if self.stop():
                return
            for uid, size, received in self._sizes(chunk):
                if self.stop():
                    return
                raw = self._raw(uid, size)
                self.cursor = Cursor(self.validity, uid)
                if raw is not None:
                    yield Fetched(raw, f"{self.validity}:{uid}", self.cursor, received)
        if self.by_date:  # what was there and is older than the date stays unread for ever
            self.by_date = False
            self.cursor = Cursor(self.validity, max(self.cursor.last_uid, self.next_uid - 1))

    def _uids(self) -> list[int]:
        last = self.cursor.last_uid
        criteria = AND(date_gte=self.since) if self.by_date and self.since else f"UID {last + 1}:*"
        if self.by_date and not self.since:
            criteria = "ALL"
        found = sorted(int(uid) for uid in self.box.uids(criteria))
        return [uid for uid in found if uid > last]  # "5:*" finds the last message even if it is number 3

    def _sizes(self, uids: list[int]) -> list[tuple[int, int, datetime | None]]:
        data = self._fetch(",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
        found: dict[int, tuple[int, int, datetime | None]] = {}
        for line in data:
            text = line if isinstance(line, bytes) else b" ".join(line) if isinstance(line, tuple) else b""
            uid, size = _UID.search(text), _SIZE.search(text)
            if uid and size:
                moment = Internaldate2tuple(text)
                received = datetime.fromtimestamp(time.mktime(moment)).astimezone() if moment else None
                found[int(uid.group(1))] = (int(uid.group(1)), int(size.group(1)), received)
        return [found[uid] for uid in uids if uid in found]

    def _raw(self, uid: int, size: int) -> bytes | None:
        """The bytes of a message, or None if it has just been deleted."""
        if size > MAX_MESSAGE:
            head = self._literal(self._fetch(str(uid), "(UID BODY.PEEK[HEADER])"))
            return None if head is None else _oversized(head, size)
        return self._literal(self._fetch(str(uid), "(UID BODY.PEEK[])"))

    def _fetch(self, uids: str, what: str) -> list[object]:
        status, data = self.box.client.uid("FETCH", uids, what)
        if status != "OK":
            raise IMAP4.error(f"FETCH: {data!r}"[:200])
        return list(data)

    def _literal(self, data: list[object]) -> bytes | None:
        return next((item[1] for item in data if isinstance(item, tuple) and isinstance(item[1], bytes)), None)

    def wait(self) -> None:
        """Wait for the server to tell of new mail, for IDLE_TIME at most; looks at stop() every second."""
        if not self.can_idle:
            self._sleep(POLL_TIME)
            self.box.client.noop()
            return
        self._start_idle()
        deadline = time.monotonic() + (IDLE_TIME if self.settled else min(SETTLE_TIME, IDLE_TIME))
        self.settled = True
        told = "EXISTS" in self.box.client.untagged_responses or self._told_already()
        while not told and time.monotonic() < deadline and not self.stop():
            began = time.monotonic()
            lines = self.box.idle.poll(timeout=TICK)
            if any(b"EXISTS" in line for line in lines):
                break
            if not lines and time.monotonic() - began < TICK / 2:
                break  # the library swallows the end of the connection; stop() below finds it out
        self.box.idle.stop()  # type: ignore[no-untyped-call]

    def _start_idle(self) -> None:
        """The library's own start takes new mail or a goodbye, told before the server agrees, for a refusal."""
        client: Any = self.box.client
        tag = client._command("IDLE")
        while client._get_response() is not None:
            client._check_bye()
            if client.tagged_commands[tag]:
                status, data = client.tagged_commands.pop(tag)
                raise IMAP4.error(f"IDLE: {status} {data!r}"[:200])
        self.box.idle._idle_tag = tag

    def _told_already(self) -> bool:
        """Whether lines came together with the server's consent: they lie in our buffer, where no poll of the socket sees them."""
        client: Any = self.box.client
        client.sock.settimeout(0)
        try:
            return bool(client.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            client.sock.settimeout(TIMEOUT)

    def _sleep(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.stop():
            time.sleep(min(TICK, max(0.0, deadline - time.monotonic())))


def _chunks(uids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), CHUNK):
        yield uids[start : start + CHUNK]


def _oversized(head: bytes, size: int) -> bytes:
    """The headers that matter of a message that is too large, above a sentence that says so."""
    parsed = BytesHeaderParser(policy=policy.compat32).parsebytes(head)
    lines = [f"{name}: {value}" for name, value in parsed.raw_items() if name.lower() in _WHOLE_HEADERS]
    if "date" not in parsed:
        lines.append(f"Date: {format_datetime(datetime.now().astimezone())}")
    sentence = f"Ce message de {size // 1_000_000}\u00a0Mo est trop volumineux pour être repris. Il reste dans la boîte aux lettres."
    top = "\n".join(
        [*lines, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    )
    text = re.sub(r"\r\n|\r|\n", "\r\n", top).encode("ascii", "surrogateescape")
    return text + b"\r\nX-Comptoir-Oversized: " + str(size).encode() + b"\r\n\r\n" + sentence.encode() + b"\r\n"
