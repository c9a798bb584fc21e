"""`/live/` on the event loop: who may listen, from which page, and the stream itself."""

import asyncio
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from comptoir.config.body import Receive, Scope, Send
from comptoir.config.hub import Hub
from comptoir.config.streams import Stream

PATH = "/live/"
OPENING = b": open\nretry: 1000\n\n"
STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
OPEN_TO_ALL = (b"access-control-allow-origin", b"*")
PREFLIGHT = [
    OPEN_TO_ALL,
    (b"access-control-allow-methods", b"GET"),
    (b"access-control-allow-headers", b"authorization, last-event-id, cache-control"),
    (b"access-control-max-age", b"7200"),
    (b"content-length", b"0"),
]
WAITING_LIMIT = 2_000


class Live:
    """The ASGI application of `/live/`.

    A chat visitor comes from any site with a bearer token and no cookie; an agent comes with a cookie and from our
    own pages only. Neither way mixes with the other.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._opening = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = plain_headers(scope)
        if scope["method"] == "OPTIONS":
            await _say(send, 204, PREFLIGHT)
            return
        bearer = "authorization" in headers
        shared = [OPEN_TO_ALL] if bearer else []
        if scope["method"] != "GET":
            await _say(send, 405, [(b"allow", b"GET, OPTIONS"), *shared])
        elif not bearer and not same_origin(headers):
            await _say(send, 403, [])
        elif self.hub.closed or self._opening >= WAITING_LIMIT:
            await _say(send, 503, [(b"retry-after", b"2"), *shared])
        else:
            await self._open(headers, bearer, shared, receive, send)

    async def _open(
        self, headers: dict[str, str], bearer: bool, shared: list[tuple[bytes, bytes]], receive: Receive, send: Send
    ) -> None:
        cookies = {} if bearer else read_cookies(headers.pop("cookie", ""))
        headers.pop("cookie", None)
        proof = ({"authorization": headers["authorization"]} if bearer else {}, cookies)
        self._opening += 1
        try:
            subscriber = await self.hub.ask(self.hub.hooks.authenticate, *proof)
        except RuntimeError:  # the hub's threads ended: the process is stopping
            await _say(send, 503, [(b"retry-after", b"2"), *shared])
            return
        finally:
            self._opening -= 1
        if subscriber is None:
            await _say(send, 401, [(b"cache-control", b"no-store"), *shared])
            return
        stream = Stream(subscriber.key, subscriber.audiences, proof, receive, send)
        await send({"type": "http.response.start", "status": 200, "headers": [*STREAM_HEADERS, *shared]})
        await send({"type": "http.response.body", "body": OPENING, "more_body": True})
        await self._serve(stream, headers.get("last-event-id", ""))

    async def _serve(self, stream: Stream, last_id: str) -> None:
        self.hub.add(stream)
        catching_up = None
        try:
            if last_id.isascii() and last_id.isdecimal():
                # Added first, so that nothing falls between what was missed and what comes.
                catching_up = asyncio.create_task(self.hub.catch_up(stream, int(last_id[:18])))
            if self.hub.closed:
                stream.end()
            await stream.stay()
        finally:
            self.hub.remove(stream)
            if catching_up is not None:
                catching_up.cancel()


def plain_headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name; of repeated ones the first counts."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return found


def read_cookies(text: str) -> dict[str, str]:
    """Cookies by name; none when the header cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}


def same_origin(headers: dict[str, str]) -> bool:
    """Whether the request comes from our own pages, as far as the browser says."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


async def _say(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    if not any(name == b"content-length" for name, _ in headers):
        headers = [*headers, (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
