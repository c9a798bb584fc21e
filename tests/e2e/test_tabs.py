"""Eight open tabs of one agent: every page answers, one stream serves them all, and each tab shows what arrives."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running
from tests.mails import arrives, mail

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]


def test_eight_tabs_share_one_stream_and_all_stay_alive(running: Callable[..., Running]) -> None:
    inbox = world.inbox()
    house = running("worker")
    first = house.console(world.camille())
    context = first.context
    streams: list[str] = []
    context.on("request", lambda request: streams.append(request.url) if "/live/" in request.url else None)
    tabs = [first, *(house.open(context, "/") for _ in range(7))]
    arrives(inbox, mail("Bonjour à toutes"))
    for tab in tabs:
        expect(tab.get_by_role("link", name="Claire Vasseur").first).to_be_visible(timeout=15_000)
    assert len(streams) <= 1  # the first tab's own was opened before anybody counted

    # The tab that held the stream closes; another takes over, and news still reaches all.
    first.close()
    arrives(inbox, mail("Me voici aussi", sender="Karim Benali <karim.benali@free.example>"))
    for tab in tabs[1:]:
        expect(tab.get_by_role("link", name="Karim Benali").first).to_be_visible(timeout=15_000)
    assert house.complaints == []
