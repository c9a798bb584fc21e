"""What browser stories need: a real web process on this test's database, a shop's site elsewhere, a browser."""

import os
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from django.db import connection

from tests.processes import Process

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--test-third-party-cookie-phaseout",  # third-party cookies blocked, as in Safari and Firefox
]


def chromium() -> str | None:
    """The browser of this machine, if it has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """The address of the database that this test uses."""
    held: dict[str, Any] = connection.settings_dict
    user, name = quote(held["USER"] or "", safe=""), quote(held["NAME"], safe="")
    password = f":{quote(held['PASSWORD'], safe='')}" if held["PASSWORD"] else ""
    host = held["HOST"] or ""
    port = f"&port={held['PORT']}" if held["PORT"] else ""
    return f"postgresql://{user}{password}@/{name}?host={quote(host, safe='')}{port}"


@contextmanager
def process(*words: str, **variables: str) -> Iterator[Process]:
    """A command of the product on this test's database, ended at the end."""
    given = {"DJANGO_SETTINGS_MODULE": "comptoir.config.settings", "DATABASE_URL": database_url()}
    started = Process("comptoir", *words, environment=os.environ | given | variables)
    try:
        yield started
    finally:
        started.end()


@contextmanager
def web(port: int, **variables: str) -> Iterator[Process]:
    """`comptoir web` on that port, ended at the end."""
    given = {"COMPTOIR_PORT": str(port), "COMPTOIR_URL": f"http://127.0.0.1:{port}"}
    with process("web", "--port", str(port), **given | variables) as started:
        wait_for(port)
        yield started


def wait_for(port: int, seconds: float = 30) -> None:
    """Until the server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError("The web process did not start.")


@contextmanager
def shop_site(script: str) -> Iterator[str]:
    """A shop's page on another site (localhost), under a policy that lets in one script and its calls, nothing more."""
    origin = script.split("/s/")[0]
    policy = f"default-src 'none'; script-src {origin}; connect-src {origin}; require-trusted-types-for 'script'"
    body = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>Nappe « Ombelle »</title><h1>Nappe</h1><script src="{script}" async></script></html>'
    ).encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path.startswith("/nappe") else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}/nappe?ref=lettre-17"
    finally:
        server.shutdown()
        server.server_close()
