"""Invitations and password resets, through the door."""

import re

import pytest
from django.test import Client

from comptoir.core import accounts
from comptoir.core.models import Agent, AgentSession, Event
from comptoir.outbox.models import Mail
from tests import world

pytestmark = pytest.mark.django_db
NEW = "trois-nappes-brodées-1931"


def link_in(mail: Mail) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.text)
    assert found
    return found[1]


def asks_for_reset(email: str, client: Client | None = None) -> str:
    answer = (client or Client()).post("/password/forgotten/", {"email": email})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_answer_is_the_same_for_whoever_has_no_account() -> None:
    camille = world.camille()
    known = asks_for_reset(camille.email)
    unknown = asks_for_reset("nobody@maison-alba.example")
    assert known.replace(camille.email, "?") == unknown.replace("nobody@maison-alba.example", "?")
    assert list(Mail.objects.values_list("to", "kind")) == [(camille.email, "password_reset")]


def test_a_reset_link_works_once_and_ends_all_sessions() -> None:
    camille = world.camille()
    browser = world.client_for(camille)
    asks_for_reset(camille.email)
    link = link_in(Mail.objects.get())
    client = Client()
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": "court"}).status_code == 422
    assert client.post(link, {"password": NEW}).headers["Location"] == "/signin/"
    assert AgentSession.objects.count() == 0
    assert browser.get("/account/").status_code == 302
    camille.refresh_from_db()
    assert camille.check_password(NEW)
    assert client.post(link, {"password": "une-autre-phrase-1900"}).status_code == 410
    camille.refresh_from_db()
    assert camille.check_password(NEW)
    assert Event.objects.filter(verb="agent.password_reset").count() == 1


def test_a_reset_link_dies_with_a_sign_in_and_with_age(monkeypatch: pytest.MonkeyPatch) -> None:
    camille = world.camille()
    token = accounts.reset_token(camille)
    Client().post("/signin/", {"email": camille.email, "password": world.PASSWORD})
    assert Client().get(f"/password/reset/{token}/").status_code == 410
    camille.refresh_from_db()
    fresh = accounts.reset_token(camille)
    assert Client().get(f"/password/reset/{fresh}/").status_code == 200
    import time

    later = time.time() + 3 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert Client().get(f"/password/reset/{fresh}/").status_code == 410


@pytest.mark.parametrize("token", ["x", "1.x", "²", "1.WzEsMV0:abc:def", "x" * 3000])
def test_a_forged_link_opens_nothing(token: str) -> None:
    world.camille()
    assert Client().get(f"/password/reset/{token}/").status_code == 410
    assert Client().post(f"/invitation/{token}/", {"password": NEW, "name": "X"}).status_code == 410


def test_an_invitations_token_is_no_reset_and_the_other_way_round() -> None:
    camille = world.camille()
    assert Client().get(f"/invitation/{accounts.reset_token(camille)}/").status_code == 410
    assert Client().get(f"/password/reset/{accounts.invitation_token(camille)}/").status_code == 410


def test_resets_are_few_an_hour_without_telling() -> None:
    camille = world.camille()
    pages = {asks_for_reset(camille.email) for _ in range(5)}
    assert len(pages) == 1
    assert Mail.objects.count() == 3


def test_an_invited_person_joins_with_the_link_once() -> None:
    ines = world.client_for(world.owner())
    answer = ines.post(
        "/settings/agents/new/",
        {"email": "lea@maison-alba.example", "name": "Léa", "role": "agent", "every_shop": "on"},
    )
    assert answer.headers["Location"] == "/settings/agents/"
    lea = Agent.objects.get(email="lea@maison-alba.example")
    assert not lea.has_usable_password()
    mail = Mail.objects.get(kind="invitation")
    assert mail.subject == "Inès Caron vous invite sur Comptoir"
    link, client = link_in(mail), Client()
    assert "lea@maison-alba.example" in client.get(link).content.decode()
    chosen = {"name": "Léa Martin", "password": NEW, "language": "en"}
    assert client.post(link, chosen).headers["Location"] == "/"
    lea.refresh_from_db()
    assert (lea.name, lea.language) == ("Léa Martin", "en")
    assert client.get("/account/").status_code == 200
    assert Client().get(link).status_code == 410
    assert Client().post(link, {**chosen, "password": "autre-chose-1900"}).status_code == 410


def test_a_later_invitation_makes_the_earlier_one_worthless() -> None:
    ines = world.client_for(world.owner())
    ines.post("/settings/agents/new/", {"email": "lea@x.example", "name": "Léa", "role": "agent", "every_shop": "on"})
    lea = Agent.objects.get(email="lea@x.example")
    first = link_in(Mail.objects.get())
    ines.post(f"/settings/agents/{lea.pk}/invitation/")
    second = link_in(Mail.objects.latest("pk"))
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    ines.post(f"/settings/agents/{lea.pk}/withdrawal/")
    assert Client().get(second).status_code == 410
    assert not Agent.objects.filter(pk=lea.pk).exists()
