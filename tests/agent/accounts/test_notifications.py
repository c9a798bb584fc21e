"""« Notifications » through the door: wishes, devices, what the tab asks, and the files of an installed console."""

import json
import re
from datetime import time
from typing import Any

import pytest
from django.test import Client

from comptoir.core.models import Agent, AgentSession, Event
from comptoir.lib.webpush import written
from comptoir.notifications import actions
from comptoir.notifications.models import Device, Notice, Preferences
from tests import world
from tests.notifications.conftest import Browser, browser  # noqa: F401 (a fixture)
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
PAGE, DEVICES = "/account/notifications/", "/account/notifications/devices/"


def test_an_agent_chooses_what_tells_them() -> None:
    camille = world.camille()
    console = world.client_for(camille)
    chosen = {
        "assigned": "on", "everything": "on", "excerpt": "on", "mail_assigned": "on",
        "quiet_from": "19:30", "quiet_until": "08:00", "quiet_days": ["5", "6"],
    }  # fmt: skip
    assert console.post(PAGE, chosen).status_code == 302
    held = Preferences.objects.get(agent=camille)
    assert (held.assigned, held.mine, held.everything, held.excerpt, held.sound) == (True, False, True, True, False)
    assert (held.quiet_from, held.quiet_until, held.quiet_days) == (time(19, 30), time(8, 0), [5, 6])
    camille.refresh_from_db()
    assert (camille.mail_assigned, camille.mail_mentioned) == (True, False)
    assert camille.mail_approvals, "who approves nothing was not asked: it stands for the day when they do"
    page = console.get(PAGE).content.decode()
    assert 'value="19:30"' in page
    assert console.post(PAGE, chosen).status_code == 302
    assert Event.objects.filter(verb="agent.notifications_edited").count() == 1
    owner = world.owner()
    world.client_for(owner).post(PAGE, chosen)
    owner.refresh_from_db()
    assert not owner.mail_approvals


@pytest.mark.parametrize(
    "wrong", [{"quiet_from": "19:30"}, {"quiet_until": "8:00"}, {"quiet_from": "25:00"}, {"quiet_days": ["7"]}]
)
def test_half_a_night_is_asked_for_again(wrong: dict[str, Any]) -> None:
    answer = world.client_for(world.camille()).post(PAGE, {"mine": "on", **wrong})
    assert (answer.status_code, Preferences.objects.count()) == (422, 0)


def test_a_device_is_listed_tried_and_removed(browser: Browser) -> None:  # noqa: F811
    camille = world.camille()
    console = world.client_for(camille, headers={"user-agent": "Mozilla/5.0 (Linux; Android 15) Chrome/131.0"})
    assert browser.subscribe(console) == 204
    assert browser.subscribe(console) == 204
    device = Device.objects.get()
    page = console.get(PAGE).content.decode()
    assert "Chrome · Android" in page
    assert f'data-key="{actions.sender().public}"' in page
    assert "data-declared" in page
    assert console.get("/account/attention/").json()["rings"] is True
    console.post(f"{DEVICES}{device.pk}/trial/")
    run_jobs()
    assert [said["tag"] for said in browser.told] == ["trial"]
    console.post(f"{DEVICES}{device.pk}/removal/")
    assert Device.objects.count() == 0
    verbs = Event.objects.filter(verb__startswith="agent.device").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["agent.device_added", "agent.device_removed"]


def test_another_agents_device_is_out_of_reach(browser: Browser) -> None:  # noqa: F811
    camille, otto = world.camille(), world.client_for(world.stranger())
    browser.subscribe(world.client_for(camille))
    device = Device.objects.get()
    assert otto.post(f"{DEVICES}{device.pk}/removal/").status_code == 404
    assert otto.post(f"{DEVICES}{device.pk}/trial/").status_code == 404
    other = Browser(url=browser.url)  # who knows the address alone does not get it, whatever keys they bring
    assert other.subscribe(otto) == 409
    keys = {"p256dh": written(browser.point), "auth": written(other.secret)}
    assert browser.subscribe(otto, keys=keys) == 409
    held = Device.objects.get()
    assert (held.agent, held.auth, Notice.objects.count()) == (camille, written(browser.secret), 0)
    assert "push/abc" not in otto.get(PAGE).content.decode()
    assert browser.subscribe(otto) == 204  # the browser itself, with another person signed in: it rings for them alone
    assert Device.objects.get().agent == world.stranger()


def test_nobody_signed_in_gets_nothing(browser: Browser) -> None:  # noqa: F811
    nobody = Client()
    assert browser.subscribe(nobody) == 302
    for path in (PAGE, "/account/attention/"):
        assert nobody.get(path).status_code == 302
    world.client_for(world.camille(), enforce_csrf_checks=True)
    strict = world.client_for(world.camille(), enforce_csrf_checks=True)
    assert browser.subscribe(strict) == 403
    assert Device.objects.count() == 0


HOSTILE: list[Any] = [
    b"", b"[]", b"null", b"{", b'{"endpoint": 1, "keys": {"p256dh": 1, "auth": 1}}', b'{"endpoint": "https://a.example/"}',
    b"[" * 8_000, b"x" * 9_000, b'{"endpoint": "\\u0000", "keys": {"p256dh": "", "auth": ""}}',
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE)
def test_what_is_no_subscription_is_refused(body: bytes) -> None:
    console = world.client_for(world.camille())
    assert console.post(DEVICES, body, content_type="application/json").status_code == 422
    assert Device.objects.count() == 0


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.net/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/x",
        "https://10.0.0.8:6379/",
        "https://localhost/x",
        "https://postgres/x",
        "file:///etc/passwd",
        "https://push.example.net/" + "x" * 2_000,
    ],
)
def test_an_address_that_leads_inwards_is_refused(endpoint: str) -> None:
    console = world.client_for(world.camille())
    assert Browser().subscribe(console, endpoint=endpoint) == 422
    assert Device.objects.count() == 0


def test_twenty_devices_are_enough() -> None:
    camille = world.camille()
    console = world.client_for(camille)
    session = AgentSession.objects.get(agent=camille)
    Device.objects.bulk_create(
        Device(agent=camille, session=session, endpoint=f"https://a.example/{n}", p256dh="", auth="") for n in range(20)
    )
    assert Browser().subscribe(console, endpoint="https://b.example/x") == 409


def test_the_tab_hears_what_waits_for_its_agent_alone() -> None:
    camille = world.camille()
    console = world.client_for(camille)
    said = console.get("/account/attention/").json()
    assert said == {"count": 0, "newest": None, "quiet": False, "sound": True, "rings": False}
    world.conversation(assignee=world.lead())
    world.conversation(assignee=camille, waiting_since=None)
    world.conversation(assignee=camille, state="snoozed")
    row = world.conversation(assignee=camille, text="Mon colis")
    said = console.get("/account/attention/").json()
    newest = {"title": "Claire Vasseur", "body": "Nouveau message · Maison Alba", "tag": f"conversation:{row.pk}"}
    newest |= {"url": f"/conversations/{row.pk}/#reply", "message": row.newest_message}
    assert (said["count"], said["newest"]) == (1, newest)
    Preferences.objects.create(agent=camille, excerpt=True, sound=False)
    Agent.objects.filter(pk=camille.pk).update(away=True)
    said = console.get("/account/attention/").json()
    assert (said["newest"]["body"], said["quiet"], said["sound"]) == ("Mon colis", True, False)


def found(path: str) -> bool:
    """Whether anybody may fetch it."""
    answer = Client().get(path)
    answer.close()
    return answer.status_code == 200


def test_the_console_can_be_installed() -> None:
    page = world.client_for(world.camille()).get("/account/")
    text = page.content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest"' in text
    assert text.count('name="theme-color"') == 2
    answer = Client().get("/manifest.webmanifest", headers={"accept-language": "en"})
    assert answer.headers["Content-Type"] == "application/manifest+json"
    said = json.loads(answer.content)
    assert (said["start_url"], said["scope"], said["display"], said["lang"]) == ("/", "/", "standalone", "en")
    for size in ("192x192", "512x512"):
        assert {icon["purpose"] for icon in said["icons"] if icon["sizes"] == size} == {"any", "maskable"}
    signed_in = world.client_for(world.camille())
    for shortcut in said["shortcuts"]:
        assert signed_in.get(shortcut["url"]).status_code == 200
    for icon in said["icons"]:
        assert found(icon["src"])


def test_the_worker_keeps_no_page_and_is_never_stale() -> None:
    answer = Client().get("/sw.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    first, script = answer.content.decode().split("\n", 1)
    release = json.loads(first.removeprefix("const RELEASE = ").removesuffix(";"))
    assert re.fullmatch(r"[0-9a-f]{12}", release["version"])
    assert release["offline"] == "/offline/"
    assert all(path.startswith("/static/") for path in release["files"])
    for path in [release["offline"], release["icon"], release["badge"], *release["files"]]:
        assert found(path)
    assert "skipWaiting()" in script
    assert "clients.claim()" in script


def test_the_page_without_a_network_names_nobody() -> None:
    camille = world.camille()
    shown = world.client_for(camille).get("/offline/").content.decode()
    assert "gardé sur cet appareil" in shown
    for own in (camille.name, camille.email, "csrf", "data-me", "Maison Alba"):
        assert own not in shown
    assert "<script>" not in shown
    assert "offline" in Client().get("/offline/", headers={"accept-language": "en"}).content.decode().lower()
