"""A macro in two languages, by keyboard alone: « / », a place that has no value, the send, its undo."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from comptoir.automation.models import Macro, Translation
from comptoir.conversations.models import Conversation
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]


def test_the_customers_language_a_missing_value_and_the_undo(running: Callable[..., Running]) -> None:
    made = world.conversation(language="de")
    macro = Macro.objects.create(
        name="Retard", shortcut="retard", html="<p>Bonjour {{ customer.first_name }}</p>", acts=["tag:Retard"]
    )
    german = "<p>Guten Tag {{ customer.first_name }}, Ihr Paket {{ parcel.number }} kommt.</p>"
    Translation.objects.create(macro=macro, language="de", html=german, master=macro.html)
    house = running()
    page = house.console(world.camille(), f"/conversations/{made.pk}/")
    editor = page.get_by_role("textbox", name="Votre réponse")
    editor.click()
    page.keyboard.type("/ret")
    expect(page.locator(".at-caret [data-macro]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(editor).to_have_text("Guten Tag Claire, Ihr Paket {{ parcel.number }} kommt.")
    expect(page.locator(".carried .act:visible")).to_contain_text("Retard")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answer")).to_contain_text("numéro de colis")
    expect(editor).to_be_focused()
    page.keyboard.type("6A1")  # the open place was chosen: typing fills it
    expect(editor).to_have_text("Guten Tag Claire, Ihr Paket 6A1 kommt.")
    with page.expect_response("**/replies/"):
        page.keyboard.press("Control+Enter")
    page.locator(".toast").get_by_role("button").first.wait_for()
    row = Conversation.objects.get()
    assert row.messages.get(kind="reply").text == "Guten Tag Claire, Ihr Paket 6A1 kommt."
    assert [tag.name for tag in row.tags.all()] == ["Retard"]
    with page.expect_response("**/undo/"):
        page.locator(".toast").get_by_role("button").first.click()
    expect(page.get_by_role("textbox", name="Votre réponse")).to_have_text("Guten Tag Claire, Ihr Paket 6A1 kommt.")
    assert not row.messages.filter(kind="reply").exists()
    assert not row.tags.exists()
    assert [said for said in house.complaints if "422" not in said] == []
