"""One story in a browser, under the real policy: an answer is written while the pane is redrawn, then sent and never comes back."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory

from comptoir.ui import bundle

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGES = Path(__file__).parent / "pages"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'"
COMPOSER = (
    '<form class="editor" id="composer" data-keep {}><textarea class="body" name="body" data-editor></textarea></form>'
)
PANE = '<section id="pane" data-live="conversation:42" hx-get="/fragment.html" hx-trigger="refresh"><p id="count">après</p>{}</section>'


LEFT = threading.Event()  # the answer to /left/ waits for it


class Door(SimpleHTTPRequestHandler):
    """Serves the page, its static files, a redrawn pane and the answers to drafts and replies."""

    protocol_version = "HTTP/1.1"

    def __init__(self, page: str, *rest: object) -> None:
        self.answers = {
            "/": page,
            "/fragment.html": PANE.format(COMPOSER.format("")),
            "/left/": '<p>trop tard</p><b id="who-1" hx-swap-oob="true">x</b>',
            "/next/": '<section id="moving"><p id="there">suite</p></section>',
            "/reply/": '<div id="out">parti</div>' + COMPOSER.format('hx-swap-oob="true" data-draft="conversation:42"'),
        }
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path == "/left/":
            LEFT.wait(10)
        if self.path.startswith("/static/ui/"):
            self._send((bundle.STATIC / self.path.removeprefix("/static/ui/")).read_bytes(), self.guess_type(self.path))
        else:
            self._send(self.answers.get(self.path, "").encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200 if body else 404)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", POLICY),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    request = RequestFactory().get("/")
    request.agent = SimpleNamespace(pk=1, name="Inès Caradec", theme="", away=False, single_keys=True)  # type: ignore[attr-defined]
    page = engines["django"].from_string((PAGES / "live.html").read_text()).render({}, request)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Door, page))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_what_is_written_survives_a_redraw_and_leaves_once(address: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(address)
        page.keyboard.press("r")
        page.keyboard.type("Bonjour")
        page.evaluate(
            "new BroadcastChannel('comptoir-live').postMessage({signal: {topic: 'conversation:42', event: 9}})"
        )
        page.locator("#count", has_text="après").wait_for()
        page.keyboard.type(" Claire")
        assert page.inner_text("[contenteditable]").strip() == "Bonjour Claire"
        page.reload()
        assert page.inner_text("[contenteditable]").strip() == "Bonjour Claire"
        page.focus("[contenteditable]")
        page.keyboard.press("Control+Enter")
        page.locator("#out", has_text="parti").wait_for()
        page.locator("#composer [contenteditable]").wait_for()
        assert page.inner_text("#composer [contenteditable]").strip() == ""
        assert page.evaluate("Object.keys(localStorage)") == []
        assert broken == []
        browser.close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_an_answer_to_what_is_gone_changes_nothing_and_is_no_error(address: str) -> None:
    from playwright.sync_api import sync_playwright

    LEFT.clear()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        errors: list[str] = []
        page.on("console", lambda line: errors.append(line.text) if "htmx:" in line.text else None)
        page.goto(address)
        with page.expect_request("**/left/"):
            page.evaluate("document.getElementById('leaving').click()")
        page.evaluate("document.getElementById('next').click()")
        page.locator("#there").wait_for()
        with page.expect_response("**/left/") as answer:
            LEFT.set()
        answer.value.finished()
        page.evaluate("new Promise((done) => setTimeout(done, 50))")
        assert "trop tard" not in page.inner_text("body")
        assert errors == []
        browser.close()
