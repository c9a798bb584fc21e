"""Story 2: a mail sent by SMTP to a real IMAP server is shown, answered, and the answer reaches the sender's mailbox."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from comptoir.core.keys import encrypt
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running
from tests.e2e.post_office import PASSWORD, PostOffice, account_of, dovecot, letter, post, post_office

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(dovecot() is None, reason="no Dovecot on this machine"),
]
SHOP, CLAIRE = "bonjour@maison-alba.example", "claire.vasseur@orange.example"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """The post office, with the shop's account connected to it."""
    with post_office() as opened:
        secrets = encrypt(f'{{"imap_password": "{PASSWORD}"}}')
        world.inbox(
            adapter="email", settings=account_of(opened, SHOP), secrets=secrets, signature="Maison Alba, Nantes"
        )
        yield opened


@pytest.fixture
def console(office: PostOffice, running: Callable[..., Running]) -> Page:
    """Camille's browser, signed in, with all processes running."""
    return running("worker", "mail").console(world.camille())


def answers(office: PostOffice, count: int, seconds: float = 20) -> list:  # type: ignore[type-arg]
    """The mails in Claire's mailbox, once there are so many."""
    end = time.monotonic() + seconds
    while len(found := office.mails(CLAIRE)) < count:
        states = list(world.Message.objects.values_list("kind", "delivery", "error", "due_at"))
        assert time.monotonic() < end, f"{len(found)} of {count} answers arrived: {states}"
        time.sleep(0.1)
    return found


def write(page: Page, text: str) -> None:
    """Answer by keyboard alone."""
    page.keyboard.press("r")
    expect(page.get_by_role("textbox", name="Votre réponse")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")


def test_a_mail_goes_all_the_way_round(office: PostOffice, console: Page) -> None:
    asked = letter(
        f"Claire Vasseur <{CLAIRE}>",
        SHOP,
        "Colis introuvable",
        "Bonjour, où est mon colis ?",
        Message_ID="<q1@orange.example>",
    )
    post(office, asked)

    # It appears by itself, in bold, and opens by keyboard.
    row = console.get_by_role("link", name="Claire Vasseur").first
    expect(row).to_be_visible(timeout=15_000)
    console.keyboard.press("j")
    expect(console.get_by_role("main").get_by_text("Bonjour, où est mon colis ?").last).to_be_visible()

    # The answer can be undone for five seconds, then reaches her mailbox in the same thread.
    write(console, "Il arrive demain matin.")
    [answer] = answers(office, 1)
    assert answer["In-Reply-To"] == "<q1@orange.example>"
    assert answer["Subject"] == "Re: Colis introuvable"
    text = answer.get_body(("plain",)).get_content()
    assert "Il arrive demain matin." in text
    assert "> Bonjour, où est mon colis ?" in text
    assert "Maison Alba, Nantes" in text

    # Her next mail joins the same conversation, shown without a reload.
    post(office, letter(CLAIRE, SHOP, "Re: Colis introuvable", "Merci Camille !", In_Reply_To=answer["Message-ID"]))
    expect(console.get_by_text("Merci Camille !").last).to_be_visible(timeout=15_000)
    assert world.Conversation.objects.count() == 1
    assert [m.kind for m in world.Message.objects.order_by("pk")] == ["customer", "reply", "customer"]
