"""Mail servers for the tests: pymap for IMAP (a process of its own), aiosmtpd for SMTP, and one that misbehaves."""

import imaplib
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "demouser", "s3cret-pass"


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float = 15) -> None:
    """Wait until the condition holds; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@dataclass
class Imap:
    """A running IMAP server with one account."""

    port: int
    client: imaplib.IMAP4 | None = None

    def settings(self, **changes: str) -> dict[str, str]:
        """Settings of the mail channel that lead here."""
        base = {
            "imap_host": "127.0.0.1",
            "imap_port": str(self.port),
            "imap_security": "none",
            "imap_user": USER,
            "imap_password": PASSWORD,
        }
        return {**base, **changes}

    def append(self, subject: str, received: datetime | None = None, text: str = "Bonjour") -> None:
        """Put a message into the inbox."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "camille@example.org", "aide@alba.example", subject
        mail.set_content(text)
        with self.session() as client:
            moment = imaplib.Time2Internaldate(received.timestamp()) if received else ""
            status, data = client.append("INBOX", "", moment, mail.as_bytes())
            assert status == "OK", data

    @contextmanager
    def session(self) -> Iterator[imaplib.IMAP4]:
        """A plain session beside the channel's own; one login for all, the server takes half a second for it."""
        if self.client is None:
            self.client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
            self.client.login(USER, PASSWORD)
        yield self.client

    def clear(self) -> None:
        """Delete everything in the inbox."""
        with self.session() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()
            client.close()


@contextmanager
def imap_server() -> Iterator[Imap]:
    """Run pymap until the block ends."""
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "pymap"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-tls",
        "dict",
        "--demo-data",
    ]
    command += ["--demo-user", USER, "--demo-password", PASSWORD]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )

    def answers() -> bool:
        assert process.poll() is None, "pymap ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for(answers)
        running = Imap(port)
        yield running
        if running.client is not None:
            running.client.logout()
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Inbox:
    """What an SMTP server does and has taken."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take or refuse the message."""
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer

    def settings(self, **changes: str) -> dict[str, str]:
        """Settings of the mail channel that lead here."""
        return {"smtp_host": "127.0.0.1", "smtp_port": str(self.port), "smtp_security": "none", **changes}


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@contextmanager
def smtp_server(tls_context: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """Run aiosmtpd until the block ends."""
    inbox = Inbox(port=free_port())
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=inbox.port,
        authenticator=_login,
        auth_require_tls=False,
        tls_context=tls_context,
    )
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


@contextmanager
def rude_server(lines: list[bytes | None]) -> Iterator[int]:
    """An SMTP server that answers with these lines, one a command, and hangs up at None. After 354 it waits for the dot."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as reader:
            for line in lines:
                if line is None:
                    return
                connection.sendall(line + b"\r\n")
                for got in reader:
                    if not line.startswith(b"354") or got == b".\r\n":
                        break

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
        thread.join(5)


@contextmanager
def rude_imap(end: str, manner: str) -> Iterator[int]:
    """An IMAP server that is well until the command `end`, and then says goodbye ("bye"), refuses as well ("refuse")
    or just hangs up ("cut"). Before it agrees to IDLE it tells of new mail."""
    listener = socket.create_server(("127.0.0.1", 0))
    said = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n",
        "SELECT": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 1] x\r\n",
        "UID": b"* SEARCH\r\n",
        "IDLE": b"* 1 EXISTS\r\n+ idling\r\n",
    }

    def serve() -> None:
        connection, _ = listener.accept()
        tag = b""
        with connection, connection.makefile("rb") as reader:
            connection.sendall(b"* OK ready\r\n")
            for line in reader:
                words = line.split()
                if words[0] != b"DONE":
                    tag = words.pop(0)
                command = words[0].decode().upper()
                if command == end:
                    goodbye = {"bye": b"* BYE going\r\n", "refuse": b"* BYE going\r\n" + tag + b" BAD no\r\n"}
                    connection.sendall(goodbye.get(manner, b""))
                    return
                connection.sendall(said.get(command, b""))
                if command != "IDLE":
                    connection.sendall(tag + b" OK done\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
        thread.join(5)
