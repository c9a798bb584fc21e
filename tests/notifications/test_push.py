"""What reaches an agent's browser: encrypted for it, proved, once a conversation, and only what they may and want to hear."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from comptoir.conversations.actions import organising, presence
from comptoir.conversations.models import Conversation, Mention, MessageKind
from comptoir.core import sessions
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Origin, Team
from comptoir.notifications import actions, queries
from comptoir.notifications.models import Device, Notice, Preferences, SenderKey
from comptoir.notifications.sending import asked_wait
from tests import world
from tests.notifications.conftest import Browser, proved
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def camille(browser: Browser) -> Agent:
    """Camille, whose browser rings."""
    agent = world.camille()
    assert browser.subscribe(world.client_for(agent)) == 204
    return agent


def wants(agent: Agent, **wishes: Any) -> None:
    Preferences.objects.update_or_create(agent=agent, defaults=wishes)


def writes(row: Conversation, text: str = "Toujours rien reçu\u202f?", **more: Any) -> None:
    """The customer writes, as receiving does it."""
    message = world.message(row, text)
    row.newest_message = message.pk
    row.save(update_fields=["newest_message"])
    actor = Actor.customer(row.identity_id)
    record(row, "message.received", actor=actor, shop=row.shop_id, message=message.pk, **more)
    run_jobs()


def again() -> None:
    """Time goes by."""
    Notice.objects.update(due_at=timezone.now())
    Device.objects.update(rests_until=None)
    actions.send_due()
    run_jobs()


def test_a_message_comes_encrypted_for_the_browser_and_signed(browser: Browser, camille: Agent) -> None:
    row = world.conversation(assignee=camille)
    writes(row)
    (headers, body) = browser.got[0]
    assert browser.told == [
        {
            "title": "Claire Vasseur",
            "body": "Nouveau message · Maison Alba",
            "tag": f"conversation:{row.pk}",
            "url": f"/conversations/{row.pk}/#reply",
            "lang": "fr",
            "count": 1,
        }
    ]
    assert b"Claire" not in body
    names = ("content-encoding", "ttl", "urgency")
    assert [headers[name] for name in names] == ["aes128gcm", "14400", "high"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", headers["topic"])
    claims = proved(headers["authorization"], SenderKey.objects.get().public)
    assert claims["aud"] == browser.url.removesuffix("/push/abc")
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert claims["sub"].startswith(("mailto:", "https://"))
    assert (Notice.objects.count(), Device.objects.get().told_at is not None) == (0, True)
    assert SenderKey.objects.get().private.startswith("1.gAAAA")


def test_the_words_come_only_when_asked_for_and_in_the_agents_language(browser: Browser, camille: Agent) -> None:
    wants(camille, excerpt=True)
    Agent.objects.update(language="en")
    writes(world.conversation(assignee=camille), "Où est\n mon colis\u202f? " + "x" * 400)
    said = browser.told[0]
    assert said["body"].startswith("Où est mon colis\u202f? xxx")
    assert (len(said["body"]), said["lang"]) == (180, "en")
    Preferences.objects.update(excerpt=False)
    writes(world.conversation(assignee=camille))
    assert browser.told[1]["body"] == "New message · Maison Alba"


def test_a_matter_that_a_colleague_gives_and_a_note_that_names(browser: Browser, camille: Agent) -> None:
    row, tom = world.conversation(), world.lead()
    organising.assign(row, camille, actor=Actor.of(tom))
    run_jobs()
    note = world.message(row, "Regarde", kind=MessageKind.NOTE, identity=None, agent=tom)
    Mention.objects.create(message=note, agent=camille)
    record(row, "conversation.noted", actor=Actor.of(tom), message=note.pk)
    run_jobs()
    titles = [said["title"] for said in browser.told]
    assert titles == ["Tom Marchand vous confie une conversation", "Tom Marchand vous nomme dans une note"]
    organising.assign(row, None, actor=Actor.of(camille))
    organising.assign(row, camille, actor=Actor.of(camille))  # what one takes oneself is no news
    run_jobs()
    assert len(browser.got) == 2


@pytest.mark.parametrize(
    ("wishes", "whose", "told"),
    [
        ({}, "mine", 1),
        ({"mine": False}, "mine", 0),
        ({"mine": False, "everything": True}, "mine", 1),
        ({}, "team", 0),
        ({"team": True}, "team", 1),
        ({"team": True}, "nobody", 0),
        ({"everything": True}, "nobody", 1),
        ({"everything": True, "team": True}, "elsewhere", 0),
        ({"team": True}, "colleague", 0),
    ],
)
def test_each_hears_what_they_chose(
    browser: Browser, camille: Agent, wishes: dict[str, Any], whose: str, told: int
) -> None:
    wants(camille, **wishes)
    team = Team.objects.create(name="Soir")
    camille.teams.add(team)
    places: dict[str, dict[str, Any]] = {
        "mine": {"assignee": camille},
        "team": {"team": team},
        "nobody": {},
        "elsewhere": {"box": world.inbox(of=world.shop("rivage"))},
        "colleague": {"team": team, "assignee": world.lead()},
    }
    writes(world.conversation(**places[whose]))
    assert len(browser.got) == told


def test_nothing_is_queued_while_nobody_has_a_device(browser: Browser) -> None:
    row = world.conversation(assignee=world.camille())
    record(row, "message.received", actor=SYSTEM, message=row.newest_message)
    assert [name for name in waiting_jobs() if "notifications" in name] == []


@pytest.mark.parametrize("why", ["imported", "away", "looks", "read", "spam", "moved", "closed account", "erased"])
def test_what_one_should_not_hear_is_not_sent(browser: Browser, camille: Agent, why: str) -> None:
    row = world.conversation(assignee=camille)
    message = world.message(row, "Bonjour")
    origin = Origin.IMPORT if why == "imported" else Origin.LIVE
    record(row, "message.received", actor=Actor.customer(1), message=message.pk, origin=origin)
    changes: dict[str, Any] = {
        "away": lambda: Agent.objects.filter(pk=camille.pk).update(away=True),
        "looks": lambda: presence.here(row, camille),
        "read": lambda: row.read_marks.create(agent=camille, message_id=message.pk),
        "spam": lambda: Conversation.objects.update(state="spam"),
        "moved": lambda: Conversation.objects.update(shop=world.shop("rivage")),
        "closed account": lambda: Agent.objects.filter(pk=camille.pk).update(is_active=False),
        "erased": lambda: row.messages.all().delete(),
        "imported": lambda: None,
    }
    changes[why]()
    run_jobs()
    assert browser.got == []


def test_access_is_read_again_at_the_sending(browser: Browser, camille: Agent) -> None:
    row = world.conversation(assignee=camille)
    browser.status = 503
    writes(row)
    assert (len(browser.got), Notice.objects.get().tries) == (1, 1)
    browser.status = 201
    Conversation.objects.update(shop=world.shop("rivage"))
    again()
    assert (len(browser.got), Notice.objects.count()) == (1, 0)


def test_one_notification_a_conversation_and_one_for_many(browser: Browser, camille: Agent) -> None:
    row = world.conversation(assignee=camille)
    browser.status = 503
    writes(row)
    writes(row, "Et encore")
    assert Notice.objects.count() == 1
    others = [world.conversation(assignee=camille) for _ in range(actions.PILE)]
    for other in others:
        record(other, "message.received", actor=Actor.customer(1), message=other.newest_message)
    browser.status = 201
    browser.got.clear()
    Notice.objects.update(due_at=timezone.now())
    run_jobs()
    assert [said["tag"] for said in browser.told] == ["many"]
    assert browser.told[0]["body"] == "6 conversations à voir"
    assert Notice.objects.count() == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(browser: Browser, camille: Agent, status: int) -> None:
    browser.status = status
    writes(world.conversation(assignee=camille))
    assert (Device.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_service_that_asks_to_wait_is_left_alone(browser: Browser, camille: Agent) -> None:
    browser.status, browser.headers = 429, {"Retry-After": "1800"}
    writes(world.conversation(assignee=camille))
    device, notice = Device.objects.get(), Notice.objects.get()
    soon = timezone.now() + timedelta(minutes=29)
    assert device.rests_until is not None
    assert (device.refused, device.rests_until > soon, notice.due_at > soon) == (429, True, True)
    writes(world.conversation(assignee=camille))  # something else must wait as well
    assert len(browser.got) == 1
    browser.status = 201
    again()
    assert len(browser.got) == 3
    assert Device.objects.values_list("refused", "failures").get() == (0, 0)


def test_what_is_refused_for_good_is_said_and_not_repeated(browser: Browser, camille: Agent) -> None:
    browser.status = 403
    writes(world.conversation(assignee=camille))
    again()
    assert (len(browser.got), Device.objects.get().refused, Notice.objects.count()) == (1, 403, 0)
    page = world.client_for(camille).get("/account/notifications/").content.decode()
    assert "dernier envoi refusé (403)" in page


def test_old_news_is_no_news(browser: Browser, camille: Agent) -> None:
    browser.status = 500
    writes(world.conversation(assignee=camille))
    Notice.objects.update(created_at=timezone.now() - timedelta(hours=5))
    again()
    assert (len(browser.got), Notice.objects.count()) == (1, 0)


def test_a_device_that_always_fails_is_forgotten(browser: Browser, camille: Agent) -> None:
    Device.objects.update(failures=actions.FAILURES - 1)
    browser.status = 500
    writes(world.conversation(assignee=camille))
    assert Device.objects.count() == 0


def test_a_device_leads_into_no_private_network(browser: Browser, camille: Agent, settings: Any) -> None:
    from dataclasses import replace

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, private_hosts=())  # the name resolves inwards now
    writes(world.conversation(assignee=camille))
    assert (browser.got, Device.objects.count()) == ([], 0)


def test_signed_out_means_silent(browser: Browser, camille: Agent) -> None:
    sessions.end_all(camille)
    writes(world.conversation(assignee=camille))
    assert (browser.got, Device.objects.count()) == ([], 0)


def test_a_session_that_ends_is_told_once_and_not_at_night(browser: Browser, camille: Agent) -> None:
    actions.warn_of_ends()
    run_jobs()
    assert browser.got == []  # a fortnight is left
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=20))
    wants(camille, quiet_days=list(range(7)))
    actions.warn_of_ends()
    run_jobs()
    assert browser.got == []
    wants(camille, quiet_days=[])
    for _ in range(2):
        actions.warn_of_ends()
        run_jobs()
    assert [said["tag"] for said in browser.told] == ["ending"]


def test_a_keyring_that_cannot_read_our_key_gets_a_new_pair(browser: Browser, camille: Agent) -> None:
    former = actions.sender().public
    SenderKey.objects.update(private="9.gAAAAnothing")
    fresh = actions.sender()
    assert fresh.public != former
    assert actions.sender() == fresh
    assert Device.objects.count() == 0


@pytest.mark.parametrize(
    ("zone", "at", "silent"),
    [
        ("Europe/Paris", "2026-11-24T21:30+01:00", True),  # a Tuesday
        ("Europe/Paris", "2026-11-24T06:59+01:00", True),
        ("Europe/Paris", "2026-11-24T07:00+01:00", False),
        ("Europe/Paris", "2026-11-24T12:00+01:00", False),
        ("America/Guadeloupe", "2026-11-24T21:30+01:00", False),
        ("Europe/Paris", "2026-11-28T12:00+01:00", True),  # a Saturday
        ("Pacific/Auckland", "2026-11-27T12:00+00:00", True),  # Saturday there
        ("Nowhere/City", "2026-11-24T21:30+01:00", True),
        ("Europe/Paris", "2026-03-29T05:30+00:00", False),  # the clock jumped that night
    ],
)
def test_quiet_hours_in_ones_own_zone(zone: str, at: str, silent: bool) -> None:
    from datetime import time as clock

    agent = Agent(timezone=zone)
    wishes = Preferences(quiet_from=clock(21), quiet_until=clock(7), quiet_days=[5])
    assert queries.quiet(agent, wishes, datetime.fromisoformat(at)) is silent


def test_a_pause_is_read_as_seconds_or_as_a_date() -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert asked_wait("120", now) == 120
    assert asked_wait("Tue, 24 Nov 2026 12:01:30 GMT", now) == 90
    assert asked_wait("9" * 30, now) == 24 * 3600
    assert [asked_wait(bad, now) for bad in ("", "soon", "-5", "²", "Tue, 24 Nov 2020 12:01:30 GMT")] == [0] * 5
