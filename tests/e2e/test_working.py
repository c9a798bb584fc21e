"""Working on many: two conversations become one and two again; a whole list is closed and opened again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from comptoir.conversations.models import Conversation, State
from tests import world
from tests.agent.inbox.test_bulk import many
from tests.e2e import serving
from tests.e2e.conftest import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]


def test_merged_unmerged_and_a_whole_list_closed_and_back(running: Callable[..., Running]) -> None:
    stays = world.conversation(subject="Colis en retard")
    goes = world.conversation(subject="Tasse cassée", text="L’anse est cassée")
    house = running("worker")
    page = house.console(world.camille(), f"/conversations/{stays.pk}/")

    # By the keyboard: m, the customer's other conversation is offered, Enter merges, z takes it back.
    expect(page.get_by_role("heading", name="Colis en retard")).to_be_visible()
    page.keyboard.press("m")
    page.get_by_role("dialog").get_by_role("button", name="Tasse cassée").click()
    stream = page.locator(f"#stream-{stays.pk}")
    expect(stream.get_by_text("L’anse est cassée")).to_be_visible()
    expect(page.locator(f"#c{goes.pk}")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(f"#c{goes.pk}")).to_be_visible()
    expect(stream.get_by_text("L’anse est cassée")).to_have_count(0)

    # The whole list, far beyond what is shown: chosen, closed with its progress, and taken back.
    many(5_000, subject="Où en est ma commande ?")
    everything = Conversation.objects.count()
    page.goto(f"{house.url}/inbox/team/")
    page.locator("#rangees a.row .i").first.click()
    page.keyboard.press("Shift+J")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    page.get_by_role("button", name="Sélectionner les").click()
    page.get_by_title("Clore ces conversations").click()
    progress = page.locator("#bulk-progress")
    expect(progress.get_by_text("conversations changées")).to_be_visible(timeout=150_000)
    assert Conversation.objects.filter(state=State.CLOSED).count() == everything
    progress.get_by_role("button", name="Annuler").click()
    expect(progress.get_by_text("remises comme avant")).to_be_visible(timeout=150_000)
    assert Conversation.objects.filter(state=State.OPEN).count() == everything
    assert house.complaints == []
