"""Each request gets an id, the address of the client behind trusted proxies, one log line and its measurement."""

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from comptoir.config import errors, logs, metrics
from comptoir.core.access import Denied
from comptoir.core.throttle import TooMany

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Request:
    """Sets `request.id` and `request.client_address`; X-Forwarded-* count only when a trusted proxy sent them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = networks(settings.ENVIRONMENT.trusted_proxies)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request inside its log context."""
        started = time.perf_counter()
        meta = request.META
        peer = meta.get("REMOTE_ADDR", "")
        by_proxy = bool(self.trusted) and within(peer, self.trusted)
        given = meta.get("HTTP_X_REQUEST_ID", "") if by_proxy else ""
        identifier = given if ACCEPTABLE_ID.fullmatch(given) else secrets.token_hex(8)
        address = peer
        if by_proxy:
            address = client_address(meta.get("HTTP_X_FORWARDED_FOR", ""), peer, self.trusted)
            if meta.get("HTTP_X_FORWARDED_PROTO") in {"http", "https"}:
                meta["wsgi.url_scheme"] = meta["HTTP_X_FORWARDED_PROTO"]
        for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"):
            meta.pop(name, None)
        meta["REMOTE_ADDR"] = address
        request.id = identifier  # type: ignore[attr-defined]
        request.client_address = address  # type: ignore[attr-defined]
        request.shop = None  # type: ignore[attr-defined]
        request.agent = None  # type: ignore[attr-defined]
        token = logs.request_id.set(identifier)
        try:
            response = self.get_response(request)
        finally:
            logs.request_id.reset(token)
        response.headers["X-Request-ID"] = identifier
        seconds = time.perf_counter() - started
        match = request.resolver_match
        # The route, never the path: paths hold tokens, and their queries hold what people search for.
        metrics.request_seen(match.route if match else "", request.method or "", response.status_code, seconds)
        logs.request_served(
            identifier, request.method or "", match.route if match else "", response.status_code, seconds
        )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The pages of refusals that rooms raise by name; a database that is away is a pause, not a mistake."""
        if isinstance(exception, Denied):
            return errors.denied(request, exception)
        if isinstance(exception, TooMany):
            return errors.too_many(request, exception.seconds)
        if isinstance(exception, OperationalError):
            logging.getLogger("comptoir.errors").error("database: %s", exception)
            return errors.unavailable(request)
        return None


def networks(texts: Sequence[str]) -> list[Network]:
    """The networks of COMPTOIR_TRUSTED_PROXIES; raises ValueError for what is none."""
    return [ipaddress.ip_network(text, strict=False) for text in texts]


def within(address: str, trusted: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)


def client_address(forwarded: str, peer: str, trusted: Sequence[Network]) -> str:
    """The rightmost address of X-Forwarded-For that no trusted proxy has: what lies left of it can be forged."""
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        try:
            address = str(ipaddress.ip_address(hop))
        except ValueError:
            return peer
        if not within(address, trusted):
            return address
    return peer
