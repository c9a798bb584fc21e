"""Questions to the DNS, with a deadline. A name that has no such record is an empty answer, never an error."""

import time
from collections.abc import Sequence
from functools import lru_cache

import dns.exception
import dns.name
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

WAIT = 2.0  # seconds for one server
LIFETIME = 4.0  # seconds for one question


class Unavailable(Exception):
    """No server answered: nothing is known, which is not the same as "there is none"."""


class Resolver:
    """Asks the machine's own servers, or `servers` ("9.9.9.9", "127.0.0.1:5353"); `budget` is for all questions."""

    def __init__(self, servers: Sequence[str] = (), *, budget: float = 30.0) -> None:
        self._deadline = time.monotonic() + budget
        try:
            self._inner = dns.resolver.Resolver(configure=not servers)
        except dns.resolver.NoResolverConfiguration:
            raise Unavailable("this machine has no name server") from None
        if servers:
            pairs = [server.rpartition(":") if server.count(":") == 1 else (server, "", "") for server in servers]
            self._inner.nameservers = [host or name for host, _, name in pairs]
            self._inner.nameserver_ports = {host: int(port) for host, sep, port in pairs if sep}
        self._inner.timeout = WAIT

    def txt(self, name: str) -> list[str]:
        """The texts of a name, the strings of each put together."""
        found = [row for row in self._ask(name, "TXT") if isinstance(row, TXT)]
        return [b"".join(row.strings).decode("utf-8", "replace")[:4_000] for row in found][:50]

    def mx(self, name: str) -> list[str]:
        """The mail servers of a domain, the preferred one first."""
        found = sorted((row for row in self._ask(name, "MX") if isinstance(row, MX)), key=lambda row: row.preference)
        return [row.exchange.to_text(omit_final_dot=True).lower() for row in found][:20]

    def srv(self, name: str) -> list[tuple[str, int]]:
        """Host and port of a service, the preferred one first; an explicit "not here" (".") is left out."""
        rows = [row for row in self._ask(name, "SRV") if isinstance(row, SRV)]
        rows.sort(key=lambda row: (row.priority, -row.weight))
        return [(row.target.to_text(omit_final_dot=True).lower(), row.port) for row in rows if len(row.target) > 1][:10]

    def _ask(self, name: str, kind: str) -> list[object]:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Unavailable("the questions took too long")
        try:
            answer = self._inner.resolve(_absolute(name), kind, lifetime=min(LIFETIME, left), search=False)
            return list(answer)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, UnicodeError):
            return []
        except dns.exception.DNSException as error:
            raise Unavailable(type(error).__name__) from None


@lru_cache(maxsize=256)
def _absolute(name: str) -> str:
    """The name in ASCII, from the root."""
    bare = name.strip().rstrip(".")
    if not bare.isascii():
        bare = ".".join(part.encode("idna").decode() if not part.isascii() else part for part in bare.split("."))
    return bare + "."
