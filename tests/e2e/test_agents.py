"""Two agents on one matter; a matter worked through by the keyboard alone, an answer planned for later in it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from comptoir.conversations.models import Conversation, Delivery, SideConversation, State
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]


def test_the_second_agent_sees_what_the_first_one_wrote_before_anything_leaves(running: Callable[..., Running]) -> None:
    made = world.conversation()
    house = running()
    camille = house.console(world.camille(), f"/conversations/{made.pk}/")
    tom = house.console(world.lead(), f"/conversations/{made.pk}/")
    for page, words in ((camille, "Votre colis est à Lyon."), (tom, "Je regarde et je reviens.")):
        page.get_by_role("textbox", name="Votre réponse").click()
        page.keyboard.type(words)
    expect(camille.locator(".presence")).to_contain_text("Tom")
    with tom.expect_response("**/replies/"):
        tom.keyboard.press("Control+Enter")
    with camille.expect_response("**/replies/") as refused:
        camille.keyboard.press("Control+Enter")
    assert refused.value.status == 422
    expect(camille.locator(".answer .newer")).to_contain_text("Je regarde et je reviens.")
    assert made.messages.filter(kind="reply").count() == 1
    expect(camille.get_by_role("textbox", name="Votre réponse")).to_have_text("Votre colis est à Lyon.")
    with camille.expect_response("**/replies/"):
        camille.get_by_role("button", name="Envoyer quand même").click()
    assert sorted(m.text for m in made.messages.filter(kind="reply")) == [
        "Je regarde et je reviens.", "Votre colis est à Lyon.",
    ]  # fmt: skip
    assert [said for said in house.complaints if "422" not in said] == []


def test_everything_by_the_keyboard_alone(running: Callable[..., Running]) -> None:
    made = world.conversation()
    house = running()
    page = house.console(world.camille(), "/inbox/team/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Colis introuvable")).to_be_visible()

    # An answer for tomorrow: r, the words, the time in words.
    page.keyboard.press("r")
    editor = page.get_by_role("textbox", name="Votre réponse")
    expect(editor).to_be_focused()
    page.keyboard.type("Il arrive demain.")
    page.keyboard.press("Control+Shift+Enter")
    when = page.get_by_role("textbox", name="Quand, avec vos mots")
    expect(when).to_be_focused()
    page.keyboard.type("demain 9 h")
    with page.expect_response("**/replies/"):
        page.keyboard.press("Enter")
    planned = made.messages.get(kind="reply")
    assert (planned.delivery, planned.due_at is not None) == (Delivery.LATER, True)
    page.locator(".toast").first.wait_for()
    with page.expect_response("**/undo/"):
        page.keyboard.press("z")  # a draft again
    expect(page.get_by_role("textbox", name="Votre réponse")).to_have_text("Il arrive demain.")
    assert not made.messages.filter(kind="reply").exists()

    # Aside to the carrier, mine, closed and open again: p, a, e, z.
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    to = page.get_by_role("combobox", name="Ajouter une adresse")
    to.focus()
    page.keyboard.type("quai@chronopost.example")
    page.keyboard.press("Enter")
    page.locator("form.side .body[contenteditable]").focus()
    page.keyboard.type("Où est le colis ?")
    with page.expect_response("**/sides/"):
        page.keyboard.press("Control+Enter")
    expect(page.locator("a.side-card")).to_contain_text("attend la réponse")
    assert SideConversation.objects.get().conversation == made
    page.keyboard.press("Escape")
    with page.expect_response("**/assignment/"):
        page.keyboard.press("a")
    with page.expect_response("**/closure/"):
        page.keyboard.press("e")
    row = Conversation.objects.get()
    assert (row.assignee, row.state) == (world.camille(), State.CLOSED)
    page.locator(".toast [data-key=z]").first.wait_for()
    with page.expect_response("**/opening/**"):
        page.keyboard.press("z")
    expect(page.locator(f"#c{made.pk}")).to_be_visible()
    assert Conversation.objects.get().state == State.OPEN
    assert house.complaints == []
