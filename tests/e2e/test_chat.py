"""Story 1: a visitor chats from a page on another site; an agent in another browser answers; nothing is lost or doubled."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from comptoir.conversations.models import Conversation, Delivery, Inbox, Message
from comptoir.core.models import Schedule
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]
ALWAYS = {"zone": "Europe/Paris", "week": [[["00:00", "24:00"]]] * 7, "closed": [], "special": {}}


@pytest.fixture(autouse=True)
def chat() -> Inbox:
    """The chat of Maison Alba, open day and night."""
    schedule = Schedule.objects.create(name="Toujours", hours=ALWAYS)
    return world.inbox("chat", schedule=schedule, mail_inbox=world.inbox("email"))


@pytest.fixture
def house(running: Callable[..., Running]) -> Running:
    """Comptoir at 127.0.0.1."""
    return running()


@pytest.fixture
def site(house: Running) -> Iterator[str]:
    """A page of the shop at localhost, whose one script tag is ours."""
    with serving.shop_site(f"{house.url}/s/maison-alba/chat.js") as address:
        yield address


def visit(house: Running, address: str) -> Page:
    """A visitor's page, whose errors are noted."""
    page = house.context().new_page()
    page.on("console", lambda said: house.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: house.complaints.append(str(error)))
    page.goto(address)
    return page


def eventually(holds: Callable[[], Any], seconds: float = 10) -> None:
    """Until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never held"
        time.sleep(0.05)


def texts(conversation: Conversation) -> list[str]:
    """What was said, in the order of the thread."""
    return list(conversation.messages.exclude(kind="note").values_list("text", flat=True))


def write(page: Page, text: str) -> None:
    """The visitor types a message and sends it."""
    page.get_by_label("Votre message").fill(text)
    page.keyboard.press("Enter")


def test_a_visitor_on_another_site_chats_with_an_agent_in_another_browser(house: Running, site: str) -> None:
    console = house.console(world.camille())
    asked: list[str] = []
    page = house.context().new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: house.complaints.append(said.text) if said.type == "error" else None)
    page.goto(site)

    # Before the window is opened: one script, nothing stored.
    launch = page.get_by_role("button", name="Une question")
    expect(launch).to_contain_text("En ligne")
    assert [url for url in asked if house.url in url] == [f"{house.url}/s/maison-alba/chat.js"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    # The visitor writes; the agent sees it appear without a reload, with the page and without its query.
    launch.click()
    write(page, "Bonjour, la nappe existe-t-elle en brume ?")
    row = console.locator("a.row", has_text="existe-t-elle en brume").first
    expect(row).to_be_visible(timeout=15_000)
    conversation = Conversation.objects.get()
    assert conversation.page_url == site.partition("?")[0]
    row.click()
    expect(console.get_by_role("main").get_by_text("existe-t-elle en brume").last).to_be_visible()

    # The agent writes a note, then an answer: the visitor sees who types, and reads within a second and a half.
    console.keyboard.press("n")
    expect(console.get_by_role("textbox", name="Votre note")).to_be_focused()
    console.keyboard.type("Cliente difficile")
    with console.expect_response("**/notes/"):
        console.keyboard.press("Control+Enter")
    expect(console.get_by_role("main").get_by_text("Cliente difficile").first).to_be_visible()
    console.keyboard.press("r")
    expect(console.get_by_role("textbox", name="Votre réponse")).to_be_focused()
    console.keyboard.type("Oui, elle est en stock.")
    expect(page.get_by_label("Camille écrit")).to_be_visible(timeout=15_000)
    started = time.monotonic()
    console.keyboard.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("elle est en stock")
    assert time.monotonic() - started < 1.5
    expect(page.get_by_role("dialog")).to_contain_text("Camille Roussel")
    eventually(lambda: Message.objects.get(kind="reply").delivery == Delivery.SEEN)

    # The visitor's next words reach the open thread by themselves; a reload keeps everything; notes stay inside.
    write(page, "Alors je la prends")
    expect(console.get_by_role("main").get_by_text("Alors je la prends").last).to_be_visible()
    page.reload()
    log = page.get_by_role("log")
    for said in ("existe-t-elle en brume", "elle est en stock", "Alors je la prends"):
        expect(log).to_contain_text(said)
    assert "difficile" not in log.inner_text()
    assert len(texts(conversation)) == 3
    assert page.context.cookies() == []
    assert house.complaints == []


def test_a_lost_network_loses_and_doubles_nothing(house: Running, site: str) -> None:
    page = visit(house, site)
    page.get_by_role("button", name="Une question").click()
    write(page, "Bonjour")
    eventually(lambda: Conversation.objects.exists())
    conversation = Conversation.objects.get()
    other = page.context.new_page()
    other.goto(site)
    other.get_by_role("button", name="Une question").click()
    expect(other.get_by_role("log")).to_contain_text("Bonjour")
    assert house.complaints == []

    # What is written without network waits, then arrives once, in order, in the second tab too.
    page.context.set_offline(True)
    write(page, "Je la prends")
    write(page, "Merci !")
    expect(page.get_by_text("envoi…")).to_have_count(2)
    page.context.set_offline(False)
    expect(page.get_by_text("envoi…")).to_have_count(0, timeout=15_000)
    eventually(lambda: texts(conversation) == ["Bonjour", "Je la prends", "Merci !"])
    expect(other.get_by_role("log")).to_contain_text("Merci !", timeout=15_000)

    # The answer to a sending is lost after the server took it: the second attempt adds nothing.
    lost: list[object] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/chat/messages**", lose)
    write(page, "À bientôt")
    expect(page.get_by_text("envoi…")).to_have_count(0, timeout=15_000)
    page.reload()
    expect(page.get_by_text("À bientôt")).to_have_count(1)
    assert lost
    assert texts(conversation)[3:] == ["À bientôt"]
    assert Conversation.objects.count() == 1


def test_a_message_written_while_the_server_is_away_survives_a_reload(house: Running, site: str) -> None:
    page = visit(house, site)
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
