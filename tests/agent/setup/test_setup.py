"""The set-up page of an empty installation."""

import argparse
from urllib.parse import urlsplit

import pytest
from django.test import Client

from comptoir.agent import commands
from comptoir.agent.setup import setup_link
from comptoir.conversations.models import Inbox
from comptoir.core.models import Agent, Event, Installation, Shop
from tests import world

pytestmark = pytest.mark.django_db
HOUSE = {
    "name": "Inès Caron",
    "email": "ines@maison-alba.example",
    "password": "trois-nappes-brodées-1931",
    "shop_name": "Maison Alba",
    "language": "fr",
    "timezone": "Europe/Paris",
}


def test_the_printed_link_opens_the_house_once() -> None:
    path, client = urlsplit(setup_link()).path, Client()
    assert client.get(path).status_code == 200
    assert client.post(path, {**HOUSE, "password": "court"}).status_code == 422
    assert Agent.objects.count() == 0
    assert client.post(path, {**HOUSE, "address": "Bonjour@Maison-Alba.example"}).status_code == 302
    owner = Agent.objects.get()
    assert (owner.role, owner.check_password(HOUSE["password"])) == ("owner", True)
    assert Shop.objects.get().slug == "maison-alba"
    assert sorted(Inbox.objects.values_list("kind", flat=True)) == ["chat", "email", "form", "phone"]
    assert Installation.current().set_up_at is not None
    assert client.get("/settings/channels/").status_code == 200
    assert Client().get(path).status_code == 404
    assert Client().post(path, {**HOUSE, "email": "other@x.example"}).status_code == 404
    assert Agent.objects.count() == 1
    assert setup_link() == ""


@pytest.mark.parametrize("token", ["", "x", "1.InNldHVwIg:abc:def"])
def test_whoever_finds_a_fresh_server_cannot_take_it(token: str) -> None:
    for path in (f"/setup/{token or 'anything'}/", "/setup/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, HOUSE).status_code == 404
    assert Agent.objects.count() == 0
    assert Event.objects.count() == 0


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser)
    return commands.run(parser.parse_args(words))


def test_accounts_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("create", "--owner", "ines@maison-alba.example", "--name", "Inès") == 0
    path = urlsplit(capsys.readouterr().out.strip()).path
    assert Client().post(path, {"name": "Inès", "password": HOUSE["password"], "language": "fr"}).status_code == 302
    assert command("create", "--owner", "INES@maison-alba.example") == 1
    assert command("reset", "nobody@x.example") == 1
    assert command("setup-link") == 1
    capsys.readouterr()
    camille = world.camille()
    assert command("reset", camille.email, "--two-factor") == 0
    reset = urlsplit(capsys.readouterr().out.strip()).path
    assert Client().post(reset, {"password": HOUSE["password"]}).status_code == 302
    camille.refresh_from_db()
    assert camille.check_password(HOUSE["password"])
