"""A local authorisation server as Google and Microsoft have them, and mail servers that ask for its tokens.

The server hands out codes after a look at the challenge, checks client, redirect and verifier, may rotate refresh
tokens (a spent one kills the family), and can be told to be slow, to fail or to have forgotten everything.
"""

import base64
import hashlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.adapters.servers import Inbox, free_port

CLIENT, SECRET = "client-1.apps.example", "s3cr3t/of+the client"


@dataclass
class Authority:
    """What the server knows. `mode`: "", "500", "slow", "html", "revoked" or "unauthorized_client"."""

    port: int = 0
    email: str = "bonjour@maison-alba.example"
    mode: str = ""
    rotate: bool = True
    seconds: int = 3600
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    access: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def settings(self) -> dict[str, str]:
        """What COMPTOIR_GOOGLE_… would say."""
        base = f"http://127.0.0.1:{self.port}"
        return {"client_id": CLIENT, "client_secret": SECRET, "endpoints": f"{base}/authorize {base}/token"}

    def consent(self, url: str) -> str:
        """The owner presses "allow" at the address where the browser was sent; where it is sent back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"challenge": query["code_challenge"], "redirect_uri": query["redirect_uri"]}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def give(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Answer a request for tokens."""
        with self.lock:
            self.asked.append(form)
            if form.get("client_id") != CLIENT or form.get("client_secret") != SECRET:
                return 401, {"error": "invalid_client"}
            if self.mode == "unauthorized_client":
                return 400, {"error": "unauthorized_client", "error_description": "The tenant does not allow it."}
            if form["grant_type"] == "authorization_code":
                known = self.codes.pop(form["code"], None)
                digest = hashlib.sha256(form["code_verifier"].encode()).digest()
                right = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
                if known != {"challenge": right, "redirect_uri": form["redirect_uri"]}:
                    return 400, {"error": "invalid_grant"}
                return 200, self._tokens(new_refresh=True)
            if self.mode == "revoked" or form["refresh_token"] not in self.refresh:
                return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            if self.rotate:
                self.refresh.discard(form["refresh_token"])
            return 200, self._tokens(new_refresh=self.rotate)

    def _tokens(self, *, new_refresh: bool) -> dict[str, object]:
        access = secrets.token_urlsafe(16)
        self.access.add(access)
        claims = base64.urlsafe_b64encode(json.dumps({"email": self.email}).encode()).rstrip(b"=").decode()
        told: dict[str, object] = {"access_token": access, "expires_in": self.seconds, "id_token": f"e30.{claims}.x"}
        if new_refresh:
            told["refresh_token"] = secrets.token_urlsafe(16)
            self.refresh.add(str(told["refresh_token"]))
        return told


@contextmanager
def authority() -> Iterator[Authority]:
    """Run the server until the block ends."""
    held = Authority()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if held.mode == "slow":
                time.sleep(0.6)
            status, told = held.give({name: values[0] for name, values in form.items()})
            if held.mode == "500":
                status, told = 500, {"error": "server_error"}
            body = b"<html>sorry</html>" if held.mode == "html" else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def _named(blob: bytes) -> tuple[str, str]:
    """User and token of an XOAUTH2 answer."""
    parts = dict(part.split("=", 1) for part in blob.decode().split("\x01") if "=" in part)
    return parts.get("user", ""), parts.get("auth", "").removeprefix("Bearer ")


class _BearerInbox(Inbox):
    """An SMTP server that takes XOAUTH2 and nothing else."""

    held: Authority
    users: list[str]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Nobody sends who has not signed in."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """Take a token that the authority gave; a wrong one gets the reason, as Google's and Microsoft's say it."""
        user, token = _named(base64.b64decode(args[1]))
        if token in self.held.access:
            self.users.append(user)
            return AuthResult(success=True, handled=True)
        await server.push("334 " + base64.b64encode(b'{"status":"401"}').decode())
        await server._reader.readline()
        await server.push("535 5.7.8 Username and Password not accepted")
        return AuthResult(success=False, handled=True)


@contextmanager
def bearer_smtp(held: Authority) -> Iterator[_BearerInbox]:
    """Run the SMTP server until the block ends."""
    inbox = _BearerInbox(port=free_port())
    inbox.held, inbox.users = held, []
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=inbox.port,
        auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN", "PLAIN"],
    )
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


@contextmanager
def bearer_imap(held: Authority) -> Iterator[tuple[int, list[str]]]:
    """An IMAP server with an empty inbox that takes XOAUTH2 and nothing else; its port and who came in."""
    listener = socket.create_server(("127.0.0.1", 0))
    users: list[str] = []

    def serve(connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream:

            def say(line: str) -> None:
                stream.write(line.encode() + b"\r\n")
                stream.flush()

            say("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 IDLE] ready")
            for raw in stream:
                tag, command, *rest = raw.decode().split() or ["*", "NOOP"]
                if command == "CAPABILITY":
                    say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 IDLE")
                elif command == "AUTHENTICATE":
                    say("+ ")
                    user, token = _named(base64.b64decode(stream.readline()))
                    if token not in held.access:
                        say("+ " + base64.b64encode(b'{"status":"400","schemes":"Bearer"}').decode())
                        assert stream.readline() == b"\r\n"
                        say(f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials")
                        continue
                    users.append(user)
                elif command == "LOGIN":
                    say(f"{tag} NO LOGIN is disabled")
                    continue
                elif command in ("SELECT", "EXAMINE"):
                    say("* 0 EXISTS")
                    say("* OK [UIDVALIDITY 7] ok")
                    say("* OK [UIDNEXT 1] ok")
                elif command == "UID":
                    say("* SEARCH")
                elif command == "LOGOUT":
                    say("* BYE")
                    say(f"{tag} OK bye")
                    return
                say(f"{tag} OK {command} {' '.join(rest[:0])}done")

    def accept() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1]), users
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
