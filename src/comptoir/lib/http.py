"""The HTTP client for everything outside: deadlines, a size cap, and no way into the private network.

Names are resolved here, every address is checked, and the connection goes to the checked address itself: a name that
changes between check and use (DNS rebinding) and redirects into the private network gain nothing.
"""

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import certifi
import httpcore
import httpx

MAX_RESPONSE = 20_000_000  # bytes
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0
TOTAL_TIMEOUT = 60.0  # seconds for one answer, from request to last byte
MAX_REDIRECTS = 5

# Called with method and address before each request, redirects included. Config adds one that refuses calls inside a
# database transaction; a hook refuses by raising.
guards: list[Callable[[str, str], None]] = []


class ForbiddenAddress(httpx.ConnectError):
    """The name leads into a private network, to this machine, or nowhere that one may call."""


class TooLarge(httpx.ReadError):
    """The answer is larger than the cap."""


class TooSlow(httpx.ReadTimeout):
    """The answer did not come to its end in time."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet (no loopback, private, link-local, metadata, multicast)."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ip_network("64:ff9b::/96"):
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


class _Backend(httpcore.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, allow: Collection[str]) -> None:
        self._inner = httpcore.SyncBackend()
        self._hosts = {entry.lower() for entry in allow if "/" not in entry}
        self._networks = [ip_network(entry, strict=False) for entry in allow if "/" in entry]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check every address, connect to the first one that answers."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} was not found") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = host.lower() in self._hosts or f"{host.lower()}:{port}" in self._hosts
        if not allowed and not all(self._permits(address) for address in addresses):
            raise ForbiddenAddress(f"{host} is not a public address")
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses[:4]:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _permits(self, address: str) -> bool:
        if is_public(address):
            return True
        ip = ip_address(address.partition("%")[0])
        return any(ip in network for network in self._networks if network.version == ip.version)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Never: a socket file is this machine."""
        raise ForbiddenAddress("unix sockets are not called")


class _Capped(httpx.SyncByteStream):
    """A body that stops at the cap and at the deadline."""

    def __init__(self, inner: httpx.SyncByteStream, limit: int, deadline: float) -> None:
        self._inner, self._limit, self._deadline = inner, limit, deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._inner:
            size += len(chunk)
            if size > self._limit:
                raise TooLarge(f"the answer is larger than {self._limit} bytes")
            if time.monotonic() > self._deadline:
                raise TooSlow("the answer took too long")
            yield chunk

    def close(self) -> None:
        self._inner.close()


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are believed, read once: it takes longer than many a call."""
    return ssl.create_default_context(cafile=certifi.where())


class SafeTransport(httpx.HTTPTransport):
    """httpx's transport over the checking backend, with hooks, cap and deadline."""

    def __init__(self, *, allow: Collection[str], limit: int, total: float) -> None:
        context = _trusted()
        super().__init__(verify=context, trust_env=False)
        # httpx has no public way to hand a network backend to its pool.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=_Backend(allow), max_connections=20, keepalive_expiry=30
        )
        self._limit, self._total = limit, total

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the hooks, send, and put the cap on the answer."""
        if request.url.scheme not in ("http", "https"):
            raise ForbiddenAddress(f"{request.url.scheme} is not called")
        for hook in guards:
            hook(request.method, f"{request.url.scheme}://{request.url.host}{request.url.path}")
        deadline = time.monotonic() + self._total
        response = super().handle_request(request)
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in ("", "identity"):  # it was not asked for, and unpacking it could pass any cap
            response.close()
            raise TooLarge("the answer is compressed although that was not asked for")
        told = response.headers.get("content-length", "")
        if told.isdigit() and int(told) > self._limit and request.method != "HEAD":
            response.close()
            raise TooLarge(f"the answer is larger than {self._limit} bytes")
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Capped(response.stream, self._limit, deadline)
        return response


def client(
    *,
    allow: Collection[str] = (),
    limit: int = MAX_RESPONSE,
    timeout: float = READ_TIMEOUT,
    total: float = TOTAL_TIMEOUT,
    redirects: bool = False,
    base_url: str = "",
) -> httpx.Client:
    """A client for addresses that others have chosen; close it, or use it in a `with`.

    `allow` names private hosts ("ollama.lan", "localhost:11434") or networks ("10.0.0.0/8") that may be called all the
    same. `limit` caps an answer in bytes, `timeout` one wait and `total` the whole answer, in seconds. Every failure is
    an httpx.TransportError; ForbiddenAddress, TooLarge and TooSlow say which. Environment proxies are not used.
    """
    return httpx.Client(
        transport=SafeTransport(allow=allow, limit=limit, total=total),
        timeout=httpx.Timeout(timeout, connect=CONNECT_TIMEOUT),
        follow_redirects=redirects,
        max_redirects=MAX_REDIRECTS,
        headers={"Accept-Encoding": "identity", "User-Agent": "Comptoir"},
        base_url=base_url,
        trust_env=False,
    )
