"""A phone in a pocket: a customer writes, the device is told, a touch opens the answer; without a network, plain words."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from comptoir.conversations.models import Conversation
from comptoir.core.models import AgentSession
from comptoir.lib.webpush import Subscription
from comptoir.notifications.actions import add_device
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running
from tests.mails import arrives, mail
from tests.notifications.conftest import listening

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
]
CLICK = """async () => {
  const [shown] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", { notification: shown }));
}"""

SHOWN = "navigator.serviceWorker.ready.then((it) => it.getNotifications()).then((all) => all.map((one) => one.title))"
KEPT = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const files = await Promise.all(caches_.map((cache) => cache.keys()));
  return files.flat().map((file) => new URL(file.url).pathname);
}"""


def test_a_message_reaches_the_pocket(running: Callable[..., Running], settings: Any) -> None:
    camille, inbox, house = world.camille(), world.inbox(), running()
    page = house.console(camille)
    page.context.grant_permissions(["notifications"], origin=house.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    arrives(inbox, mail("Où est mon colis ?", message_id="un@orange.example"))
    Conversation.objects.update(assignee=camille)
    with listening() as device:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, private_hosts=(device.url.split("/")[2],))
        keys = device.body["keys"]
        subscription = Subscription(device.url, keys["p256dh"], keys["auth"])
        add_device(camille, AgentSession.objects.get(), subscription, name="Chrome · Android")
        arrives(inbox, mail("Toujours rien", in_reply_to="<un@orange.example>"))
        told = device.told[-1]
    assert told["title"] == "Claire Vasseur"

    devtools, found = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    devtools.send("ServiceWorker.enable")
    eventually(lambda: found or page.wait_for_timeout(50))
    push = {"origin": house.url, "registrationId": found[0]["registrationId"], "data": json.dumps(told)}
    devtools.send("ServiceWorker.deliverPushMessage", push)
    devtools.send("ServiceWorker.deliverPushMessage", push)
    eventually(lambda: page.evaluate(SHOWN) == [told["title"]])  # one, not two
    page.context.service_workers[0].evaluate(CLICK)
    page.wait_for_url("**/conversations/*/")
    expect(page.locator("[data-composer] .body[contenteditable]").first).to_be_focused()

    assert house.complaints == []

    page.context.set_offline(True)
    page.goto(f"{house.url}/inbox/mine/")
    expect(page.get_by_role("heading", name="Vous êtes hors connexion.")).to_be_visible()
    kept = page.evaluate(KEPT)
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline/"]


def eventually(holds: Callable[[], Any], seconds: float = 15) -> None:
    """Until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never held"
        time.sleep(0.05)
