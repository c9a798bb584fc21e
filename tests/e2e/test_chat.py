"""Story 1: a visitor chats from a page on another site; an agent answers; nothing is lost or doubled."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect, sync_playwright

from comptoir.conversations.actions import presence
from comptoir.conversations.actions.answering import Written, note, reply
from comptoir.conversations.models import Conversation, Delivery, Message
from comptoir.core.models import Schedule
from tests import world
from tests.e2e import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]
NOW = {"zone": "Europe/Paris", "week": [[["00:00", "24:00"]]] * 7, "closed": [], "special": {}}


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    """A browser of a visitor, in Paris."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread; the ORM is ours
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=serving.chromium(), args=serving.ARGUMENTS)
        yield browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1280, "height": 800})
        browser.close()
        connections.close_all()  # inside the loop's context: the ORM gave it a connection of its own


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a shop's page whose one script tag is ours."""
    schedule = Schedule.objects.create(name="Toujours", hours=NOW)
    world.inbox("chat", schedule=schedule, mail_inbox=world.inbox("email"))
    port = serving.free_port()
    with serving.web(port), serving.shop_site(f"http://127.0.0.1:{port}/s/maison-alba/chat.js") as address:
        yield address


def eventually(holds: Callable[[], bool], seconds: float = 8) -> None:
    """Until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never held"
        time.sleep(0.05)


def texts(conversation: Conversation) -> list[str]:
    """What was said, in the order of the thread."""
    return list(conversation.messages.exclude(kind="note").values_list("text", flat=True))


def write(page: Page, text: str) -> None:
    """Type a message and send it."""
    page.get_by_label("Votre message").fill(text)
    page.keyboard.press("Enter")


def test_a_visitor_on_another_site_chats_with_an_agent(visitor: BrowserContext, site: str) -> None:
    camille = world.camille()
    camille.last_seen_at = timezone.now() + timedelta(minutes=5)
    camille.save()
    page, asked, complaints = visitor.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    # Before the window is opened: one script, nothing stored.
    page.goto(site)
    launch = page.get_by_role("button", name="Une question")
    expect(launch).to_contain_text("En ligne")
    assert [url for url in asked if "127.0.0.1" in url] == [url for url in asked if url.endswith("/chat.js")]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    # The visitor writes; the conversation is there, with the page and without its query.
    launch.click()
    write(page, "Bonjour, la nappe existe-t-elle en brume ?")
    eventually(lambda: Conversation.objects.exists())
    conversation = Conversation.objects.get()
    assert conversation.page_url == site.partition("?")[0]
    expect(page.get_by_role("log")).to_contain_text("existe-t-elle en brume")
    expect(page.get_by_text("envoi…")).to_have_count(0)

    # The agent writes, notes and answers; the visitor reads the name and the answer well under a second later.
    presence.here(conversation, camille, writing="reply")
    expect(page.get_by_label("Camille écrit")).to_be_visible()
    note(conversation, Written("Cliente <b>difficile</b> ?"), agent=camille)
    started = time.monotonic()
    reply(conversation, Written("<p>Oui, elle est en stock.</p>"), agent=camille)
    expect(page.get_by_role("log")).to_contain_text("elle est en stock")
    assert time.monotonic() - started < 1.5
    expect(page.get_by_role("dialog")).to_contain_text("Camille Roussel")
    expect(page.get_by_label("Camille écrit")).to_have_count(0)
    eventually(lambda: Message.objects.get(kind="reply").delivery == Delivery.SEEN)

    # A reload keeps everything; a second tab shows the same.
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("existe-t-elle en brume")
    expect(page.get_by_role("log")).to_contain_text("elle est en stock")
    other = visitor.new_page()
    other.goto(site)
    other.get_by_role("button", name="Une question").click()
    expect(other.get_by_role("log")).to_contain_text("elle est en stock")
    assert "difficile" not in page.content() + page.get_by_role("log").inner_text()

    # The network goes: what is written waits, then arrives once, in order.
    assert complaints == []
    visitor.set_offline(True)
    write(page, "Je la prends")
    write(page, "Merci !")
    expect(page.get_by_text("envoi…")).to_have_count(2)
    visitor.set_offline(False)
    expect(page.get_by_text("envoi…")).to_have_count(0)
    eventually(lambda: texts(conversation)[-2:] == ["Je la prends", "Merci !"])
    expect(other.get_by_role("log")).to_contain_text("Merci !")

    # The answer to a sending is lost after the server took it: the second attempt adds nothing.
    lost = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/chat/messages**", lose)
    write(page, "À bientôt")
    expect(page.get_by_text("envoi…")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("À bientôt")).to_have_count(1)
    assert lost
    assert texts(conversation).count("À bientôt") == 1
    assert len(texts(conversation)) == 5
    assert Conversation.objects.count() == 1
    assert visitor.cookies() == []


def test_a_message_written_while_the_server_is_away_survives_a_reload(visitor: BrowserContext, site: str) -> None:
    page = visitor.new_page()
    page.goto(site)
    page.get_by_role("button", name="Une question").click()
    page.route("**/chat/start", lambda route: route.abort())
    write(page, "Y a-t-il quelqu’un ?")
    expect(page.get_by_text("envoi…")).to_be_visible()
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("Y a-t-il quelqu’un ?")
    page.unroute("**/chat/start")
    eventually(lambda: Conversation.objects.count() == 1, seconds=20)
    expect(page.get_by_text("envoi…")).to_have_count(0)

    # Nobody is there: an address is asked for, and the escape key gives the page back.
    page.get_by_label("Votre e-mail").fill("claire@mail.example")
    page.get_by_role("button", name="Recevoir la réponse par e-mail").click()
    expect(page.get_by_text("La réponse vous parviendra aussi par e-mail.")).to_be_visible()
    assert Conversation.objects.get().participants.get().identity.value == "claire@mail.example"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Une question")).to_be_focused()
