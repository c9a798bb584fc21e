"""From the event loop to Django's WSGI handler: a thread works only while Python does, never while a client is slow.

The body is whole before the thread starts (config.body). The answer leaves after the thread is free again: a page is
handed over in one piece, a file is read by the loop as fast as the client takes it. (a2wsgi does neither: its threads
wait for both ends, and each piece costs a hop between threads.)
"""

import asyncio
import contextvars
import io
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, cast

from comptoir.config.body import Body, BodyReader, Gone, Limits, Receive, Refused, Scope, Send

Headers = list[tuple[bytes, bytes]]
BLOCK = 128 * 2**10
KEPT_IN_MEMORY = 2 * 2**20
logger = logging.getLogger("comptoir.bridge")


class FileAnswer:
    """`wsgi.file_wrapper`: a file that the loop sends after the thread is free."""

    def __init__(self, file: BinaryIO, block: int = BLOCK) -> None:
        self.file = file
        self.close = getattr(file, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(BLOCK), b"")


class Answer:
    """What the application said: a status, headers and either bytes or a file."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self.body = b""
        self.file: BinaryIO | None = None
        self.close: Callable[[], None] | None = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], Any]:
        """WSGI's start_response; the old `write` is not offered."""
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _no_write


class Bridge:
    """An ASGI application around a WSGI one, with `threads` threads."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int, limits: Limits | None = None) -> None:
        self.application = application
        self.bodies = BodyReader(limits or Limits())
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            body = await self.bodies.read(scope, receive)
            environ = build_environ(scope, body)
        except Gone:
            return
        except Refused as refusal:
            await refuse(send, refusal)
            return
        loop = asyncio.get_running_loop()
        context = contextvars.copy_context()
        try:
            answer = await loop.run_in_executor(self.executor, context.run, self._work, environ)
        finally:
            if body is not None:
                body.file.close()
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.file is None:
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await self._send_file(answer, send)

    def _work(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()
        result = self.application(environ, answer.start)
        if isinstance(result, FileAnswer):
            answer.body = result.file.read(BLOCK)
            if len(answer.body) < BLOCK:
                result.close()
            else:
                answer.file, answer.close = result.file, result.close
            return answer
        try:
            _gather(result, answer)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        return answer

    async def _send_file(self, answer: Answer, send: Send) -> None:
        file = cast(BinaryIO, answer.file)
        loop = asyncio.get_running_loop()
        try:
            if answer.body:
                await send({"type": "http.response.body", "body": answer.body, "more_body": True})
            while block := await loop.run_in_executor(None, file.read, BLOCK):
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            if answer.close is not None:
                loop.run_in_executor(self.executor, answer.close)


def _gather(result: Iterable[bytes], answer: Answer) -> None:
    """Take all that the application yields: in memory, then in a temporary file."""
    pieces: list[bytes] = []
    size = 0
    spool: BinaryIO | None = None
    for piece in result:
        size += len(piece)
        if spool is None and size > KEPT_IN_MEMORY and pieces:
            spool = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 (the loop sends and closes it)
            spool.writelines(pieces)
        if spool is None:
            pieces.append(piece)
        else:
            spool.write(piece)
    if spool is None:
        answer.body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return
    spool.seek(0)
    answer.file, answer.close = spool, spool.close


def _no_write(data: bytes) -> None:
    raise NotImplementedError("write() of start_response is not offered; yield the bytes")


def build_environ(scope: Scope, body: Body | None) -> dict[str, Any]:
    """WSGI's environ of an ASGI scope; raises Refused for what WSGI cannot say.

    Header names with an underscore are dropped: X_Forwarded_For would pass for X-Forwarded-For.
    """
    try:
        query = scope["query_string"].decode("ascii")
    except UnicodeDecodeError:
        raise Refused(400, "The address holds bytes that must be written as %XX.") from None
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": client[0] if client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body.file if body else io.BytesIO(),
        "wsgi.errors": _errors,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileAnswer,
        "CONTENT_LENGTH": str(body.length) if body else "",
    }
    for name, value in scope["headers"]:
        if b"_" in name or name == b"content-length" or name == b"transfer-encoding":
            continue
        text = value.decode("latin-1")
        key = "CONTENT_TYPE" if name == b"content-type" else f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    return environ


class _Errors(io.TextIOBase):
    """`wsgi.errors` goes to the log."""

    def write(self, text: str) -> int:
        """Log a line."""
        if text.strip():
            logger.error("%s", text.rstrip())
        return len(text)


_errors = _Errors()


async def refuse(send: Send, refusal: Refused) -> None:
    """Answer and close: what is left of the body is not read."""
    text = f"{refusal.sentence}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
