"""A DNS server on the loopback that knows what the test tells it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class Zone:
    """Records by (name, type); `silent` answers nothing at all. `asked` keeps the questions."""

    port: int = 0
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def server(self) -> str:
        """As COMPTOIR_DNS names it."""
        return f"127.0.0.1:{self.port}"

    def txt(self, name: str, *texts: str) -> None:
        """Set a name's texts; long ones are cut into strings of 255, as zone files have them."""
        self.records[name, "TXT"] = [
            " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255)) for text in texts
        ]

    def answer(self, wire: bytes) -> bytes:
        """The answer to one question."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        found = self.records.get((name, kind))
        if found:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(known == name for known, _kind in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()


@contextmanager
def name_server() -> Iterator[Zone]:
    """Run the server until the block ends."""
    zone = Zone()
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 0))
    listener.settimeout(0.05)
    zone.port = listener.getsockname()[1]
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                wire, who = listener.recvfrom(4096)
            except TimeoutError:
                continue
            if not zone.silent:
                listener.sendto(zone.answer(wire), who)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield zone
    finally:
        done.set()
        thread.join(5)
        listener.close()
