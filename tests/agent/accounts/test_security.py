"""One's own account: choices, password, sessions, second factor."""

import time

import pyotp
import pytest
from django.test import Client

from comptoir.core import accounts
from comptoir.core.models import Agent, AgentSession, Event, EventDetail
from tests import world

pytestmark = pytest.mark.django_db
NEW = "trois-nappes-brodées-1931"
PROFILE = {
    "name": "Camille R.",
    "language": "en",
    "timezone": "Europe/London",
    "theme": "dark",
    "undo_seconds": "10",
    "afterwards": "list",
}
POSTS = [
    "/account/",
    "/account/away/",
    "/account/keys/",
    "/account/security/password/",
    "/account/security/two-factor/",
    "/account/security/two-factor/removal/",
    "/account/security/recovery-codes/",
    "/account/security/sessions/end/",
]


def test_ones_own_choices_are_kept_and_recorded_once() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    for _ in range(2):
        assert client.post("/account/", PROFILE).status_code == 302
    camille.refresh_from_db()
    assert (camille.language, camille.timezone, camille.single_keys) == ("en", "Europe/London", False)
    event = Event.objects.get(verb="agent.profile_edited")
    assert EventDetail.objects.get(event_id=event.pk).before["language"] == "fr"
    assert "My account" in client.get("/account/").content.decode()
    assert client.post("/account/", {**PROFILE, "timezone": "Mars/Olympus"}).status_code == 422


@pytest.mark.parametrize("path", POSTS)
def test_a_stranger_changes_nothing(path: str) -> None:
    camille = world.camille()
    before = Agent.objects.values().get(pk=camille.pk)
    answer = Client().post(path, {**PROFILE, "current": world.PASSWORD, "password": NEW, "code": "123456"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/signin/")
    assert Agent.objects.values().get(pk=camille.pk) == before
    assert Event.objects.count() == 0


@pytest.mark.parametrize("path", POSTS)
def test_another_site_cannot_post_in_ones_name(path: str) -> None:
    client = world.client_for(world.camille(), enforce_csrf_checks=True)
    assert client.post(path, PROFILE).status_code == 403
    assert Event.objects.count() == 0


def test_a_new_password_wants_the_old_one_and_ends_the_other_sessions() -> None:
    camille = world.camille()
    here, there = world.client_for(camille), world.client_for(camille)
    assert here.post("/account/security/password/", {"current": "wrong", "password": NEW}).status_code == 422
    assert here.post("/account/security/password/", {"current": world.PASSWORD, "password": "court"}).status_code == 422
    assert there.get("/account/").status_code == 200
    assert here.post("/account/security/password/", {"current": world.PASSWORD, "password": NEW}).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert AgentSession.objects.filter(agent=camille).count() == 1


def test_sessions_are_listed_and_ended_one_by_one_or_all() -> None:
    camille = world.camille()
    here, there, third = (world.client_for(camille) for _ in range(3))
    assert here.get("/account/security/").content.decode().count("<small>127.0.0.1") == 3
    session = AgentSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/account/security/sessions/{session.pk}/end/").status_code == 302
    assert there.get("/account/").status_code == 302
    assert third.get("/account/").status_code == 200
    here.post("/account/security/sessions/end/")
    assert third.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert Event.objects.filter(verb__in=["agent.session_ended", "agent.sessions_ended"]).count() == 2


def test_nobody_ends_a_colleagues_session() -> None:
    tom = world.lead()
    his = world.client_for(tom)
    session = AgentSession.objects.get(agent=tom)
    client = world.client_for(world.camille())
    assert client.post(f"/account/security/sessions/{session.pk}/end/").status_code == 404
    assert his.get("/account/").status_code == 200


def test_the_second_factor_goes_only_with_the_password() -> None:
    camille = world.camille()
    secret = accounts.start_second_factor(camille)
    accounts.confirm_second_factor(camille, pyotp.TOTP(secret).at(time.time() - 30), session_key="")
    client = world.client_for(camille)
    client.post("/account/security/two-factor/removal/", {"password": "wrong"})
    camille.refresh_from_db()
    assert camille.two_factor
    old = list(camille.recovery_codes)
    assert client.post("/account/security/recovery-codes/", {"password": "wrong"}).status_code == 302
    assert client.post("/account/security/recovery-codes/", {"password": world.PASSWORD}).status_code == 200
    camille.refresh_from_db()
    assert set(old).isdisjoint(camille.recovery_codes)
    client.post("/account/security/two-factor/removal/", {"password": world.PASSWORD})
    camille.refresh_from_db()
    assert (camille.two_factor, camille.totp_secret, camille.recovery_codes) == (False, "", [])


def test_away_is_seen() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    assert client.post("/account/away/", {"next": "/account/"}).headers["Location"] == "/account/"
    camille.refresh_from_db()
    assert camille.away
