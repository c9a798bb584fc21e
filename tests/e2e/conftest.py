"""A running Comptoir and browsers, for stories."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from comptoir.core.models import Agent
from tests import world
from tests.e2e import serving

expect.set_options(
    timeout=20_000
)  # ms: the suite keeps every core busy, and a story waits for what happens, not for time


@dataclass
class Running:
    """Web, worker and mail on this test's database; `complaints` is what the browsers' consoles reported."""

    url: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def context(self, *, phone: bool = False) -> BrowserContext:
        """A browser of someone in Paris."""
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 860}
        return self.browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", viewport=size)  # type: ignore[arg-type]

    def console(self, agent: Agent, path: str = "/") -> Page:
        """The console as that agent sees it."""
        context = self.context()
        key = world.client_for(agent).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.url, "httpOnly": True}])
        return self.open(context, path)

    def open(self, context: BrowserContext, path: str) -> Page:
        """A page, whose errors are noted."""
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.url}{path}")
        return page


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for the stories that a worker tells in a row; each has contexts of its own."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread; the ORM is ours
        opened = playwright.chromium.launch(executable_path=serving.chromium(), args=serving.ARGUMENTS)
        yield opened
        opened.close()
        connections.close_all()  # inside the loop's context: the ORM gave it a connection of its own


@pytest.fixture
def running(browser: Browser) -> Iterator[Callable[..., Running]]:
    """Start it: running("worker", "mail")."""
    with ExitStack() as stack:

        def start(*others: str) -> Running:
            port = serving.free_port()
            for name in others:  # they start while the web process is waited for
                stack.enter_context(serving.process(name))
            stack.enter_context(serving.web(port))
            stack.callback(lambda: [context.close() for context in browser.contexts])
            return Running(f"http://127.0.0.1:{port}", browser)

        yield start
