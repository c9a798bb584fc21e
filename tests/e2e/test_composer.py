"""Quick hands: what an agent types while an answer is on its way belongs to the next one, and is no shortcut."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from comptoir.conversations.models import Conversation, InboxKind, State
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]


def test_words_typed_while_an_answer_leaves_are_kept_for_the_next(running: Callable[..., Running]) -> None:
    made = world.conversation(box=world.inbox(InboxKind.CHAT))
    house = running()
    page = house.console(world.camille(), f"/conversations/{made.pk}/")
    held: list[Route] = []
    page.route("**/replies/", lambda route: held.append(route), times=1)
    editor = page.get_by_role("textbox", name="Votre réponse")
    editor.click()
    page.keyboard.type("Oui, elle est là.")
    page.keyboard.press("Control+Enter")
    page.keyboard.type(" Et elle se lave")
    with page.expect_response("**/replies/"):
        while not held:
            page.wait_for_timeout(20)
        held[0].continue_()
    expect(page.get_by_role("main").get_by_text("Oui, elle est là.").last).to_be_visible()
    expect(editor).to_be_focused()
    page.keyboard.type(" à 40.")
    expect(editor).to_have_text("Et elle se lave à 40.")
    assert [m.text for m in made.messages.filter(kind="reply")] == ["Oui, elle est là."]
    assert Conversation.objects.get().state == State.OPEN
    page.keyboard.press("Control+Enter")
    expect(page.locator(".stream").get_by_text("Et elle se lave à 40.")).to_be_visible()
    assert made.messages.filter(kind="reply").count() == 2
    assert house.complaints == []
    # What is set in its place is one step of the editor's own undo.
    editor.press("Control+a")
    page.keyboard.type("En lin lavé")
    for text in ("En lin", "Oui"):
        detail = {"detail": {"html": f"<p>{text}</p>"}}
        area = page.locator("form[data-kind=reply] textarea[data-editor]").first
        area.evaluate("(area, given) => area.dispatchEvent(new CustomEvent('editor:replace', given))", detail)
        expect(editor).to_have_text(text)
    editor.press("Control+z")
    expect(editor).to_have_text("En lin")
    editor.press("Control+z")
    expect(editor).to_have_text("En lin lavé")
