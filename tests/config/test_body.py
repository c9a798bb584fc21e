"""The body layer in front of a real server: whole bodies only, and slow ones hold nobody up."""

import hashlib
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from tests.config.conftest import Served

Serve = Callable[..., Served]


def ask(served: Served, method: str = "GET", path: str = "/", **rest: Any) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.request(method, path, **rest)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text.startswith(b"{") else text


def raw(served: Served, data: bytes) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", served.port), timeout=10)
    opened.sendall(data)
    return opened


def chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 10_000):
        yield body[start : start + 10_000]


def test_a_chunked_post_arrives_whole(serve: Serve) -> None:
    served = serve()
    body = bytes(range(256)) * 4_000
    status, told = ask(served, "POST", body=chunks(body), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    assert status == 200
    assert told["length"] == len(body)
    assert told["declared"] == str(len(body))
    assert told["sha256"] == hashlib.sha256(body).hexdigest()


def test_an_upload_cut_short_never_reaches_the_application(serve: Serve) -> None:
    served = serve()
    cut = raw(served, b"POST /revoke HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
    time.sleep(0.1)
    cut.shutdown(socket.SHUT_WR)
    assert b"200 OK" not in cut.recv(1_000)
    cut.close()
    assert ask(served)[0] == 200
    stream = raw(served, b"GET /live/ HTTP/1.1\r\nHost: x\r\nCookie: who=a\r\n\r\n")
    assert b"200 OK" in stream.recv(1_000)  # /revoke was not run
    stream.close()


def test_ten_stalled_uploads_block_no_page(serve: Serve) -> None:
    served = serve()
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(raw(served, head))
        time.sleep(0.1)
        began = time.monotonic()
        for _ in range(20):
            assert ask(served)[0] == 200
        assert time.monotonic() - began < 2


def test_ten_downloads_that_nobody_reads_block_no_page(serve: Serve) -> None:
    served = serve()
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(raw(served, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"))
        time.sleep(1)
        assert ask(served)[0] == 200


def test_sigterm_ends_within_five_seconds_whatever_is_open(serve: Serve) -> None:
    served = serve()
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(raw(served, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"))
            stream = stack.enter_context(raw(served, b"GET /live/ HTTP/1.1\r\nHost: x\r\nCookie: who=a\r\n\r\n"))
            assert b"200 OK" in stream.recv(1_000)
        stack.enter_context(raw(served, b"GET /slow?30 HTTP/1.1\r\nHost: x\r\n\r\n"))
        stack.enter_context(raw(served, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"))
        time.sleep(0.3)
        began = time.monotonic()
        served.terminate()
        served.process.wait(timeout=10)
        assert time.monotonic() - began < 5


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(serve: Serve) -> None:
    served = serve()
    opened = raw(served, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n")
    assert opened.recv(1_000).startswith(b"HTTP/1.1 413 ")
    opened.close()
    large = b"x" * (4 * 2**20)
    connection = raw(served, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    try:
        connection.sendall(b"%x\r\n" % len(large) + large)
        answer = connection.recv(1_000)
    except ConnectionError:
        answer = b"HTTP/1.1 413 "
    assert answer.startswith(b"HTTP/1.1 413 ")
    connection.close()


def test_a_body_that_comes_too_slowly_is_refused(serve: Serve) -> None:
    served = serve(ECHO_IDLE="0.3")
    opened = raw(served, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
    assert opened.recv(1_000).startswith(b"HTTP/1.1 408 ")
    opened.close()


def test_a_header_with_an_underscore_cannot_pass_for_another(serve: Serve) -> None:
    served = serve()
    _, told = ask(served, headers={"X_Forwarded_For": "127.0.0.1", "X-Real": "1"})
    assert "HTTP_X_FORWARDED_FOR" not in told["headers"]
    assert told["headers"]["HTTP_X_REAL"] == "1"
