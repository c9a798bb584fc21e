"""The HTTP client: it goes nowhere private, stops at its cap, and asks its guards."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from comptoir.lib import http


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
            return
        body = b"x" * int(self.path.strip("/") or 5)
        self.send_response(200)
        if "gzip" in self.headers.get("X-Want", ""):
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "nonsense", ""],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not http.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses(address: str) -> None:
    assert http.is_public(address)


def test_loopback_is_refused_unless_allowed(site: str) -> None:
    with http.client() as client, pytest.raises(http.ForbiddenAddress):
        client.get(f"http://{site}/")
    with http.client(allow=["127.0.0.1"]) as client:
        assert client.get(f"http://{site}/3").text == "xxx"
    with http.client(allow=[site]) as client:
        assert client.get(f"http://{site}/").status_code == 200
    with http.client(allow=["127.0.0.0/8"]) as client:
        assert client.get(f"http://{site}/").status_code == 200


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "[::ffff:7f00:1]", "localhost"])
def test_disguised_loopback_is_refused(host: str) -> None:
    with http.client() as client, pytest.raises(http.ForbiddenAddress):
        client.get(f"http://{host}:9/")


def test_redirects_are_checked_again(site: str) -> None:
    with http.client(allow=[site], redirects=True) as client, pytest.raises(http.ForbiddenAddress):
        client.get(f"http://{site}/redirect")


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: answers)
    with http.client() as client, pytest.raises(http.ForbiddenAddress):
        client.get("http://rebinding.example/")


def test_the_cap(site: str) -> None:
    with http.client(allow=[site], limit=1000) as client:
        assert len(client.get(f"http://{site}/1000").content) == 1000
        with pytest.raises(http.TooLarge):
            client.get(f"http://{site}/1001")
        with pytest.raises(http.TooLarge):
            client.get(f"http://{site}/5", headers={"X-Want": "gzip"})


def test_the_deadline(site: str) -> None:
    with http.client(allow=[site], total=-1) as client, pytest.raises(http.TooSlow):
        client.get(f"http://{site}/5")


def test_guards_are_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    class InTransaction(RuntimeError):
        pass

    def refuse(method: str, address: str) -> None:
        raise InTransaction(f"{method} {address}")

    monkeypatch.setattr(http, "guards", [refuse])
    with http.client() as client, pytest.raises(InTransaction, match=r"^POST https://shop\.example/x$"):
        client.post("https://shop.example/x?token=secret")


def test_other_schemes_are_refused() -> None:
    for address in ("file:///etc/passwd", "ftp://x.example/"):
        with http.client() as client, pytest.raises(httpx.TransportError):
            client.get(address)
